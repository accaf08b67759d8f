//! Charts in folders beside a chart, which its dependencies name with `file://`. `helm dependency build` packs them into
//! `charts/`, which is rarely checked in.

use std::path::{Path, PathBuf};

use super::Chart;
use crate::helm::{Constraint, HelmError, HelmVersion, Sources, parse_version};
use crate::path::normal;

/// The scheme of a repository that is a folder.
const SCHEME: &str = "file://";
/// How many folders are read for one chart.
const MAX_FOLDERS: usize = 50;

impl Chart {
    /// Loads a chart like [`Chart::load`], with the charts that its dependencies name as folders. Helm refuses to
    /// render without them, so whoever installs the chart has `helm dependency build` run first, in these folders too.
    ///
    /// A folder that Helm would refuse to pack is left out: its dependency stays one without a chart.
    ///
    /// # Errors
    /// When Helm refuses the chart itself.
    pub fn load_built(path: &Path, helm: HelmVersion, sources: &mut Sources) -> Result<Self, HelmError> {
        let mut chart = Self::load(path, helm, sources)?;
        if path.is_dir() {
            let open = vec![normal(path)];
            Building { helm, sources, open, left: MAX_FOLDERS }.build(&mut chart, path);
        }
        Ok(chart)
    }

    /// The folders beside this chart that charts below it come from.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        let mut open: Vec<&Self> = self.subcharts.iter().collect();
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(&next.subcharts);
            Some(next)
        })
        .filter_map(|chart| chart.folder.as_deref())
    }
}

/// A chart whose folders are being read.
struct Building<'s> {
    helm: HelmVersion,
    sources: &'s mut Sources,
    /// The folders of the charts around the one at hand: none of them can be below itself.
    open: Vec<PathBuf>,
    /// How many more folders may be read.
    left: usize,
}

impl Building<'_> {
    fn build(&mut self, chart: &mut Chart, path: &Path) {
        for dependency in chart.metadata.dependencies.iter().flatten() {
            // What is in `charts/` is what Helm renders, even if it was packed from an older state of the folder.
            let is_there = chart.subcharts.iter().any(|subchart| subchart.name() == dependency.name);
            let Some(written) = dependency.repository.strip_prefix(SCHEME).filter(|_| !is_there) else { continue };
            let (folder, constraint) = (normal(&path.join(written)), dependency.version.parse().ok());
            let Some(built) = constraint.and_then(|constraint| self.packed(&folder, &constraint)) else { continue };
            if built.name() == dependency.name {
                chart.subcharts.push(built);
            }
        }
    }

    /// The chart in a folder, if it has a version that is accepted.
    fn packed(&mut self, folder: &Path, accepted: &Constraint) -> Option<Chart> {
        let is_open = self.open.iter().any(|open| open == folder);
        if is_open || !folder.join("Chart.yaml").is_file() {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let mut chart = Chart::load(folder, self.helm, self.sources).ok()?;
        let version = parse_version(&chart.metadata.version)?;
        if !accepted.contains_for(self.helm, &version) {
            return None;
        }
        self.open.push(folder.to_owned());
        self.build(&mut chart, folder);
        self.open.pop();
        Some(Chart { folder: Some(folder.to_owned()), ..chart })
    }
}
