//! Which kustomizations include which files and folders.

use std::collections::{BTreeSet, HashMap};

use super::deployer::{Deployer, Deployers};
use super::kustomization::{texts, with_root};
use crate::gitops::field::Field;
use crate::gitops::path;
use crate::gitops::surroundings::Surroundings;
use crate::gitops::text::Text;

/// If a file is deployed in more ways than this, none is followed.
const MOST: usize = 64;
/// Nor if one goes through more kustomizations than this.
const LONGEST: usize = 16;

/// The kustomizations of a repository, and what deploys them.
#[derive(Debug, Default)]
pub(in crate::gitops) struct Index {
    includers: HashMap<String, Vec<Includer>>,
    /// The folders with a kustomization.
    folders: BTreeSet<String>,
    deployers: Deployers,
    /// Files that are patches.
    patches: BTreeSet<String>,
}

/// A kustomization that includes something.
#[derive(Clone, Debug)]
struct Includer {
    /// Its file.
    path: String,
    /// Whether it includes the thing as a component, whose patches count as its own.
    has_component: bool,
}

/// One way in which something is deployed: the kustomizations from the innermost to the outermost, and what deploys the
/// last one with changes of its own.
pub(super) struct Route<'i> {
    pub(super) steps: Vec<&'i str>,
    pub(super) deployer: Option<&'i Deployer>,
}

impl Index {
    pub(in crate::gitops) fn read(around: &Surroundings<'_>) -> Self {
        let mut index = Self { deployers: Deployers::read(around), ..Self::default() };
        index.patches.clone_from(index.deployers.patches());
        let folders = around.folder_names().iter();
        let paths =
            folders.flat_map(|folder| path::KUSTOMIZATIONS.iter().filter_map(move |name| path::join(folder, name)));
        for path in paths {
            if let Some(content) = around.files().read(&path) {
                index.folders.insert(path::parent(&path).to_owned());
                with_root(&Text::of_file(&path, &content), |root| index.add(&path, root));
            }
        }
        index
    }

    /// The files that say what deploys folders, patches included.
    pub(in crate::gitops) fn files_of_deployers(&self) -> &BTreeSet<String> {
        self.deployers.files()
    }

    /// Whether something deploys a file that no kustomization names.
    pub(super) fn deploys_file(&self, file: &str) -> bool {
        self.deployers_of(file).next().is_some()
    }

    /// What deploys a file or the kustomization in a folder.
    fn deployers_of<'i>(&'i self, place: &'i str) -> impl Iterator<Item = &'i Deployer> {
        let is_folder = self.folders.contains(place);
        let extension = path::name(place).rsplit_once('.').map(|(_, extension)| extension);
        let is_read_by_flux = is_folder || matches!(extension, Some("yaml" | "yml"));
        let own = is_folder.then(|| self.deployers.of_kustomization(place));
        let file = (!is_folder).then(|| self.deployers.of_file(place));
        let around = || self.deployers.of_everything_around(place, |folder| self.folders.contains(folder));
        let around = is_read_by_flux.then(around);
        own.into_iter().flatten().chain(file.into_iter().flatten()).chain(around.into_iter().flatten())
    }

    fn add(&mut self, path: &str, root: &Field<'_>) {
        let folder = path::parent(path);
        let at = |written: &String| path::join(folder, written);
        for (list, has_component) in [("resources", false), ("bases", false), ("components", true)] {
            for place in texts(root, list).iter().filter_map(at) {
                let includer = Includer { path: path.to_owned(), has_component };
                self.includers.entry(place).or_default().push(includer);
            }
        }
        let mut named = texts(root, "patchesStrategicMerge");
        for list in ["patches", "patchesJson6902"] {
            let items = root.get(list).map(|list| list.items()).unwrap_or_default();
            named.extend(items.iter().filter_map(|item| item.text_of("path")).map(str::to_owned));
        }
        self.patches.extend(named.iter().filter_map(at));
    }

    /// Whether a file is a patch rather than an object of its own.
    pub(in crate::gitops) fn is_patch(&self, path: &str) -> bool {
        self.patches.contains(path)
    }

    /// The ways in which a file or the kustomization in a folder is deployed. `None` if there are too many.
    pub(super) fn routes<'i>(&'i self, place: &'i str) -> Option<Vec<Route<'i>>> {
        let mut found = Vec::new();
        self.climb(place, &[], &mut found)?;
        Some(found)
    }

    /// Adds the ways that go on from one; `None` if there are too many, or one is too long.
    fn climb<'i>(&'i self, place: &'i str, way: &[&'i str], found: &mut Vec<Route<'i>>) -> Option<()> {
        let includers = self.includers.get(place).map(Vec::as_slice).unwrap_or_default();
        let mut new = includers.iter().filter(|includer| !way.contains(&includer.path.as_str())).peekable();
        let mut is_end = new.peek().is_none();
        // Several that change nothing deploy the same.
        let mut has_plain = false;
        for deployer in self.deployers_of(place) {
            is_end = false;
            if deployer.is_plain() && std::mem::replace(&mut has_plain, true) {
                continue;
            }
            // A step names the way; without any, the deployer does.
            let is_told = !deployer.is_plain() || way.is_empty();
            found.push(Route { steps: way.to_vec(), deployer: Some(deployer).filter(|_| is_told) });
        }
        if is_end {
            found.push(Route { steps: way.to_vec(), deployer: None });
        }
        if found.len() > MOST || way.len() >= LONGEST && new.peek().is_some() {
            return None;
        }
        new.try_for_each(|includer| {
            let mut longer = way.to_vec();
            if includer.has_component {
                longer.pop();
            }
            longer.push(&includer.path);
            self.climb(path::parent(&includer.path), &longer, found)
        })
    }
}
