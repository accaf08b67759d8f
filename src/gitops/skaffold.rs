//! Skaffold: the Helm releases of a configuration, which it renders or deploys, and those of its profiles.

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::path;
use super::release::{Chart, Content, Element, Flag, Form, Layer, Located, Object, Parameter, Release, Site};
use super::surroundings::Scope;
use super::values_file::{Named, missing_value};

/// The releases of a configuration.
pub(super) fn config(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let profiles = object.get("profiles").map(|profiles| profiles.items()).unwrap_or_default();
    let own = helms(object).map(|helm| (helm, None));
    let of_profiles = profiles.iter().flat_map(|profile| helms(profile).map(|helm| (helm, profile.text_of("name"))));
    let all: Vec<_> = own.chain(of_profiles).collect();
    let releases = all.iter().flat_map(|(helm, profile)| {
        let releases = helm.get("releases").map(|releases| releases.items()).unwrap_or_default();
        releases.into_iter().map(|release| (release, *profile)).collect::<Vec<_>>()
    });
    releases.enumerate().filter_map(|(index, (field, profile))| release(&field, (index, profile), scope)).collect()
}

/// Where a configuration or a profile names releases.
fn helms<'d>(object: &Field<'d>) -> impl Iterator<Item = Field<'d>> {
    ["manifests", "deploy"].into_iter().filter_map(|stage| object.at(&[stage, "helm"])).collect::<Vec<_>>().into_iter()
}

fn release(field: &Field<'_>, (index, profile): (usize, Option<&str>), scope: &Scope<'_>) -> Option<Release> {
    let name = field.get("name")?;
    let label = |profile: &str| Element { index, label: profile.to_owned(), is_environment: false };
    let chart = chart(field, scope)?;
    Some(Release {
        namespace: field.text_of("namespace").map(str::to_owned),
        name: field.text_of("name").map(str::to_owned),
        layers: layers(field, scope),
        sites: sites(field, scope),
        ..Release::of(
            Object {
                kind: "skaffold".to_owned(),
                name: name.text()?.to_owned(),
                namespace: None,
                element: profile.map(label),
                place: name.place(),
            },
            chart,
        )
    })
}

/// A folder, an archive, an address, or a name with a repository.
fn chart(field: &Field<'_>, scope: &Scope<'_>) -> Option<Chart> {
    let folder = path::parent(scope.path());
    let (repository, version) = (field.text_of("repo"), located(field, "version"));
    if let Some(written) = located(field, "remoteChart") {
        return Some(ChartReference { written, repository, version, folder }.chart(scope));
    }
    let written = located(field, "chartPath")?;
    if written.text.contains("{{") {
        return Some(Chart::filled_in(&written.text));
    }
    // A path need not begin with a dot.
    let is_path = written.text.starts_with(['.', '/']);
    let text = if is_path { written.text } else { format!("./{}", written.text) };
    let written = Located { text, place: written.place };
    Some(ChartReference { written, repository: None, version: None, folder }.chart(scope))
}

/// `overrides`, then `valuesFiles`, then what is set one by one.
fn layers(field: &Field<'_>, scope: &Scope<'_>) -> Vec<Layer> {
    let overrides = field.get("overrides").filter(Field::is_mapping).map(|overrides| overrides.layer());
    let parameters = ["setValues", "setValueTemplates"].into_iter().filter_map(|key| parameters(field, key));
    let files = field.get("setFiles").map(|files| files.entries()).unwrap_or_default();
    let files = files
        .into_iter()
        .filter_map(|(name, file)| Some(missing_value(name, file.located()?, "it is the text of that file")));
    overrides.into_iter().chain(values_files(field, scope)).chain(parameters).chain(files).collect()
}

fn values_files(field: &Field<'_>, scope: &Scope<'_>) -> Vec<Layer> {
    let files = field.get("valuesFiles").map(|files| files.items()).unwrap_or_default();
    let files = files.iter().filter_map(Field::located);
    files
        .map(|file| Named { written: &file, path: &file.text, folders: vec![path::parent(scope.path())] }.layer(scope))
        .collect()
}

/// What `--set` is given, sorted by key; nested keys are joined with dots.
fn parameters(field: &Field<'_>, key: &str) -> Option<Layer> {
    let set = field.get(key)?;
    let mut parameters = Vec::new();
    collect(&set, "", &mut parameters);
    parameters.sort_by(|one: &Parameter, other| one.name.text.cmp(&other.name.text));
    Some(Layer { at: set.way().to_owned(), content: Content::Parameters(parameters) })
}

fn collect(mapping: &Field<'_>, prefix: &str, parameters: &mut Vec<Parameter>) {
    for (key, value) in mapping.entries() {
        let name = Located { text: format!("{prefix}{}", key.text), place: key.place };
        if value.is_mapping() {
            collect(&value, &format!("{}.", name.text), parameters);
            continue;
        }
        let Some(mut value) = value.located() else { continue };
        // What an action writes is known only when Skaffold runs.
        value.place.is_known &= !value.text.contains("{{");
        let assignment = format!("{}={}", name.text, value.text);
        parameters.push(Parameter { flag: Flag::Set, assignment, name, value });
    }
}

/// The last values file, or `overrides`, over which files go.
fn sites(field: &Field<'_>, scope: &Scope<'_>) -> Vec<Site> {
    let files = values_files(field, scope);
    let last = files.iter().rev().find_map(Site::of_file);
    last.into_iter().chain([field.gap("overrides").site(Form::Mapping)]).collect()
}
