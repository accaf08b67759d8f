//! Charts that are a folder in Git: of this repository, or of another one at some revision.

use super::chart_folder;
use super::path;
use super::release::{Chart, Located};
use super::surroundings::Scope;
use crate::helm::ChartLabel;

/// What is written of a chart in Git.
pub(super) struct GitChart<'r> {
    /// The folder.
    pub(super) path: &'r str,
    /// The address of the repository, where it is known.
    pub(super) repository: Option<&'r str>,
    /// A tag, a branch or a commit.
    pub(super) revision: Option<Located>,
    /// Nothing says that it is a chart, and not plain manifests.
    pub(super) is_guess: bool,
}

impl GitChart<'_> {
    /// The chart that is meant. Of one in another repository a tag that names it says the version; `v1.2.3` may count
    /// anything.
    pub(super) fn chart(self, scope: &Scope<'_>) -> Chart {
        if let Some(folder) = chart_folder::find(self.path, scope) {
            return Chart { folder: Some(folder), ..Chart::default() };
        }
        let name = self.name().to_owned();
        let version = self.revision.as_ref().and_then(|revision| version_in(revision, &name));
        let version_gap = version.is_none().then(|| match &self.revision {
            Some(revision) => format!("the version is that of {} in Git", revision.text),
            None => "the version is that of a branch in Git".to_owned(),
        });
        let repository = self.repository.map(str::to_owned);
        Chart { name: Some(name), repository, version, version_gap, is_guess: self.is_guess, ..Chart::default() }
    }

    /// Folders are called like their charts; one that is a repository of its own has only that one's name.
    fn name(&self) -> &str {
        let in_path = self.path.split('/').rfind(|part| !matches!(*part, "" | "."));
        let address = self.repository.unwrap_or_default().trim_end_matches('/');
        in_path.unwrap_or_else(|| path::name(address.strip_suffix(".git").unwrap_or(address)))
    }
}

/// The version in a tag such as `zookeeper-12.4.4` or `zookeeper/12.4.4`, if it is that of a chart of this name.
fn version_in(revision: &Located, name: &str) -> Option<Located> {
    let tag = revision.text.strip_prefix("refs/tags/").unwrap_or(&revision.text);
    let label = ChartLabel::parse(&tag.replace('/', "-")).filter(|label| label.name == name)?;
    Some(Located { text: label.version.to_string(), place: revision.place.clone() })
}
