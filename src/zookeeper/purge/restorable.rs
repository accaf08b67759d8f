//! Checks whether a server could restore everything from the newest snapshot that counts.

use super::{LogEvidence, Refusal, Remark};
use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::Entry;
use crate::zookeeper::restore::{self, Content, LogFile, Outcome};

/// A log with the evidence about it.
pub(super) type ReadLog<'a> = (&'a Entry, LogEvidence);

/// Follows the logs from a snapshot to the end, as a starting server does. `logs` are in order.
///
/// # Errors
/// When a log that the server would read is damaged, or transactions are missing.
pub(super) fn follow(snapshot: &Entry, zxid: Zxid, logs: &[ReadLog<'_>]) -> Result<(), Refusal> {
    let files: Vec<LogFile> = logs.iter().filter_map(|(entry, evidence)| file(entry, evidence)).collect();
    let snapshot = snapshot.shown_name();
    match restore::follow(zxid, &files) {
        Outcome::Whole { .. } => Ok(()),
        Outcome::Missing { after, before } => Err(Refusal::MissingTransactions { snapshot, after, before }),
        Outcome::DamagedLog(start) => {
            let (log, cause) = logs.iter().find_map(|log| damage(log, start)).unwrap_or_default();
            Err(Refusal::DamagedLog { log, cause, snapshot })
        }
    }
}

/// A log as a server sees it; `None` if its name has no transaction id.
fn file(entry: &Entry, evidence: &LogEvidence) -> Option<LogFile> {
    let content = match evidence {
        LogEvidence::Damaged { .. } => Content::Damaged,
        LogEvidence::Empty { .. } => Content::Empty,
        LogEvidence::Readable { span, gap } => Content::Transactions { span: *span, gap: *gap },
    };
    entry.zxid.map(|zxid| LogFile { zxid, content })
}

/// The name of the damaged log that starts here, and what is wrong with it.
fn damage((entry, evidence): &ReadLog<'_>, start: Zxid) -> Option<(String, String)> {
    match evidence {
        LogEvidence::Damaged { cause } if entry.zxid == Some(start) => Some((entry.shown_name(), cause.clone())),
        LogEvidence::Damaged { .. } | LogEvidence::Empty { .. } | LogEvidence::Readable { .. } => None,
    }
}

/// Whether a log can be the one that holds a snapshot's last transactions.
pub(super) fn straddles(entry: &Entry, evidence: &LogEvidence, zxid: Zxid) -> bool {
    file(entry, evidence).is_some_and(|file| file.straddles(zxid))
}

/// Remarks about logs that are kept and do not prevent restoring the newest state.
pub(super) fn remarks(snapshot: &Entry, zxid: Zxid, logs: &[ReadLog<'_>]) -> Vec<Remark> {
    let last = logs.iter().filter_map(|(_, evidence)| match evidence {
        LogEvidence::Readable { span, .. } => Some(span.last),
        LogEvidence::Empty { .. } | LogEvidence::Damaged { .. } => None,
    });
    // A new leader's first snapshot is named after a zxid that is not in any log.
    let early = last.max().filter(|last| *last < zxid && zxid.counter() > 0);
    let early = early.map(|last| Remark::LogsEndEarlier { snapshot: snapshot.shown_name(), last });
    early.into_iter().chain(logs.iter().filter_map(remark)).collect()
}

fn remark((entry, evidence): &ReadLog<'_>) -> Option<Remark> {
    match evidence {
        LogEvidence::Readable { .. } => None,
        LogEvidence::Empty { cause } => Some(Remark::EmptyLog { name: entry.shown_name(), cause: cause.clone() }),
        LogEvidence::Damaged { cause } => Some(Remark::DamagedLog { name: entry.shown_name(), cause: cause.clone() }),
    }
}
