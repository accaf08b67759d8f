//! Cluster API's add-on provider for Helm: `HelmChartProxy`, a chart for each of the clusters that it selects.
//!
//! Read in kubernetes-sigs/cluster-api-addon-provider-helm, `api/v1alpha1/helmchartproxy_types.go`, revision 4aa8c439.

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::inline_values;
use super::path;
use super::release::{Form, Object, Release};
use super::surroundings::Scope;

/// The release of a `HelmChartProxy`.
pub(super) fn proxy(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    installed(object, scope).into_iter().collect()
}

fn installed(object: &Field<'_>, scope: &Scope<'_>) -> Option<Release> {
    let (own, spec) = (Object::of(object)?, object.get("spec")?);
    let folder = path::parent(scope.path());
    let (repository, version) = (spec.text_of("repoURL"), located(&spec, "version"));
    let reference = ChartReference { written: located(&spec, "chartName")?, repository, version, folder };
    Some(Release {
        namespace: spec.text_of("namespace").map(str::to_owned),
        name: spec.text_of("releaseName").map(str::to_owned),
        layers: spec.get("valuesTemplate").and_then(|values| inline_values::layer(&values)).into_iter().collect(),
        sites: inline_values::site(&spec, "valuesTemplate", Form::Text).into_iter().collect(),
        ..Release::of(own, reference.chart(scope))
    })
}
