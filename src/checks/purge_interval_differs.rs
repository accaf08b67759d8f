//! `purge-interval-differs`: the server purges, but not at the interval asked for.

use super::{Check, Finding, Severity, Subject, Wanted};
use crate::zookeeper::Verdict;

/// A note; a server that purges is never patched.
pub(super) fn check(subject: &Subject<'_, '_>, wanted: Wanted) -> Option<Finding> {
    let server = &subject.server;
    let hours = server.interval.reading.number().filter(|hours| *hours != wanted.interval)?;
    if server.verdict != Verdict::Purges {
        return None;
    }
    let message = format!("{} purges every {hours} hours, not every {}", subject.title(), wanted.interval);
    Some(Finding {
        check: Check::PurgeIntervalDiffers,
        severity: Severity::Note,
        label: "fine as it is".to_owned(),
        help: vec![
            "Any positive interval keeps the disk from filling for ever. A server that purges is not patched."
                .to_owned(),
        ],
        ..subject.finding(&server.interval, message)
    })
}
