//! `purge-disabled`: the server starts and never deletes anything.

use super::{Check, Finding, Severity, Subject, Wanted, set};
use crate::detect::{Origin, Which};
use crate::zookeeper::Verdict;

/// An error for every server that never purges, with the fix where its image reads a setting.
pub(super) fn check(subject: &Subject<'_, '_>, wanted: Wanted) -> Option<Finding> {
    if subject.server.verdict != Verdict::NeverPurges {
        return None;
    }
    let (fix, incurable_because) = set::interval(subject, wanted);
    let message =
        format!("{} never deletes old snapshots: {}", subject.title(), subject.evidence(&subject.server.interval));
    let consequence =
        "Every snapshot and every log is kept until the disk is full; then ZooKeeper stops, and what depends on it.";
    Some(Finding {
        check: Check::PurgeDisabled,
        severity: Severity::Error,
        label: label(subject),
        help: subject.advice(consequence, Which::Interval, wanted, &fix).into_iter().chain(subject.relief()).collect(),
        fix,
        incurable_because,
        ..subject.finding(&subject.server.interval, message)
    })
}

fn label(subject: &Subject<'_, '_>) -> String {
    if let Origin::Properties { is_secret: true, .. } = subject.server.interval.origin {
        return "what decides is in a Secret".to_owned();
    }
    let hours = subject.server.interval.reading.number().filter(|_| subject.server.interval.text.is_some());
    hours.map_or_else(|| "no purge interval is set here".to_owned(), |hours| format!("{hours} hours: purging is off"))
}
