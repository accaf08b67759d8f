//! Fleet: the chart of a `fleet.yaml`, once as it is and once per target customization.

use super::chart_reference::{ChartReference, located};
use super::field::Field;
use super::keyed::Keyed;
use super::path;
use super::release::{Chart, Element, Form, Layer, Object, Presence, Release, Site};
use super::surroundings::Scope;
use super::values_file::Named;

/// The releases of a bundle.
pub(super) fn bundle(root: &Field<'_>, scope: &Scope<'_>) -> Vec<Release> {
    let Some(helm) = root.get("helm") else { return Vec::new() };
    let bundle = Bundle { root, helm: &helm, scope };
    let targets = root.get("targetCustomizations").map(|list| list.items()).unwrap_or_default();
    let customized = targets.iter().enumerate().filter_map(|(index, target)| bundle.release(Some((index, target))));
    bundle.release(None).into_iter().chain(customized).collect()
}

struct Bundle<'a, 'd> {
    root: &'a Field<'d>,
    helm: &'a Field<'d>,
    scope: &'a Scope<'a>,
}

impl Bundle<'_, '_> {
    fn release(&self, target: Option<(usize, &Field<'_>)>) -> Option<Release> {
        let helms: Vec<Field<'_>> = [Some(self.helm.clone()), target.and_then(|(_, target)| target.get("helm"))]
            .into_iter()
            .flatten()
            .collect();
        let roots: Vec<&Field<'_>> = std::iter::once(self.root).chain(target.map(|(_, target)| target)).collect();
        Some(Release {
            namespace: last(&roots, |root| root.text_of("namespace"))
                .or(last(&roots, |root| root.text_of("defaultNamespace")))
                .map(str::to_owned),
            name: helms.iter().rev().find_map(|helm| helm.text_of("releaseName")).map(str::to_owned),
            presence: presence(target.map(|(_, target)| target)),
            layers: self.layers(&helms),
            sites: sites(self.helm, target.map(|(_, target)| target)),
            ..Release::of(self.object(target), self.chart(&helms)?)
        })
    }

    /// A bundle is named after its folder.
    fn object(&self, target: Option<(usize, &Field<'_>)>) -> Object {
        let folder = path::name(path::parent(self.scope.path()));
        let named = |index: usize, target: &Field<'_>| Element {
            index: index.saturating_add(1),
            label: target.text_of("name").map_or_else(|| index.to_string(), str::to_owned),
            is_environment: false,
        };
        Object {
            kind: "fleet".to_owned(),
            name: self.root.text_of("name").unwrap_or(folder).to_owned(),
            namespace: None,
            element: target.map(|(index, target)| named(index, target)),
            place: target.map_or(self.helm, |(_, target)| target).place(),
        }
    }

    /// What the target says about the chart takes precedence over the bundle.
    fn chart(&self, helms: &[Field<'_>]) -> Option<Chart> {
        let find = |key| helms.iter().rev().find_map(|helm| located(helm, key));
        let folder = path::parent(self.scope.path());
        let Some(written) = find("chart") else {
            let folder = super::chart_folder::at(folder, "", self.scope)?;
            return Some(Chart { folder: Some(folder), ..Chart::default() });
        };
        let repository = helms.iter().rev().find_map(|helm| helm.text_of("repo"));
        Some(ChartReference { written, repository, version: find("version"), folder }.chart(self.scope))
    }

    /// `values` and then `valuesFiles` of the bundle, then those of the target; `valuesFrom` of both over all that.
    fn layers(&self, helms: &[Field<'_>]) -> Vec<Layer> {
        let own = helms.iter().flat_map(|helm| {
            let values = helm.get("values").map(|values| values.layer());
            let files = helm.get("valuesFiles").map(|files| files.items()).unwrap_or_default();
            let folder = path::parent(self.scope.path());
            let files = files
                .iter()
                .filter_map(Field::located)
                .map(|file| Named { written: &file, path: &file.text, folders: vec![folder] }.layer(self.scope));
            values.into_iter().chain(files.collect::<Vec<_>>())
        });
        let referred = helms.iter().flat_map(|helm| {
            let references = helm.get("valuesFrom").map(|list| list.items()).unwrap_or_default();
            references.into_iter().flat_map(|reference| self.referred(&reference))
        });
        own.chain(referred).collect()
    }

    /// If an item has both, the `ConfigMap` comes first and the Secret is laid over it.
    fn referred(&self, item: &Field<'_>) -> Vec<Layer> {
        let kinds = [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];
        let layers = kinds.into_iter().filter_map(|(field, kind)| {
            let reference = item.get(field)?;
            let keyed = Keyed {
                kind,
                name: reference.text_of("name")?,
                namespace: reference.text_of("namespace").map(str::to_owned),
                key: reference.text_of("key").unwrap_or("values.yaml"),
                is_optional: false,
                place: reference.place(),
            };
            keyed.layer(self.scope)
        });
        layers.collect()
    }
}

fn last<'d>(roots: &[&Field<'d>], read: impl Fn(&Field<'d>) -> Option<&'d str>) -> Option<&'d str> {
    roots.iter().rev().find_map(|root| read(root))
}

fn presence(target: Option<&Field<'_>>) -> Presence {
    match target {
        Some(target) if target.is_true("doNotDeploy") => Presence::Absent("doNotDeploy is true".to_owned()),
        _ => Presence::Installed,
    }
}

/// The target's own values, then those of the bundle.
fn sites(helm: &Field<'_>, target: Option<&Field<'_>>) -> Vec<Site> {
    let target = target.map(|target| target.gap_at(&["helm", "values"]).site(Form::Mapping));
    target.into_iter().chain([helm.gap("values").site(Form::Mapping)]).collect()
}
