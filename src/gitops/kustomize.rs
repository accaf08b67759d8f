//! kustomize: `helmCharts` of a kustomization, the older `helmChartInflationGenerator`, and generators of that kind.

use super::chart_reference::located;
use super::field::Field;
use super::overlay;
use super::path;
use super::post_render;
use super::release::{Chart, Form, Layer, Located, Object, Release, Site};
use super::surroundings::Scope;
use super::values_file::{Named, missing};

/// The releases of a kustomization.
pub(super) fn kustomization(root: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let home = root.at(&["helmGlobals", "chartHome"]).and_then(|home| home.text());
    let namespace = root.text_of("namespace");
    let charts = [("helmCharts", &NEW), ("helmChartInflationGenerator", &OLD)];
    let found = charts.into_iter().flat_map(|(kind, keys)| {
        let list = root.get(kind).map(|list| list.items()).unwrap_or_default();
        list.into_iter().filter_map(|field| {
            let kustomized = HelmChart { field, kind, keys, home, namespace };
            kustomized.release(scope)
        })
    });
    found.collect()
}

/// The release of an object of kind `HelmChartInflationGenerator`.
pub(super) fn generator(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let kind = "HelmChartInflationGenerator";
    let chart = HelmChart { field: object.clone(), kind, keys: &NEW, home: None, namespace: None };
    chart.release(scope).into_iter().collect()
}

/// The names of the fields.
struct Keys {
    name: &'static str,
    repository: &'static str,
    version: &'static str,
    file: &'static str,
}

const NEW: Keys = Keys { name: "name", repository: "repo", version: "version", file: "valuesFile" };
const OLD: Keys = Keys { name: "chartName", repository: "chartRepoUrl", version: "chartVersion", file: "values" };

/// A chart to be inflated.
struct HelmChart<'d> {
    field: Field<'d>,
    kind: &'static str,
    keys: &'static Keys,
    home: Option<&'d str>,
    namespace: Option<&'d str>,
}

impl HelmChart<'_> {
    fn release(&self, scope: &Scope<'_>) -> Option<Release> {
        let chart = self.chart(scope)?;
        let release_name = self.field.text_of("releaseName");
        Some(Release {
            namespace: self.field.text_of("namespace").or(self.namespace).map(str::to_owned),
            name: release_name.map(str::to_owned),
            layers: self.layers(&chart, scope),
            sites: self.sites(scope),
            ..Release::of(
                Object {
                    kind: self.kind.to_owned(),
                    name: release_name.or(self.field.text_of(self.keys.name))?.to_owned(),
                    namespace: None,
                    element: None,
                    place: self.field.get(self.keys.name)?.place(),
                },
                chart,
            )
        })
    }

    /// A chart that exists in the charts folder is not fetched.
    fn chart(&self, scope: &Scope<'_>) -> Option<Chart> {
        let name = self.field.text_of(self.keys.name)?;
        let home = self.field.text_of("chartHome").or(self.home).unwrap_or("charts");
        let home = path::join(path::parent(scope.path()), home);
        let folder = home.and_then(|home| super::chart_folder::at(&home, name, scope));
        Some(Chart {
            name: Some(path::name(name).to_owned()),
            repository: self.field.text_of(self.keys.repository).map(str::to_owned),
            version: located(&self.field, self.keys.version),
            folder,
            ..Chart::default()
        })
    }

    /// The inline values over the file, or under it with `valuesMerge: merge`, or instead of it; then additional files.
    fn layers(&self, chart: &Chart, scope: &Scope<'_>) -> Vec<Layer> {
        let inline = self.field.get("valuesInline").filter(|inline| !inline.node().entries().is_empty());
        let inline = inline.map(|inline| inline.layer());
        let file = located(&self.field, self.keys.file).map(|file| named_layer(&file, scope));
        let mut layers: Vec<Layer> = match self.field.text_of("valuesMerge") {
            Some("replace") if inline.is_some() => inline.into_iter().collect(),
            Some("merge") => {
                let defaults = inline.is_some().then(|| self.defaults(chart, scope)).flatten();
                inline.into_iter().chain(file.or(defaults)).collect()
            }
            _ => file.into_iter().chain(inline).collect(),
        };
        let more = self.field.get("additionalValuesFiles").map(|files| files.items()).unwrap_or_default();
        layers.extend(more.iter().filter_map(Field::located).map(|file| named_layer(&file, scope)));
        let patches = overlay::patches_of_rendered(scope).into_iter();
        layers.extend(patches.map(|text| post_render::patched(Located { text, place: self.field.place() })));
        layers
    }

    /// Without a values file, that of the chart is used instead, and wins over inline values that are merged.
    fn defaults(&self, chart: &Chart, scope: &Scope<'_>) -> Option<Layer> {
        let merge = located(&self.field, "valuesMerge")?;
        let Some(folder) = &chart.folder else {
            let why = "with `valuesMerge: merge` and no `valuesFile` the chart's own values win, which are not here";
            return Some(missing(&merge, Vec::new(), why));
        };
        Some(Named { written: &merge, path: "values.yaml", folders: vec![folder] }.layer(scope))
    }

    fn sites(&self, scope: &Scope<'_>) -> Vec<Site> {
        let inline = self.field.gap("valuesInline").site(Form::Mapping);
        let file = located(&self.field, self.keys.file).map(|file| named_layer(&file, scope));
        let file = file.and_then(|layer| Site::of_file(&layer));
        if self.field.get("valuesInline").is_some() {
            return std::iter::once(inline).chain(file).collect();
        }
        file.into_iter().chain([inline]).collect()
    }
}

fn named_layer(file: &Located, scope: &Scope<'_>) -> Layer {
    Named { written: file, path: &file.text, folders: vec![path::parent(scope.path())] }.layer(scope)
}
