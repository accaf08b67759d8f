//! Crossplane: `Release` of its provider for Helm, of the cluster or of a namespace.
//!
//! Read in crossplane-contrib/provider-helm: the fields in apis/cluster/release/v1beta1/types.go (01ef5f4d), the order of
//! values in `composeValuesFromSpec` of pkg/controller/namespaced/release/values.go (0db09034), and that of Secrets over
//! `ConfigMaps` in data.go there (19a64715).

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::keyed::Keyed;
use super::path;
use super::release::{Chart, Content, Flag, Form, Layer, Missing, Object, Parameter, Presence, Release};
use super::surroundings::Scope;
use super::values_file::missing;

/// The release of a `Release`.
pub(super) fn release(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    installed(object, scope).into_iter().collect()
}

fn installed(object: &Field<'_>, scope: &Scope<'_>) -> Option<Release> {
    let own = Object::of(object)?;
    let wanted = object.at(&["spec", "forProvider"])?;
    // The release is called as the object is, unless it is told otherwise.
    let name = object.at(&["metadata", "annotations", "crossplane.io/external-name"]).and_then(|name| name.text());
    Some(Release {
        namespace: wanted.text_of("namespace").map(str::to_owned).or_else(|| own.namespace.clone()),
        name: Some(name.unwrap_or(&own.name).to_owned()),
        presence: presence(object),
        layers: layers(&wanted, &own, scope),
        sites: vec![wanted.gap("values").site(Form::Mapping)],
        ..Release::of(own, chart(&wanted.get("chart")?, scope)?)
    })
}

/// By repository, name and version, or by an address, which overrides them.
fn chart(chart: &Field<'_>, scope: &Scope<'_>) -> Option<Chart> {
    let folder = path::parent(scope.path());
    let (url, version) = (located(chart, "url").filter(|url| !url.text.is_empty()), located(chart, "version"));
    let reference = match url {
        Some(written) => ChartReference { written, repository: None, version: None, folder },
        None => ChartReference {
            written: located(chart, "name")?,
            repository: chart.text_of("repository"),
            version,
            folder,
        },
    };
    Some(reference.chart(scope))
}

/// Management policies may only let Crossplane look on.
fn presence(object: &Field<'_>) -> Presence {
    let policies = object.at(&["spec", "managementPolicies"]).map(|policies| policies.items()).unwrap_or_default();
    let installs = |policy: &Field<'_>| policy.text().is_none_or(|policy| matches!(policy, "*" | "Create" | "Update"));
    if policies.is_empty() || policies.iter().any(installs) {
        Presence::Installed
    } else {
        Presence::Absent("managementPolicies neither create nor update it".to_owned())
    }
}

/// `valuesFrom`, then `values`, then `set`; patches of what Helm renders over all that.
fn layers(wanted: &Field<'_>, own: &Object, scope: &Scope<'_>) -> Vec<Layer> {
    let items = |key| wanted.get(key).map(|list| list.items()).unwrap_or_default();
    let mut layers: Vec<Layer> =
        items("valuesFrom").iter().filter_map(|source| keyed(source, own, "values.yaml")?.layer(scope)).collect();
    layers.extend(wanted.get("values").map(|values| values.layer()));
    layers.extend(items("set").iter().filter_map(|set| parameter(set, own)));
    let patches = wanted.get("patchesFrom").filter(|patches| !patches.items().is_empty());
    layers.extend(patches.map(|patches| missing(&patches.named(), Vec::new(), "they patch what Helm renders")));
    layers
}

/// A reference to a key; the Secret's counts if there are both.
fn keyed<'d>(source: &Field<'d>, own: &Object, key: &'d str) -> Option<Keyed<'d>> {
    let secret = source.get("secretKeyRef").map(|reference| ("Secret", reference));
    let (kind, reference) = secret.or_else(|| Some(("ConfigMap", source.get("configMapKeyRef")?)))?;
    Some(Keyed {
        kind,
        name: reference.text_of("name")?,
        namespace: reference.text_of("namespace").map(str::to_owned).or_else(|| own.namespace.clone()),
        key: reference.text_of("key").unwrap_or(key),
        is_optional: reference.is_true("optional"),
        place: reference.place(),
    })
}

/// An item of `set`, as `--set` takes it.
fn parameter(set: &Field<'_>, own: &Object) -> Option<Layer> {
    let name = located(set, "name")?;
    let at = set.way().to_owned();
    if let Some(source) = set.get("valueFrom") {
        let what = keyed(&source, own, "value").map_or_else(|| source.way().to_owned(), |keyed| keyed.title());
        let why = format!("{} gets its value from {what}", name.text);
        let missing = Missing { what, why, tried: Vec::new(), place: source.place() };
        return Some(Layer { at, content: Content::MissingValue(name, missing) });
    }
    let value = located(set, "value")?;
    let assignment = format!("{}={}", name.text, value.text);
    Some(Layer { at, content: Content::Parameters(vec![Parameter { flag: Flag::Set, assignment, name, value }]) })
}
