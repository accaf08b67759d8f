//! `purge-invalid`: `ZooKeeper` cannot read a setting and exits.

use super::{Check, Finding, Severity, Subject, Wanted, set};
use crate::detect::Which;
use crate::zookeeper::{Reading, Verdict};

/// An error for every server that does not start on its settings.
pub(super) fn check(subject: &Subject<'_, '_>, wanted: Wanted) -> Option<Finding> {
    let server = &subject.server;
    if server.verdict != Verdict::DoesNotStart {
        return None;
    }
    let is_interval = server.interval.reading == Reading::Unreadable;
    let at_fault = if is_interval { &server.interval } else { &server.retain };
    let which = if is_interval { Which::Interval } else { Which::Retain };
    let (fix, incurable_because) = set::unreadable(subject, wanted);
    let faults = [&server.interval, &server.retain].into_iter().filter(|one| one.reading == Reading::Unreadable);
    let faults: Vec<String> = faults.map(|fault| subject.evidence(fault)).collect();
    let message = format!("{} does not start: {}", subject.title(), faults.join(", and "));
    let consequence = "ZooKeeper exits on a number that it cannot read: the pod crash-loops at its next restart.";
    Some(Finding {
        check: Check::PurgeInvalid,
        severity: Severity::Error,
        label: "not an integer that Java can parse".to_owned(),
        help: subject.advice(consequence, which, wanted, &fix),
        fix,
        incurable_because,
        ..subject.finding(at_fault, message)
    })
}
