//! Releases that a chart's own templates ask for: the app-of-apps pattern.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{Around, Examined, Linter, display, in_repository, looked_at, release};
use crate::report::{Finding, Outcome, Part, Place, Server};

/// What the templates in a chart's folder ask for, as far as that is known without Helm.
pub(super) fn examine(chart: &Path, around: &Around<'_>, linter: &Linter<'_>) -> Examined {
    files(chart).iter().fold(Examined::default(), |all, path| {
        let text = std::fs::read(path).unwrap_or_default();
        let releases = in_repository(path, &text, around, |file| release::examine(file, linter));
        all.with(looked_at(releases, Some(path), &text))
    })
}

/// The YAML files below `templates/`, by name.
fn files(chart: &Path) -> Vec<PathBuf> {
    let walk = WalkDir::new(chart.join("templates")).sort_by_file_name().into_iter().flatten();
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    walk.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).filter(is_yaml).collect()
}

/// Merges what the templates ask for with what Helm renders from them, which is authoritative. If both agree, the
/// finding from the templates stays, because it names the line to change.
pub(super) fn reconcile(templates: Examined, rendered: &Part, chart: &Path) -> Examined {
    let Examined { part, edits, directives } = templates;
    let mut both = Part { inputs: part.inputs.clone(), ..Part::default() };
    both.findings.extend(part.findings.iter().filter(|finding| finding.server.is_none()).cloned());
    for (number, server) in rendered.servers.iter().enumerate() {
        let own = part.servers.iter().position(|own| is_same(own, server));
        if let Some((own, server)) = own.and_then(|own| Some((own, part.servers.get(own)?))) {
            both.push(server.clone(), part.findings_of(own).cloned());
            continue;
        }
        let path = display(chart);
        let on_chart = rendered.findings_of(number).map(|finding| Finding {
            place: Place::file(&path),
            fix: Vec::new(),
            outcome: Outcome::Nothing,
            ..finding.clone()
        });
        both.push(Server { path: path.clone(), ..server.clone() }, on_chart);
    }
    Examined { part: both, edits, directives }
}

/// Whether both are the same server of the same release, with the same verdict.
fn is_same(one: &Server, other: &Server) -> bool {
    let prefix = |server: &Server| server.chart.as_ref().and_then(|chart| chart.prefix.clone());
    (&one.kind, &one.name, one.verdict) == (&other.kind, &other.name, other.verdict) && prefix(one) == prefix(other)
}
