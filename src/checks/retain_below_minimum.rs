//! `retain-below-minimum`: a retain count that `ZooKeeper` raises.

use super::{Check, Finding, Severity, Subject, Wanted, set};
use crate::zookeeper::MINIMUM_RETAIN;

/// A warning, with a fix where the user asks for a retain count.
pub(super) fn check(subject: &Subject<'_, '_>, wanted: Wanted) -> Option<Finding> {
    let setting = &subject.server.retain;
    let count = setting.reading.number().filter(|count| *count < MINIMUM_RETAIN)?;
    let message = format!("{} asks to keep {count} snapshots; ZooKeeper keeps {MINIMUM_RETAIN}", subject.title());
    Some(Finding {
        check: Check::RetainBelowMinimum,
        severity: Severity::Warning,
        label: format!("below {MINIMUM_RETAIN}"),
        help: vec![format!("Write {MINIMUM_RETAIN} or more; `--retain {MINIMUM_RETAIN}` patches it.")],
        fix: set::retain(subject, wanted),
        ..subject.finding(setting, message)
    })
}
