//! `KubeVela`: the components of an `Application` that are charts, as its add-on for Flux defines them.
//!
//! Read in kubevela/catalog, addons/fluxcd/definitions/helm-release-def.cue, revision 0ba733b2: each component becomes a
//! `HelmRelease` and its source.

use super::field::Field;
use super::flux::values_from;
use super::git_chart::GitChart;
use super::path;
use super::release::{Chart, Element, Form, Layer, Listed, Object, Release};
use super::surroundings::Scope;
use super::values_file::missing;

/// The releases of an application.
pub(super) fn application(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let (Some(own), Some(spec)) = (Object::of(object), object.get("spec")) else { return Vec::new() };
    let components = spec.get("components").map(|components| components.items()).unwrap_or_default();
    let components = components.iter().enumerate().filter(|(_, component)| component.text_of("type") == Some("helm"));
    let releases = components.filter_map(|(index, component)| {
        let label = component.text_of("name")?.to_owned();
        let element = Some(Element { index, label, is_environment: false });
        let chart = component.get("properties")?;
        release(Listed { object: Object { element, ..own.clone() }, chart }, &spec, scope)
    });
    releases.collect()
}

fn release(Listed { object, chart: properties }: Listed<'_>, spec: &Field<'_>, scope: &Scope<'_>) -> Option<Release> {
    let namespace = properties.text_of("targetNamespace").map(str::to_owned).or_else(|| object.namespace.clone());
    let mut layers = layers(&properties, &object, scope);
    layers.extend(overridden(spec));
    Some(Release {
        namespace,
        name: properties.text_of("releaseName").map(str::to_owned),
        layers,
        sites: vec![properties.gap("values").site(Form::Mapping)],
        ..Release::of(object, chart(&properties, scope)?)
    })
}

/// By name in a repository, or by a path in Git or in a bucket.
fn chart(properties: &Field<'_>, scope: &Scope<'_>) -> Option<Chart> {
    let (written, url) = (properties.text_of("chart")?, properties.text_of("url"));
    match properties.text_of("repoType").unwrap_or("helm") {
        "git" => {
            let git = properties.get("git");
            let named = |key: &str| git.as_ref()?.get(key)?.located();
            let revision = ["commit", "name", "semver", "tag", "branch"].into_iter().find_map(named);
            Some(GitChart { path: written, repository: url, revision, is_guess: false }.chart(scope))
        }
        "helm" | "oci" => Some(Chart {
            name: Some(path::name(written).to_owned()),
            repository: url.map(str::to_owned),
            version: properties.get("version").and_then(|version| version.located()),
            ..Chart::default()
        }),
        _ => Some(Chart { name_gap: Some(format!("the chart is {written} in a bucket")), ..Chart::default() }),
    }
}

/// Files of the chart's source, then `valuesFrom`, then `values`, as Flux merges them.
fn layers(properties: &Field<'_>, own: &Object, scope: &Scope<'_>) -> Vec<Layer> {
    let files = properties.get("valuesFiles").map(|files| files.items()).unwrap_or_default();
    let unread = |file: &Field<'_>| missing(&file.named(), Vec::new(), "the values file is in the chart's source");
    let mut layers: Vec<Layer> = files.iter().map(unread).collect();
    layers.extend(values_from::layers(properties, own, scope));
    layers
}

/// A policy may override what components are given.
fn overridden(spec: &Field<'_>) -> Option<Layer> {
    let policies = spec.get("policies")?.items();
    let policy = policies.iter().find(|policy| policy.text_of("type") == Some("override"))?;
    Some(missing(&policy.named(), Vec::new(), "a policy overrides properties of components"))
}
