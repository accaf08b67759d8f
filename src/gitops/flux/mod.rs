//! Flux: `HelmRelease`, in its current form and that of Flux v1.

mod chart;
mod old;
pub(super) mod values_from;

use super::field::Field;
use super::post_render;
use super::release::{Form, Layer, Object, Release};
use super::surroundings::Scope;
use chart::Finder;

pub(super) use old::helm_release as old_helm_release;

/// The release of a `HelmRelease` of `helm.toolkit.fluxcd.io`, of any version.
pub(super) fn helm_release(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    release(object, scope).into_iter().collect()
}

fn release(object: &Field<'_>, scope: &Scope<'_>) -> Option<Release> {
    let spec = object.get("spec")?;
    let own = Object::of(object)?;
    let chart = Finder { scope, namespace: own.namespace.as_deref() }.of_spec(&spec)?;
    let mut layers = chart::values_files(&spec, &chart, scope);
    layers.extend(values_from::layers(&spec, &own, scope));
    layers.extend(post_rendered(&spec));
    Some(Release {
        namespace: target_namespace(&spec, &own),
        name: spec.text_of("releaseName").map(str::to_owned),
        layers,
        sites: vec![spec.gap("values").site(Form::Mapping)],
        ..Release::of(own, chart)
    })
}

/// A layer for post-renderers whose patches reach what decides how a server purges: values are not the last word then.
fn post_rendered(spec: &Field<'_>) -> Option<Layer> {
    let renderers = spec.get("postRenderers")?;
    let lists = renderers.items().into_iter().filter_map(|renderer| renderer.get("kustomize")).flat_map(|kustomize| {
        ["patches", "patchesStrategicMerge", "patchesJson6902"].into_iter().filter_map(move |list| kustomize.get(list))
    });
    let patches: Vec<Field<'_>> = lists.flat_map(|list| list.items()).collect();
    post_render::patching(&patches, renderers.named())
}

fn target_namespace(spec: &Field<'_>, own: &Object) -> Option<String> {
    spec.text_of("targetNamespace").map(str::to_owned).or_else(|| own.namespace.clone())
}
