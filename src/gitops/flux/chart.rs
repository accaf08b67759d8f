//! The chart of a `HelmRelease`, and the source that it comes from.

use crate::gitops::chart_folder;
use crate::gitops::field::Field;
use crate::gitops::git_chart::GitChart;
use crate::gitops::neighbour::Reference;
use crate::gitops::path;
use crate::gitops::release::{Chart, Layer, Located};
use crate::gitops::surroundings::{Resolution, Scope};
use crate::gitops::values_file::{Named, missing};

const SOURCES: &str = "source.toolkit.fluxcd.io";

/// Finds the chart of a release through the objects that it refers to.
pub(super) struct Finder<'a> {
    pub(super) scope: &'a Scope<'a>,
    /// The namespace of the referring object.
    pub(super) namespace: Option<&'a str>,
}

impl Finder<'_> {
    /// `chartRef` or `chart.spec`.
    pub(super) fn of_spec(&self, spec: &Field<'_>) -> Option<Chart> {
        match spec.get("chartRef") {
            Some(reference) => Some(self.referred(&reference)),
            None => Some(self.of_source(&spec.at(&["chart", "spec"])?)),
        }
    }

    /// A chart, a version and a source, as in both `HelmRelease` and `HelmChart`.
    fn of_source(&self, template: &Field<'_>) -> Chart {
        let written = template.text_of("chart").unwrap_or_default();
        if let Some(written) = template.get("chart").and_then(|chart| chart.located()).filter(|it| !it.place.is_known) {
            let (version, version_gap) = version(template.get("version").and_then(|version| version.located()));
            return Chart {
                version,
                version_gap,
                ..Chart::filled_in(&format!("{}, which is filled in", written.text))
            };
        }
        let source = template.get("sourceRef");
        let kind = source.as_ref().and_then(|source| source.text_of("kind")).unwrap_or("HelmRepository");
        if kind != "HelmRepository" {
            return self.in_git(written, source.as_ref());
        }
        let url = |repository: &Field<'_>| Some(repository.at(&["spec", "url"])?.text()?.to_owned());
        let name = source.as_ref().and_then(named);
        let urls = source.and_then(|source| self.look_up(&source, kind, url).ok()).unwrap_or_default();
        let repository = urls.into_iter().reduce(|one, other| if one == other { one } else { String::new() });
        let repository = repository.filter(|url| !url.is_empty()).or(name);
        let (version, version_gap) = version(template.get("version").and_then(|version| version.located()));
        Chart { name: Some(path::name(written).to_owned()), repository, version, version_gap, ..Chart::default() }
    }

    /// A folder in a `GitRepository`; nothing is known about a `Bucket`.
    fn in_git(&self, path: &str, source: Option<&Field<'_>>) -> Chart {
        let chart = |repository: Option<String>, revision| {
            GitChart { path, repository: repository.as_deref(), revision, is_guess: false }.chart(self.scope)
        };
        let is_elsewhere = chart_folder::find(path, self.scope).is_none();
        let kind = "GitRepository";
        let Some(source) = source.filter(|source| is_elsewhere && source.text_of("kind") == Some(kind)) else {
            return chart(None, None);
        };
        let read = |repository: &Field<'_>| {
            let spec = repository.get("spec")?;
            let revision = spec.get("ref").and_then(|reference| revision(&reference));
            Some(chart(Some(spec.text_of("url")?.to_owned()), revision))
        };
        match self.look_up(source, kind, read) {
            Ok(charts) => agreed(charts, &title(kind, source)),
            Err(why) => {
                let gap = format!("the version is that of {}, and {why}", title(kind, source));
                Chart { version_gap: Some(gap), ..chart(named(source), None) }
            }
        }
    }

    /// `chartRef`: an `OCIRepository` or a `HelmChart`.
    fn referred(&self, reference: &Field<'_>) -> Chart {
        let kind = reference.text_of("kind").unwrap_or_default();
        let inner = Finder { scope: self.scope, namespace: reference.text_of("namespace").or(self.namespace) };
        let charts = self.look_up(reference, kind, |object| {
            let spec = object.get("spec")?;
            Some(if kind == "OCIRepository" { of_registry(&spec) } else { inner.of_source(&spec) })
        });
        match charts {
            Ok(charts) => {
                let source = title(kind, reference);
                let chart = agreed(charts, &source);
                let is_named = chart.name.is_some() || chart.folder.is_some();
                let gap = || Some(format!("{source} names none"));
                if is_named || chart.name_gap.is_some() { chart } else { Chart { name_gap: gap(), ..chart } }
            }
            Err(why) => Chart { name_gap: Some(why), ..Chart::default() },
        }
    }

    /// Passes each object that a reference may mean to a reader, or says why it cannot be resolved.
    fn look_up<R>(
        &self,
        reference: &Field<'_>,
        kind: &str,
        mut reader: impl FnMut(&Field<'_>) -> Option<R>,
    ) -> Result<Vec<R>, String> {
        let name = reference.text_of("name").unwrap_or_default();
        let namespace = reference.text_of("namespace").or(self.namespace);
        let objects = match self.scope.find(Reference { group: SOURCES, kind, name, namespace }) {
            Resolution::One(object) => vec![object],
            Resolution::Several(objects) => objects,
            Resolution::None => Vec::new(),
            Resolution::Hidden(why) => {
                return Err(format!("{kind}/{name} may be in a folder that cannot be listed ({why})"));
            }
        };
        let read: Vec<R> = objects.iter().filter_map(|object| self.scope.read(object, &mut reader)?).collect();
        match (objects.is_empty(), read.is_empty()) {
            (true, _) => Err(format!("{kind}/{name} is not in this repository")),
            (false, true) => Err(format!("{kind}/{name} names no source")),
            (false, false) => Ok(read),
        }
    }
}

/// The kind and name of the referenced object.
fn title(kind: &str, reference: &Field<'_>) -> String {
    format!("{kind}/{}", reference.text_of("name").unwrap_or_default())
}

/// What is known about a chart if its source may be any of several objects with the same name.
fn agreed(charts: Vec<Chart>, source: &str) -> Chart {
    let several = || Some(format!("there is more than one {source} in this repository"));
    let text = |chart: &Chart| chart.version.as_ref().map(|version| version.text.clone());
    let both = |one: Chart, other: Chart| {
        let is_other_version = text(&one) != text(&other) || one.version_gap != other.version_gap;
        // A patch of a source may leave out the chart.
        let is_other_chart = one.name.is_some() && other.name.is_some() && one.name != other.name;
        let is_other_place =
            one.repository.is_some() && other.repository.is_some() && one.repository != other.repository;
        Chart {
            name: one.name.or(other.name).filter(|_| !is_other_chart),
            folder: one.folder.or(other.folder).filter(|_| !is_other_chart),
            name_gap: if is_other_chart { several() } else { one.name_gap },
            repository: one.repository.or(other.repository).filter(|_| !is_other_place),
            version: one.version.filter(|_| !is_other_version),
            version_gap: if is_other_version { several() } else { one.version_gap },
            ..one
        }
    };
    charts.into_iter().reduce(both).unwrap_or_default()
}

/// Flux substitutes `${name}` with values from the cluster.
fn version(written: Option<Located>) -> (Option<Located>, Option<String>) {
    match written {
        Some(version) if version.text.contains("${") => (None, Some(format!("the version is {}", version.text))),
        written => (written, None),
    }
}

/// An `OCIRepository` is a single chart; a digest takes precedence over a range, and a range over a tag.
fn of_registry(spec: &Field<'_>) -> Chart {
    let url = spec.text_of("url").unwrap_or_default().trim_end_matches('/');
    let (registry, name) = url.rsplit_once('/').unwrap_or(("", url));
    let reference = spec.get("ref");
    let read = |key: &str| reference.as_ref().and_then(|reference| reference.get(key)).and_then(|tag| tag.located());
    let (version, gap) = match (read("digest"), read("tag")) {
        (Some(_), None) => (None, Some("the version is given by a digest".to_owned())),
        // If both are written, the tag documents the version of that digest.
        (Some(_), Some(tag)) => version(Some(tag)),
        (None, tag) => version(read("semver").or(tag)),
    };
    let repository = (!registry.is_empty()).then(|| registry.to_owned());
    let name = (!name.is_empty()).then(|| name.to_owned());
    Chart { name, repository, version, version_gap: gap, ..Chart::default() }
}

/// If a source object is defined elsewhere, its name still says something: repositories are often named after their
/// vendors.
fn named(source: &Field<'_>) -> Option<String> {
    source.text_of("name").map(|name| format!("@{name}"))
}

/// The revision to check out: the first of these fields that is set.
fn revision(reference: &Field<'_>) -> Option<Located> {
    ["commit", "name", "semver", "tag", "branch"].iter().find_map(|key| reference.get(key)?.located())
}

/// The chart's `valuesFiles`, which replace its values.yaml.
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
        // Relative to the root of the source, or to the chart.
        let folders = path::folders_above(scope.path()).chain(std::iter::once(folder.as_str())).collect();
        Named { written: &file, path: &file.text, folders }.layer(scope)
    });
    layers.collect()
}
