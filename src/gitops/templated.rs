//! Objects in a chart's templates, which only Helm can fill in: which charts they install can be read all the same.

use super::path;
use super::release::{Chart, Located, Object, Presence, Release};
use super::surroundings::Scope;
use crate::yaml::Span;

/// Whether a file is one of a chart's templates.
pub(super) fn is_template(scope: &Scope<'_>) -> bool {
    let is_of_chart = |folder: &str| {
        let chart = path::join(path::parent(folder), "Chart.yaml");
        path::name(folder) == "templates" && chart.is_some_and(|chart| scope.files().has(&chart))
    };
    path::folders_above(scope.path()).any(is_of_chart)
}

/// Whether a document is filled in by Helm.
pub(super) fn is_filled_in(document: &str) -> bool {
    document.contains("{{")
}

/// The releases of a document, as far as its lines tell: one per chart named.
pub(super) fn releases(span: Span, scope: &Scope<'_>) -> Vec<Release> {
    let document = Lines { span, scope };
    let Some(kind) = document.behind("kind").into_iter().find(|kind| KINDS.contains(&kind.text.as_str())) else {
        return Vec::new();
    };
    let Some(name) = document.behind("name").into_iter().next() else { return Vec::new() };
    let is_known = |text: &Located| !is_filled_in(&text.text);
    let addresses =
        ["repoURL", "repository", "repo"].into_iter().find_map(|key| document.behind(key).into_iter().next());
    let repository = addresses.filter(is_known).map(|address| address.text);
    let charts: Vec<Located> = document.behind("chart").into_iter().filter(is_known).collect();
    let key = if kind.text.starts_with("Application") { "targetRevision" } else { "version" };
    // If there are several, it is unknown which belongs to which.
    let version = match (charts.as_slice(), document.behind(key).as_slice()) {
        ([_], [version]) => Some(version.clone()).filter(is_known),
        _ => None,
    };
    let version_gap = "a template computes the version (--render lets Helm do so)".to_owned();
    let release = |chart: Located| Release {
        presence: Presence::Unknown("it is a template, which only Helm can render (see --render)".to_owned()),
        ..Release::of(
            Object {
                kind: kind.text.clone(),
                name: name.text.clone(),
                namespace: None,
                element: None,
                place: name.place.clone(),
            },
            Chart {
                name: Some(path::name(&chart.text).to_owned()),
                repository: repository.clone(),
                version_gap: version.is_none().then(|| version_gap.clone()),
                version: version.clone(),
                ..Chart::default()
            },
        )
    };
    charts.into_iter().map(release).collect()
}

/// Kinds of objects that install a chart.
const KINDS: [&str; 4] = ["Application", "ApplicationSet", "HelmRelease", "HelmChart"];

/// A document that is not YAML yet.
struct Lines<'a> {
    span: Span,
    scope: &'a Scope<'a>,
}

impl Lines<'_> {
    /// The values of a key, wherever it occurs, in the order of the text.
    fn behind(&self, key: &str) -> Vec<Located> {
        let mut start = self.span.start;
        let mut found = Vec::new();
        for line in self.span.of(self.scope.text.as_str()).split_inclusive('\n') {
            let written = line.match_indices(key).filter_map(|(at, _)| value(line, at, key));
            found.extend(written.filter(|(_, value)| !value.is_empty()).map(|(at, value)| {
                let start = start.saturating_add(at);
                let place = self.scope.text.place(Span::new(start, start.saturating_add(value.len())));
                Located { text: value.trim_matches(['"', '\'']).to_owned(), place }
            }));
            start = start.saturating_add(line.len());
        }
        found
    }
}

/// The value of a key that may be anywhere in a line, and where it begins. It extends to the end of the line or, in
/// braces, of the entry.
fn value<'l>(line: &'l str, at: usize, key: &str) -> Option<(usize, &'l str)> {
    let (before, rest) = (line.get(..at)?, line.get(at..)?);
    let is_key = before.is_empty() || before.ends_with([' ', '{', ',']);
    let behind = rest.strip_prefix(key)?.strip_prefix(':').filter(|_| is_key)?;
    let behind = behind.split_once(" #").map_or(behind, |(value, _)| value);
    let is_in_braces = before.contains('{');
    let behind = if is_in_braces { behind.split([',', '}']).next().unwrap_or_default() } else { behind };
    let blanks = behind.len().saturating_sub(behind.trim_start().len());
    Some((line.len().saturating_sub(rest.len()).saturating_add(key.len() + 1 + blanks), behind.trim()))
}
