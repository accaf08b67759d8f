//! The repositories that contain the linted files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::InRepository;
use crate::gitops::{Files, Folder};
use crate::lint::display;
use crate::lint::target::{from_here, relative, tidy};
use crate::path::real;

/// A repository; a file in it may only refer to files within its root.
pub(in crate::lint) struct Repository {
    /// Its root.
    pub root: PathBuf,
    /// Whether its files are named relative to the working directory, not by absolute path.
    is_relative: bool,
    /// Its files; `None` for standard input.
    folder: Option<Folder>,
    /// Texts that replace those of files.
    texts: BTreeMap<String, String>,
}

/// The repositories of all targets, by root.
#[derive(Default)]
pub(in crate::lint) struct Repositories {
    by_root: BTreeMap<PathBuf, Repository>,
}

impl Repositories {
    /// Adds the repository that contains a file: its root is the folder with `.git`, or else follows from the folder
    /// that the user named.
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
    /// The repository of a text that comes from no file: empty.
    pub(in crate::lint) fn none() -> Self {
        Self { root: PathBuf::new(), is_relative: false, folder: None, texts: BTreeMap::new() }
    }

    /// The path of a file below the root, as a user in the working directory would write it.
    pub(in crate::lint) fn path_from_here(&self, path: &Path) -> PathBuf {
        let path = self.root.join(path);
        tidy(&if self.is_relative { relative(&path) } else { from_here(&path) })
    }

    /// The same as it is shown in reports.
    pub(in crate::lint) fn shown(&self, path: &str) -> String {
        if self.folder.is_none() {
            return path.to_owned();
        }
        display(&self.path_from_here(Path::new(path)))
    }

    /// The path of a file below the root; `None` if it is outside.
    pub(in crate::lint) fn below(&self, file: &Path) -> Option<PathBuf> {
        Some(tidy(real(file).strip_prefix(&self.root).ok()?))
    }

    /// The same as a text: other files cannot refer to it otherwise.
    pub(in crate::lint) fn path_of(&self, file: &Path) -> Option<String> {
        self.below(file).map(|path| display(&path))
    }

    /// The content of a file; that of the one being linted is already in memory.
    pub(in crate::lint) fn text(&self, path: &str, own: InRepository<'_>) -> Option<String> {
        if path == own.path { Some(own.text.to_owned()) } else { self.read(path) }
    }

    /// The same repository with the texts of some files replaced.
    pub(in crate::lint) fn with(&self, texts: BTreeMap<String, String>) -> Self {
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

/// The root without git: the working directory if the file is in it, or else the folder that was named.
fn without_git(file: &Path, named: &Path) -> PathBuf {
    let here = real(&std::env::current_dir().unwrap_or_default());
    let named = named.is_dir().then(|| named.canonicalize().ok()).flatten();
    let named = named.or_else(|| file.parent().map(Path::to_owned)).unwrap_or_default();
    if file.starts_with(&here) { here } else { named }
}
