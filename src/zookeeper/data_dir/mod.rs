//! The folders in which a server keeps its snapshots and logs.
//!
//! Everything in them is reached through the open folder and by bare name, and no link is followed: whatever is put
//! into the folder meanwhile, nothing outside of it is read or removed.

mod entry;
mod find;
mod folder;

pub use entry::{Entry, FileKind, Identity, Kind, Place};
pub use find::DataDirError;
pub use folder::{Folder, Volume};

use std::fs::File;
use std::io;
use std::path::Path;

/// A server's `version-2` folder, or two of them if the logs have their own folder (`dataLogDir`).
#[derive(Debug)]
pub struct DataDir {
    data: Folder,
    log: Option<Folder>,
}

impl DataDir {
    /// Opens `dataDir` and `dataLogDir` as zoo.cfg names them, or their `version-2` folders directly.
    ///
    /// # Errors
    /// When there is no such folder, or when `dataLogDir` holds snapshots or `dataDir` logs, which means that they are
    /// swapped.
    pub fn open(data: &Path, log: Option<&Path>) -> Result<Self, DataDirError> {
        let data = find::version_2(data)?;
        let log = log.map(find::version_2).transpose()?;
        // Two paths may lead to the same folder.
        let log = log.filter(|log| log.identity() != data.identity());
        let opened = Self { data, log };
        opened.refuse_swapped()?;
        Ok(opened)
    }

    /// Everything in the folders, in a fixed order: snapshots, logs, the rest, each from oldest to newest.
    ///
    /// # Errors
    /// When a folder cannot be read. A file that disappears meanwhile is left out.
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
    /// When it is gone or has been replaced.
    pub fn read(&self, entry: &Entry) -> io::Result<File> {
        self.folder(entry.place).read(entry)
    }

    /// The folder for a place.
    #[must_use]
    pub fn folder(&self, place: Place) -> &Folder {
        match (place, &self.log) {
            (Place::Log, Some(log)) => log,
            _ => &self.data,
        }
    }

    /// The folders: a single one, or that of the snapshots and that of the logs.
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
