//! A chart reference as on Helm's command line: a name, an address, an archive, or a folder.

use super::git_chart::GitChart;
use super::path;
use super::release::{Chart, Located};
use super::surroundings::Scope;
use super::{chart_folder, field::Field};
use crate::helm::ChartLabel;

/// A chart reference as written.
pub(super) struct ChartReference<'r> {
    pub(super) written: Located,
    pub(super) repository: Option<&'r str>,
    pub(super) version: Option<Located>,
    /// The folder that a relative path starts from.
    pub(super) folder: &'r str,
}

impl ChartReference<'_> {
    /// The chart that it refers to.
    pub(super) fn chart(self, scope: &Scope<'_>) -> Chart {
        let written = self.written.text.as_str();
        if let Some(chart) = self.in_git(scope) {
            return chart;
        }
        if let Some((address, archive)) = archive(written) {
            return self.archived(address, archive);
        }
        if let Some((registry, name)) = written.strip_prefix("oci://").and_then(|address| address.rsplit_once('/')) {
            return self.in_registry(registry, name);
        }
        let is_path = written.starts_with(['.', '/']);
        if self.repository.is_none() || is_path {
            return match chart_folder::at(self.folder, written, scope) {
                Some(folder) => Chart { folder: Some(folder), version: self.version, ..Chart::default() },
                None if is_path => Self::out_of_sight(written),
                None => Chart { name: Some(path::name(written).to_owned()), version: self.version, ..Chart::default() },
            };
        }
        let (name, repository) = (Some(path::name(written).to_owned()), self.repository.map(str::to_owned));
        Chart { name, repository, version: self.version, ..Chart::default() }
    }

    /// A folder outside of the repository. Helm takes it as it is, whatever version is asked for.
    fn out_of_sight(written: &str) -> Chart {
        let written = written.trim_end_matches('/');
        let (folder, name) = written.rsplit_once('/').unwrap_or((".", written));
        let folder = if folder.is_empty() { "/" } else { folder };
        Chart {
            name: Some(name.to_owned()),
            repository: Some(folder.to_owned()),
            version_gap: Some("the version is that of a folder that is not at hand".to_owned()),
            ..Chart::default()
        }
    }

    /// `git::https://host/owner/repository@folder?ref=tag`, or with `//` before the folder.
    fn in_git(&self, scope: &Scope<'_>) -> Option<Chart> {
        let address = self.written.text.strip_prefix("git::")?;
        let (address, query) = address.split_once('?').unwrap_or((address, ""));
        let host = address.find("://").map_or(0, |scheme| scheme + 3);
        // A user name before the host ends with an @ too.
        let path = host + address.get(host..)?.find('/')?;
        let rest = address.get(path..)?;
        let (own, folder) = rest.split_once("//").or_else(|| rest.split_once('@')).unwrap_or((rest, ""));
        let revision = query.split('&').find_map(|part| part.strip_prefix("ref="));
        let located = |text: &str| Located { text: text.to_owned(), place: self.written.place.clone() };
        let repository = address.get(..path + own.len());
        Some(GitChart { path: folder, repository, revision: revision.map(located), is_guess: false }.chart(scope))
    }

    /// `zookeeper-7.0.5.tgz` names its content.
    fn archived(&self, address: &str, archive: &str) -> Chart {
        let label = ChartLabel::parse(archive);
        let version =
            |label: &ChartLabel| Located { text: label.version.to_string(), place: self.written.place.clone() };
        Chart {
            version: label.as_ref().map(version),
            name: Some(label.map_or_else(|| archive.to_owned(), |label| label.name)),
            repository: (!address.is_empty()).then(|| address.to_owned()),
            ..Chart::default()
        }
    }

    /// A chart's address in a registry may end with its version.
    fn in_registry(&self, registry: &str, name: &str) -> Chart {
        let (name, tag) = name.split_once(':').map_or((name, None), |(name, tag)| (name, Some(tag)));
        let tagged = tag.map(|tag| Located { text: tag.to_owned(), place: self.written.place.clone() });
        Chart {
            name: Some(name.to_owned()),
            repository: Some(format!("oci://{registry}")),
            version: self.version.clone().or(tagged),
            ..Chart::default()
        }
    }
}

/// The address and the name of an archive.
fn archive(written: &str) -> Option<(&str, &str)> {
    let stem = written.strip_suffix(".tgz").or_else(|| written.strip_suffix(".tar.gz"))?;
    Some(stem.rsplit_once('/').unwrap_or(("", stem)))
}

/// The text under a key, and where it is written.
pub(super) fn located(field: &Field<'_>, key: &str) -> Option<Located> {
    field.get(key).and_then(|field| field.located())
}
