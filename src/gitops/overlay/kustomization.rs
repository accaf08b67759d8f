//! Kustomizations, as far as they patch and rename what they include.

use std::collections::BTreeSet;

use super::identity::Renaming;
use super::patch::{Patch, Reader};
use crate::gitops::field::{Field, Page};
use crate::gitops::files::Files;
use crate::gitops::keyed::literal_key;
use crate::gitops::path;
use crate::gitops::text::Text;
use crate::yaml::split;

/// Components may refer to each other in a cycle.
const DEEPEST: usize = 8;

/// What a kustomization does to what it includes, as far as it is followed.
#[derive(Debug, Default)]
pub(in crate::gitops) struct Kustomization {
    /// In the order in which it is done.
    pub(super) changes: Vec<Change>,
    /// The names and keys that its generators add to the generated objects of what it includes.
    merged: BTreeSet<(String, String)>,
    /// The files that this was read from.
    files: BTreeSet<String>,
}

/// Something that a kustomization does.
#[derive(Debug)]
pub(super) enum Change {
    Patch(Box<Patch>),
    Rename(Renaming),
}

impl Change {
    fn patch(patch: Patch) -> Self {
        Self::Patch(Box::new(patch))
    }
}

impl Kustomization {
    /// Reads the kustomization at a path; it changes nothing if there is none.
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

    pub(super) fn patches(&self) -> impl Iterator<Item = &Patch> {
        self.changes.iter().filter_map(|change| match change {
            Change::Patch(patch) => Some(patch.as_ref()),
            Change::Rename(_) => None,
        })
    }

    fn add(&mut self, path: &str, files: &dyn Files, levels: usize) {
        let Some(text) = files.read(path).map(|content| Text::of_file(path, &content)) else { return };
        if !self.files.insert(path.to_owned()) || levels == 0 {
            return;
        }
        with_root(&text, |root| {
            for component in texts(root, "components") {
                let path = path::join(path::parent(path), &component).and_then(|path| of_folder(&path, files));
                match path {
                    Some(path) => self.add(&path, files, levels - 1),
                    None => self.changes.push(Change::patch(Patch::unseen(&component))),
                }
            }
            let mut reader = Reader { folder: path::parent(path), files, read: &mut self.files };
            let mut patches = |list: &str| reader.patches_of(root, list).into_iter().map(Change::patch);
            // In this order: see configureBuiltinTransformers in api/internal/target/kusttarget_configplugin.go.
            self.changes.extend(patches("patchesStrategicMerge"));
            self.changes.extend(patches("patches"));
            self.changes.push(Change::Rename(Renaming::read(root)));
            self.changes.extend(patches("patchesJson6902"));
            self.changes.extend(Reader::images(root).map(Change::patch));
            self.changes.extend(reader.replacements(root).into_iter().map(Change::patch));
            self.changes.extend(reader.transformers(root).into_iter().map(Change::patch));
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

/// The entries of a map whose values are texts.
pub(super) fn texts_of(map: &Field<'_>) -> Vec<(String, String)> {
    map.entries().into_iter().filter_map(|(key, value)| Some((key.text, value.text()?.to_owned()))).collect()
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
