//! An open folder. Everything in it is accessed by bare name, relative to its descriptor.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Error, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, Mode, OFlags, fstat, fstatvfs, fsync, openat, statat, unlinkat};
use rustix::io::Errno;

use super::{Entry, FileKind, Identity, Place};

/// An open folder. It stays the same folder whatever happens to its path.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    descriptor: OwnedFd,
    identity: Identity,
}

/// A file system as `df` shows it, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume {
    /// Total size.
    pub size: u64,
    /// Used space.
    pub used: u64,
    /// Space available to unprivileged users; some file systems reserve a part.
    pub available: u64,
}

impl Volume {
    /// How full it is, in whole percent, rounded up as in `df`.
    #[must_use]
    pub fn percent_used(&self) -> u64 {
        let reachable = self.used.saturating_add(self.available);
        (u128::from(self.used) * 100).div_ceil(u128::from(reachable.max(1))).try_into().unwrap_or(100)
    }
}

impl Folder {
    /// Opens a folder. The path may go through links: the caller chose it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let descriptor = rustix::fs::open(path, flags, Mode::empty())?;
        let identity = Identity::of(&fstat(&descriptor)?);
        Ok(Self { path: path.to_owned(), descriptor, identity })
    }

    /// The path by which it was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which folder it is.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// Everything in the folder, in file system order.
    pub(super) fn list(&self, place: Place) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for found in Dir::read_from(&self.descriptor)? {
            let name = found?.file_name().to_owned();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            match statat(&self.descriptor, &name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => entries.push(Entry::new(place, OsString::from_vec(name.into_bytes()), &stat)),
                // A server may be purging at the same time.
                Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(entries)
    }

    /// Opens a regular file for reading, and only if it is still the one that was listed. `NONBLOCK`, because opening a
    /// pipe that took its place would block for ever.
    pub(super) fn read(&self, entry: &Entry) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        if entry.file_kind != FileKind::Regular {
            return Err(Error::new(ErrorKind::InvalidInput, "not a regular file"));
        }
        let descriptor = openat(&self.descriptor, &entry.name, flags, Mode::empty())?;
        if Identity::of(&fstat(&descriptor)?) != entry.identity {
            return Err(replaced());
        }
        Ok(descriptor.into())
    }

    /// Checks that a name still refers to what was listed.
    ///
    /// # Errors
    /// `NotFound` if the name is gone, another kind if something else has taken it.
    pub fn confirm(&self, entry: &Entry) -> io::Result<()> {
        let stat = statat(&self.descriptor, &entry.name, AtFlags::SYMLINK_NOFOLLOW)?;
        let now = Entry::new(entry.place, entry.name.clone(), &stat);
        if now == *entry { Ok(()) } else { Err(replaced()) }
    }

    /// Removes an entry: of a link, the link itself and never its target; a folder only if it is empty.
    ///
    /// No system can remove "this file if it still has this name" atomically. Between the check and the removal,
    /// something may put a new file there; but the ids in these names only grow, so nothing has a reason to.
    ///
    /// # Errors
    /// When it is gone, has been replaced, or the system refuses.
    pub fn remove(&self, entry: &Entry) -> io::Result<()> {
        self.confirm(entry)?;
        let flags = if entry.file_kind == FileKind::Folder { AtFlags::REMOVEDIR } else { AtFlags::empty() };
        Ok(unlinkat(&self.descriptor, &entry.name, flags)?)
    }

    /// Makes removals durable, in case of a power failure.
    ///
    /// # Errors
    /// When the system cannot do that.
    pub fn sync(&self) -> io::Result<()> {
        Ok(fsync(&self.descriptor)?)
    }

    /// The file system that it is on.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn volume(&self) -> io::Result<Volume> {
        let stat = fstatvfs(&self.descriptor)?;
        let bytes = |blocks: u64| blocks.saturating_mul(stat.f_frsize);
        Ok(Volume {
            size: bytes(stat.f_blocks),
            used: bytes(stat.f_blocks.saturating_sub(stat.f_bfree)),
            available: bytes(stat.f_bavail),
        })
    }
}

fn replaced() -> Error {
    Error::other("it was changed or replaced in the meantime")
}
