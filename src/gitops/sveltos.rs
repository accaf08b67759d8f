//! Sveltos: the charts of a `ClusterProfile` or `Profile`.
//!
//! Read in projectsveltos/addon-controller, api/v1beta1/spec.go, revision 9d37ff65: `helmCharts`, `helmChartAction`,
//! `syncMode`, `values` as a template, `valuesFrom` in the management cluster, and `patches` of all that is deployed.

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::inline_values;
use super::path;
use super::post_render;
use super::release::{Form, Layer, Listed, Presence, Release};
use super::surroundings::Scope;
use super::values_file::missing;

/// The releases of a profile.
pub(super) fn profile(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    let charts = spec.get("helmCharts").map(|charts| charts.items()).unwrap_or_default();
    let label = |chart: &Field<'_>| chart.text_of("releaseName").unwrap_or_else(|| chart.way()).to_owned();
    Listed::all(object, &charts, label).into_iter().filter_map(|listed| release(listed, &spec, scope)).collect()
}

fn release(Listed { object, chart }: Listed<'_>, spec: &Field<'_>, scope: &Scope<'_>) -> Option<Release> {
    let folder = path::parent(scope.path());
    let (repository, version) = (chart.text_of("repositoryURL"), located(&chart, "chartVersion"));
    let reference = ChartReference { written: located(&chart, "chartName")?, repository, version, folder };
    Some(Release {
        namespace: chart.text_of("releaseNamespace").map(str::to_owned),
        name: chart.text_of("releaseName").map(str::to_owned),
        presence: presence(&chart, spec),
        layers: layers(&chart, spec),
        sites: inline_values::site(&chart, "values", Form::Text).into_iter().collect(),
        ..Release::of(object, reference.chart(scope))
    })
}

fn presence(chart: &Field<'_>, spec: &Field<'_>) -> Presence {
    if chart.text_of("helmChartAction") == Some("Uninstall") {
        return Presence::Absent("helmChartAction is Uninstall".to_owned());
    }
    if spec.text_of("syncMode") == Some("DryRun") {
        return Presence::Absent("syncMode is DryRun".to_owned());
    }
    Presence::Installed
}

/// `values`, then everything that the objects of `valuesFrom` hold; patches of what Helm renders over all that.
fn layers(chart: &Field<'_>, spec: &Field<'_>) -> Vec<Layer> {
    let mut layers: Vec<Layer> =
        chart.get("values").and_then(|values| inline_values::layer(&values)).into_iter().collect();
    let sources = chart.get("valuesFrom").filter(|sources| !sources.items().is_empty());
    let why = "the objects of valuesFrom are looked up in the cluster";
    layers.extend(sources.map(|sources| missing(&sources.named(), Vec::new(), why)));
    let patches = spec.get("patches").map(|patches| patches.items()).unwrap_or_default();
    let patching = |patch: &Field<'_>| post_render::patching(std::slice::from_ref(patch), patch.named());
    layers.extend(patches.iter().filter_map(patching));
    layers
}
