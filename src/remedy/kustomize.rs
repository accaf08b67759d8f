//! Patches as kustomize and Flux keep them: a component of kustomize's, `postRenderers` of a Flux `HelmRelease`.

use super::page::{Entry, Page};
use super::{Inexpressible, Object, Settings, Treatment, file, strategic};

/// A kustomize component with a patch per object.
///
/// # Errors
/// When an object's patch cannot select by name what it changes.
pub fn component(treatments: &[Treatment]) -> Result<Page, Inexpressible> {
    let said = "Switches purging on in ZooKeeper. Made by `autopurge remedy --as kustomize`.\n\
                Keep this file as autopurge/kustomization.yaml beside your own kustomization.yaml, and say there:\n\
                  components: [autopurge]";
    Ok(Page::Table(vec![
        Entry::said(said, "apiVersion", "kustomize.config.k8s.io/v1alpha1"),
        Entry::new("kind", "Component".into()),
        Entry::new("patches", patches(treatments)?),
    ]))
}

/// What goes into the `HelmRelease` of Flux.
///
/// # Errors
/// As [`component`].
pub fn flux(treatments: &[Treatment]) -> Result<Page, Inexpressible> {
    let said = "Switches purging on in ZooKeeper. Made by `autopurge remedy --as flux`.\n\
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
        // kustomize takes blanks away at the end of a patch: a text of several lines there would lose its line end.
        entries.sort_by_key(|entry| entry.key == "metadata");
    }
    let text = page.text();
    let mut target = Entry::new("target", target(&treatment.object));
    target.comment = warning(&made.whole);
    Ok(Page::Table(vec![target, Entry::new("patch", text.into())]))
}

/// What a whole text in a patch means for the one who keeps it.
pub(super) fn warning(whole: &[String]) -> Option<String> {
    let is_any = !whole.is_empty();
    is_any.then(|| {
        format!(
            "This replaces the whole of {}: create the patch again after an upgrade of the chart.",
            whole.join(", ")
        )
    })
}

/// The version is named too: what another one makes of a patch nobody can say.
fn target(object: &Object) -> Page {
    let (group, version) = object.api_version.rsplit_once('/').unwrap_or(("", &object.api_version));
    let group = (!group.is_empty()).then(|| Entry::new("group", group.into()));
    let rest = [("version", version), ("kind", &object.kind), ("name", &object.name)];
    let rest = rest.into_iter().map(|(key, text)| Entry::new(key, text.into()));
    let namespace = object.namespace.as_deref().map(|namespace| Entry::new("namespace", namespace.into()));
    Page::Table(group.into_iter().chain(rest).chain(namespace).collect())
}
