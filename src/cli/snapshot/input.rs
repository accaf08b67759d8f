//! Opens and reads snapshot files, with a progress bar.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use super::spelling::file_name;
use crate::cli::display;
use crate::cli::progress::Progress;
use crate::printable::one_line;
use crate::zookeeper::ReadError;
use crate::zookeeper::snapshot::{self, Described, Loaded, Tree, Wanted};

/// A file that cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub(in crate::cli) enum InputError {
    /// It does not exist, or cannot be opened.
    #[error("cannot open {path}: {cause}")]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// It is a folder.
    #[error("{0} is a folder")]
    #[diagnostic(help("pass one snapshot in it; `autopurge snapshot verify` takes folders"))]
    Folder(PathBuf),
    /// It is not a complete snapshot.
    #[error("cannot read {path}: {cause}")]
    #[diagnostic(help("run `autopurge snapshot verify` on the folder to see which snapshots are whole"))]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: ReadError,
    },
}

/// An open snapshot file.
pub(super) struct Input {
    path: PathBuf,
    file: File,
    size: u64,
}

impl Input {
    pub(super) fn open(path: &Path) -> Result<Self, InputError> {
        let failed = |cause| InputError::Open { path: path.to_owned(), cause };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(InputError::Folder(path.to_owned()));
        }
        Ok(Self { path: path.to_owned(), file, size: metadata.len() })
    }

    pub(super) fn name(&self) -> Cow<'_, str> {
        file_name(&self.path)
    }

    /// Size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Reads the tree. Damage after the tree only causes a warning, because `ZooKeeper`'s tools do not read that far.
    pub(super) fn read_tree(&self, wanted: Wanted, progress: &Progress) -> Result<Tree, InputError> {
        let what = Described { name: &self.name(), size: Some(self.size) };
        let read = snapshot::read(what, progress.watch(&self.file), wanted);
        let Loaded { tree, doubt } = read.map_err(|cause| InputError::Read { path: self.path.clone(), cause })?;
        if let Some(doubt) = doubt {
            let path = self.path.to_string_lossy();
            display::say(&format!("warning: {} is damaged: {doubt}\n", one_line(&path)));
        }
        Ok(tree)
    }
}

/// Reads the tree from one file, with a progress bar.
pub(super) fn read_tree(path: &Path, wanted: Wanted) -> Result<Tree, InputError> {
    let (input, progress) = (Input::open(path)?, Progress::of_bytes(false));
    progress.begin(input.name().into_owned(), input.size());
    let tree = input.read_tree(wanted, &progress);
    progress.end();
    tree
}
