//! `purge-interval-differs`: the server purges, but not at the interval asked for.

use super::case::{About, Case, FixOf, Statement};
use super::{Check, Severity};
use crate::zookeeper::{PurgeSetting, Verdict};

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
        about: About::Setting(PurgeSetting::Interval),
        label: "fine as it is".to_owned(),
        message: format!("{} purges every {} instead of every {}", case.title, every(hours), every(wanted)),
        help: vec![
            "Any positive interval keeps the disk from filling up. A server that purges is never patched.".to_owned(),
        ],
        relief: None,
        fix: FixOf::Nothing,
    })
}

/// Hours as they follow `every`.
fn every(hours: i32) -> String {
    if hours == 1 { "hour".to_owned() } else { format!("{hours} hours") }
}
