//! The files of the repository, for what a release refers to: values files, charts in folders, objects next to it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::yaml::Lines;

/// Larger files hold no values that anybody wrote.
const MAX_BYTES: u64 = 16 << 20;

/// Of more folders nobody makes one repository.
const MAX_FOLDERS: usize = 100_000;

/// Reads what stands in a repository. Paths are below its root, with `/` between their parts.
pub trait Files: Send + Sync {
    /// The text of a file; `None` where there is none, where it cannot be read, or where it is no text.
    fn read(&self, path: &str) -> Option<String>;
    /// Why a file that is there has no text that can be read.
    fn fault(&self, _path: &str) -> Option<String> {
        None
    }
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

    /// The text of a file that is there, or why it cannot be read.
    fn text(&self, path: &str) -> Option<Result<String, String>> {
        let resolved = self.resolve(path).filter(|path| path.is_file())?;
        Some(text_of(&resolved))
    }
}

fn text_of(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_BYTES.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Err(format!("it has more than {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let (valid, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        format!("line {} is not UTF-8", Lines::new(bytes).position(bytes, valid).line)
    })
}

impl Files for Folder {
    fn read(&self, path: &str) -> Option<String> {
        self.text(path)?.ok()
    }

    fn fault(&self, path: &str) -> Option<String> {
        self.text(path)?.err()
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
