//! `purge-unknown`: what decides about a server is not visible.

use super::case::{About, Case, FixOf, Statement};
use super::{Check, Severity};
use crate::zookeeper::{PurgeSetting, Verdict};

/// A warning for every server that could not be decided, including one that does not start for another reason; a note
/// if a visible setting decides, unless something stronger that is not visible overrides it.
pub(super) fn check(case: &Case) -> Option<Statement> {
    let is_open = case.verdict == Verdict::Unknown;
    match (&case.doubt.unless, &case.doubt.because) {
        (Some(unless), _) if !is_open => Some(overridden(case, unless)),
        (_, Some(because)) => Some(undecided(case, because)),
        (_, None) => {
            is_open.then(|| undecided(case, &format!("what the flavor {} does has not been verified", case.flavor.id)))
        }
    }
}

fn overridden(case: &Case, unless: &str) -> Statement {
    let place = case.interval.evidence.place.as_deref().unwrap_or("its default");
    Statement {
        check: Check::PurgeUnknown,
        severity: Severity::Note,
        about: About::Setting(PurgeSetting::Interval),
        label: "counts, unless something that is not visible here overrides it".to_owned(),
        message: format!("{} is judged by {place}, but {unless}", case.title),
        help: vec![
            "Check that object, or look for \"autopurge.purgeInterval set to N\" in the server's log.".to_owned(),
        ],
        relief: None,
        fix: FixOf::Nothing,
    }
}

fn undecided(case: &Case, because: &str) -> Statement {
    Statement {
        check: Check::PurgeUnknown,
        severity: Severity::Warning,
        about: About::Setting(PurgeSetting::Interval),
        label: "the value that counts is not here".to_owned(),
        message: format!("{} may or may not delete old snapshots: {because}", case.title),
        help: vec![case.doubt.look.to_owned()],
        relief: None,
        fix: FixOf::Nothing,
    }
}
