//! The decision: what happens to each file and why, or why nothing may be removed.

use std::io;
use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::Entry;

/// What happens to every file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// All of them, in the order of the listing.
    pub files: Vec<Decided>,
    /// Indices into `files`: what to remove, in a safe order. After any number of these removals, a server can still
    /// restore from every snapshot that is left.
    pub removals: Vec<usize>,
    /// Indices into `files`: the snapshots that must still be there for anything to be removed, newest first.
    pub keepers: Vec<usize>,
    /// What else the user should know.
    pub remarks: Vec<Remark>,
}

impl Plan {
    /// The plan that decides about each entry of a listing.
    pub(super) fn of(entries: &[Entry], fate: impl Fn(&Entry) -> Fate) -> Self {
        let files = entries.iter().map(|entry| Decided { entry: entry.clone(), fate: fate(entry) });
        let files: Vec<Decided> = files.collect();
        let removals = super::order::removals(&files);
        let is_counted = |file: &Decided| matches!(file.fate, Fate::Keep(Keep::Counted { .. }));
        let mut keepers: Vec<usize> =
            (0..files.len()).filter(|index| files.get(*index).is_some_and(is_counted)).collect();
        keepers.reverse();
        Self { files, removals, keepers, remarks: Vec::new() }
    }

    /// What to remove, in a safe order.
    pub fn removed(&self) -> impl Iterator<Item = &Entry> {
        self.removals.iter().filter_map(|index| self.files.get(*index)).map(|file| &file.entry)
    }

    /// The snapshots that must still be there for anything to be removed, newest first.
    pub fn kept_snapshots(&self) -> impl Iterator<Item = &Entry> {
        self.keepers.iter().filter_map(|index| self.files.get(*index)).map(|file| &file.entry)
    }
}

/// A file and what happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The file.
    pub entry: Entry,
    /// What happens to it.
    pub fate: Fate,
}

/// What happens to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is kept.
    Keep(Keep),
    /// It is removed.
    Remove(Remove),
}

/// Why a file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// One of the N snapshots that count.
    Counted {
        /// 1 for the newest.
        rank: usize,
    },
    /// A snapshot with the same zxid as one that counts.
    SameMoment,
    /// A damaged snapshot that is newer than the limit.
    Damaged {
        /// What is wrong, and where.
        cause: String,
    },
    /// A snapshot at or above the limit that is not one of those that count.
    NotOlder,
    /// The newest log that starts at or before the limit.
    Straddles {
        /// The limit.
        limit: Zxid,
    },
    /// A log after the one that straddles the limit.
    Newer {
        /// The limit.
        limit: Zxid,
    },
    /// There are not enough snapshots that count.
    TooFew {
        /// How many there are.
        counted: usize,
    },
    /// Its name has no valid transaction id.
    UnreadableName,
    /// It is a folder, a link or a special file.
    NoFile,
    /// Neither a snapshot nor a log.
    Other,
}

/// Why a file is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remove {
    /// Older than the limit, the oldest snapshot that counts; a log also has to be older than the one that straddles
    /// it.
    Older {
        /// The limit.
        limit: Zxid,
    },
    /// `ZooKeeper` reads the name as -1, which is older than everything.
    UnreadableName,
}

/// What the user should know besides the fates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A log without a complete transaction; older servers do not start with one that has no header.
    EmptyLog {
        /// Its name.
        name: String,
        /// What there is instead.
        cause: String,
    },
    /// No log reaches the newest snapshot that counts: logs may be written to another folder.
    LogsEndEarlier {
        /// The snapshot's name.
        snapshot: String,
        /// The last transaction in the logs.
        last: Zxid,
    },
    /// A log that goes on with bytes that no server reads; the next log goes on after what is read of it.
    UnreadLog {
        /// Its name.
        name: String,
        /// What is wrong, and where.
        cause: String,
    },
    /// A damaged log that a server needs only to restore from a snapshot older than the newest.
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
    /// There are logs but no snapshot.
    #[error("there are logs but no snapshot: no server restores from that")]
    #[diagnostic(help("if zoo.cfg has a dataLogDir, pass its dataDir as DIR and the dataLogDir with --log"))]
    NoSnapshot,
    /// Not a single snapshot is intact.
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
    /// A log that is needed for the newest verified snapshot cannot be read to its end.
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
    /// The last log that is needed for the newest verified snapshot goes on with bytes that no server reads.
    #[error(
        "{log} is damaged ({cause}): a server that restores from {snapshot} takes that for the end, and loses silently what follows"
    )]
    #[diagnostic(help("first copy the folder to a safe place; what follows may be transactions that clients rely on"))]
    UnreadLog {
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
        /// The last transaction before the gap.
        after: Zxid,
        /// The first transaction after the gap.
        before: Zxid,
    },
    /// `zkCleanup.sh` does not recognise that both paths lead to the same folder.
    #[error("zkCleanup.sh treats {data} and {log} as two folders, and finds snapshots among the logs")]
    #[diagnostic(help("leave out --log: both are the same folder"))]
    OtherSpelling {
        /// `dataDir`, as typed.
        data: PathBuf,
        /// `dataLogDir`, as typed.
        log: PathBuf,
    },
    /// `zkCleanup.sh` would look for another `version-2` inside this one.
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
    /// The system failed to read a file.
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
