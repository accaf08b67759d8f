//! The files of the repository, for what a release refers to: values files, charts in folders, objects next to it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Larger files hold no values that anybody wrote.
const MAX_BYTES: u64 = 16 << 20;

/// Of more folders nobody makes one repository.
const MAX_FOLDERS: usize = 100_000;

/// Reads what stands in a repository. Paths are below its root, with `/` between their parts.
pub trait Files: Send + Sync {
    /// The text of a file; `None` where there is none, where it cannot be read, or where it is no text.
    fn read(&self, path: &str) -> Option<String>;
    /// The names of the files in a folder, sorted; those in its sub-folders are not among them.
    fn list(&self, folder: &str) -> Vec<String>;
    /// The folders of the repository, sorted, its root among them; what git ignores is not.
    fn folders(&self) -> Vec<String>;
    /// A file is there.
    fn has(&self, path: &str) -> bool {
        self.read(path).is_some()
    }
}

/// A repository without files.
impl Files for () {
    fn read(&self, _: &str) -> Option<String> {
        None
    }

    fn list(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn folders(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A repository on disk. Nothing outside of its root is read, through symbolic links neither.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The repository at a path.
    ///
    /// # Errors
    /// When the folder is not there or cannot be entered.
    pub fn new(root: &Path) -> std::io::Result<Self> {
        Ok(Self { root: root.canonicalize()? })
    }

    /// The real path, where it is in the repository.
    fn resolve(&self, path: &str) -> Option<PathBuf> {
        let resolved = self.root.join(path).canonicalize().ok()?;
        resolved.starts_with(&self.root).then_some(resolved)
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Option<String> {
        let resolved = self.resolve(path).filter(|path| path.is_file())?;
        let mut text = String::new();
        let limit = MAX_BYTES.saturating_add(1);
        let read = fs::File::open(resolved).ok()?.take(limit).read_to_string(&mut text).ok()?;
        (u64::try_from(read).ok()? <= MAX_BYTES).then_some(text)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let entries = self.resolve(folder).and_then(|path| fs::read_dir(path).ok());
        let files = entries.into_iter().flatten().flatten().filter(|entry| entry.path().is_file());
        let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    fn folders(&self) -> Vec<String> {
        let walk = WalkBuilder::new(&self.root)
            .hidden(false)
            .same_file_system(true)
            .sort_by_file_name(Ord::cmp)
            .filter_entry(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()) && entry.file_name() != ".git")
            .build();
        let paths = walk.flatten().filter_map(|entry| {
            let path = entry.path().strip_prefix(&self.root).ok()?;
            path.to_str().map(|path| path.replace('\\', "/"))
        });
        let mut folders: Vec<String> = paths.take(MAX_FOLDERS).collect();
        folders.sort_unstable();
        folders
    }

    fn has(&self, path: &str) -> bool {
        self.resolve(path).is_some_and(|path| path.is_file())
    }
}
