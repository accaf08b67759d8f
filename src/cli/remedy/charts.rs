//! Values for charts that are not rendered yet.

use std::path::{Path, PathBuf};

use super::{Remedy, RemedyArgs, RemedyError, Shape, stream_of};
use crate::lint::{ChartCures, Linter, TargetKind, WalkOptions, find};
use crate::remedy::{Page, Settings, file};

/// The charts among the paths; `None` where one of them is none.
pub(super) fn among(paths: &[PathBuf]) -> Option<Vec<PathBuf>> {
    let named: Vec<PathBuf> = paths.iter().filter(|path| *path != Path::new("-")).cloned().collect();
    let options = WalkOptions::default();
    let targets = find(&named, &options).ok()?.targets;
    let is_chart = |kind: TargetKind| matches!(kind, TargetKind::Chart | TargetKind::Archive);
    let are_charts = named.len() == paths.len() && !targets.is_empty() && targets.iter().all(|one| is_chart(one.kind));
    are_charts.then(|| targets.into_iter().map(|target| target.path).collect())
}

/// The values that cure charts; `None` where they have no server.
pub(super) fn remedy(
    args: &RemedyArgs,
    charts: &[PathBuf],
    linter: &Linter<'_>,
) -> Result<Option<Remedy>, RemedyError> {
    let (mut remedy, mut files, mut servers) = (Remedy::default(), Vec::<Page>::new(), 0);
    for path in charts {
        let ChartCures { title, servers: own, cures } =
            linter.cures(path).map_err(|cause| RemedyError::Chart { path: path.clone(), cause: cause.to_string() })?;
        servers += own;
        let mut settings = Settings { of: format!("the chart {title}"), values: Vec::new() };
        let mut words = Vec::new();
        for cure in cures {
            match (args.shape, cure.value, cure.words) {
                (Shape::Set, _, Some(said)) => words.push(said),
                (Shape::Set, _, None) | (_, None, _) => {
                    remedy.left.push(format!("{}: no value of the chart {title} says it in this shape", cure.server));
                }
                (_, Some(value), _) => settings.values.push(value),
            }
        }
        if !words.is_empty() {
            remedy.text.push_str(&(words.join(" ") + "\n"));
        }
        if !settings.values.is_empty() {
            files.push(file(&settings));
        }
    }
    remedy.text.push_str(&stream_of(&files));
    if remedy.text.is_empty() && remedy.left.is_empty() {
        remedy.hints.push("nothing to write down: no server in these charts needs it".to_owned());
    }
    Ok((servers > 0).then_some(remedy))
}
