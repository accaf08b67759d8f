//! `purge-interval-differs`: the server purges, but not at the interval asked for.

use super::case::{About, Case, FixOf, Statement};
use super::{Check, Severity};
use crate::detect::Which;
use crate::zookeeper::Verdict;

/// A note; a server that purges is never patched.
pub(super) fn check(case: &Case) -> Option<Statement> {
    let wanted = case.wanted.interval;
    let hours = case.interval.reading.number().filter(|hours| *hours != wanted)?;
    if case.verdict != Verdict::Purges {
        return None;
    }
    Some(Statement {
        check: Check::PurgeIntervalDiffers,
        severity: Severity::Note,
        about: About::Setting(Which::Interval),
        label: "fine as it is".to_owned(),
        message: format!("{} purges every {hours} hours, not every {wanted}", case.title),
        help: vec![
            "Any positive interval keeps the disk from filling for ever. A server that purges is not patched."
                .to_owned(),
        ],
        fix: FixOf::Nothing,
    })
}
