//! `purge-unknown`: what decides about a server is out of sight.

use super::{Check, Finding, Severity, Subject, Wanted};
use crate::zookeeper::{Reading, Verdict};

/// A note where what is in sight decides, unless something stronger is out of sight.
fn overridden(subject: &Subject<'_, '_>, unless: &str) -> Finding {
    let message =
        format!("{} is judged by {}, but {unless}", subject.title(), subject.server.interval.origin.describe());
    Finding {
        check: Check::PurgeUnknown,
        severity: Severity::Note,
        label: "decides, unless a stronger place out of sight says otherwise".to_owned(),
        help: vec![
            "Look into that object, or at the line \"autopurge.purgeInterval set to N\" that ZooKeeper logs."
                .to_owned(),
        ],
        ..subject.finding(&subject.server.interval, message)
    }
}

/// A warning for every server that could not be decided, one that does not start for another reason included.
pub(super) fn check(subject: &Subject<'_, '_>, _: Wanted) -> Option<Finding> {
    let server = &subject.server;
    if let Some(unless) = server.interval.unless.as_ref().filter(|_| server.verdict != Verdict::Unknown) {
        return Some(overridden(subject, unless));
    }
    if server.verdict != Verdict::Unknown && server.interval.reading != Reading::Unknown {
        return None;
    }
    let unverified = || format!("nobody has verified what the flavor {} does", server.flavor.id);
    let reason = server.interval.unknown_because.clone().unwrap_or_else(unverified);
    Some(Finding {
        check: Check::PurgeUnknown,
        severity: Severity::Warning,
        label: "what decides is not here".to_owned(),
        help: vec![
            "Unknown is not fine: look at the line \"autopurge.purgeInterval set to N\" that ZooKeeper logs when it starts,\n\
             or write the setting where it can be read."
                .to_owned(),
        ],
        ..subject.finding(&server.interval, format!("{} may or may not delete old snapshots: {reason}", subject.title()))
    })
}
