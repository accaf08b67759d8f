//! What can be wrong with the bytes of a snapshot or log, and where.

use std::{fmt, io};

use thiserror::Error;

/// Why a file was not read to its end.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system failed to read the file. That says nothing about its content.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The bytes are not what a server wrote.
    #[error(transparent)]
    Damage(#[from] Damage),
}

/// What is wrong with a file's bytes, and where it shows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {cause}")]
pub struct Damage {
    /// Where it shows.
    pub place: Place,
    /// What it is.
    pub cause: Cause,
}

/// A byte offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the file as it is on disk.
    File(u64),
    /// In the unpacked content of a compressed file.
    Unpacked(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(offset) => write!(f, "byte {offset}"),
            Self::Unpacked(offset) => write!(f, "byte {offset} of the unpacked snapshot"),
        }
    }
}

/// Kinds of damage.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Cause {
    /// No bytes at all: typical after the disk was full.
    #[error("the file is empty")]
    Empty,
    /// Nothing but zeros: the file was allocated, and never written.
    #[error("all of the file is zero")]
    Blank,
    /// The file ends in the middle of something.
    #[error("the file ends inside {0}")]
    EndsInside(Part),
    /// A length reaches beyond the end of the file.
    #[error("the length of {part} is {claimed}, but only {left} bytes are left in the file")]
    Overlong {
        /// What has the length.
        part: Part,
        /// The length as written.
        claimed: u64,
        /// How many bytes follow it.
        left: u64,
    },
    /// A length that no server accepts by default, although that many bytes may follow.
    #[error("the length of {part} is {claimed}, but no server reads more than {most} unless jute.maxbuffer is larger")]
    Unreasonable {
        /// What has the length.
        part: Part,
        /// The length as written.
        claimed: u64,
        /// The longest that is accepted by default.
        most: u64,
    },
    /// A negative length that does not mean "null".
    #[error("the length of {part} is {length}")]
    NegativeLength {
        /// What has the length.
        part: Part,
        /// The length as written.
        length: i32,
    },
    /// Something that has to be there is null.
    #[error("{0} is null")]
    Null(Part),
    /// The file is of another kind.
    #[error("{found:#010x} is not the beginning of {expected}")]
    Magic {
        /// What the file should be.
        expected: Part,
        /// Its first four bytes.
        found: u32,
    },
    /// A node without the node that it is in.
    #[error("the node {path} comes before its parent {}", if parent.is_empty() { "/" } else { parent })]
    Orphan {
        /// The path that is missing.
        parent: String,
        /// The path that was read.
        path: String,
    },
    /// A path that no node can have.
    #[error("\"{0}\" is not the path of a node")]
    Path(String),
    /// More nodes than 32 bits can number.
    #[error("there are more than 4294967295 nodes")]
    TooManyNodes,
    /// A tree has to begin with its root.
    #[error("the tree has no root")]
    NoRoot,
    /// A seal or record does not belong to the bytes before it.
    #[error("the Adler-32 checksum of {part} is {computed:#010x}, but the file says {written:#010x}")]
    Checksum {
        /// What the checksum is of.
        part: Part,
        /// The checksum of the bytes as they are.
        computed: u32,
        /// The checksum as written.
        written: u64,
    },
    /// A seal is not closed by the path `/`.
    #[error("the checksum is not followed by the closing `/`")]
    SealNotClosed,
    /// Bytes after the end.
    #[error("{0} bytes follow that belong to no section of a snapshot")]
    Trailing(u64),
    /// Every checksum is right, and still the tree is not the one that the server had.
    #[error("the digest of the tree is {computed:#x}, but the file says {written:#x}")]
    TreeDigest {
        /// The digest of the nodes as they are.
        computed: u64,
        /// The digest as written.
        written: u64,
    },
    /// The compressed stream cannot be unpacked.
    #[error("the {framing} stream is damaged: {reason}")]
    Compression {
        /// Which kind of stream.
        framing: &'static str,
        /// What the decompressor says.
        reason: String,
    },
}

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// A whole snapshot.
    Snapshot,
    /// A whole log.
    Log,
    /// The first 16 bytes.
    Header,
    /// The list of sessions.
    Sessions,
    /// The list of ACLs.
    Acls,
    /// A node's path.
    Path,
    /// A node's data.
    Data,
    /// A node's stat.
    Stat,
    /// A checksum with its closing `/`.
    Seal,
    /// The tree digest.
    Digest,
    /// The zxid that 3.9 adds.
    LastZxid,
    /// One transaction.
    Record,
    /// A compressed stream.
    Stream,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Snapshot => "a snapshot",
            Self::Log => "a transaction log",
            Self::Header => "the header",
            Self::Sessions => "the list of sessions",
            Self::Acls => "the list of ACLs",
            Self::Path => "a node's path",
            Self::Data => "a node's data",
            Self::Stat => "a node's numbers",
            Self::Seal => "a checksum",
            Self::Digest => "the tree digest",
            Self::LastZxid => "the last zxid",
            Self::Record => "a transaction",
            Self::Stream => "the compressed stream",
        })
    }
}
