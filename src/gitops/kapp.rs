//! kapp-controller: the charts that an `App` fetches and renders.
//!
//! Read in carvel-dev/kapp-controller: the fields in `pkg/apis/kappctrl/v1alpha1/types_fetch.go` (157a8c22) and
//! `types_template.go` (01b8a4a7); release name, namespace and `--values` in `pkg/template/helm_template.go` (08244514).

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::path;
use super::post_render;
use super::release::{Layer, Listed, Release};
use super::surroundings::Scope;
use super::values_file::missing;

/// The releases of an `App`.
pub(super) fn app(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    let fetched = spec.get("fetch").map(|fetched| fetched.items()).unwrap_or_default();
    let charts: Vec<Field<'_>> = fetched.iter().filter_map(|fetched| fetched.get("helmChart")).collect();
    let label = |chart: &Field<'_>| path::name(chart.text_of("name").unwrap_or_default()).to_owned();
    Listed::all(object, &charts, label).into_iter().filter_map(|listed| release(listed, &spec, scope)).collect()
}

fn release(Listed { object, chart }: Listed<'_>, spec: &Field<'_>, scope: &Scope<'_>) -> Option<Release> {
    let folder = path::parent(scope.path());
    let repository = chart.at(&["repository", "url"]).and_then(|url| url.text());
    let reference =
        ChartReference { written: located(&chart, "name")?, repository, version: located(&chart, "version"), folder };
    let template = spec.get("template");
    let steps = template.as_ref().map(Field::items).unwrap_or_default();
    let step = steps.iter().find_map(|step| step.get("helmTemplate"));
    let text = |key: &str| step.as_ref().and_then(|step| step.text_of(key)).map(str::to_owned);
    Some(Release {
        namespace: text("namespace").or_else(|| object.namespace.clone()),
        name: text("name").or_else(|| Some(object.name.clone())),
        layers: layers(step.as_ref(), template.as_ref()),
        // Values are in Secrets, ConfigMaps and files of what is fetched.
        sites: Vec::new(),
        ..Release::of(object, reference.chart(scope))
    })
}

/// What `valuesFrom` names is looked up in the cluster or in what is fetched; other steps may change what is rendered.
fn layers(step: Option<&Field<'_>>, template: Option<&Field<'_>>) -> Vec<Layer> {
    let sources = step.and_then(|step| step.get("valuesFrom")).filter(|sources| !sources.items().is_empty());
    let why = "values from Secrets, ConfigMaps and fetched files are not looked up";
    let sources = sources.map(|sources| missing(&sources.named(), Vec::new(), why));
    let changed = template
        .and_then(|template| post_render::naming(&template.node().to_json().ok()?.to_string(), template.named()));
    sources.into_iter().chain(changed).collect()
}
