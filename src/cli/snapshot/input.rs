//! Snapshots in files, with a bar that shows how far reading is.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use super::spelling::file_name;
use crate::cli::display;
use crate::cli::progress::Progress;
use crate::zookeeper::ReadError;
use crate::zookeeper::snapshot::{self, Described, Tree, Wanted};

/// A file that cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub(in crate::cli) enum InputError {
    /// It is not there, or may not be read.
    #[error("cannot open {path}: {cause}")]
    Open {
        /// Which one.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// It is a folder.
    #[error("{0} is a folder")]
    #[diagnostic(help("pass one snapshot in it; `autopurge snapshot verify` takes folders"))]
    Folder(PathBuf),
    /// It is no whole snapshot.
    #[error("cannot read {path}: {cause}")]
    #[diagnostic(help("run `autopurge snapshot verify` on the folder to see which snapshots are whole"))]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why.
        cause: ReadError,
    },
}

/// A file that is open.
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

    /// Bytes on the disk.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Reads a tree. What is wrong behind it is told, but does not matter: no tool of `ZooKeeper` looks there.
    pub(super) fn read_tree(&self, wanted: Wanted, progress: &Progress) -> Result<Tree, InputError> {
        let what = Described { name: &self.name(), size: Some(self.size) };
        let read = snapshot::read(what, progress.watch(&self.file), wanted);
        let (tree, doubt) = read.map_err(|cause| InputError::Read { path: self.path.clone(), cause })?;
        if let Some(doubt) = doubt {
            display::say(&format!("warning: {} is damaged: {doubt}\n", self.path.display()));
        }
        Ok(tree)
    }
}

/// Reads a tree from one file, with a bar that shows how far that is.
pub(super) fn read_tree(path: &Path, wanted: Wanted) -> Result<Tree, InputError> {
    let (input, progress) = (Input::open(path)?, Progress::of_bytes(false));
    progress.begin(input.name().into_owned(), input.size());
    let tree = input.read_tree(wanted, &progress);
    progress.end();
    tree
}
