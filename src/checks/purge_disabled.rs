//! `purge-disabled`: the server starts and never deletes anything.

use super::case::{About, Case, Cleaner, Decided, FixOf, Statement};
use super::{Check, Severity, Written};
use crate::zookeeper::{PurgeSetting, Verdict};

/// An error for every server that never purges; a warning if something else purges instead.
pub(super) fn check(case: &Case) -> Option<Statement> {
    if case.verdict != Verdict::NeverPurges {
        return None;
    }
    let cleaner = case.cleaner.as_ref();
    let but = cleaner.map(|cleaner| format!(" by itself (left to {})", cleaner.by.join(", "))).unwrap_or_default();
    let consequence =
        "Snapshots and logs pile up until the disk is full; then ZooKeeper stops, and everything that depends on it.";
    Some(Statement {
        check: Check::PurgeDisabled,
        severity: if cleaner.is_some() { Severity::Warning } else { Severity::Error },
        about: About::Setting(PurgeSetting::Interval),
        label: label(&case.interval),
        message: format!("{} never deletes old snapshots{but}: {}", case.title, case.interval.evidence),
        help: cleaner.map(mitigated).into_iter().chain(case.help(consequence)).collect(),
        relief: case.advice.as_ref().and_then(|advice| advice.relief.clone()),
        fix: FixOf::Server,
    })
}

/// What it means that something else purges.
fn mitigated(cleaner: &Cleaner) -> String {
    let reach = cleaner
        .only
        .as_ref()
        .map(|pods| format!(" It reaches {} only: the disks of the other pods fill up.", pods.join(", ")));
    format!(
        "ZooKeeper's purge is run for this server by {}, so this is only a warning; nothing reports it when that \
         fails.{}",
        cleaner.by.join(", "),
        reach.unwrap_or_default()
    )
}

fn label(interval: &Decided) -> String {
    match (&interval.evidence.value, interval.reading.number()) {
        (Written::Hidden, _) => "decided by a value that is not shown".to_owned(),
        (Written::Text(_), Some(hours)) => format!("{hours} turns purging off"),
        _ => "no purge interval is set here".to_owned(),
    }
}
