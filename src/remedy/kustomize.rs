//! Patches for kustomize and Flux: a kustomize component, `postRenderers` of a Flux `HelmRelease`.

use super::page::{Entry, Page};
use super::{Inexpressible, Object, Settings, Treatment, file, strategic};

/// A kustomize component with a patch per object.
///
/// # Errors
/// When an object's patch cannot select what it changes by name.
pub fn component(treatments: &[Treatment]) -> Result<Page, Inexpressible> {
    let said = "Enables purging in ZooKeeper. Made by `autopurge remedy --as kustomize`.\n\
                Keep this file as autopurge/kustomization.yaml beside your own kustomization.yaml, and say there:\n\
                  components: [autopurge]";
    Ok(Page::Table(vec![
        Entry::said(said, "apiVersion", "kustomize.config.k8s.io/v1alpha1"),
        Entry::new("kind", "Component".into()),
        Entry::new("patches", patches(treatments)?),
    ]))
}

/// What goes into the Flux `HelmRelease`.
///
/// # Errors
/// As [`component`].
pub fn flux(treatments: &[Treatment]) -> Result<Page, Inexpressible> {
    let said = "Enables purging in ZooKeeper. Made by `autopurge remedy --as flux`.\n\
                Merge it into the HelmRelease; where that has postRenderers already, add to their patches.";
    let kustomize = Page::table([("kustomize", Page::table([("patches", patches(treatments)?)]))]);
    let spec = Page::table([("postRenderers", Page::List(vec![kustomize]))]);
    Ok(Page::Table(vec![Entry::said(said, "spec", spec)]))
}

/// Values for the `HelmRelease` itself.
#[must_use]
pub fn flux_values(settings: &Settings) -> Page {
    let said = format!("Enables purging in ZooKeeper. Merge it into {}.", settings.of);
    let mut values = file(settings);
    if let Page::Table(entries) = &mut values
        && let Some(first) = entries.first_mut()
    {
        first.comment = None;
    }
    Page::Table(vec![Entry::said(said, "spec", Page::table([("values", values)]))])
}

fn patches(treatments: &[Treatment]) -> Result<Page, Inexpressible> {
    treatments.iter().map(patch).collect()
}

fn patch(treatment: &Treatment) -> Result<Page, Inexpressible> {
    let made = strategic(treatment)?;
    let mut page = Page::from(&made.patch);
    if let Page::Table(entries) = &mut page {
        // kustomize trims the end of a patch, where a multi-line text would lose its final line break.
        entries.sort_by_key(|entry| entry.key == "metadata");
    }
    let text = page.text();
    let mut target = Entry::new("target", target(&treatment.object));
    target.comment = warning(&made.whole);
    Ok(Page::Table(vec![target, Entry::new("patch", text.into())]))
}

/// A warning to users who keep a patch that contains whole texts.
pub(super) fn warning(whole: &[String]) -> Option<String> {
    let is_any = !whole.is_empty();
    is_any.then(|| {
        format!(
            "This replaces the whole of {}: create the patch again after an upgrade of the chart.",
            whole.join(", ")
        )
    })
}

/// Names the version too, because the patch may not suit another one.
fn target(object: &Object) -> Page {
    let (group, version) = object.api_version.rsplit_once('/').unwrap_or(("", &object.api_version));
    let group = (!group.is_empty()).then(|| Entry::new("group", group.into()));
    let rest = [("version", version), ("kind", &object.kind), ("name", &object.name)];
    let rest = rest.into_iter().map(|(key, text)| Entry::new(key, text.into()));
    let namespace = object.namespace.as_deref().map(|namespace| Entry::new("namespace", namespace.into()));
    Page::Table(group.into_iter().chain(rest).chain(namespace).collect())
}
