//! `purge-disabled`: the server starts and never deletes anything.

use super::case::{About, Case, Cleaner, Decided, FixOf, Sight, Statement};
use super::{Check, Severity};
use crate::detect::Which;
use crate::zookeeper::Verdict;

/// An error for every server that never purges; a warning where something else purges in its place.
pub(super) fn check(case: &Case) -> Option<Statement> {
    if case.verdict != Verdict::NeverPurges {
        return None;
    }
    let cleaner = case.cleaner.as_ref();
    let but = cleaner.map(|cleaner| format!(" by itself, {} does", cleaner.by)).unwrap_or_default();
    let consequence =
        "Every snapshot and every log is kept until the disk is full; then ZooKeeper stops, and what depends on it.";
    let relief = case.cure.as_ref().and_then(|cure| cure.relief.clone());
    Some(Statement {
        check: Check::PurgeDisabled,
        severity: if cleaner.is_some() { Severity::Warning } else { Severity::Error },
        about: About::Setting(Which::Interval),
        label: label(&case.interval),
        message: format!("{} never deletes old snapshots{but}: {}", case.title, case.interval.evidence),
        help: cleaner.map(mitigated).into_iter().chain(case.advice(consequence)).chain(relief).collect(),
        fix: FixOf::Server,
    })
}

/// What it means that something else purges.
fn mitigated(cleaner: &Cleaner) -> String {
    let Cleaner { by, only } = cleaner;
    let reach = if only.is_empty() {
        String::new()
    } else {
        format!(" It reaches {} and no other pod: their disks fill up.", only.join(", "))
    };
    format!("{by} runs ZooKeeper's purge for this server, so this is a warning; nobody notices when it fails.{reach}")
}

fn label(interval: &Decided) -> String {
    match (interval.sight, interval.reading.number()) {
        (Sight::Secret, _) => "what decides is in a Secret".to_owned(),
        (Sight::Shown, Some(hours)) => format!("{hours} hours: purging is off"),
        (Sight::Shown, None) | (Sight::Absent, _) => "no purge interval is set here".to_owned(),
    }
}
