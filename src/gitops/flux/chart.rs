//! The chart of a `HelmRelease`, and the source that it comes from.

use crate::gitops::chart_folder;
use crate::gitops::field::Field;
use crate::gitops::git_chart::GitChart;
use crate::gitops::path;
use crate::gitops::release::{Chart, Layer, Located};
use crate::gitops::surroundings::{Found, Reference, Scope};
use crate::gitops::values_file::{Named, missing};

const SOURCES: &str = "source.toolkit.fluxcd.io";

/// Finds the chart of a release by the objects that it refers to.
pub(super) struct Finder<'a> {
    pub(super) scope: &'a Scope<'a>,
    /// Where the object is that refers.
    pub(super) namespace: Option<&'a str>,
    /// What people should know.
    pub(super) notes: Vec<String>,
}

impl Finder<'_> {
    /// `chartRef` or `chart.spec`.
    pub(super) fn of_spec(&mut self, spec: &Field<'_>) -> Option<Chart> {
        match spec.get("chartRef") {
            Some(reference) => Some(self.referred(&reference)),
            None => Some(self.of_source(&spec.at(&["chart", "spec"])?)),
        }
    }

    /// A chart, a version, and a source; so it stands in a `HelmRelease` and in a `HelmChart`.
    fn of_source(&mut self, template: &Field<'_>) -> Chart {
        let written = template.text_of("chart").unwrap_or_default();
        let source = template.get("sourceRef");
        let kind = source.as_ref().and_then(|source| source.text_of("kind")).unwrap_or("HelmRepository");
        if kind != "HelmRepository" {
            return self.in_git(written, source.as_ref());
        }
        let url = |repository: &Field<'_>| Some(repository.at(&["spec", "url"])?.text()?.to_owned());
        let name = source.as_ref().and_then(named);
        let repository = source.and_then(|source| self.look_up(&source, kind, url)).unwrap_or(name);
        let (version, version_gap) = version(template.get("version").and_then(|version| version.located()));
        Chart { name: Some(path::name(written).to_owned()), repository, version, version_gap, ..Chart::default() }
    }

    /// A folder of a `GitRepository`; of a `Bucket` nothing is known.
    fn in_git(&mut self, path: &str, source: Option<&Field<'_>>) -> Chart {
        let is_elsewhere = chart_folder::find(path, self.scope).is_none();
        let source = source.filter(|source| is_elsewhere && source.text_of("kind") == Some("GitRepository"));
        let read = |repository: &Field<'_>| {
            let spec = repository.get("spec")?;
            Some((spec.text_of("url")?.to_owned(), spec.get("ref").and_then(|reference| revision(&reference))))
        };
        let found = source.and_then(|source| self.look_up(source, "GitRepository", read)).flatten();
        let (address, revision) = found.map_or((None, None), |(address, revision)| (Some(address), revision));
        let address = address.or_else(|| named(source?));
        GitChart { path, repository: address.as_deref(), revision, is_guess: false }.chart(self.scope)
    }

    /// `chartRef`: an `OCIRepository` or a `HelmChart`.
    fn referred(&mut self, reference: &Field<'_>) -> Chart {
        let kind = reference.text_of("kind").unwrap_or_default();
        let mut inner = Finder {
            scope: self.scope,
            namespace: reference.text_of("namespace").or(self.namespace),
            notes: Vec::new(),
        };
        let chart = self.look_up(reference, kind, |object| {
            let spec = object.get("spec")?;
            Some(if kind == "OCIRepository" { of_registry(&spec) } else { inner.of_source(&spec) })
        });
        self.notes.append(&mut inner.notes);
        let name = reference.text_of("name").unwrap_or_default();
        let gap = || Some(format!("the chart is that of {kind}/{name}, which is not here"));
        chart.flatten().unwrap_or_else(|| Chart { version_gap: gap(), ..Chart::default() })
    }

    /// Gives the object that a reference names to a reader, or notes why that is not possible.
    fn look_up<R>(&mut self, reference: &Field<'_>, kind: &str, reader: impl FnOnce(&Field<'_>) -> R) -> Option<R> {
        let name = reference.text_of("name").unwrap_or_default();
        let namespace = reference.text_of("namespace").or(self.namespace);
        match self.scope.find(Reference { group: SOURCES, kind, name, namespace }) {
            Found::One(object) => return self.scope.read(&object, reader),
            Found::None => self.notes.push(format!("{kind}/{name} is not in this folder or one above")),
            Found::Several => self.notes.push(format!("there is more than one {kind}/{name}")),
        }
        None
    }
}

/// Flux substitutes `${name}` from what the cluster knows.
fn version(written: Option<Located>) -> (Option<Located>, Option<String>) {
    match written {
        Some(version) if version.text.contains("${") => (None, Some(format!("the version is {}", version.text))),
        written => (written, None),
    }
}

/// An `OCIRepository` is one chart; a digest counts before a range, and a range before a tag.
fn of_registry(spec: &Field<'_>) -> Chart {
    let url = spec.text_of("url").unwrap_or_default().trim_end_matches('/');
    let (registry, name) = url.rsplit_once('/').unwrap_or(("", url));
    let reference = spec.get("ref");
    let read = |key: &str| reference.as_ref().and_then(|reference| reference.get(key)).and_then(|tag| tag.located());
    let (version, gap) = match (read("digest"), read("tag")) {
        (Some(_), None) => (None, Some("the version is given by a digest".to_owned())),
        // Who writes both, writes the tag of that digest for people.
        (Some(_), Some(tag)) => version(Some(tag)),
        (None, tag) => version(read("semver").or(tag)),
    };
    let repository = (!registry.is_empty()).then(|| registry.to_owned());
    Chart { name: Some(name.to_owned()), repository, version, version_gap: gap, ..Chart::default() }
}

/// Where the object of a source stands somewhere else, its name still says something: people call repositories by their
/// makers.
fn named(source: &Field<'_>) -> Option<String> {
    source.text_of("name").map(|name| format!("@{name}"))
}

/// What is checked out: the first of these that is written.
fn revision(reference: &Field<'_>) -> Option<Located> {
    ["commit", "name", "semver", "tag", "branch"].iter().find_map(|key| reference.get(key)?.located())
}

/// `valuesFiles` of the chart, which take the place of its values.yaml.
pub(super) fn values_files(spec: &Field<'_>, chart: &Chart, scope: &Scope<'_>) -> Vec<Layer> {
    let Some(template) = spec.at(&["chart", "spec"]) else { return Vec::new() };
    let files = template.get("valuesFiles").map(|files| files.items()).unwrap_or_default();
    let single = template.get("valuesFile").filter(|_| files.is_empty());
    let written = files.iter().chain(&single).filter_map(Field::located);
    let layers = written.filter(|file| file.text != "values.yaml").map(|file| {
        let Some(folder) = &chart.folder else {
            let why = format!("the values file {} is in the chart, which is not in this repository", file.text);
            return missing(&file, Vec::new(), &why);
        };
        // Named from the root of the source, or from the chart.
        let folders = path::folders_above(scope.path()).chain(std::iter::once(folder.as_str())).collect();
        Named { written: &file, path: &file.text, folders }.layer(scope)
    });
    layers.collect()
}
