//! The releases of an object, as overlays deploy it.

use super::identity::Identity;
use super::patch::{Body, Patch, Written};
use super::tree::Tree;
use super::variant::{Variant, patched, variants};
use crate::gitops::field::{Field, Page};
use crate::gitops::release::{Element, Form, Located, Position, Release, Site};
use crate::gitops::substitute::{Part, substitute};
use crate::gitops::surroundings::Scope;
use crate::gitops::text::{Place, Text};
use crate::gitops::values_file::missing;
use crate::yaml::{Span, pointer};

/// Reads the releases of an object.
type Read = fn(&Field<'_>, Position, &Scope<'_>) -> Vec<Release>;

/// The releases of an object: as it is, or as each of its overlays deploys it.
pub(in crate::gitops) fn releases(
    object: &Field<'_>,
    position: Position,
    scope: &Scope<'_>,
    read: Read,
) -> Vec<Release> {
    let Some(ways) = scope.ways() else {
        let why = "more overlays deploy it than autopurge follows";
        return doubted(read(object, position, scope), &object_place(object), ("its overlays", why));
    };
    if ways.iter().all(|way| way.steps.is_empty()) {
        return read(object, position, scope);
    }
    let tree = Tree::of(object.node(), object.page().text);
    let Some((tree, identity)) = tree.and_then(|tree| Identity::of(&tree).map(|identity| (tree, identity))) else {
        return read(object, position, scope);
    };
    let variants = variants(ways, &[identity]);
    if variants.iter().all(Variant::is_empty) {
        return read(object, position, scope);
    }
    let base = Base { object, tree: &tree, scope, read };
    let wanted = variants.iter().enumerate().filter(|(number, _)| scope.wants(*number, |wanted| wanted.overlay));
    let releases = wanted.flat_map(|(overlay, variant)| base.deployed(variant, Position { overlay, ..position }));
    releases.enumerate().map(|(index, release)| numbered(index, release)).collect()
}

/// The number of the one object that is looked at.
const OBJECT: usize = 0;

/// An object before patching.
struct Base<'a, 'd> {
    object: &'a Field<'d>,
    tree: &'a Tree,
    scope: &'a Scope<'a>,
    read: Read,
}

impl Base<'_, '_> {
    /// The releases that an overlay makes of it, labelled with the overlay's name.
    fn deployed(&self, variant: &Variant<'_>, position: Position) -> Vec<Release> {
        let releases = if variant.is_empty() {
            (self.read)(self.object, position, self.scope)
        } else {
            self.patched(variant, position).unwrap_or_default()
        };
        let named = releases.into_iter().map(|mut release| {
            let own = release.object.element.take().map(|element| format!(", {}", element.label));
            let label = format!("{}{}", variant.title(), own.unwrap_or_default());
            release.object.element = Some(Element { index: 0, label, is_environment: false });
            release.overlay = Some(variant.title().to_owned());
            release
        });
        named.collect()
    }

    /// `None` if nothing is left of it.
    fn patched(&self, variant: &Variant<'_>, position: Position) -> Option<Vec<Release>> {
        let patched = patched(self.tree, variant.patches_of(OBJECT), Patch::may_decide_release);
        let tree = patched.tree?;
        let place = object_place(self.object);
        let mut releases = self.read_tree(&tree, position).unwrap_or_default();
        for release in &mut releases {
            release.object.place = place.clone();
            release.sites = release.sites.iter().flat_map(|site| self.sites(site, variant)).collect();
        }
        Some(match patched.unfollowed.last() {
            Some((at, why)) => {
                doubted(releases, &place, (&format!("the overlay {}", variant.title()), &format!("{at}: {why}")))
            }
            None => releases,
        })
    }

    fn read_tree(&self, tree: &Tree, position: Position) -> Option<Vec<Release>> {
        let text = tree.written(self.scope.path());
        let whole = |text: &Text| Span::new(0, text.as_str().len());
        let page = Page::parse(&text, whole(&text)).ok().flatten()?;
        if !text.as_str().contains("${") {
            return Some((self.read)(&page.root(), position, self.scope));
        }
        let text = substitute(&page, Part { node: page.root().node(), unused: None }, ("${", "}"), |_| None);
        let page = Page::parse(&text, whole(&text)).ok().flatten()?;
        Some((self.read)(&page.root(), position, self.scope))
    }

    /// A place in the patched object corresponds to one in each merged patch, last one first, and one in the object
    /// itself. Anything but a mapping is replaced as a whole, so it has to exist there; and so has everything in a patch
    /// that may be for other objects, too.
    fn sites(&self, site: &Site, variant: &Variant<'_>) -> Vec<Site> {
        if !site.text.is_joined() {
            return vec![site.clone()];
        }
        let merged = variant.patches_of(OBJECT).iter().rev().filter_map(|fitting| match &fitting.patch.body {
            Body::Merge(tree, written) => {
                let form = if fitting.patch.selector.is_for_one() { site.form } else { Form::Text };
                takes(tree, site, form).then(|| written.clone())
            }
            Body::Operations(_) | Body::Images(_) | Body::FilledIn(_) | Body::Unknown { .. } => None,
        });
        let page = self.object.page();
        let own = Written { text: page.text.clone(), document: page.span, pointer: self.object.pointer().to_owned() };
        let own = Some(own).filter(|_| site.form == Form::Mapping || takes(self.tree, site, site.form));
        let at = |written: Written| Site {
            at: site.at.clone(),
            text: written.text,
            document: written.document,
            pointer: format!("{}{}", written.pointer, site.pointer),
            form: site.form,
        };
        merged.chain(own).map(at).collect()
    }
}

/// Whether a patch contains the place of a site or, for a mapping, its parent.
fn takes(tree: &Tree, site: &Site, form: Form) -> bool {
    let steps: Vec<_> = site.pointer.split('/').skip(1).map(pointer::decode).collect();
    let needed = if form == Form::Mapping { steps.len().saturating_sub(1) } else { steps.len() };
    steps.iter().take(needed).try_fold(tree, |tree, step| tree.get(step)).is_some()
}

fn object_place(object: &Field<'_>) -> Place {
    object.at(&["metadata", "name"]).map_or_else(|| object.place(), |name| name.place())
}

/// The releases, marked so that their values are unknown.
fn doubted(mut releases: Vec<Release>, place: &Place, (what, why): (&str, &str)) -> Vec<Release> {
    let written = Located { text: what.to_owned(), place: place.clone() };
    for release in &mut releases {
        release.layers.push(missing(&written, Vec::new(), why));
    }
    releases
}

fn numbered(index: usize, mut release: Release) -> Release {
    if let Some(element) = &mut release.object.element {
        element.index = index;
    }
    release
}
