//! The folders in which a server keeps its snapshots and logs.
//!
//! Everything below them is reached through the opened folder and by a bare name, and no link is followed: whatever
//! somebody puts into the folder meanwhile, nothing outside of it is read or removed.

mod entry;
mod find;
mod folder;

pub use entry::{Entry, FileKind, Identity, Kind, Place};
pub use find::DataDirError;
pub use folder::{Folder, Volume};

use std::fs::File;
use std::io;
use std::path::Path;

/// A server's `version-2` folder, or two of them where the logs have a volume of their own (`dataLogDir`).
#[derive(Debug)]
pub struct DataDir {
    data: Folder,
    log: Option<Folder>,
}

impl DataDir {
    /// Opens `dataDir` and `dataLogDir` as zoo.cfg names them. Their `version-2` is found; it may be given itself too.
    ///
    /// # Errors
    /// When there is no such folder, or when `dataLogDir` holds snapshots or `dataDir` logs: the two are swapped then.
    pub fn open(data: &Path, log: Option<&Path>) -> Result<Self, DataDirError> {
        let data = find::version_2(data)?;
        let log = log.map(find::version_2).transpose()?;
        // One folder under two names is one folder.
        let log = log.filter(|log| log.identity() != data.identity());
        let opened = Self { data, log };
        opened.refuse_swapped()?;
        Ok(opened)
    }

    /// Everything in the folders, in a fixed order: snapshots, logs, the rest, each from the oldest to the newest.
    ///
    /// # Errors
    /// When a folder cannot be read. A file that vanishes meanwhile is left out.
    pub fn list(&self) -> io::Result<Vec<Entry>> {
        let mut entries = self.data.list(Place::Data)?;
        if let Some(log) = &self.log {
            entries.append(&mut log.list(Place::Log)?);
        }
        entries.sort_by(Entry::order);
        Ok(entries)
    }

    /// Opens a regular file that was listed.
    ///
    /// # Errors
    /// When it is gone, or is another one by now.
    pub fn read(&self, entry: &Entry) -> io::Result<File> {
        self.folder(entry.place).read(entry)
    }

    /// The folder that is meant.
    #[must_use]
    pub fn folder(&self, place: Place) -> &Folder {
        match (place, &self.log) {
            (Place::Log, Some(log)) => log,
            _ => &self.data,
        }
    }

    /// The folders: one, or the one with the snapshots and the one with the logs.
    pub fn folders(&self) -> impl Iterator<Item = &Folder> {
        std::iter::once(&self.data).chain(&self.log)
    }

    fn refuse_swapped(&self) -> Result<(), DataDirError> {
        let Some(log) = &self.log else { return Ok(()) };
        for (folder, kind, place) in [(&self.data, Kind::Log, Place::Data), (log, Kind::Snapshot, Place::Log)] {
            let failed = |cause| DataDirError::Unreadable { path: folder.path().to_owned(), cause };
            let entries = folder.list(place).map_err(failed)?;
            let misplaced = entries.into_iter().filter(|entry| entry.kind == Some(kind)).min_by(Entry::order);
            if let Some(entry) = misplaced {
                return Err(DataDirError::swapped(folder, &entry, place));
            }
        }
        Ok(())
    }
}
