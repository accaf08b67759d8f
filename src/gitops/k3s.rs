//! k3s and RKE2: `HelmChart`, and the `HelmChartConfig` of the same name that overrides it.
//!
//! Read in k3s-io/helm-controller, pkg/controllers/chart/chart.go, revisions 008dc8ef and 32c2e08f: the config is the one
//! that has the namespace and the name of the chart (`confCache.Get`); its values are files behind those of the chart
//! (`values-1-000-HelmChartConfig-ValuesContent.yaml`, `values-1-001-HelmChartConfig-Values.yaml`, then Secrets), and
//! `set` becomes flags, sorted by key (`args`, `typedVal`).

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::keyed::Keyed;
use super::neighbour::Reference;
use super::path;
use super::release::{Chart, Content, Flag, Form, Layer, Located, Object, Parameter, Release, Site};
use super::surroundings::{Resolution, Scope};
use super::values_file::missing;

const GROUP: &str = "helm.cattle.io";
const CONFIG: &str = "HelmChartConfig";

/// The release of a `HelmChart`.
pub(super) fn helm_chart(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    release(object, scope).into_iter().collect()
}

fn release(object: &Field<'_>, scope: &Scope<'_>) -> Option<Release> {
    let spec = object.get("spec")?;
    let name = object.at(&["metadata", "name"])?;
    let own = Object {
        kind: "HelmChart".to_owned(),
        name: name.text()?.to_owned(),
        namespace: object.get("metadata")?.text_of("namespace").map(str::to_owned),
        element: None,
        place: name.place(),
    };
    let (config, config_sites) = config(&own, scope);
    let mut layers = layers(&spec, "", &own, scope);
    layers.extend(config);
    layers.extend(parameters(&spec));
    Some(Release {
        namespace: spec.text_of("targetNamespace").map(str::to_owned).or_else(|| own.namespace.clone()),
        name: Some(own.name.clone()),
        layers,
        sites: config_sites.into_iter().chain(sites(&spec, "")).collect(),
        ..Release::of(own, chart(&spec, scope)?)
    })
}

/// A chart that is packed into the object is not unpacked.
fn chart(spec: &Field<'_>, scope: &Scope<'_>) -> Option<Chart> {
    if spec.get("chartContent").is_some() {
        return Some(Chart { name_gap: Some("the chart is packed into the object".to_owned()), ..Chart::default() });
    }
    let folder = path::parent(scope.path());
    let (repository, version) = (spec.text_of("repo"), located(spec, "version"));
    let reference = ChartReference { written: located(spec, "chart")?, repository, version, folder };
    Some(reference.chart(scope))
}

/// `valuesContent`, then `values`, then Secrets.
fn layers(spec: &Field<'_>, prefix: &str, own: &Object, scope: &Scope<'_>) -> Vec<Layer> {
    let at = |field: &Field<'_>| format!("{prefix}{}", field.way());
    let text = spec
        .get("valuesContent")
        .and_then(|text| Some(Layer { at: at(&text), content: Content::Values(text.inner_values()?) }));
    let tree = spec.get("values").map(|tree| Layer { at: at(&tree), content: Content::Values(tree.values()) });
    let secrets = spec.get("valuesSecrets").map(|list| list.items()).unwrap_or_default();
    let secrets = secrets.into_iter().flat_map(|secret| secret_layers(&secret, own, scope));
    text.into_iter().chain(tree).chain(secrets).collect()
}

fn secret_layers(secret: &Field<'_>, own: &Object, scope: &Scope<'_>) -> Vec<Layer> {
    let keys = secret.get("keys").map(|keys| keys.items()).unwrap_or_default();
    let layers = keys.iter().filter_map(|key| {
        let keyed = Keyed {
            kind: "Secret",
            name: secret.text_of("name")?,
            namespace: own.namespace.clone(),
            key: key.text()?,
            is_optional: secret.is_true("ignoreUpdates"),
            place: key.place(),
        };
        keyed.layer(scope)
    });
    layers.collect()
}

/// The values of the `HelmChartConfig`, and where to edit them. The controller reads the one of its own cluster, wherever
/// the repository keeps it.
fn config(own: &Object, scope: &Scope<'_>) -> (Vec<Layer>, Vec<Site>) {
    let (name, namespace) = (own.name.as_str(), own.namespace.as_deref());
    let reference = |kind| Reference { group: GROUP, kind, name, namespace };
    let unknown = |why: &str| {
        let written = Located { text: format!("HelmChartConfig/{name}"), place: own.place.clone() };
        (vec![missing(&written, Vec::new(), why)], Vec::new())
    };
    let near = scope.find_near(reference(CONFIG));
    let is_near = !matches!(near, Resolution::None);
    match if is_near { near } else { scope.find(reference(CONFIG)) } {
        Resolution::One(_) if !is_near && scope.count(reference("HelmChart")) > 1 => {
            unknown(&format!("it may be for another of the HelmCharts that are called {name}"))
        }
        Resolution::One(config) => {
            let prefix = format!("HelmChartConfig/{name} ");
            let read = scope.read(&config, |object| {
                let spec = object.get("spec")?;
                let is_filled = spec.get("valuesContent").or_else(|| spec.get("values")).is_some();
                let sites = if is_filled { sites(&spec, &prefix) } else { Vec::new() };
                Some((layers(&spec, &prefix, own, scope), sites))
            });
            read.flatten().unwrap_or_default()
        }
        Resolution::None => (Vec::new(), Vec::new()),
        Resolution::Several(_) => unknown("there is more than one with this name"),
        Resolution::Hidden(why) => unknown(&format!("one may be in a folder that cannot be listed ({why})")),
    }
}

/// `values` is newer than `valuesContent`, and many clusters do not support it.
fn sites(spec: &Field<'_>, prefix: &str) -> Vec<Site> {
    let tree = spec.get("values").map(|tree| tree.site(Form::Mapping));
    let text = spec.gap("valuesContent").site(Form::Text);
    tree.into_iter().chain([text]).map(|site| Site { at: format!("{prefix}{}", site.at), ..site }).collect()
}

/// `set`, sorted by key. Anything but a number, a boolean or null is a string.
fn parameters(spec: &Field<'_>) -> Option<Layer> {
    let set = spec.get("set")?;
    let mut entries = set.entries();
    entries.sort_by(|(one, _), (other, _)| one.text.cmp(&other.text));
    let parameters = entries.into_iter().filter_map(|(name, value)| {
        let value_text = value.text()?;
        let is_number = value.node().as_str().is_none();
        let is_typed = is_number || ["true", "false", "null"].contains(&value_text.to_lowercase().as_str());
        let (flag, written) = if is_typed {
            (Flag::Set, value_text.to_owned())
        } else {
            (Flag::SetString, value_text.replace("\\,", ",").replace(',', "\\,"))
        };
        Some(Parameter { flag, assignment: format!("{}={written}", name.text), name, value: value.located()? })
    });
    Some(Layer { at: set.way().to_owned(), content: Content::Parameters(parameters.collect()) })
}
