//! Objects as overlays change them: which patches each way of deploying them applies, and what that makes of an object.

use super::Way;
use super::apply::{Applied, Lists, merge, operate};
use super::identity::Identity;
use super::kustomization::Change;
use super::patch::{Body, Patch};
use super::selector::Fits;
use super::tree::Tree;

/// What an overlay does to some objects.
pub(super) struct Variant<'w> {
    /// The overlay: the folder of the last one that patches one of the objects, or of the outermost one if none does; or
    /// the tool that adds the last patch.
    title: &'w str,
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
    fn of(way: &'w Way, objects: &[Identity]) -> Self {
        let outermost = way.steps.last().map_or("", |(folder, _)| folder.as_str());
        let mut variant = Self { title: outermost, patches: vec![Vec::new(); objects.len()] };
        let mut objects = objects.to_vec();
        for (folder, kustomization) in &way.steps {
            for entry in kustomization.entries() {
                for (object, patches) in objects.iter_mut().zip(&mut variant.patches) {
                    if let Some(fitting) = fitting(&entry.change, object) {
                        patches.push(fitting);
                        variant.title = entry.by.as_deref().unwrap_or(folder);
                    }
                }
            }
        }
        variant
    }

    /// The name of the overlay as it is shown.
    pub(super) fn title(&self) -> &'w str {
        if self.title.is_empty() { "." } else { self.title }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.patches.iter().all(Vec::is_empty)
    }

    /// The patches for one of the objects.
    pub(super) fn patches_of(&self, object: usize) -> &[Fitting<'w>] {
        self.patches.get(object).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_same(&self, other: &Self) -> bool {
        let is_same = |one: &Fitting<'_>, two: &Fitting<'_>| one.fits == two.fits && std::ptr::eq(one.patch, two.patch);
        let mut both = self.patches.iter().zip(&other.patches);
        both.all(|(own, other)| own.len() == other.len() && own.iter().zip(other).all(|(one, two)| is_same(one, two)))
    }
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
