//! Kustomizations, as far as they patch what they include.

use std::collections::BTreeSet;

use super::selector::Selector;
use super::tree::Tree;
use crate::gitops::field::{Field, Page};
use crate::gitops::files::Files;
use crate::gitops::keyed::literal_key;
use crate::gitops::path;
use crate::gitops::post_render;
use crate::gitops::text::Text;
use crate::yaml::{Kind, Span, split};

/// Components may refer to each other in a cycle.
const DEEPEST: usize = 8;

/// The patches of a kustomization, in the order in which they are applied.
#[derive(Debug, Default)]
pub(in crate::gitops) struct Kustomization {
    pub(super) patches: Vec<Patch>,
    /// The names and keys that its generators add to the generated objects of what it includes.
    merged: BTreeSet<(String, String)>,
    /// The files that this was read from.
    files: BTreeSet<String>,
}

/// A patch and its target.
#[derive(Debug)]
pub(super) struct Patch {
    pub(super) selector: Selector,
    pub(super) body: Body,
    /// The name shown to users.
    pub(super) at: String,
    /// Whether it names a purge setting.
    pub(super) names_setting: bool,
}

/// The content of a patch.
#[derive(Debug)]
pub(super) enum Body {
    /// An object to merge into the target, and where it is written.
    Merge(Tree, Written),
    /// Operations of RFC 6902.
    Operations(Tree),
    /// Something that is not followed, with the reason.
    Unknown(String),
}

/// Where a patch is written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) text: Text,
    pub(super) document: Span,
    pub(super) pointer: String,
}

impl Kustomization {
    /// Reads the kustomization at a path; it has no patches if there is none.
    pub(in crate::gitops) fn read(path: &str, files: &dyn Files) -> Self {
        let mut kustomization = Self::default();
        kustomization.add(path, files, DEEPEST);
        kustomization
    }

    /// Whether it was read from one of these files.
    pub(in crate::gitops) fn is_of(&self, paths: &BTreeSet<String>) -> bool {
        self.files.iter().any(|path| paths.contains(path))
    }

    /// Whether one of its generators sets a key in an object that another one makes.
    pub(in crate::gitops) fn merges(&self, name: &str, key: &str) -> bool {
        self.merged.iter().any(|(own, set)| own == name && set == key)
    }

    fn add(&mut self, path: &str, files: &dyn Files, levels: usize) {
        let Some(text) = files.read(path).map(|content| Text::of_file(path, &content)) else { return };
        if !self.files.insert(path.to_owned()) || levels == 0 {
            return;
        }
        with_root(&text, |root| {
            for component in texts(root, "components") {
                if let Some(path) = path::join(path::parent(path), &component).and_then(|path| of_folder(&path, files))
                {
                    self.add(&path, files, levels - 1);
                }
            }
            let mut reader = Reader { folder: path::parent(path), files, read: &mut self.files };
            for list in ["patchesStrategicMerge", "patches", "patchesJson6902"] {
                let items = root.get(list).map(|list| list.items()).unwrap_or_default();
                self.patches.extend(items.iter().flat_map(|item| reader.patches(item)));
            }
            self.patches.extend(replacements(root));
            self.merged.extend(merged(root));
        });
    }
}

/// The kustomization file in a folder.
fn of_folder(folder: &str, files: &dyn Files) -> Option<String> {
    path::KUSTOMIZATIONS.iter().filter_map(|name| path::join(folder, name)).find(|path| files.has(path))
}

/// Passes the root of a single-document file to a reader.
pub(super) fn with_root<R>(text: &Text, read: impl FnOnce(&Field<'_>) -> R) -> Option<R> {
    let span = split(text.as_str().as_bytes()).into_iter().next()?;
    let page = Page::parse(text, span).ok().flatten()?;
    let root = page.root();
    Some(read(&root))
}

/// The text items of a list.
pub(super) fn texts(root: &Field<'_>, list: &str) -> Vec<String> {
    let items = root.get(list).map(|list| list.items()).unwrap_or_default();
    items.iter().filter_map(Field::text).map(str::to_owned).collect()
}

/// Names and keys of generators that change what others make.
fn merged(root: &Field<'_>) -> Vec<(String, String)> {
    let lists = ["configMapGenerator", "secretGenerator"].into_iter().filter_map(|list| root.get(list));
    let generators = lists.flat_map(|list| list.items());
    let merging = generators.filter(|it| matches!(it.text_of("behavior"), Some("merge" | "replace")));
    let keys = |generator: Field<'_>| {
        let name = generator.text_of("name").unwrap_or_default().to_owned();
        let files = texts(&generator, "files");
        let file_key = |file: &String| file.split_once('=').map_or(path::name(file), |(key, _)| key).to_owned();
        let literals = texts(&generator, "literals");
        let literal_key = |literal: &String| literal_key(literal).unwrap_or_default().to_owned();
        let keys: Vec<String> = files.iter().map(file_key).chain(literals.iter().map(literal_key)).collect();
        keys.into_iter().map(move |key| (name.clone(), key)).collect::<Vec<_>>()
    };
    merging.flat_map(keys).collect()
}

/// Replacements that write into values of other objects, which are not followed.
fn replacements(root: &Field<'_>) -> Vec<Patch> {
    let items = root.get("replacements").map(|list| list.items()).unwrap_or_default();
    let targets = items.iter().filter_map(|item| item.get("targets")).flat_map(|targets| targets.items());
    let patch = |target: Field<'_>| {
        let body = Body::Unknown("replacements are not supported".to_owned());
        let at = target.way().to_owned();
        Some(Patch { selector: Selector::of_target(&target.get("select")?), body, at, names_setting: false })
    };
    targets.filter_map(patch).collect()
}

/// Reads the patches that a kustomization names.
struct Reader<'a> {
    folder: &'a str,
    files: &'a dyn Files,
    read: &'a mut BTreeSet<String>,
}

impl Reader<'_> {
    /// An item of a list of patches: a path, an inline text, or either of them under a key, next to a target.
    fn patches(&mut self, item: &Field<'_>) -> Vec<Patch> {
        let target = item.get("target").map(|target| Selector::of_target(&target));
        let inline = item.get("patch").or_else(|| Some(item.clone()).filter(|item| is_inline(item.text())));
        let named = item.text_of("path").or_else(|| item.text());
        let (at, text) = match (inline, named) {
            (Some(inline), _) => (inline.way().to_owned(), inline.inner_text()),
            (None, Some(named)) => (named.to_owned(), self.text(named)),
            (None, None) => return Vec::new(),
        };
        let Some(text) = text else {
            let body = Body::Unknown("it is not in this repository".to_owned());
            let patch = |selector| Patch { selector, body, at, names_setting: false };
            return target.map(patch).into_iter().collect();
        };
        let spans = split(text.as_str().as_bytes()).into_iter();
        spans.flat_map(|span| Self::patches_in(&text, span, (target.as_ref(), &at))).collect()
    }

    fn text(&mut self, written: &str) -> Option<Text> {
        let path = path::join(self.folder, written)?;
        self.read.insert(path.clone());
        Some(Text::of_file(&path, &self.files.read(&path)?))
    }

    /// The patches in a document: its operations or its objects.
    fn patches_in(text: &Text, span: Span, (target, at): (Option<&Selector>, &str)) -> Vec<Patch> {
        let names_setting = post_render::names_setting(span.of(text.as_str()));
        let patch = |selector, body| Patch { selector, body, at: at.to_owned(), names_setting };
        let page = match Page::parse(text, span) {
            Ok(Some(page)) => page,
            Ok(None) => return Vec::new(),
            Err(error) => {
                let body = Body::Unknown(format!("cannot read it: {}", error.message));
                return target.map(|target| patch(target.clone(), body)).into_iter().collect();
            }
        };
        let tree = |field: &Field<'_>| Tree::of(field.node(), text);
        let too_large = || Body::Unknown("it is too large".to_owned());
        let root = page.root();
        if root.node().kind() == Kind::Sequence {
            let body = tree(&root).map_or_else(too_large, Body::Operations);
            return target.map(|target| patch(target.clone(), body)).into_iter().collect();
        }
        let objects = page.objects().into_iter().filter_map(|object| {
            let selector = target.cloned().or_else(|| Selector::of_patch(&object))?;
            let written = Written { text: text.clone(), document: span, pointer: object.pointer().to_owned() };
            let body = tree(&object).map_or_else(too_large, |tree| Body::Merge(tree, written));
            Some(patch(selector, body))
        });
        objects.collect()
    }
}

/// Whether an item of `patchesStrategicMerge` is an inline patch rather than a path.
fn is_inline(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.contains(['\n', '{']) || text.contains(": "))
}
