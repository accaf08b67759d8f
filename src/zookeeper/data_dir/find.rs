//! Finds the folder that a server writes to, given the one that the user names.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use super::{Entry, Folder, Place};

/// The folder inside `dataDir` and `dataLogDir` that all releases write to.
const VERSION_2: &str = "version-2";

/// How deep to search for a `version-2` that the user may have meant.
const DEPTH: usize = 3;

/// How many of them to suggest.
const MOST_NAMED: usize = 3;

/// Why a server's folders cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum DataDirError {
    /// It cannot be opened or read.
    #[error("cannot read {path}: {cause}")]
    #[diagnostic(help("pass the folder that zoo.cfg calls dataDir, or dataLogDir for the logs"))]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// No server keeps its files there.
    #[error("{path} has no version-2 folder, where a server keeps its snapshots and logs")]
    NoVersion2 {
        /// The folder.
        path: PathBuf,
        /// What to do.
        #[help]
        help: String,
    },
    /// Both a `version-2` and one inside it hold files.
    #[error("both {path} and its version-2 contain snapshots or logs")]
    #[diagnostic(help("pass the one whose parent is the server's dataDir in zoo.cfg"))]
    TwoVersions {
        /// The outer one.
        path: PathBuf,
    },
    /// The two folders are the wrong way round.
    #[error("{path} was given as the folder of the {expected}, but contains {name}")]
    #[diagnostic(help(
        "DIR is zoo.cfg's dataDir (snapshots), --log its dataLogDir (logs). Swap them; \
         if zoo.cfg has no dataLogDir, leave out --log. Nothing was deleted"
    ))]
    Swapped {
        /// The folder.
        path: PathBuf,
        /// What should be in it.
        expected: &'static str,
        /// A file of the other kind.
        name: String,
    },
}

impl DataDirError {
    pub(super) fn swapped(folder: &Folder, entry: &Entry, place: Place) -> Self {
        let expected = match place {
            Place::Data => "snapshots",
            Place::Log => "logs",
        };
        Self::Swapped { path: folder.path().to_owned(), expected, name: entry.shown_name() }
    }
}

/// Opens `given/version-2`, or `given` if that is itself a `version-2`. A link of that name is followed, as the server
/// follows it.
pub(super) fn version_2(given: &Path) -> Result<Folder, DataDirError> {
    let failed = |cause| DataDirError::Unreadable { path: given.to_owned(), cause };
    let outer = Folder::open(given).map_err(failed)?;
    let path = given.join(VERSION_2);
    let inner = match Folder::open(&path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(DataDirError::Unreadable { path, cause }),
        inner => inner.ok(),
    };
    if !is_version_2(given) {
        return inner.ok_or_else(|| no_version_2(given));
    }
    let Some(inner) = inner else { return Ok(outer) };
    // zkCleanup.sh creates an empty version-2 inside a version-2 that it is given by mistake.
    match (has_files(&outer)?, has_files(&inner)?) {
        (true, true) => Err(DataDirError::TwoVersions { path: given.to_owned() }),
        (false, true) => Ok(inner),
        (true | false, false) => Ok(outer),
    }
}

fn is_version_2(path: &Path) -> bool {
    let name = |path: &Path| path.file_name() == Some(OsStr::new(VERSION_2));
    name(path) || fs::canonicalize(path).is_ok_and(|path| name(&path))
}

fn has_files(folder: &Folder) -> Result<bool, DataDirError> {
    let failed = |cause| DataDirError::Unreadable { path: folder.path().to_owned(), cause };
    Ok(folder.list(Place::Data).map_err(failed)?.iter().any(|entry| entry.kind.is_some()))
}

fn no_version_2(path: &Path) -> DataDirError {
    let found: Vec<String> = nearby(path).iter().map(|path| path.display().to_string()).collect();
    let help = if found.is_empty() {
        "pass the folder that zoo.cfg calls dataDir, or dataLogDir for the logs".to_owned()
    } else {
        format!("did you mean {}?", found.join(" or "))
    };
    DataDirError::NoVersion2 { path: path.to_owned(), help }
}

/// Folders below `path` that hold a `version-2`, in a fixed order. Links are not followed.
fn nearby(path: &Path) -> Vec<PathBuf> {
    let folders = walkdir::WalkDir::new(path).min_depth(1).max_depth(DEPTH).sort_by_file_name().into_iter();
    let found = folders.filter_map(Result::ok).filter(|entry| entry.file_name() == VERSION_2);
    found.filter_map(|entry| entry.path().parent().map(Path::to_owned)).take(MOST_NAMED).collect()
}
