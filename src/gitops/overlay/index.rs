//! Which kustomizations include which files and folders.

use std::collections::{BTreeSet, HashMap};

use super::kustomization::{texts, with_root};
use crate::gitops::field::Field;
use crate::gitops::files::Files;
use crate::gitops::path;
use crate::gitops::text::Text;

/// If a file is deployed in more ways than this, none is followed.
const MOST: usize = 64;
/// Nor if one goes through more kustomizations than this.
const LONGEST: usize = 16;

/// The kustomizations of a repository.
#[derive(Debug, Default)]
pub(in crate::gitops) struct Index {
    includers: HashMap<String, Vec<Includer>>,
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

impl Index {
    pub(in crate::gitops) fn read(files: &dyn Files) -> Self {
        let mut index = Self::default();
        let folders = files.folders().into_iter();
        let paths =
            folders.flat_map(|folder| path::KUSTOMIZATIONS.iter().filter_map(move |name| path::join(&folder, name)));
        for path in paths {
            if let Some(content) = files.read(&path) {
                with_root(&Text::of_file(&path, &content), |root| index.add(&path, root));
            }
        }
        index
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

    /// The ways in which a file is deployed: the kustomizations from the innermost to the outermost. `None` if there
    /// are too many.
    pub(super) fn ways(&self, path: &str) -> Option<Vec<Vec<&str>>> {
        let mut found = Vec::new();
        self.climb(path, &[], &mut found)?;
        Some(found)
    }

    /// Adds the ways that go on from one; `None` if there are too many, or one is too long.
    fn climb<'i>(&'i self, place: &str, way: &[&'i str], found: &mut Vec<Vec<&'i str>>) -> Option<()> {
        let includers = self.includers.get(place).map(Vec::as_slice).unwrap_or_default();
        let mut new = includers.iter().filter(|includer| !way.contains(&includer.path.as_str())).peekable();
        if new.peek().is_none() {
            found.push(way.to_vec());
            return (found.len() <= MOST).then_some(());
        }
        if way.len() >= LONGEST {
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
