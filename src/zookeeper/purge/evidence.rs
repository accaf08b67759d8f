//! What reading a file reveals.

use std::io;

use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::Entry;
use crate::zookeeper::log::Span;

/// What a snapshot turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotEvidence {
    /// All of it has been read, and every checksum is correct.
    Verified,
    /// A server may not be able to restore from it.
    Damaged {
        /// Which part is damaged, and at which byte.
        cause: String,
    },
}

/// What a log turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogEvidence {
    /// It has transactions, and a server reads it to its end, though the last one may be incomplete.
    Readable {
        /// The range from its first to its last transaction.
        span: Span,
        /// Where a transaction is missing: the ones before and after the gap.
        gap: Option<(Zxid, Zxid)>,
    },
    /// Not a single complete transaction: what a full disk or a crash leaves behind.
    Empty {
        /// What there is instead.
        cause: String,
    },
    /// A server stops reading here with an error, and does not start.
    Damaged {
        /// Which part is damaged, and at which byte.
        cause: String,
    },
}

/// Reads files on behalf of a plan. If a file has disappeared meanwhile, that is an error of the kind `NotFound`.
pub trait Witness {
    /// Reads a whole snapshot.
    ///
    /// # Errors
    /// When the system fails to read it, which says nothing about the file.
    fn snapshot(&mut self, entry: &Entry) -> io::Result<SnapshotEvidence>;

    /// Reads a whole log.
    ///
    /// # Errors
    /// When the system fails to read it, which says nothing about the file.
    fn log(&mut self, entry: &Entry) -> io::Result<LogEvidence>;

    /// Whether `ZooKeeper` considers a snapshot valid after looking at a few of its bytes
    /// (`SnapStream.isValidSnapshot`).
    ///
    /// # Errors
    /// When the system fails to read it.
    fn looks_valid(&mut self, entry: &Entry) -> io::Result<bool>;
}
