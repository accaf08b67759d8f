//! What reading a file reveals.

use std::io;

use crate::zookeeper::data_dir::Entry;
use crate::zookeeper::restore::Content;

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
pub struct LogEvidence {
    /// What a server finds in it.
    pub content: Content,
    /// Without transactions, what there is instead; of a damaged log, or one that no server reads to its end, what is
    /// wrong, and at which byte.
    pub cause: Option<String>,
}

impl LogEvidence {
    /// A log that holds no complete transaction: what a full disk or a crash leaves behind.
    #[must_use]
    pub fn empty(cause: impl Into<String>) -> Self {
        Self { content: Content::Empty, cause: Some(cause.into()) }
    }

    /// A log that a server stops reading with an error, so that it does not start.
    #[must_use]
    pub fn damaged(cause: impl Into<String>) -> Self {
        Self { content: Content::Damaged, cause: Some(cause.into()) }
    }

    /// Whether it looks as if a server were writing just there.
    pub(super) fn is_doubtful(&self) -> bool {
        match self.content {
            Content::Damaged | Content::Debris(_) => true,
            Content::Empty => false,
            Content::Transactions { debris, .. } => debris.is_some(),
        }
    }
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
