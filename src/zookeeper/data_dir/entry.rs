//! One name in a folder, and what the system says about it.

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{FileType, Stat};

use crate::printable::one_line;
use crate::zookeeper::Zxid;
use crate::zookeeper::file_name::{self, LOG_PREFIX, SNAPSHOT_PREFIX};

/// The two kinds of files that pile up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The whole tree at one moment.
    Snapshot,
    /// Transactions.
    Log,
}

impl Kind {
    /// The kind of a name that starts like one; `ZooKeeper` looks no further than that.
    #[must_use]
    pub fn of(name: &OsStr) -> Option<Self> {
        [Self::Snapshot, Self::Log].into_iter().find(|kind| {
            let rest = name.as_bytes().strip_prefix(kind.prefix().as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"."))
        })
    }

    /// What stands before the first dot.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Snapshot => SNAPSHOT_PREFIX,
            Self::Log => LOG_PREFIX,
        }
    }
}

/// In which of the two folders. Where there is only one, everything is in the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// `dataDir`
    Data,
    /// `dataLogDir`
    Log,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file with content.
    Regular,
    /// A folder.
    Folder,
    /// A symbolic link, to whatever.
    Link,
    /// A pipe, socket or device.
    Special,
}

/// What tells one file from another that has its name later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// The volume that it is on.
    #[must_use]
    pub fn device(&self) -> u64 {
        self.device
    }

    pub(super) fn of(stat: &Stat) -> Self {
        Self { device: number(stat.st_dev), inode: number(stat.st_ino) }
    }
}

/// A name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which folder.
    pub place: Place,
    /// The file's name, without its folder.
    pub name: OsString,
    /// Snapshot or log, by the name.
    pub kind: Option<Kind>,
    /// What `ZooKeeper` reads out of the name; `None` where it cannot.
    pub zxid: Option<Zxid>,
    /// File, folder, link or something else.
    pub file_kind: FileKind,
    /// Bytes as `ls` shows them.
    pub apparent: u64,
    /// Bytes on the disk, as `du` shows them. Logs are allocated ahead with holes.
    pub allocated: u64,
    /// Seconds since 1970 of the last write.
    pub modified: i64,
    /// Which file it was when it was listed.
    pub identity: Identity,
    /// When content, name or rights last changed, in seconds and nanoseconds: numbers of files are given out again.
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
            // By definition in units of 512 bytes, whatever the blocks of the file system are.
            allocated: u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(512),
            modified: seconds(stat.st_mtime),
            identity: Identity::of(stat),
            changed: (seconds(stat.st_ctime), seconds(stat.st_ctime_nsec)),
            name,
        }
    }

    /// The name as text; bytes that are no UTF-8 are shown as replacement characters, control characters by number.
    #[must_use]
    pub fn shown_name(&self) -> String {
        one_line(&self.name.to_string_lossy())
    }

    /// A regular file of this kind whose name has a zxid that a server can have given.
    #[must_use]
    pub fn is_readable_as(&self, kind: Kind) -> bool {
        let has_zxid = self.zxid.is_some_and(|zxid| zxid.0 >= 0);
        self.kind == Some(kind) && self.file_kind == FileKind::Regular && has_zxid
    }

    /// Snapshots, then logs, then the rest; each from the oldest to the newest.
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

/// The types of device numbers differ from system to system.
fn number(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or(0)
}

/// The types of times differ from system to system.
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
