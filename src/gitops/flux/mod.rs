//! Flux: `HelmRelease`, in its current form and that of Flux v1.

mod chart;
mod old;
pub(super) mod values_from;

use super::field::Field;
use super::overlay;
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

/// A layer for post-renderers that reach what decides how a server purges: values are not the last word then.
///
/// They patch, and replace images (`Kustomize` in `api/v2/helmrelease_types.go` of fluxcd/helm-controller, v1.0.0).
fn post_rendered(spec: &Field<'_>) -> Option<Layer> {
    let renderers = spec.get("postRenderers")?;
    let kustomize: Vec<Field<'_>> =
        renderers.items().into_iter().filter_map(|renderer| renderer.get("kustomize")).collect();
    let lists = ["patches", "patchesStrategicMerge", "patchesJson6902"];
    let lists = kustomize.iter().flat_map(|kustomize| lists.into_iter().filter_map(|list| kustomize.get(list)));
    let patches: Vec<Field<'_>> = lists.flat_map(|list| list.items()).collect();
    let mut images = kustomize.iter().filter_map(|kustomize| kustomize.get("images"));
    if images.any(|images| overlay::may_change_server(&images)) {
        return Some(post_render::patched(renderers.named()));
    }
    post_render::patching(&patches, renderers.named())
}

fn target_namespace(spec: &Field<'_>, own: &Object) -> Option<String> {
    spec.text_of("targetNamespace").map(str::to_owned).or_else(|| own.namespace.clone())
}
