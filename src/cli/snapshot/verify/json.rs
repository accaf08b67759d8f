//! The result of verification as JSON, `autopurge/snapshot-verify/v1`. v1 may gain anything, but loses nothing.

use std::io::{self, Write};

use serde::Serialize;

use super::check::{Checked, CheckedContent};
use super::sequel::Sequel;
use super::{Restore, Verified};
use crate::cli::document::{Program, render};
use crate::cli::snapshot::SnapshotError;
use crate::zookeeper::data_dir::Kind;
use crate::zookeeper::log::{self, Tail};
use crate::zookeeper::restore::Outcome;
use crate::zookeeper::snapshot::{self, DigestState};
use crate::zookeeper::{Place, ReadError};

/// Whether snapshots and logs are intact (`snapshot verify --format json`).
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::cli) struct Document<'a> {
    /// `autopurge/snapshot-verify/v1`.
    schema: &'static str,
    /// The program that wrote this.
    tool: Program,
    /// One for each folder or file that was named.
    inputs: Vec<Input<'a>>,
    /// Why nothing was verified.
    refused: Option<String>,
}

/// A folder, or a file named by itself.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Input<'a> {
    /// Its path.
    path: String,
    /// Whether everything in it is fit for a restore.
    good: bool,
    /// Its snapshots and logs.
    files: Vec<File<'a>>,
    /// What a server would restore from the folder; `null` for a file.
    restore: Option<Restored<'a>>,
}

/// A snapshot or log.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct File<'a> {
    /// Its name.
    name: &'a str,
    /// Whether it is fit for a restore.
    good: bool,
    /// The zxid in its name, such as `0x168`.
    zxid: Option<String>,
    /// Its size.
    bytes: u64,
    /// What is in it, if it is a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<Content<Snapshot>>,
    /// What is in it, if it is a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<Content<Log<'a>>>,
}

/// The content of a file.
#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Content<T> {
    /// It can be read.
    Read(T),
    /// It cannot.
    Damaged {
        /// Why not.
        damage: Damage,
    },
}

/// What is wrong with a file, and where.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Damage {
    /// The byte at which reading failed, if it was not the disk that failed.
    byte: Option<u64>,
    /// Whether that byte is counted in the content after unpacking.
    of_unpacked: bool,
    /// In words.
    message: String,
}

/// An intact snapshot.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Snapshot {
    /// How it is packed: `plain`, `gzip` or `snappy`.
    packed: &'static str,
    /// Its size after unpacking.
    unpacked_bytes: u64,
    /// Nodes in the tree.
    nodes: u64,
    /// Sessions.
    sessions: u32,
    /// Different access control lists.
    access_lists: u32,
    /// The length of the longest text or data in it.
    longest_bytes: usize,
    /// Whether a server reads it only with a larger `jute.maxbuffer` than the default.
    needs_larger_jute_maxbuffer: bool,
    /// How many parts are sealed with a checksum.
    seals: u8,
    /// The zxid of the last transaction in it, if it says so.
    last_zxid: Option<String>,
    /// How many bytes follow the gzip stream; a server ignores them.
    ignored_bytes: u64,
    /// Whether the digest of its tree is the one that it says: `same`; `absent`; `fuzzy`, because transactions went on
    /// meanwhile; or `unknown`.
    digest: &'static str,
}

/// An intact log.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Log<'a> {
    /// Transactions in it.
    transactions: u64,
    /// The zxid of the first one.
    first: Option<String>,
    /// The zxid of the last one.
    last: Option<String>,
    /// When the first one was made, in milliseconds since 1970.
    first_time_ms: Option<i64>,
    /// When the last one was made, in milliseconds since 1970.
    last_time_ms: Option<i64>,
    /// The first gap in its zxids.
    missing: Option<Gap>,
    /// The gap between its zxids and those of the next log, if there is one in the folder.
    missing_before_next: Option<Gap>,
    /// The snapshot that has what is missing before the next log.
    missing_is_in: Option<&'a str>,
    /// What comes after the last transaction.
    end: End,
    /// Bytes up to there.
    used_bytes: u64,
    /// The length of the longest transaction.
    longest_bytes: u32,
    /// Whether a server reads it only with a larger `jute.maxbuffer` than the default.
    needs_larger_jute_maxbuffer: bool,
}

/// Transactions that are missing between two others.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Gap {
    /// The zxid before the gap.
    after: String,
    /// The zxid after the gap.
    before: String,
}

/// How a log ends.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct End {
    /// `exact`; `padding`; `torn`, a record that a killed server wrote in part; or `debris`, a damaged record with
    /// others after it, which no server reads.
    kind: &'static str,
    /// The byte at which a torn record or the debris begins.
    byte: Option<u64>,
}

/// What a server would restore from a folder.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Restored<'a> {
    /// The snapshot that it would start from, if there is one.
    snapshot: Option<&'a str>,
    /// The logs that it would read after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    logs: Option<&'a [String]>,
    #[serde(flatten)]
    outcome: RestoreOutcome,
}

/// How far a restore gets.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum RestoreOutcome {
    /// There is no snapshot.
    NoSnapshot,
    /// No transaction is missing.
    Whole {
        /// The zxid of the last transaction.
        up_to: String,
        /// When it was made, in milliseconds since 1970.
        time_ms: Option<i64>,
    },
    /// Transactions are missing. A server starts all the same, without reporting it.
    Missing {
        /// The zxid before the gap.
        after: String,
        /// The zxid after the gap.
        before: String,
    },
    /// The last log goes on with bytes that a server does not read. It starts all the same, without reporting it.
    Unread {
        /// The zxid in the name of the log.
        log: String,
        /// The byte from which on it is not read.
        byte: u64,
    },
    /// A server does not start with a log.
    DamagedLog {
        /// The zxid in the name of the log.
        log: String,
    },
}

pub(super) fn write(out: &mut impl Write, verified: &[Verified]) -> io::Result<()> {
    write_document(out, verified.iter().map(input).collect(), None)
}

/// Writes the document when a folder or file cannot be opened.
pub(super) fn write_refusal(out: &mut impl Write, error: &SnapshotError) -> io::Result<()> {
    write_document(out, Vec::new(), Some(error.to_string()))
}

fn write_document(out: &mut impl Write, inputs: Vec<Input<'_>>, refused: Option<String>) -> io::Result<()> {
    let document = Document { schema: "autopurge/snapshot-verify/v1", tool: Program::this(), inputs, refused };
    out.write_all(render(&document).as_bytes())
}

fn input(verified: &Verified) -> Input<'_> {
    Input {
        path: verified.path.to_string_lossy().into_owned(),
        good: verified.is_good(),
        files: verified.files.iter().map(file).collect(),
        restore: verified.restore.as_ref().map(restored),
    }
}

fn file(file: &Checked) -> File<'_> {
    let (snapshot, log) = match (&file.found, file.kind) {
        (Ok(CheckedContent::Snapshot(found)), _) => (Some(Content::Read(snapshot(found))), None),
        (Ok(CheckedContent::Log(found)), _) => (None, Some(Content::Read(log(found, &file.sequel)))),
        (Err(error), Kind::Snapshot) => (Some(Content::Damaged { damage: damage(error) }), None),
        (Err(error), Kind::Log) => (None, Some(Content::Damaged { damage: damage(error) })),
    };
    let zxid = file.zxid.map(|zxid| zxid.to_string());
    File { name: &file.name, good: file.is_good(), zxid, bytes: file.size, snapshot, log }
}

fn damage(error: &ReadError) -> Damage {
    let (byte, of_unpacked) = match error {
        ReadError::Damage(damage) => match damage.place {
            Place::File(byte) => (Some(byte), false),
            Place::Unpacked(byte) => (Some(byte), true),
        },
        ReadError::Io(_) => (None, false),
    };
    Damage { byte, of_unpacked, message: error.to_string() }
}

fn snapshot(snapshot: &snapshot::Verified) -> Snapshot {
    Snapshot {
        packed: snapshot.framing.word(),
        unpacked_bytes: snapshot.bytes,
        nodes: snapshot.outline.nodes,
        sessions: snapshot.outline.sessions,
        access_lists: snapshot.outline.acls,
        longest_bytes: snapshot.outline.longest,
        needs_larger_jute_maxbuffer: !snapshot.fits_default_buffer(),
        seals: snapshot.seals.count,
        last_zxid: snapshot.seals.last_zxid.map(|zxid| zxid.to_string()),
        ignored_bytes: snapshot.ignored,
        digest: match snapshot.digest {
            DigestState::Absent => "absent",
            DigestState::Same => "same",
            DigestState::Fuzzy => "fuzzy",
            DigestState::Unknown => "unknown",
        },
    }
}

fn log<'a>(log: &log::Verified, sequel: &'a Sequel) -> Log<'a> {
    let (kind, byte) = match log.tail {
        Tail::Exact => ("exact", None),
        Tail::Padding(_) => ("padding", None),
        Tail::Torn(byte) => ("torn", Some(byte)),
        Tail::Debris(byte) => ("debris", Some(byte)),
    };
    let (next, is_in) = match sequel {
        Sequel::Gap { gap, snapshot } => (Some(*gap), snapshot.as_deref()),
        Sequel::Unknown | Sequel::Next | Sequel::None | Sequel::Snapshot(_) => (None, None),
    };
    Log {
        transactions: log.records,
        first: log.span.map(|span| span.first.to_string()),
        last: log.span.map(|span| span.last.to_string()),
        first_time_ms: log.span.map(|span| span.first_time),
        last_time_ms: log.span.map(|span| span.last_time),
        missing: log.gap.map(gap),
        missing_before_next: next.map(gap),
        missing_is_in: is_in,
        end: End { kind, byte },
        used_bytes: log.used,
        longest_bytes: log.longest,
        needs_larger_jute_maxbuffer: !log.fits_default_buffer(),
    }
}

fn gap(gap: log::Gap) -> Gap {
    Gap { after: gap.after.to_string(), before: gap.before.to_string() }
}

fn restored(restore: &Restore) -> Restored<'_> {
    let Restore::From { snapshot, logs, outcome } = restore else {
        return Restored { snapshot: None, logs: None, outcome: RestoreOutcome::NoSnapshot };
    };
    let outcome = match outcome {
        Outcome::Whole { up_to, time } => RestoreOutcome::Whole { up_to: up_to.to_string(), time_ms: *time },
        Outcome::Missing { after, before } => {
            RestoreOutcome::Missing { after: after.to_string(), before: before.to_string() }
        }
        Outcome::Unread { log, offset } => RestoreOutcome::Unread { log: log.to_string(), byte: *offset },
        Outcome::DamagedLog(zxid) => RestoreOutcome::DamagedLog { log: zxid.to_string() },
    };
    Restored { snapshot: Some(snapshot), logs: Some(logs), outcome }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema for other programs is generated from the types.
    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::schema::keep_document::<Document<'_>>("snapshot-verify");
    }
}
