//! Whether a server could restore everything from the newest snapshot that counts.

use super::{LogEvidence, Refusal, Remark};
use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::Entry;

/// A log with what is in it.
pub(super) type ReadLog<'a> = (&'a Entry, LogEvidence);

/// Follows the logs from a snapshot to the end, as a server does that starts: from the newest log with transactions that
/// starts at or before the snapshot. `logs` are in order.
///
/// # Errors
/// When a log that the server would read is damaged, or transactions are missing.
pub(super) fn follow(snapshot: &Entry, zxid: Zxid, logs: &[ReadLog<'_>]) -> Result<(), Refusal> {
    let mut reached = zxid;
    for (entry, evidence) in needed(zxid, logs) {
        match evidence {
            LogEvidence::Damaged { cause } => {
                let (log, snapshot) = (entry.shown_name(), snapshot.shown_name());
                return Err(Refusal::DamagedLog { log, cause: cause.clone(), snapshot });
            }
            LogEvidence::Empty { .. } => {}
            LogEvidence::Readable { first, last, gap } => {
                let gap = gap.filter(|(_, behind)| *behind > zxid);
                let is_next = *first <= reached || first.may_follow(reached);
                if let Some((after, before)) = gap.or((!is_next).then_some((reached, *first))) {
                    let snapshot = snapshot.shown_name();
                    return Err(Refusal::MissingTransactions { snapshot, after, before });
                }
                reached = reached.max(*last);
            }
        }
    }
    Ok(())
}

/// The logs that a server reads which restores from a snapshot.
fn needed<'a, 'b>(zxid: Zxid, logs: &'a [ReadLog<'b>]) -> &'a [ReadLog<'b>] {
    let start = logs.iter().rposition(|(entry, evidence)| straddles(entry, evidence, zxid));
    logs.get(start.unwrap_or(0)..).unwrap_or_default()
}

/// Whether a log can be the one in which a snapshot's last transactions are. One without a whole transaction cannot,
/// whatever its name says.
pub(super) fn straddles(entry: &Entry, evidence: &LogEvidence, zxid: Zxid) -> bool {
    !matches!(evidence, LogEvidence::Empty { .. }) && entry.zxid.is_some_and(|start| start <= zxid)
}

/// What should be known about logs that stay and stop nobody from restoring the newest state.
pub(super) fn remarks(snapshot: &Entry, zxid: Zxid, logs: &[ReadLog<'_>]) -> Vec<Remark> {
    let last = logs.iter().filter_map(|(_, evidence)| match evidence {
        LogEvidence::Readable { last, .. } => Some(*last),
        LogEvidence::Empty { .. } | LogEvidence::Damaged { .. } => None,
    });
    // A leader's first snapshot is named after a transaction that nobody logs.
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
