//! What a starting server would restore: the newest snapshot that it can read, and the transactions after it.

use super::Zxid;
use super::log::{self, Gap, Span};

/// A log that a server may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFile {
    /// The zxid in its name.
    pub zxid: Zxid,
    /// What is in it.
    pub content: Content,
}

/// What is in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A server stops reading with an error.
    Damaged,
    /// Not a single complete transaction.
    Empty,
    /// Not a single transaction that a server reads, but bytes that it does not read, from this offset on.
    Debris(u64),
    /// Transactions.
    Transactions {
        /// The first and the last.
        span: Span,
        /// The first place where some are missing.
        gap: Option<Gap>,
        /// The offset from which on there are bytes that a server does not read.
        debris: Option<u64>,
    },
}

impl From<&log::Verified> for Content {
    fn from(log: &log::Verified) -> Self {
        match (log.span, log.debris()) {
            (Some(span), debris) => Self::Transactions { span, gap: log.gap, debris },
            (None, Some(debris)) => Self::Debris(debris),
            (None, None) => Self::Empty,
        }
    }
}

impl LogFile {
    /// Whether this can be the log that holds a snapshot's last transactions. One without a complete transaction
    /// cannot, whatever its name says.
    #[must_use]
    pub fn straddles(&self, snapshot: Zxid) -> bool {
        let has_transactions = match self.content {
            Content::Damaged | Content::Transactions { .. } => true,
            Content::Empty | Content::Debris(_) => false,
        };
        has_transactions && self.zxid <= snapshot
    }
}

/// What happens to the transactions after a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// None is missing.
    Whole {
        /// The last one; the snapshot's own zxid if there is none after it.
        up_to: Zxid,
        /// When it was made, in milliseconds since 1970; `None` if there is none after the snapshot.
        time: Option<i64>,
    },
    /// Some are missing. A server starts all the same, without reporting it.
    Missing {
        /// The last one before the gap.
        after: Zxid,
        /// The first one after the gap.
        before: Zxid,
    },
    /// The last log goes on with bytes that a server does not read. It starts all the same, without reporting it.
    Unread {
        /// The zxid in the name of the log.
        log: Zxid,
        /// The offset from which on it is not read.
        offset: u64,
    },
    /// A server does not start with the log that has this zxid in its name.
    DamagedLog(Zxid),
}

/// The logs that a server reads after a snapshot, in order: from the newest one that begins at or before it.
/// Transactions go on while a snapshot is made, so its last ones are nearly always in an earlier log.
#[must_use]
pub fn needed(snapshot: Zxid, logs: &[LogFile]) -> &[LogFile] {
    let begin = logs.iter().rposition(|log| log.straddles(snapshot)).unwrap_or(0);
    logs.get(begin..).unwrap_or_default()
}

/// Follows the needed logs from a snapshot to their end.
#[must_use]
pub fn follow(snapshot: Zxid, logs: &[LogFile]) -> Outcome {
    let needed = needed(snapshot, logs);
    // Whatever else is wrong, a server that reads as far as that does not start.
    if let Some(damaged) = needed.iter().find(|log| log.content == Content::Damaged) {
        return Outcome::DamagedLog(damaged.zxid);
    }
    let (mut reached, mut time, mut unread) = (snapshot, None, None);
    for log in needed {
        let unread_from = |debris: Option<u64>| debris.map(|offset| Outcome::Unread { log: log.zxid, offset });
        let (span, gap, debris) = match log.content {
            Content::Damaged | Content::Empty => continue,
            Content::Debris(offset) => {
                unread = unread_from(Some(offset));
                continue;
            }
            Content::Transactions { span, gap, debris } => (span, gap, debris),
        };
        let is_next = span.first <= reached || span.first.may_follow(reached);
        let gap = gap.filter(|gap| gap.before > snapshot);
        let gap = gap.or_else(|| (!is_next).then_some(Gap { after: reached, before: span.first }));
        if let Some(Gap { after, before }) = gap {
            return Outcome::Missing { after, before };
        }
        if span.last > reached {
            (reached, time) = (span.last, Some(span.last_time));
        }
        // If this log goes on where the one before it stopped being read, a server has been started in between.
        unread = unread_from(debris);
    }
    unread.unwrap_or(Outcome::Whole { up_to: reached, time })
}

#[cfg(test)]
mod tests {
    use super::{Content, LogFile, Outcome, follow};
    use crate::zookeeper::Zxid;
    use crate::zookeeper::log::Span;

    fn log(first: i64, last: i64) -> LogFile {
        let span = Span { first: Zxid(first), last: Zxid(last), first_time: first, last_time: last };
        LogFile { zxid: Zxid(first), content: Content::Transactions { span, gap: None, debris: None } }
    }

    fn unread(first: i64, last: i64) -> LogFile {
        let span = Span { first: Zxid(first), last: Zxid(last), first_time: first, last_time: last };
        LogFile { zxid: Zxid(first), content: Content::Transactions { span, gap: None, debris: Some(7) } }
    }

    fn debris(zxid: i64) -> LogFile {
        LogFile { zxid: Zxid(zxid), content: Content::Debris(7) }
    }

    fn damaged(zxid: i64) -> LogFile {
        LogFile { zxid: Zxid(zxid), content: Content::Damaged }
    }

    fn empty(zxid: i64) -> LogFile {
        LogFile { zxid: Zxid(zxid), content: Content::Empty }
    }

    #[test]
    fn transactions_are_followed_from_the_log_before_the_snapshot() {
        let whole = |up_to: i64, time: Option<i64>| Outcome::Whole { up_to: Zxid(up_to), time };
        let missing = |after, before| Outcome::Missing { after: Zxid(after), before: Zxid(before) };
        let lost = |log| Outcome::Unread { log: Zxid(log), offset: 7 };
        let epoch = 1 << 32;
        let table = [
            (vec![], whole(50, None)),
            (vec![log(1, 50)], whole(50, None)),
            (vec![log(1, 60)], whole(60, Some(60))),
            (vec![log(1, 55), log(56, 70)], whole(70, Some(70))),
            (vec![log(1, 49), log(51, 70)], whole(70, Some(70))),
            (vec![log(51, 70)], whole(70, Some(70))),
            (vec![log(52, 70)], missing(50, 52)),
            (vec![log(1, 55), log(57, 70)], missing(55, 57)),
            (vec![log(40, 55), log(epoch + 1, epoch + 9)], whole(epoch + 9, Some(epoch + 9))),
            // What is before the log before the snapshot does not matter.
            (vec![damaged(1), log(40, 55)], whole(55, Some(55))),
            (vec![log(1, 55), damaged(56)], Outcome::DamagedLog(Zxid(56))),
            (vec![log(1, 55), log(57, 60), damaged(61)], Outcome::DamagedLog(Zxid(61))),
            // A log without a transaction does not replace the one before it.
            (vec![log(1, 49), empty(50), log(51, 60)], whole(60, Some(60))),
            (vec![damaged(1), empty(50), log(51, 60)], Outcome::DamagedLog(Zxid(1))),
            // What a server does not read may be what came next, unless the next log has it.
            (vec![unread(1, 55)], lost(1)),
            (vec![unread(1, 55), log(56, 60)], whole(60, Some(60))),
            (vec![unread(1, 55), log(58, 60)], missing(55, 58)),
            (vec![unread(1, 55), empty(56)], lost(1)),
            (vec![unread(1, 40)], lost(1)),
            (vec![unread(1, 40), log(51, 60)], whole(60, Some(60))),
            (vec![log(1, 55), debris(56)], lost(56)),
            (vec![log(1, 49), debris(50)], lost(50)),
        ];
        for (logs, expected) in table {
            assert_eq!(follow(Zxid(50), &logs), expected, "{logs:?}");
        }
    }
}
