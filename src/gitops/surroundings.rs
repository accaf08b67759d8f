//! Objects that a release refers to: in its own file, in nearby files, and anywhere in its repository.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::field::{Field, Page};
use super::files::Files;
use super::neighbour::{Neighbour, Reference, neighbours};
use super::overlay::{self, Index, Kustomization, Way};
use super::path;
use super::release::Position;
use super::terraform::{Declared, is_terraform};
use super::text::Text;

/// The repository around the files being read. Remembers which objects each folder contains, but no texts.
pub struct Surroundings<'f> {
    files: &'f dyn Files,
    folders: Mutex<HashMap<String, Arc<Vec<Neighbour>>>>,
    /// The objects of all folders by name, filled when an object is looked for that is not nearby.
    everywhere: OnceLock<HashMap<String, Vec<Neighbour>>>,
    index: OnceLock<Arc<Index>>,
    kustomizations: Mutex<HashMap<String, Arc<Kustomization>>>,
    /// What the Terraform files of a folder declare.
    terraform: Mutex<HashMap<String, Arc<Vec<Arc<Declared>>>>>,
    /// The names of all folders.
    folder_names: OnceLock<Arc<Vec<String>>>,
    /// The folders of Terraform files that call each folder as a module.
    callers: OnceLock<Arc<HashMap<String, BTreeSet<String>>>>,
    /// The state of these files before some of them changed.
    before: Option<Before<'f>>,
}

/// The files before some of them changed.
struct Before<'f> {
    around: &'f Surroundings<'f>,
    changed: BTreeSet<String>,
}

impl Before<'_> {
    /// Whether a file in the folder changed.
    fn touches(&self, folder: &str) -> bool {
        self.changed.iter().any(|path| path::parent(path) == folder)
    }
}

/// What a reference resolves to.
pub(super) enum Resolution {
    One(Neighbour),
    None,
    /// More than one, with different content: it is unclear which is meant.
    Several(Vec<Neighbour>),
    /// It, or another one, may be in a folder that cannot be listed, with the reason.
    Hidden(String),
}

impl<'f> Surroundings<'f> {
    /// The repository with these files.
    #[must_use]
    pub fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            folders: Mutex::default(),
            everywhere: OnceLock::new(),
            index: OnceLock::new(),
            kustomizations: Mutex::default(),
            terraform: Mutex::default(),
            folder_names: OnceLock::new(),
            callers: OnceLock::new(),
            before: None,
        }
    }

    /// The same repository with other texts in some of its files: only those are read again.
    #[must_use]
    pub fn changed(&'f self, files: &'f dyn Files, paths: impl IntoIterator<Item = String>) -> Self {
        let before = Before { around: self, changed: paths.into_iter().collect() };
        Self { before: Some(before), ..Self::new(files) }
    }

    /// Which kustomizations include which files, and what deploys them. Changes to files only affect values, and so only
    /// what is written beside them in what deploys.
    pub(super) fn index(&self) -> &Arc<Index> {
        self.index.get_or_init(|| match &self.before {
            Some(before) if before.around.index().files_of_deployers().is_disjoint(&before.changed) => {
                Arc::clone(before.around.index())
            }
            _ => Arc::new(Index::read(self)),
        })
    }

    /// Whether a file says how others are deployed, with changes of its own.
    #[must_use]
    pub fn is_of_deployer(&self, path: &str) -> bool {
        self.index().files_of_deployers().contains(path)
    }

    pub(super) fn files(&self) -> &'f dyn Files {
        self.files
    }

    /// The kustomization at a path.
    pub(super) fn kustomization(&self, path: &str) -> Arc<Kustomization> {
        let known = self.kustomizations.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        known.unwrap_or_else(|| {
            let before = self.before.as_ref().map(|before| (before.around.kustomization(path), &before.changed));
            let unchanged = before.filter(|(kustomization, changed)| !kustomization.is_of(changed));
            let read = || Arc::new(Kustomization::read(path, self.files));
            let found = unchanged.map_or_else(read, |(kustomization, _)| kustomization);
            let mut known = self.kustomizations.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(path.to_owned()).or_insert(found))
        })
    }

    /// What the Terraform files of a folder declare. Only files that changed are read again.
    fn terraform(&self, folder: &str) -> Arc<Vec<Arc<Declared>>> {
        let known = self.terraform.lock().unwrap_or_else(PoisonError::into_inner).get(folder).cloned();
        known.unwrap_or_else(|| {
            let found = match &self.before {
                Some(before) if before.touches(folder) => {
                    let again = |file: &Arc<Declared>| {
                        let has_changed = before.changed.contains(&file.path);
                        if has_changed { Arc::new(Declared::read(&file.path, self.files)) } else { Arc::clone(file) }
                    };
                    Arc::new(before.around.terraform(folder).iter().map(again).collect())
                }
                Some(before) => before.around.terraform(folder),
                None => Arc::new(Declared::read_folder(folder, self.files).into_iter().map(Arc::new).collect()),
            };
            let mut known = self.terraform.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(folder.to_owned()).or_insert(found))
        })
    }

    /// Reads everything that is read only once for all files.
    pub fn prepare(&self) {
        self.index();
        self.callers();
        self.named("");
    }

    /// Whether the kustomizations that deploy a file were read from one of the other files, or a Terraform folder
    /// through which it is called contains one.
    #[must_use]
    pub fn leads_through(&self, path: &str, others: &BTreeSet<String>) -> bool {
        let ways = overlay::ways(path, self).unwrap_or_default();
        let mut steps = ways.iter().flat_map(|way| &way.steps);
        let is_of_terraform = |name: &String| is_terraform(name) || name.ends_with(".tfvars");
        let mut folders: BTreeSet<&str> =
            others.iter().filter(|name| is_of_terraform(name)).map(|name| path::parent(name)).collect();
        steps.any(|(_, kustomization)| kustomization.is_of(others))
            || is_terraform(path) && !folders.is_empty() && self.is_called_from(path::parent(path), &mut folders)
    }

    /// Whether a folder is one of the others, or is called from one of them as a Terraform module.
    fn is_called_from(&self, folder: &str, others: &mut BTreeSet<&str>) -> bool {
        let mut waiting = vec![folder];
        let mut seen = BTreeSet::new();
        while let Some(folder) = waiting.pop().filter(|folder| !others.contains(folder)) {
            if seen.insert(folder) {
                waiting.extend(self.callers().get(folder).into_iter().flatten().map(String::as_str));
            }
            if waiting.is_empty() {
                return false;
            }
        }
        true
    }

    /// Whether a file names a `ConfigMap` or Secret that is in one of the other files, or is made from one, and is
    /// deployed along with it.
    #[must_use]
    pub fn refers_to(&self, (path, text): (&str, &str), others: &BTreeSet<String>) -> bool {
        let kustomizations = |path: &str| -> Vec<Arc<Kustomization>> {
            let ways = overlay::ways(path, self).unwrap_or_default();
            ways.into_iter().flat_map(|way| way.steps).map(|(_, kustomization)| kustomization).collect()
        };
        let own = kustomizations(path);
        others.iter().any(|other| {
            let is_named = |object: &Neighbour| {
                let is_configuration = matches!(object.kind.as_str(), "ConfigMap" | "Secret");
                object.file == *other && !object.is_generated && is_configuration && text.contains(&object.name)
            };
            let is_together = || {
                let theirs = kustomizations(other);
                let is_shared = |one: &Arc<Kustomization>| theirs.iter().any(|it| one.is_same(it));
                let are_alone = !own.iter().chain(&theirs).any(|kustomization| kustomization.is_listing());
                own.iter().any(is_shared) || are_alone && path::parent(path) == path::parent(other)
            };
            own.iter().any(|kustomization| kustomization.makes_from(other, text))
                || self.folder(path::parent(other)).iter().any(is_named) && is_together()
        })
    }

    /// Whether Terraform files in the same folder or one above use a file as a template.
    #[must_use]
    pub fn is_filled_in(&self, path: &str) -> bool {
        let name = path::name(path);
        let mut texts = path::folders_above(path).flat_map(|folder| {
            let names = self.files.list(folder).into_iter().filter(|name| is_terraform(name));
            names.filter_map(|name| self.files.read(&path::join(folder, &name)?))
        });
        texts.any(|text| text.contains("templatefile(") && text.contains(name))
    }

    /// The folders of the repository, sorted.
    pub(super) fn folder_names(&self) -> &Arc<Vec<String>> {
        self.folder_names.get_or_init(|| match &self.before {
            Some(before) => Arc::clone(before.around.folder_names()),
            None => Arc::new(self.files.folders()),
        })
    }

    /// Which folders call which as a Terraform module. Changes to files only affect values, and so never this.
    fn callers(&self) -> &Arc<HashMap<String, BTreeSet<String>>> {
        self.callers.get_or_init(|| match &self.before {
            Some(before) => Arc::clone(before.around.callers()),
            None => Arc::new(Declared::callers(self.folder_names(), self.files)),
        })
    }

    /// The objects in the files of a folder.
    fn folder(&self, folder: &str) -> Arc<Vec<Neighbour>> {
        let known = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder).cloned();
        known.unwrap_or_else(|| {
            let found = match &self.before {
                Some(before) if !before.touches(folder) => before.around.folder(folder),
                _ => Arc::new(self.scan(folder)),
            };
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            folders.insert(folder.to_owned(), Arc::clone(&found));
            found
        })
    }

    /// The objects with that name in the whole repository, which is read once.
    fn named(&self, name: &str) -> Vec<Neighbour> {
        if let Some(Before { around, changed }) = &self.before {
            let is_as_before = |object: &Neighbour| !changed.contains(&object.file);
            let mut objects: Vec<Neighbour> = around.named(name).into_iter().filter(is_as_before).collect();
            objects.extend(changed.iter().flat_map(|path| self.scan_file(path)).filter(|object| object.name == name));
            return objects;
        }
        let everywhere = self.everywhere.get_or_init(|| {
            let mut by_name: HashMap<String, Vec<Neighbour>> = HashMap::new();
            for object in self.folder_names().iter().flat_map(|folder| self.folder(folder).to_vec()) {
                by_name.entry(object.name.clone()).or_default().push(object);
            }
            by_name
        });
        everywhere.get(name).cloned().unwrap_or_default()
    }

    fn scan(&self, folder: &str) -> Vec<Neighbour> {
        let paths = self.files.list(folder).into_iter().filter_map(|name| path::join(folder, &name));
        paths.flat_map(|path| self.scan_file(&path)).collect()
    }

    fn scan_file(&self, path: &str) -> Vec<Neighbour> {
        let is_read = is_yaml(path) || path::is_kustomization(path::name(path));
        let text = is_read.then(|| self.files.read(path)).flatten();
        text.map(|text| neighbours(path, &text)).unwrap_or_default()
    }
}

/// If a reference has more candidates than this, none is examined.
const MOST_CANDIDATES: usize = 8;

/// A file that is being read, and its surroundings.
pub(super) struct Scope<'c> {
    pub(super) text: &'c Text,
    surroundings: &'c Surroundings<'c>,
    own: OnceCell<Vec<Neighbour>>,
    ways: OnceCell<Option<Vec<Way>>>,
    /// The only release that is wanted.
    wanted: Option<Position>,
}

impl<'c> Scope<'c> {
    pub(super) fn new(text: &'c Text, surroundings: &'c Surroundings<'c>, wanted: Option<Position>) -> Self {
        Self { text, surroundings, own: OnceCell::new(), ways: OnceCell::new(), wanted }
    }

    /// Whether to read something with this number, as it is counted in the positions of its releases.
    pub(super) fn wants(&self, number: usize, of: impl Fn(Position) -> usize) -> bool {
        self.wanted.is_none_or(|wanted| of(wanted) == number)
    }

    /// Whether only one release is wanted.
    pub(super) const fn wants_one(&self) -> bool {
        self.wanted.is_some()
    }

    /// The ways in which kustomizations deploy the file; `None` if there are too many.
    pub(super) fn ways(&self) -> Option<&[Way]> {
        self.ways.get_or_init(|| overlay::ways(self.path(), self.surroundings)).as_deref()
    }

    /// The kustomization in a file.
    pub(super) fn kustomization_at(&self, path: &str) -> Arc<Kustomization> {
        self.surroundings.kustomization(path)
    }

    /// The objects in the files of a folder that can be referred to.
    pub(super) fn objects_in(&self, folder: &str) -> Arc<Vec<Neighbour>> {
        self.surroundings.folder(folder)
    }

    /// Whether a file is a patch rather than an object of its own.
    pub(super) fn is_patch(&self, path: &str) -> bool {
        self.surroundings.index().is_patch(path)
    }

    /// The file as a kustomization.
    pub(super) fn kustomization(&self) -> Arc<Kustomization> {
        self.surroundings.kustomization(self.path())
    }

    /// The path of the file.
    pub(super) fn path(&self) -> &'c str {
        self.text.file()
    }

    pub(super) fn files(&self) -> &'c dyn Files {
        self.surroundings.files
    }

    /// What the Terraform files of a folder declare.
    pub(super) fn terraform(&self, folder: &str) -> Arc<Vec<Arc<Declared>>> {
        self.surroundings.terraform(folder)
    }

    /// The folders of the repository, sorted.
    pub(super) fn folders(&self) -> &[String] {
        self.surroundings.folder_names()
    }

    /// The folders that call a folder as a Terraform module.
    pub(super) fn terraform_callers(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.surroundings.callers().get(folder).into_iter().flatten().map(String::as_str)
    }

    /// Looks in the file itself, in its folder, in each folder above, and then anywhere in the repository.
    pub(super) fn find(&self, reference: Reference<'_>) -> Resolution {
        match self.find_near(reference) {
            Resolution::None => {
                let found = self.choose(self.surroundings.named(reference.name).iter(), reference);
                let is_sure = matches!(found, Resolution::Several(_));
                self.files().unlisted().filter(|_| !is_sure).map_or(found, Resolution::Hidden)
            }
            found => found,
        }
    }

    /// How many objects in the whole repository may be meant, copies included; patches are no objects.
    pub(super) fn count(&self, reference: Reference<'_>) -> usize {
        let named = self.surroundings.named(reference.name).into_iter();
        named
            .filter(|object| object.is_meant_by(reference) && !self.surroundings.index().is_patch(&object.file))
            .count()
    }

    /// Looks in the file itself, then in its folder, then in each folder above.
    pub(super) fn find_near(&self, reference: Reference<'_>) -> Resolution {
        let own = self.own.get_or_init(|| neighbours(self.path(), self.text.as_str()));
        let own = choose(own.iter(), reference);
        let folders = path::folders_above(self.path()).map(|folder| self.surroundings.folder(folder));
        let around = folders.map(|objects| self.choose(objects.iter(), reference));
        std::iter::once(own).chain(around).find(|found| !matches!(found, Resolution::None)).unwrap_or(Resolution::None)
    }

    /// Chooses among objects in other files; those in the file itself are read from its text.
    fn choose<'n>(&self, objects: impl Iterator<Item = &'n Neighbour>, reference: Reference<'_>) -> Resolution {
        choose(objects.filter(|object| *object.file != *self.path()), reference)
    }

    /// Passes an object to a reader.
    pub(super) fn read<R>(&self, object: &Neighbour, reader: impl FnOnce(&Field<'_>) -> R) -> Option<R> {
        let text = if *object.file == *self.path() {
            self.text.clone()
        } else {
            Text::of_file(&object.file, &self.files().read(&object.file)?)
        };
        let page = Page::parse(&text, object.document).ok().flatten()?;
        let field = page.object_at(&object.pointer)?;
        Some(reader(&field))
    }
}

pub(super) fn is_yaml(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("yaml" | "yml" | "json"))
}

/// Copies of an object have the same content, and count as one.
fn choose<'n>(objects: impl Iterator<Item = &'n Neighbour>, reference: Reference<'_>) -> Resolution {
    let mut fitting: Vec<&Neighbour> = Vec::new();
    for object in objects.filter(|object| object.is_meant_by(reference)) {
        if !fitting.iter().any(|other| other.says_the_same(object)) {
            fitting.push(object);
        }
        if fitting.len() > MOST_CANDIDATES {
            break;
        }
    }
    match fitting.as_slice() {
        [] => Resolution::None,
        [one] => Resolution::One((*one).clone()),
        several => Resolution::Several(several.iter().copied().cloned().collect()),
    }
}
