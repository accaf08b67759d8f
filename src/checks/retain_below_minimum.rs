//! `retain-below-minimum`: a retain count that `ZooKeeper` raises.

use super::case::{About, Case, FixOf, Statement};
use super::{Check, Severity};
use crate::printable::counted;
use crate::zookeeper::{MINIMUM_RETAIN, PurgeSetting};

/// A warning, with a fix if the user asks for a retain count.
pub(super) fn check(case: &Case) -> Option<Statement> {
    let count = case.retain.reading.number().filter(|count| *count < MINIMUM_RETAIN)?;
    Some(Statement {
        check: Check::RetainBelowMinimum,
        severity: Severity::Warning,
        about: About::Setting(PurgeSetting::Retain),
        label: case.retain.label(format!("below {MINIMUM_RETAIN}")),
        message: format!(
            "{} is told to keep {}; ZooKeeper keeps {MINIMUM_RETAIN}",
            case.title,
            counted(count, "snapshot")
        ),
        help: vec![format!("Set it to {MINIMUM_RETAIN} or more. In manifests, `--retain {MINIMUM_RETAIN}` does that.")],
        relief: None,
        fix: FixOf::Retain,
    })
}
