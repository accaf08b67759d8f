//! kustomize overlays: how an object is deployed once the kustomizations that include it have patched it.
//!
//! | file | job |
//! | --- | --- |
//! | `index` | which kustomizations take in which files |
//! | `kustomization` | the patches of a kustomization |
//! | `selector` | which objects a patch is for |
//! | `tree`, `apply` | objects that are changed, and how |
//! | `manifest` | files of manifests, as overlays deploy them |

mod apply;
mod index;
mod kustomization;
mod manifest;
mod selector;
mod tree;

use std::sync::Arc;

use super::field::{Field, Page};
use super::path;
use super::release::{Element, Form, Located, Position, Release, Site};
use super::substitute::{Part, substitute};
use super::surroundings::Scope;
use super::text::{Place, Text};
use super::values_file::missing;
use crate::yaml::{Span, pointer};
use apply::{Applied, Lists, merge, operate};
use kustomization::{Body, Patch, Written};
use selector::{Fits, Identity};
use tree::Tree;

pub(super) use index::Index;
pub(super) use kustomization::Kustomization;
pub use manifest::{Deployment, deployments};

/// One way in which a file is deployed: the kustomizations that include it, innermost first.
pub(super) struct Way {
    pub(super) steps: Vec<(String, Arc<Kustomization>)>,
}

/// The ways in which a file is deployed; `None` if there are too many.
pub(super) fn ways(path: &str, index: &Index, read: impl Fn(&str) -> Arc<Kustomization>) -> Option<Vec<Way>> {
    // A kustomization is included by its folder.
    let path = if path::is_kustomization(path::name(path)) { path::parent(path) } else { path };
    let step = |path: &str| (path::parent(path).to_owned(), read(path));
    let way = |steps: Vec<&str>| Way { steps: steps.into_iter().map(step).collect() };
    Some(index.ways(path)?.into_iter().map(way).collect())
}

/// The patches that name a purge setting, in the kustomization being read and those that include it.
pub(super) fn patches_of_settings(scope: &Scope<'_>) -> Vec<String> {
    let own = scope.kustomization();
    let ways = scope.ways().into_iter().flatten();
    let around = ways.flat_map(|way| &way.steps).map(|(_, kustomization)| kustomization);
    let patches = std::iter::once(&own).chain(around).flat_map(|kustomization| &kustomization.patches);
    patches.filter(|patch| patch.names_setting).map(|patch| patch.at.clone()).collect()
}

/// Reads the releases of an object.
type Read = fn(&Field<'_>, Position, &Scope<'_>) -> Vec<Release>;

/// The releases of an object: as it is, or as each of its overlays deploys it.
pub(super) fn releases(object: &Field<'_>, position: Position, scope: &Scope<'_>, read: Read) -> Vec<Release> {
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
    let variants = variants(ways, &identity);
    if variants.iter().all(|variant| variant.patches.is_empty()) {
        return read(object, position, scope);
    }
    let base = Base { object, tree: &tree, scope, read };
    let wanted = variants.iter().enumerate().filter(|(number, _)| scope.wants(*number, |wanted| wanted.overlay));
    let releases = wanted.flat_map(|(overlay, variant)| base.deployed(variant, Position { overlay, ..position }));
    releases.enumerate().map(|(index, release)| numbered(index, release)).collect()
}

/// How an object is deployed in one or more ways.
struct Variant<'w> {
    /// The folder of the overlay.
    folder: &'w str,
    patches: Vec<(&'w Patch, Fits)>,
}

/// The ways that differ in what they patch.
fn variants<'w>(ways: &'w [Way], identity: &Identity) -> Vec<Variant<'w>> {
    let mut variants: Vec<Variant<'w>> = Vec::new();
    for way in ways {
        let mut variant =
            Variant { folder: way.steps.last().map_or("", |(folder, _)| folder.as_str()), patches: Vec::new() };
        for (folder, kustomization) in &way.steps {
            let fits = kustomization.patches.iter().map(|patch| (patch, patch.selector.fits(identity)));
            let fitting: Vec<_> = fits.filter(|(_, fits)| *fits != Fits::No).collect();
            if !fitting.is_empty() {
                variant.folder = folder;
                variant.patches.extend(fitting);
            }
        }
        if !variants.iter().any(|other| other.is_same(&variant)) {
            variants.push(variant);
        }
    }
    variants
}

impl Variant<'_> {
    fn is_same(&self, other: &Self) -> bool {
        let both = self.patches.iter().zip(&other.patches);
        self.patches.len() == other.patches.len()
            && both.into_iter().all(|((one, _), (two, _))| std::ptr::eq(*one, *two))
    }

    fn title(&self) -> &str {
        if self.folder.is_empty() { "." } else { self.folder }
    }
}

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
        let releases = if variant.patches.is_empty() {
            (self.read)(self.object, position, self.scope)
        } else {
            self.patched(variant, position).unwrap_or_default()
        };
        let named = releases.into_iter().map(|mut release| {
            let own = release.object.element.take().map(|element| format!(", {}", element.label));
            let label = format!("{}{}", variant.title(), own.unwrap_or_default());
            release.object.element = Some(Element { index: 0, label, is_environment: false });
            release
        });
        named.collect()
    }

    /// `None` if nothing is left of it.
    fn patched(&self, variant: &Variant<'_>, position: Position) -> Option<Vec<Release>> {
        let mut tree = self.tree.clone();
        let mut doubt = None;
        for (patch, fits) in &variant.patches {
            let applied = match (fits, &patch.body) {
                (Fits::Perhaps | Fits::No, _) => Err("it is not known whether it selects this object".to_owned()),
                (Fits::Yes, Body::Merge(changes, _)) => merge(&mut tree, changes, Lists::Replaced),
                (Fits::Yes, Body::Operations(operations)) => operate(&mut tree, operations),
                (Fits::Yes, Body::Unknown(why)) => Err(why.clone()),
            };
            match applied {
                Ok(Applied::Changed) => {}
                Ok(Applied::Deleted) => return None,
                Err(why) => doubt = Some(format!("{}: {why}", patch.at)),
            }
        }
        keep_names(self.tree, &mut tree);
        let place = object_place(self.object);
        let mut releases = self.read_tree(&tree, position).unwrap_or_default();
        for release in &mut releases {
            release.object.place = place.clone();
            release.sites = release.sites.iter().flat_map(|site| self.sites(site, variant)).collect();
        }
        Some(match doubt {
            Some(why) => doubted(releases, &place, (&format!("the overlay {}", variant.title()), &why)),
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
    /// itself. Anything but a mapping is replaced as a whole, so it has to exist there.
    fn sites(&self, site: &Site, variant: &Variant<'_>) -> Vec<Site> {
        if !site.text.is_joined() {
            return vec![site.clone()];
        }
        let merged = variant.patches.iter().rev().filter_map(|(patch, _)| match &patch.body {
            Body::Merge(tree, written) => takes(tree, site).then(|| written.clone()),
            Body::Operations(_) | Body::Unknown(_) => None,
        });
        let page = self.object.page();
        let own = Written { text: page.text.clone(), document: page.span, pointer: self.object.pointer().to_owned() };
        let own = Some(own).filter(|_| site.form == Form::Mapping || takes(self.tree, site));
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

/// Whether a patch contains the place of a site or, for a mapping, its parent.
fn takes(tree: &Tree, site: &Site) -> bool {
    let steps: Vec<_> = site.pointer.split('/').skip(1).map(pointer::decode).collect();
    let needed = if site.form == Form::Mapping { steps.len().saturating_sub(1) } else { steps.len() };
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
