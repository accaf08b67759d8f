//! Charts in a Git folder: of this repository, or of another one at some revision.

use super::chart_folder;
use super::path;
use super::release::{Chart, Located};
use super::surroundings::Scope;
use crate::helm::{ChartLabel, parse_version};

/// A chart in Git, as written.
pub(super) struct GitChart<'r> {
    /// The folder in the other repository.
    pub(super) path: &'r str,
    /// The address of the repository, if known.
    pub(super) repository: Option<&'r str>,
    /// A tag, a branch or a commit.
    pub(super) revision: Option<Located>,
    /// Whether nothing says that the folder is a chart rather than plain manifests.
    pub(super) is_guess: bool,
}

impl GitChart<'_> {
    /// The chart that it refers to. For one in another repository, a tag with the chart's name gives the version; a
    /// plain `v1.2.3` may version anything, unless the repository as a whole is the chart.
    pub(super) fn chart(self, scope: &Scope<'_>) -> Chart {
        if let Some(folder) = chart_folder::find(self.path, scope) {
            return Chart { folder: Some(folder), ..Chart::default() };
        }
        let (name, is_root) = (self.name().to_owned(), self.folder().is_none());
        let counts = |label: &ChartLabel| is_root || label.name == name;
        let version = self.revision.as_ref().and_then(|revision| version_in(revision, counts));
        let version = version.or_else(|| self.revision.as_ref().filter(|_| is_root).and_then(plain_version));
        let version_gap = version.is_none().then(|| match &self.revision {
            Some(revision) => format!("the version is that of {} in Git", revision.text),
            None => "the version is that of a branch in Git".to_owned(),
        });
        let repository = self.repository.map(str::to_owned);
        Chart {
            name: Some(name),
            repository,
            version,
            version_gap,
            is_root,
            is_guess: self.is_guess,
            ..Chart::default()
        }
    }

    /// The name of the folder; `None` for the root.
    fn folder(&self) -> Option<&str> {
        self.path.split('/').rfind(|part| !matches!(*part, "" | "."))
    }

    /// Folders are named like their charts; a chart that is a whole repository only has the repository's name.
    fn name(&self) -> &str {
        let address = self.repository.unwrap_or_default().trim_end_matches('/');
        self.folder().unwrap_or_else(|| path::name(address.strip_suffix(".git").unwrap_or(address)))
    }
}

fn tag(revision: &Located) -> &str {
    revision.text.strip_prefix("refs/tags/").unwrap_or(&revision.text)
}

/// The version in a tag such as `zookeeper-12.4.4` or `zookeeper/12.4.4`, if it is the chart's.
fn version_in(revision: &Located, counts: impl Fn(&ChartLabel) -> bool) -> Option<Located> {
    let label = ChartLabel::parse(&tag(revision).replace('/', "-")).filter(counts)?;
    Some(Located { text: label.version.to_string(), place: revision.place.clone() })
}

/// The version in a plain tag, `v1.2.3`: if the repository is a chart, it is the chart's.
fn plain_version(revision: &Located) -> Option<Located> {
    let text = tag(revision);
    let version = parse_version(text.strip_prefix('v').unwrap_or(text)).filter(|_| text.matches('.').count() > 1)?;
    Some(Located { text: version.to_string(), place: revision.place.clone() })
}
