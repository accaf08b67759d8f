//! `HelmRelease` of Flux v1: the chart is in the object, and `valuesFrom` has different field names.

use super::target_namespace;
use crate::gitops::field::Field;
use crate::gitops::git_chart::GitChart;
use crate::gitops::keyed::Keyed;
use crate::gitops::release::{Chart, Form, Layer, Object, Release};
use crate::gitops::surroundings::Scope;
use crate::gitops::values_file::missing;

pub(in crate::gitops) fn helm_release(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    release(object, scope).into_iter().collect()
}

fn release(object: &Field<'_>, scope: &Scope<'_>) -> Option<Release> {
    let spec = object.get("spec")?;
    let own = Object::of(object)?;
    let sources = spec.get("valuesFrom").map(|list| list.items()).unwrap_or_default();
    let secrets = spec.get("valueFileSecrets").map(|list| list.items()).unwrap_or_default();
    let mut layers: Vec<Layer> =
        secrets.iter().filter_map(|secret| keyed_layer("Secret", secret, &own, scope)).collect();
    layers.extend(sources.iter().filter_map(|source| layer(source, &own, scope)));
    layers.extend(spec.get("values").map(|values| values.layer()));
    Some(Release {
        namespace: target_namespace(&spec, &own),
        name: spec.text_of("releaseName").map(str::to_owned),
        layers,
        sites: vec![spec.gap("values").site(Form::Mapping)],
        ..Release::of(own, chart(&spec.get("chart")?, scope))
    })
}

/// By repository, name and version, or by a path in Git.
fn chart(chart: &Field<'_>, scope: &Scope<'_>) -> Chart {
    if let Some(path) = chart.text_of("path") {
        let revision = chart.get("ref").and_then(|revision| revision.located());
        let in_git = GitChart { path, repository: chart.text_of("git"), revision, is_guess: false };
        return in_git.chart(scope);
    }
    Chart {
        name: chart.text_of("name").map(str::to_owned),
        repository: chart.text_of("repository").map(str::to_owned),
        version: chart.get("version").and_then(|version| version.located()),
        ..Chart::default()
    }
}

/// An item of `valuesFrom`.
fn layer(item: &Field<'_>, own: &Object, scope: &Scope<'_>) -> Option<Layer> {
    let (key, reference) = item.entries().into_iter().next()?;
    match key.text.as_str() {
        "configMapKeyRef" => keyed_layer("ConfigMap", &reference, own, scope),
        "secretKeyRef" => keyed_layer("Secret", &reference, own, scope),
        _ => {
            let written = reference.get("url").or_else(|| reference.get("path"))?.located()?;
            Some(missing(&written, Vec::new(), &format!("{} is not in this repository", written.text)))
        }
    }
}

fn keyed_layer(kind: &str, reference: &Field<'_>, own: &Object, scope: &Scope<'_>) -> Option<Layer> {
    let keyed = Keyed {
        kind,
        name: reference.text_of("name")?,
        namespace: reference.text_of("namespace").map(str::to_owned).or_else(|| own.namespace.clone()),
        key: reference.text_of("key").unwrap_or("values.yaml"),
        is_optional: reference.is_true("optional"),
        place: reference.place(),
    };
    keyed.layer(scope)
}
