//! One directory entry, with its metadata.

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{FileType, Stat};

use crate::printable::one_line;
use crate::zookeeper::Zxid;
use crate::zookeeper::file_name::{self, LOG_PREFIX, SNAPSHOT_PREFIX};

/// The two kinds of files that accumulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The whole tree at one point in time.
    Snapshot,
    /// Transactions.
    Log,
}

impl Kind {
    /// The kind that the start of a name indicates; `ZooKeeper` looks no further.
    #[must_use]
    pub fn of(name: &OsStr) -> Option<Self> {
        [Self::Snapshot, Self::Log].into_iter().find(|kind| {
            let rest = name.as_bytes().strip_prefix(kind.prefix().as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"."))
        })
    }

    /// The part before the first dot.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Snapshot => SNAPSHOT_PREFIX,
            Self::Log => LOG_PREFIX,
        }
    }
}

/// Which of the two folders an entry is in. If there is only one, everything is in the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// `dataDir`
    Data,
    /// `dataLogDir`
    Log,
}

/// The type of a directory entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A folder.
    Folder,
    /// A symbolic link, whatever its target.
    Link,
    /// A pipe, socket or device.
    Special,
}

/// Distinguishes a file from another one that takes its name later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// The device that it is on.
    #[must_use]
    pub fn device(&self) -> u64 {
        self.device
    }

    pub(super) fn of(stat: &Stat) -> Self {
        Self { device: number(stat.st_dev), inode: number(stat.st_ino) }
    }
}

/// A directory entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which folder.
    pub place: Place,
    /// The file's name, without its folder.
    pub name: OsString,
    /// Snapshot or log, going by the name.
    pub kind: Option<Kind>,
    /// The zxid that `ZooKeeper` reads from the name; `None` if it finds none.
    pub zxid: Option<Zxid>,
    /// Regular file, folder, link or something else.
    pub file_kind: FileKind,
    /// Size in bytes, as `ls` shows it.
    pub apparent: u64,
    /// Bytes on disk, as `du` shows them. Logs are preallocated as sparse files.
    pub allocated: u64,
    /// Time of the last write, in seconds since 1970.
    pub modified: i64,
    /// Which file the name referred to when it was listed.
    pub identity: Identity,
    /// When content, name or permissions last changed, in seconds and nanoseconds. Needed because inode numbers are
    /// reused.
    pub changed: (i64, i64),
}

impl Entry {
    pub(super) fn new(place: Place, name: OsString, stat: &Stat) -> Self {
        let kind = Kind::of(&name);
        Self {
            place,
            kind,
            zxid: kind.and_then(|kind| file_name::zxid(&name.to_string_lossy(), kind.prefix())),
            file_kind: file_kind(FileType::from_raw_mode(stat.st_mode)),
            apparent: u64::try_from(stat.st_size).unwrap_or(0),
            // Always in units of 512 bytes, whatever the file system's block size.
            allocated: u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(512),
            modified: seconds(stat.st_mtime),
            identity: Identity::of(stat),
            changed: (seconds(stat.st_ctime), seconds(stat.st_ctime_nsec)),
            name,
        }
    }

    /// The name as text; invalid UTF-8 is shown as replacement characters, control characters by number.
    #[must_use]
    pub fn shown_name(&self) -> String {
        one_line(&self.name.to_string_lossy())
    }

    /// Whether this is a regular file of a kind, with a zxid in its name that a server can have assigned.
    #[must_use]
    pub fn is_readable_as(&self, kind: Kind) -> bool {
        let has_zxid = self.zxid.is_some_and(|zxid| zxid.0 >= 0);
        self.kind == Some(kind) && self.file_kind == FileKind::Regular && has_zxid
    }

    /// Snapshots, then logs, then the rest, each from oldest to newest.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let key = |entry: &Self| (entry.kind.is_none(), entry.kind, entry.zxid.is_none(), entry.zxid, entry.place);
        key(self).cmp(&key(other)).then_with(|| self.name.cmp(&other.name))
    }
}

fn file_kind(kind: FileType) -> FileKind {
    match kind {
        FileType::RegularFile => FileKind::Regular,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => FileKind::Link,
        _ => FileKind::Special,
    }
}

/// The types of device and inode numbers differ between systems.
fn number(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or(0)
}

/// The types of timestamps differ between systems.
fn seconds(time: impl TryInto<i64>) -> i64 {
    time.try_into().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::Kind;

    #[test]
    fn a_kind_needs_its_whole_word_and_a_dot() {
        assert_eq!(Kind::of(OsStr::new("log.old.1")), Some(Kind::Log));
        assert_eq!(Kind::of(OsStr::new("snapshot.")), Some(Kind::Snapshot));
        for name in ["log", "logfile.1", "snapshots.1", "Snapshot.1", ".snapshot.1", "currentEpoch"] {
            assert_eq!(Kind::of(OsStr::new(name)), None, "{name}");
        }
    }
}
