//! Kustomizations, as far as they patch and rename what they include.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::generator::Generator;
use super::identity::Renaming;
use super::images::NewImage;
use super::patch::{Body, Patch, Reader};
use super::selector::Selector;
use crate::gitops::field::{Field, Page};
use crate::gitops::files::Files;
use crate::gitops::keyed::literal_key;
use crate::gitops::path;
use crate::gitops::text::Text;
use crate::yaml::split;

/// Components may refer to each other in a cycle.
const DEEPEST: usize = 8;

/// What a kustomization does to what it includes, as far as it is followed.
#[derive(Clone, Debug, Default)]
pub(in crate::gitops) struct Kustomization {
    /// In the order in which it is done.
    entries: Vec<Entry>,
    /// What it includes, apart from components: files and folders. Those of its components count as its own.
    pub(super) resources: Vec<String>,
    /// In the order in which they run; those of its components count as its own.
    pub(super) generators: Vec<Generator>,
    /// The names and keys that its generators add to the generated objects of what it includes.
    merged: BTreeSet<(String, String)>,
    /// The files that this was read from.
    files: BTreeSet<String>,
}

/// Something that a kustomization does.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    stage: Stage,
    pub(super) change: Change,
    /// The tool that added it, as users see it.
    pub(super) by: Option<Arc<str>>,
}

/// What kustomize does, in its order: see `configureBuiltinTransformers` in
/// `api/internal/target/kusttarget_configplugin.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Components,
    /// `patchesStrategicMerge`.
    Merges,
    Patches,
    Renaming,
    /// `patchesJson6902`.
    Operations,
    Images,
    /// Replacements and transformers.
    Others,
}

/// A change of objects.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Patch(Arc<Patch>),
    Rename(Renaming),
}

/// What a tool adds to a kustomization before it builds it.
#[derive(Debug, Default)]
pub(super) struct Addition {
    pub(super) patches: Vec<(Stage, Arc<Patch>)>,
    /// They take the place of the kustomization's own ones of these names.
    pub(super) images: Vec<NewImage>,
    /// Where the images are written, as it is shown.
    pub(super) images_at: String,
    /// Relative to the kustomization.
    pub(super) components: Vec<String>,
    /// Takes the place of the kustomization's own.
    pub(super) renaming: Renaming,
    /// The files that this was read from.
    pub(super) files: BTreeSet<String>,
}

impl Addition {
    /// Whether no object becomes a different one by it, but for its name and labels.
    pub(super) fn is_empty(&self) -> bool {
        self.patches.is_empty() && self.images.is_empty() && self.components.is_empty()
    }
}

impl Kustomization {
    /// Reads the kustomization at a path; it changes nothing if there is none.
    pub(in crate::gitops) fn read(path: &str, files: &dyn Files) -> Self {
        let mut kustomization = Self::default();
        kustomization.add((path, Stage::Others), files, DEEPEST);
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

    /// What it does, in order.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether it is what deploys the same files.
    pub(in crate::gitops) fn is_same(&self, other: &Self) -> bool {
        self.files == other.files
    }

    /// Whether it says what it includes. What deploys a folder that has no kustomization takes the files as they are.
    pub(in crate::gitops) fn is_listing(&self) -> bool {
        !self.resources.is_empty() || !self.generators.is_empty()
    }

    /// Whether a generator makes an object from a file which a text names.
    pub(in crate::gitops) fn makes_from(&self, file: &str, text: &str) -> bool {
        self.generators.iter().any(|generator| text.contains(&generator.name) && generator.reads(file))
    }

    pub(super) fn patches(&self) -> impl Iterator<Item = &Patch> {
        self.entries.iter().filter_map(|entry| match &entry.change {
            Change::Patch(patch) => Some(patch.as_ref()),
            Change::Rename(_) => None,
        })
    }

    /// The same as a tool changes it before it builds it. `component` finds the kustomization of a component, by its path
    /// relative to this one.
    pub(super) fn with(
        &self,
        addition: &Addition,
        by: &Arc<str>,
        component: impl Fn(&str) -> Option<Arc<Self>>,
    ) -> Self {
        let mut all = self.clone();
        all.files.extend(addition.files.iter().cloned());
        for entry in &mut all.entries {
            entry.give_way(addition);
        }
        let by = Some(by);
        for (stage, patch) in &addition.patches {
            all.put(*stage, Change::Patch(Arc::clone(patch)), by);
        }
        if !addition.images.is_empty() {
            let body = Body::Images(addition.images.clone());
            let patch = Patch { selector: Selector::default(), body, at: addition.images_at.clone() };
            all.put(Stage::Images, Change::patch(patch), by);
        }
        if !all.entries.iter().any(|entry| entry.stage == Stage::Renaming) {
            all.put(Stage::Renaming, Change::Rename(addition.renaming.clone()), by);
        }
        for written in &addition.components {
            let Some(component) = component(written) else {
                all.put(Stage::Components, Change::patch(Patch::unseen(written)), by);
                continue;
            };
            all.files.extend(component.files.iter().cloned());
            all.resources.extend(component.resources.iter().cloned());
            all.generators.extend(component.generators.iter().cloned());
            for entry in &component.entries {
                all.put(Stage::Components, entry.change.clone(), by);
            }
        }
        all
    }

    /// Adds what is done at a stage, behind what is there.
    fn put(&mut self, stage: Stage, change: Change, by: Option<&Arc<str>>) {
        let at = self.entries.partition_point(|entry| entry.stage <= stage);
        self.entries.insert(at, Entry { stage, change, by: by.cloned() });
    }

    /// The same for all that the kustomization at a path does, at no later stage than the given one.
    fn add(&mut self, (path, latest): (&str, Stage), files: &dyn Files, levels: usize) {
        let Some(text) = files.read(path).map(|content| Text::of_file(path, &content)) else { return };
        if !self.files.insert(path.to_owned()) || levels == 0 {
            return;
        }
        with_root(&text, |root| {
            let included = ["resources", "bases"].into_iter().flat_map(|list| texts(root, list));
            self.resources.extend(included.filter_map(|written| path::join(path::parent(path), &written)));
            // Components come after the generators and before what changes objects: see accumulateTarget in
            // api/internal/target/kusttarget.go.
            self.generators.extend(Generator::all(root));
            for component in texts(root, "components") {
                let path = path::join(path::parent(path), &component).and_then(|path| of_folder(&path, files));
                match path {
                    Some(path) => self.add((&path, Stage::Components), files, levels - 1),
                    None => self.put(Stage::Components, Change::patch(Patch::unseen(&component)), None),
                }
            }
            let mut reader = Reader { folder: path::parent(path), files, read: &mut self.files };
            let lists = [
                (Stage::Merges, reader.patches_of(root, "patchesStrategicMerge")),
                (Stage::Patches, reader.patches_of(root, "patches")),
                (Stage::Operations, reader.patches_of(root, "patchesJson6902")),
                (Stage::Images, Reader::images(root).into_iter().collect()),
                (Stage::Others, reader.replacements(root)),
                (Stage::Others, reader.transformers(root)),
            ];
            let mut renaming = Some(Renaming::read(root));
            for (stage, patches) in lists {
                if let Some(renaming) = renaming.take_if(|_| stage > Stage::Renaming) {
                    self.put(Stage::Renaming.min(latest), Change::Rename(renaming), None);
                }
                for patch in patches {
                    self.put(stage.min(latest), Change::patch(patch), None);
                }
            }
            self.merged.extend(merged(root));
        });
    }
}

impl Change {
    fn patch(patch: Patch) -> Self {
        Self::Patch(Arc::new(patch))
    }
}

impl Entry {
    /// Names and images that a tool sets take the place of a kustomization's own, but not of those of its components.
    fn give_way(&mut self, addition: &Addition) {
        match (&mut self.change, self.stage) {
            (Change::Rename(own), Stage::Renaming) => own.give_way(&addition.renaming),
            (Change::Patch(own), Stage::Images) => {
                let Body::Images(images) = &own.body else { return };
                let is_kept = |image: &&NewImage| !addition.images.iter().any(|new| new.is_of_name_of(image));
                let kept: Vec<NewImage> = images.iter().filter(is_kept).cloned().collect();
                if kept.len() < images.len() {
                    *own = Arc::new(Patch {
                        body: Body::Images(kept),
                        selector: own.selector.clone(),
                        at: own.at.clone(),
                    });
                }
            }
            _ => {}
        }
    }
}

/// The kustomization file in a folder.
pub(super) fn of_folder(folder: &str, files: &dyn Files) -> Option<String> {
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
