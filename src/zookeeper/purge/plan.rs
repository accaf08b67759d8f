//! The decision: what becomes of each file and why, or why nothing may be removed.

use std::io;
use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::Entry;

/// What becomes of every file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Every entry with its fate, in the order of the listing.
    pub fates: Vec<(Entry, Fate)>,
    /// Indices into `fates`: what goes, in the order in which it may go. After any part of it a server can still restore
    /// from every snapshot that is left.
    pub removals: Vec<usize>,
    /// Indices into `fates`: the snapshots without which nothing may go, the newest first.
    pub keepers: Vec<usize>,
    /// What else should be known.
    pub remarks: Vec<Remark>,
}

impl Plan {
    pub(super) fn new(fates: Vec<(Entry, Fate)>) -> Self {
        let removals = super::order::removals(&fates);
        let is_counted = |(_, fate): &(Entry, Fate)| matches!(fate, Fate::Keep(Keep::Counted { .. }));
        let mut keepers: Vec<usize> =
            (0..fates.len()).filter(|index| fates.get(*index).is_some_and(is_counted)).collect();
        keepers.reverse();
        Self { fates, removals, keepers, remarks: Vec::new() }
    }

    /// What goes, in the order in which it may.
    pub fn removed(&self) -> impl Iterator<Item = &Entry> {
        self.removals.iter().filter_map(|index| self.fates.get(*index)).map(|(entry, _)| entry)
    }

    /// The snapshots without which nothing may go, the newest first.
    pub fn kept_snapshots(&self) -> impl Iterator<Item = &Entry> {
        self.keepers.iter().filter_map(|index| self.fates.get(*index)).map(|(entry, _)| entry)
    }
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Keep(Keep),
    /// It goes.
    Remove(Remove),
}

/// Why a file stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// One of the N snapshots.
    Counted {
        /// 1 for the newest.
        rank: usize,
    },
    /// A snapshot of the same moment as one that counts.
    SameMoment,
    /// A damaged snapshot that is newer than the limit.
    Damaged {
        /// What is wrong, and where.
        cause: String,
    },
    /// A snapshot that is at or above the limit and that nobody had to look into.
    NotOlder,
    /// The newest log that starts at or before the limit.
    Straddles {
        /// The limit.
        limit: Zxid,
    },
    /// A log behind that.
    Newer {
        /// The limit.
        limit: Zxid,
    },
    /// There are not enough snapshots that count.
    TooFew {
        /// How many there are.
        counted: usize,
    },
    /// Its name says no transaction id.
    UnreadableName,
    /// It is a folder, a link, or no file at all.
    NoFile,
    /// Neither a snapshot nor a log.
    Other,
}

/// Why a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remove {
    /// Older than the oldest snapshot that is kept.
    Older {
        /// The limit.
        limit: Zxid,
    },
    /// `ZooKeeper` reads the name as -1, which is older than everything.
    UnreadableName,
}

/// What should be known beside the fates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A log without a whole transaction; older servers do not start with one that has no header.
    EmptyLog {
        /// Its name.
        name: String,
        /// What there is instead.
        cause: String,
    },
    /// No log reaches the newest snapshot that counts: they may be written to another folder.
    LogsEndEarlier {
        /// The snapshot's name.
        snapshot: String,
        /// The last transaction in the logs.
        last: Zxid,
    },
    /// A log that a server needs only to restore from an older snapshot than the newest.
    DamagedLog {
        /// Its name.
        name: String,
        /// What is wrong, and where.
        cause: String,
    },
}

/// Why nothing may be removed.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum Refusal {
    /// There are logs and no snapshot at all.
    #[error("there are logs but no snapshot: no server restores from that")]
    #[diagnostic(help("if zoo.cfg has a dataLogDir, pass its dataDir as DIR and the dataLogDir with --log"))]
    NoSnapshot,
    /// Not a single snapshot is whole.
    #[error("none of the {count} snapshots is whole; {newest}")]
    #[diagnostic(help(
        "a server cannot restore from this folder. First copy it to a safe place; in an ensemble, a server \
         with an empty data folder gets everything from the others"
    ))]
    NoVerifiedSnapshot {
        /// How many there are.
        count: usize,
        /// The newest one's name and what is wrong with it.
        newest: String,
    },
    /// Snapshots without a single log.
    #[error("there are snapshots but no log, so it is unknown whether a server could restore what came after them")]
    #[diagnostic(help("if zoo.cfg has a dataLogDir, pass it with --log"))]
    NoLog,
    /// The log that belongs to the newest verified snapshot cannot be read through.
    #[error("{log} is damaged ({cause}): a server that restores from {snapshot} stops there")]
    #[diagnostic(help("first copy the folder to a safe place; older files may be needed to rescue the data"))]
    DamagedLog {
        /// The log.
        log: String,
        /// What is wrong, and where.
        cause: String,
        /// The newest verified snapshot.
        snapshot: String,
    },
    /// Transactions between the newest verified snapshot and the end of the logs are missing.
    #[error(
        "no log has the transactions after 0x{after} and before 0x{before}: a server that restores from {snapshot} loses them silently"
    )]
    #[diagnostic(help(
        "if zoo.cfg has a dataLogDir, pass it with --log; otherwise first copy the folder to a safe place"
    ))]
    MissingTransactions {
        /// The newest verified snapshot.
        snapshot: String,
        /// The last one before the gap.
        after: Zxid,
        /// The first one behind the gap.
        before: Zxid,
    },
    /// `zkCleanup.sh` refuses one folder under two names.
    #[error("zkCleanup.sh treats {data} and {log} as two folders, and finds snapshots among the logs")]
    #[diagnostic(help("leave out --log: both are the same folder"))]
    OtherSpelling {
        /// As typed.
        data: PathBuf,
        /// As typed.
        log: PathBuf,
    },
    /// `zkCleanup.sh` looks one folder deeper.
    #[error("zkCleanup.sh would look into version-2 in {path}, and do nothing")]
    #[diagnostic(help("pass the folder that contains {}", path.display()))]
    LooksInside {
        /// The folder.
        path: PathBuf,
    },
    /// `zkCleanup.sh` would leave no verified snapshot.
    #[error("zkCleanup.sh would keep {kept}, and none of them is whole: {newest}")]
    #[diagnostic(help(
        "there would be nothing left to restore from; without --like-zkcleanup only whole snapshots count"
    ))]
    NothingRestorableLeft {
        /// What it would keep.
        kept: String,
        /// The newest one's name and what is wrong with it.
        newest: String,
    },
}

/// Why there is no plan.
#[derive(Debug, Error, Diagnostic)]
pub enum PurgeError {
    /// There is neither a snapshot nor a log.
    #[error("there are no snapshots and no logs")]
    #[diagnostic(help("is this the folder that the server writes to? zoo.cfg calls it dataDir"))]
    Nothing,
    /// Nothing may be removed.
    #[error("refused: {0}")]
    #[diagnostic(transparent)]
    Refused(Refusal),
    /// A file vanished while the folder was being looked at: somebody else purges too.
    #[error("{0} vanished while the folder was being read")]
    #[diagnostic(help("something else is deleting files here; run this again when it is done"))]
    Vanished(String),
    /// The system did not let a file be read.
    #[error("cannot read {name}: {cause}")]
    Unreadable {
        /// The file.
        name: String,
        /// What the system said.
        cause: io::Error,
    },
}

impl PurgeError {
    pub(super) fn reading(entry: &Entry, cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::NotFound => Self::Vanished(entry.shown_name()),
            _ => Self::Unreadable { name: entry.shown_name(), cause },
        }
    }
}

impl From<Refusal> for PurgeError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
