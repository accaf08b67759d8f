//! Argo CD: `Application` and `ApplicationSet`.

mod git;
mod parameters;
mod set;
mod source;
mod template;
mod values;

use super::field::Field;
use super::release::{Element, Object, Release};
use super::surroundings::Scope;
use super::values_file::missing;
use source::Source;
use values::SourceValues;

pub(super) use set::{application_set, specifications};

/// Why the values of a plugin are not known.
const PLUGIN: &str = "the values that the plugin gives to Helm are not at hand";

/// The releases of an `Application`: one for each of its sources that is a chart.
pub(super) fn application(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    numbered(of_spec(object, &spec, scope))
}

/// Makes several releases of one object distinguishable; labels that are already there are kept.
fn numbered(mut releases: Vec<Release>) -> Vec<Release> {
    let is_several = releases.len() > 1;
    for (index, release) in releases.iter_mut().enumerate().filter(|_| is_several) {
        let chart = || release.chart.name.clone().unwrap_or_else(|| index.to_string());
        let label = release.object.element.take().map_or_else(chart, |element| element.label);
        release.object.element = Some(Element { index, label, is_environment: false });
    }
    releases
}

/// The releases of an application's specification, wherever it appears.
fn of_spec(object: &Field<'_>, spec: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let Some(own) = Object::of(object) else { return Vec::new() };
    let sources = Source::all(spec);
    let releases = sources.iter().filter_map(|source| {
        let chart = source.chart(scope)?;
        let layers = source.helm.as_ref().map(|helm| {
            let values = SourceValues { helm, chart: &chart, sources: &sources, scope };
            values.layers()
        });
        let mut layers = layers.unwrap_or_default();
        let plugin = source.plugin().map(|plugin| missing(&plugin.named(), Vec::new(), PLUGIN));
        // Argo CD uses only one of `helm` and `plugin`.
        let sites = if plugin.is_some() { Vec::new() } else { values::sites(source, &layers) };
        layers.extend(plugin);
        Some(Release {
            namespace: spec.at(&["destination", "namespace"]).and_then(|field| field.text()).map(str::to_owned),
            name: source.release_name().map(str::to_owned),
            sites,
            layers,
            ..Release::of(own.clone(), chart)
        })
    });
    releases.collect()
}
