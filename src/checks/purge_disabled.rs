//! `purge-disabled`: the server starts and never deletes anything.

use super::{Check, Finding, Severity, Subject, Wanted, set};
use crate::detect::{Access, Mitigation, Origin, Which};
use crate::zookeeper::Verdict;

/// An error for every server that never purges, with the fix where its image reads a setting; a warning where something
/// else purges in its place.
pub(super) fn check(subject: &Subject<'_, '_>, wanted: Wanted) -> Option<Finding> {
    if subject.server.verdict != Verdict::NeverPurges {
        return None;
    }
    let (fix, incurable_because) = set::interval(subject, wanted);
    let mitigation = subject.server.mitigation.as_ref();
    let message = format!(
        "{} never deletes old snapshots{}: {}",
        subject.title(),
        mitigation.map(|mitigation| format!(" by itself, {} does", mitigation.by)).unwrap_or_default(),
        subject.evidence(&subject.server.interval)
    );
    let consequence =
        "Every snapshot and every log is kept until the disk is full; then ZooKeeper stops, and what depends on it.";
    Some(Finding {
        check: Check::PurgeDisabled,
        severity: if mitigation.is_some() { Severity::Warning } else { Severity::Error },
        label: label(subject),
        help: mitigation
            .map(|mitigation| mitigated(subject, mitigation))
            .into_iter()
            .chain(subject.advice(consequence, Which::Interval, wanted, &fix))
            .chain(subject.relief())
            .collect(),
        fix,
        incurable_because,
        ..subject.finding(&subject.server.interval, message)
    })
}

/// What it means that something else purges.
fn mitigated(subject: &Subject<'_, '_>, mitigation: &Mitigation) -> String {
    let Mitigation { by, only } = mitigation;
    let name = subject.server.site.resource().name();
    let reached: Vec<String> = only.iter().map(|ordinal| format!("{name}-{ordinal}")).collect();
    let reach = if reached.is_empty() {
        String::new()
    } else {
        format!(" It reaches {} and no other pod: their disks fill up.", reached.join(", "))
    };
    format!("{by} runs ZooKeeper's purge for this server, so this is a warning; nobody notices when it fails.{reach}")
}

fn label(subject: &Subject<'_, '_>) -> String {
    if let Origin::Properties { access: Access::Secret, .. } = subject.server.interval.origin {
        return "what decides is in a Secret".to_owned();
    }
    let hours = subject.server.interval.reading.number().filter(|_| subject.server.interval.text.is_some());
    hours.map_or_else(|| "no purge interval is set here".to_owned(), |hours| format!("{hours} hours: purging is off"))
}
