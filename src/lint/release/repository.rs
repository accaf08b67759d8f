//! The repositories that linted files stand in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::InRepository;
use crate::gitops::{Files, Folder};
use crate::lint::display;
use crate::lint::target::{from_here, real, relative};

/// A repository: what a file in it may refer to ends at its root.
pub(in crate::lint) struct Repository {
    /// Its root.
    pub root: PathBuf,
    /// People name its files from the working folder, and not from the root of the disk.
    is_relative: bool,
    /// Its files; standard input has none around it.
    folder: Option<Folder>,
    /// Texts that take the place of those of files.
    texts: BTreeMap<String, String>,
}

/// The repositories of all targets, by root.
#[derive(Default)]
pub(in crate::lint) struct Repositories {
    by_root: BTreeMap<PathBuf, Repository>,
}

impl Repositories {
    /// Adds the repository that a file stands in: up to the folder with `.git`, or else the folder that the user named.
    pub(in crate::lint) fn add(&mut self, file: &Path, named: &Path) {
        let root = root_of(file, named);
        if !self.by_root.contains_key(&root)
            && let Ok(folder) = Folder::new(&root)
        {
            self.by_root.insert(root.clone(), {
                let is_relative = named.is_relative();
                Repository { root, is_relative, folder: Some(folder), texts: BTreeMap::new() }
            });
        }
    }

    /// All of them.
    pub(in crate::lint) fn iter(&self) -> impl Iterator<Item = &Repository> {
        self.by_root.values()
    }
}

impl Repository {
    /// What stands around a text that comes from no file: nothing.
    pub(in crate::lint) fn none() -> Self {
        Self { root: PathBuf::new(), is_relative: false, folder: None, texts: BTreeMap::new() }
    }

    /// The path of a file below the root, as a user in the working folder would write it.
    pub(in crate::lint) fn shown(&self, path: &str) -> String {
        let path = self.root.join(path);
        display(&if self.is_relative { relative(&path) } else { from_here(&path) })
    }

    /// The path of a file below the root; `None` for one that is not in it.
    pub(in crate::lint) fn path_of(&self, file: &Path) -> Option<String> {
        Some(display(real(file).strip_prefix(&self.root).ok()?))
    }

    /// What a file holds; the one that is being linted is at hand.
    pub(super) fn text(&self, path: &str, own: InRepository<'_>) -> Option<String> {
        if path == own.path { Some(own.text.to_owned()) } else { self.read(path) }
    }

    /// The same repository with other texts in some files.
    pub(super) fn with(&self, texts: BTreeMap<String, String>) -> Self {
        let mut all = self.texts.clone();
        all.extend(texts);
        Self { root: self.root.clone(), is_relative: self.is_relative, folder: self.folder.clone(), texts: all }
    }
}

impl Files for Repository {
    fn read(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned().or_else(|| self.folder.as_ref()?.read(path))
    }

    fn fault(&self, path: &str) -> Option<String> {
        self.folder.as_ref().filter(|_| !self.texts.contains_key(path))?.fault(path)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.folder.as_ref().map(|files| files.list(folder)).unwrap_or_default()
    }

    fn folders(&self) -> Vec<String> {
        self.folder.as_ref().map(Files::folders).unwrap_or_default()
    }

    fn unlisted(&self) -> Option<String> {
        self.folder.as_ref()?.unlisted()
    }

    fn has(&self, path: &str) -> bool {
        self.texts.contains_key(path) || self.folder.as_ref().is_some_and(|files| files.has(path))
    }
}

fn root_of(file: &Path, named: &Path) -> PathBuf {
    let absolute = real(file);
    let with_git = absolute.ancestors().skip(1).find(|folder| folder.join(".git").exists());
    with_git.map_or_else(|| without_git(&absolute, named), Path::to_owned)
}

/// Without git the working folder, if the file is in it, or else the folder that was named.
fn without_git(file: &Path, named: &Path) -> PathBuf {
    let here = real(&std::env::current_dir().unwrap_or_default());
    let named = named.is_dir().then(|| named.canonicalize().ok()).flatten();
    let named = named.or_else(|| file.parent().map(Path::to_owned)).unwrap_or_default();
    if file.starts_with(&here) { here } else { named }
}
