//! Checks whether a server could restore everything from the newest snapshot that counts.

use super::{LogEvidence, Refusal, Remark};
use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::Entry;
use crate::zookeeper::restore::{self, Content, LogFile, Outcome};

/// A log that has been read.
pub(super) struct ReadLog<'a> {
    pub(super) entry: &'a Entry,
    pub(super) evidence: LogEvidence,
}

impl ReadLog<'_> {
    /// The log as a server sees it; `None` if its name has no transaction id.
    fn file(&self) -> Option<LogFile> {
        self.entry.zxid.map(|zxid| LogFile { zxid, content: self.evidence.content })
    }

    /// Whether it can be the one that holds a snapshot's last transactions.
    pub(super) fn straddles(&self, snapshot: Zxid) -> bool {
        self.file().is_some_and(|file| file.straddles(snapshot))
    }

    /// What is wrong with it, or what there is instead of transactions.
    fn cause(&self) -> String {
        self.evidence.cause.clone().unwrap_or_default()
    }

    /// Whether it goes on with something that no server reads.
    fn has_debris(&self) -> bool {
        matches!(self.evidence.content, Content::Debris(_) | Content::Transactions { debris: Some(_), .. })
    }

    fn remark(&self) -> Option<Remark> {
        let name = self.entry.shown_name();
        match self.evidence.content {
            Content::Transactions { debris: None, .. } => None,
            Content::Debris(_) | Content::Transactions { debris: Some(_), .. } => {
                Some(Remark::UnreadLog { name, cause: self.cause() })
            }
            Content::Empty => Some(Remark::EmptyLog { name, cause: self.cause() }),
            Content::Damaged => Some(Remark::DamagedLog { name, cause: self.cause() }),
        }
    }
}

/// Follows the logs from a snapshot to the end, as a starting server does. `logs` are in order.
///
/// # Errors
/// When a log that the server would read is damaged, or transactions are missing.
pub(super) fn follow(snapshot: &Entry, zxid: Zxid, logs: &[ReadLog<'_>]) -> Result<(), Refusal> {
    let files: Vec<LogFile> = logs.iter().filter_map(ReadLog::file).collect();
    let snapshot = snapshot.shown_name();
    match restore::follow(zxid, &files) {
        Outcome::Whole { .. } => Ok(()),
        Outcome::Missing { after, before } => Err(Refusal::MissingTransactions { snapshot, after, before }),
        Outcome::DamagedLog(start) => {
            let is_it = |log: &&ReadLog<'_>| log.evidence.content == Content::Damaged && log.entry.zxid == Some(start);
            let damaged = logs.iter().find(is_it);
            let (log, cause) = damaged.map(|log| (log.entry.shown_name(), log.cause())).unwrap_or_default();
            Err(Refusal::DamagedLog { log, cause, snapshot })
        }
        Outcome::Unread { log: start, .. } => {
            let unread = logs.iter().find(|log| log.has_debris() && log.entry.zxid == Some(start));
            let (log, cause) = unread.map(|log| (log.entry.shown_name(), log.cause())).unwrap_or_default();
            Err(Refusal::UnreadLog { log, cause, snapshot })
        }
    }
}

/// Remarks about logs that are kept and do not prevent restoring the newest state.
pub(super) fn remarks(snapshot: &Entry, zxid: Zxid, logs: &[ReadLog<'_>]) -> Vec<Remark> {
    let last = logs.iter().filter_map(|log| match log.evidence.content {
        Content::Transactions { span, .. } => Some(span.last),
        Content::Empty | Content::Debris(_) | Content::Damaged => None,
    });
    // A new leader's first snapshot is named after a zxid that is not in any log.
    let early = last.max().filter(|last| *last < zxid && zxid.counter() > 0);
    let early = early.map(|last| Remark::LogsEndEarlier { snapshot: snapshot.shown_name(), last });
    early.into_iter().chain(logs.iter().filter_map(ReadLog::remark)).collect()
}
