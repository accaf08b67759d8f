//! The chart of a `HelmRelease`, and the source that it comes from.

use crate::gitops::chart_folder;
use crate::gitops::field::Field;
use crate::gitops::path;
use crate::gitops::release::{Chart, Layer, Located, Object};
use crate::gitops::surroundings::{Found, Reference, Scope};
use crate::gitops::values_file::{Named, missing};

const SOURCES: &str = "source.toolkit.fluxcd.io";

/// `chartRef` or `chart.spec`.
pub(super) fn of_spec(spec: &Field<'_>, own: &Object, scope: &Scope<'_>, notes: &mut Vec<String>) -> Option<Chart> {
    if let Some(reference) = spec.get("chartRef") {
        return Some(referred(&reference, own, scope, notes));
    }
    Some(from_source(&spec.at(&["chart", "spec"])?, own.namespace.as_deref(), scope, notes))
}

/// A chart, a version, and a source; so it stands in a `HelmRelease` and in a `HelmChart`.
fn from_source(template: &Field<'_>, namespace: Option<&str>, scope: &Scope<'_>, notes: &mut Vec<String>) -> Chart {
    let written = template.text_of("chart").unwrap_or_default();
    let source = template.get("sourceRef");
    let kind = source.as_ref().and_then(|source| source.text_of("kind")).unwrap_or("HelmRepository");
    if kind != "HelmRepository" {
        let folder = chart_folder::find(written, scope);
        let name = folder.is_none().then(|| path::name(written).to_owned());
        return Chart { name, folder, ..Chart::default() };
    }
    let repository = source.and_then(|source| {
        let url =
            |repository: &Field<'_>| repository.at(&["spec", "url"]).and_then(|url| url.text()).map(str::to_owned);
        look_up(&source, kind, namespace, scope, notes, url).flatten()
    });
    let (version, version_gap) = version(template.get("version").and_then(|version| version.located()));
    Chart { name: Some(path::name(written).to_owned()), repository, version, version_gap, folder: None }
}

/// Flux substitutes `${name}` from what the cluster knows.
fn version(written: Option<Located>) -> (Option<Located>, Option<String>) {
    match written {
        Some(version) if version.text.contains("${") => (None, Some(format!("the version is {}", version.text))),
        written => (written, None),
    }
}

/// `chartRef`: an `OCIRepository` or a `HelmChart`.
fn referred(reference: &Field<'_>, own: &Object, scope: &Scope<'_>, notes: &mut Vec<String>) -> Chart {
    let kind = reference.text_of("kind").unwrap_or_default();
    let namespace = reference.text_of("namespace").or(own.namespace.as_deref());
    let mut inner_notes = Vec::new();
    let chart = look_up(reference, kind, own.namespace.as_deref(), scope, notes, |object| {
        let spec = object.get("spec")?;
        match kind {
            "OCIRepository" => Some(of_registry(&spec)),
            _ => Some(from_source(&spec, namespace, scope, &mut inner_notes)),
        }
    });
    notes.append(&mut inner_notes);
    let unknown = || {
        let name = reference.text_of("name").unwrap_or_default();
        Chart {
            version_gap: Some(format!("the chart is that of {kind}/{name}, which is not here")),
            ..Chart::default()
        }
    };
    chart.flatten().unwrap_or_else(unknown)
}

/// An `OCIRepository` is one chart; a digest counts before a range, and a range before a tag.
fn of_registry(spec: &Field<'_>) -> Chart {
    let url = spec.text_of("url").unwrap_or_default().trim_end_matches('/');
    let (registry, name) = url.rsplit_once('/').unwrap_or(("", url));
    let reference = spec.get("ref");
    let read = |key: &str| reference.as_ref().and_then(|reference| reference.get(key)).and_then(|tag| tag.located());
    let (version, gap) = match read("digest") {
        Some(_) if read("tag").is_none() => (None, Some("the version is given by a digest".to_owned())),
        Some(_) => version(read("tag")),
        None => version(read("semver").or_else(|| read("tag"))),
    };
    let repository = (!registry.is_empty()).then(|| registry.to_owned());
    Chart { name: Some(name.to_owned()), repository, version, version_gap: gap, folder: None }
}

/// Gives the object that a reference names to a reader, or notes why that is not possible.
fn look_up<R>(
    reference: &Field<'_>,
    kind: &str,
    namespace: Option<&str>,
    scope: &Scope<'_>,
    notes: &mut Vec<String>,
    reader: impl FnOnce(&Field<'_>) -> R,
) -> Option<R> {
    let name = reference.text_of("name").unwrap_or_default();
    let namespace = reference.text_of("namespace").or(namespace);
    match scope.find(Reference { group: SOURCES, kind, name, namespace }) {
        Found::One(object) => scope.read(&object, reader),
        Found::None => {
            notes.push(format!("{kind}/{name} is not in this folder or one above"));
            None
        }
        Found::Several => {
            notes.push(format!("there is more than one {kind}/{name}"));
            None
        }
    }
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
