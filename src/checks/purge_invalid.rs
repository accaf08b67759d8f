//! `purge-invalid`: `ZooKeeper` cannot read a setting and exits.

use super::case::{About, Case, FixOf, Statement};
use super::{Check, Severity};
use crate::zookeeper::{PurgeSetting, Reading, Verdict};

/// An error for every server that does not start on its settings.
pub(super) fn check(case: &Case) -> Option<Statement> {
    if case.verdict != Verdict::DoesNotStart {
        return None;
    }
    let is_fault = |which: &PurgeSetting| case.decided(*which).reading == Reading::Unreadable;
    let faults: Vec<PurgeSetting> =
        [PurgeSetting::Interval, PurgeSetting::Retain].into_iter().filter(is_fault).collect();
    let first = faults.first().copied().unwrap_or(PurgeSetting::Interval);
    let evidence: Vec<String> = faults.iter().map(|which| case.decided(*which).evidence.to_string()).collect();
    Some(Statement {
        check: Check::PurgeInvalid,
        severity: Severity::Error,
        about: About::Setting(first),
        label: case.decided(first).label("not an integer that Java can parse".to_owned()),
        message: format!("{} does not start: {}", case.title, evidence.join(", and ")),
        help: case
            .help("ZooKeeper exits when it cannot parse the number: the pod will crash-loop at its next restart."),
        relief: None,
        fix: FixOf::Server,
    })
}
