//! Objects as overlays change them: which patches each way of deploying them applies, and what that makes of an object.

use std::sync::Arc;

use super::Way;
use super::apply::{Applied, Lists, merge, operate};
use super::identity::Identity;
use super::kustomization::{Change, Kustomization};
use super::patch::{Body, Patch};
use super::selector::Fits;
use super::tree::Tree;

/// What an overlay does to some objects.
#[derive(Clone)]
pub(super) struct Variant<'w> {
    way: &'w Way,
    /// What is the last on the way to patch one of the objects, or to add what they refer to: the number of the step, and
    /// that of its entry.
    last: Option<(usize, Option<usize>)>,
    /// For each object, in the order in which they are applied.
    patches: Vec<Vec<Fitting<'w>>>,
}

/// A patch that is for an object, or may be.
#[derive(Clone, Copy)]
pub(super) struct Fitting<'w> {
    pub(super) patch: &'w Patch,
    fits: Fits,
}

/// The ways that differ in what they do to the objects with these identities.
pub(super) fn variants<'w>(ways: &'w [Way], objects: &[Identity]) -> Vec<Variant<'w>> {
    let mut variants: Vec<Variant<'w>> = Vec::new();
    for variant in ways.iter().map(|way| Variant::of(way, objects)) {
        if !variants.iter().any(|other| other.is_same(&variant)) {
            variants.push(variant);
        }
    }
    variants
}

impl<'w> Variant<'w> {
    pub(super) fn of(way: &'w Way, objects: &[Identity]) -> Self {
        let mut variant = Self { way, last: None, patches: Vec::new() };
        for object in objects {
            let patches = variant.patches_along(way.steps.iter().map(|(_, kustomization)| kustomization), object);
            variant.patches.push(patches);
        }
        variant
    }

    /// The patches that these kustomizations, innermost first, have for an object. Those that are on the way count as
    /// steps of the overlay.
    pub(super) fn patches_along(
        &mut self,
        kustomizations: impl Iterator<Item = &'w Arc<Kustomization>>,
        object: &Identity,
    ) -> Vec<Fitting<'w>> {
        let (mut object, mut patches) = (object.clone(), Vec::new());
        for kustomization in kustomizations {
            for (number, entry) in kustomization.entries().iter().enumerate() {
                if let Some(fitting) = fitting(&entry.change, &mut object) {
                    patches.push(fitting);
                    self.reach(kustomization, Some(number));
                }
            }
        }
        patches
    }

    /// Counts a kustomization, or one of its entries, as what the overlay does, if it is on the way.
    pub(super) fn reach(&mut self, kustomization: &Arc<Kustomization>, entry: Option<usize>) {
        let step = self.way.steps.iter().position(|(_, own)| Arc::ptr_eq(own, kustomization));
        self.last = self.last.max(step.map(|step| (step, entry)));
    }

    /// The name of the overlay as it is shown: the folder of the last step that does something, or of the outermost one if
    /// none does; or the tool that added what that step does last.
    pub(super) fn title(&self) -> &'w str {
        let (step, entry) = self.last.unwrap_or((self.way.steps.len().saturating_sub(1), None));
        let Some((folder, kustomization)) = self.way.steps.get(step) else { return "." };
        let entry = entry.and_then(|entry| kustomization.entries().get(entry));
        let title = entry.and_then(|entry| entry.by.as_deref()).unwrap_or(folder);
        if title.is_empty() { "." } else { title }
    }

    /// The kustomizations of the way, innermost first.
    pub(super) fn chain(&self) -> Vec<Arc<Kustomization>> {
        self.way.steps.iter().map(|(_, kustomization)| Arc::clone(kustomization)).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.patches.iter().all(Vec::is_empty)
    }

    /// The patches for one of the objects.
    pub(super) fn patches_of(&self, object: usize) -> &[Fitting<'w>] {
        self.patches.get(object).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        let mut both = self.patches.iter().zip(&other.patches);
        both.all(|(own, other)| are_same(own, other))
    }
}

/// Whether these are the same patches.
pub(super) fn are_same(own: &[Fitting<'_>], other: &[Fitting<'_>]) -> bool {
    let is_same = |one: &Fitting<'_>, two: &Fitting<'_>| one.fits == two.fits && std::ptr::eq(one.patch, two.patch);
    own.len() == other.len() && own.iter().zip(other).all(|(one, two)| is_same(one, two))
}

/// The patch that a change is for an object; other changes give it a new identity.
fn fitting<'w>(change: &'w Change, object: &mut Identity) -> Option<Fitting<'w>> {
    let patch = match change {
        Change::Rename(renaming) => {
            object.rename(renaming);
            return None;
        }
        Change::Patch(patch) => patch,
    };
    let fits = patch.selector.fits(object);
    if fits == Fits::No {
        return None;
    }
    if let Body::Images(images) = &patch.body {
        return object.takes_images(images).then_some(Fitting { patch, fits });
    }
    object.forget_images();
    if patch.may_label() {
        object.forget_labels();
    }
    Some(Fitting { patch, fits })
}

/// An object of which not everything is known.
pub(super) struct Patched {
    /// `None` if it was deleted.
    pub(super) tree: Option<Tree>,
    /// Patches that were left out, each with the reason.
    pub(super) unfollowed: Vec<(String, String)>,
}

/// An object with its patches applied, but for those that cannot be followed; of these, the ones that matter are told.
pub(super) fn patched(object: &Tree, patches: &[Fitting<'_>], matters: fn(&Patch) -> bool) -> Patched {
    let mut tree = object.clone();
    let mut unfollowed = Vec::new();
    for fitting in patches {
        match fitting.applied_to(&tree) {
            Ok(Some(changed)) => tree = changed,
            Ok(None) => return Patched { tree: None, unfollowed: Vec::new() },
            Err(why) if matters(fitting.patch) => unfollowed.push((fitting.patch.at.clone(), why)),
            Err(_) => {}
        }
    }
    Patched { tree: Some(tree), unfollowed }
}

impl Fitting<'_> {
    /// The object with the patch applied, `None` if that deletes it; an error with the reason if that cannot be
    /// followed.
    fn applied_to(&self, object: &Tree) -> Result<Option<Tree>, String> {
        let mut changed = object.clone();
        let lists = Lists::of_version(object.text_of("apiVersion").unwrap_or_default());
        let applied = match (self.fits, &self.patch.body) {
            (_, Body::Unknown { why, .. }) => return Err(why.clone()),
            (_, Body::FilledIn(_)) => return Err("part of it is filled in later".to_owned()),
            (Fits::Perhaps | Fits::No, _) => {
                return Err("it is not known whether it selects this object".to_owned());
            }
            (Fits::Yes, Body::Merge(patch, _)) => merge(&mut changed, patch, lists)?,
            (Fits::Yes, Body::Operations(operations)) => operate(&mut changed, operations)?,
            (Fits::Yes, Body::Images(images)) => {
                for image in images {
                    image.change(&mut changed);
                }
                Applied::Changed
            }
        };
        match applied {
            Applied::Deleted => Ok(None),
            Applied::Changed => {
                keep_names(object, &mut changed);
                Ok(Some(changed))
            }
        }
    }
}

/// A patch with a target may have any name: a patched object keeps its own.
fn keep_names(own: &Tree, patched: &mut Tree) {
    for key in ["apiVersion", "kind"] {
        if let Some(own) = own.get(key) {
            patched.put(key, own.clone());
        }
    }
    let name = own.get("metadata").and_then(|metadata| metadata.get("name"));
    if let (Some(name), Some(metadata)) = (name, patched.get_mut("metadata")) {
        metadata.put("name", name.clone());
    }
}
