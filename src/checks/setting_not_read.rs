//! `setting-not-read`: a purge setting that nothing reads.

use super::case::{About, Case, FixOf, Statement, Unread};
use super::{Check, Severity};
use crate::zookeeper::{PurgeSetting, Verdict};

/// A finding for each of them: an error with the server's fix if the setting promises what does not happen, else a
/// note.
pub(super) fn check(case: &Case) -> Vec<Statement> {
    case.unread.iter().enumerate().map(|(number, unread)| statement(case, number, unread)).collect()
}

fn statement(case: &Case, number: usize, unread: &Unread) -> Statement {
    let (severity, fix) = match case.verdict {
        Verdict::NeverPurges | Verdict::DoesNotStart if unread.promises_purging => (Severity::Error, FixOf::Server),
        Verdict::NeverPurges | Verdict::DoesNotStart | Verdict::Purges | Verdict::Unknown => {
            (Severity::Note, FixOf::Nothing)
        }
    };
    Statement {
        check: Check::SettingNotRead,
        severity,
        about: About::Unread(number),
        label: "has no effect".to_owned(),
        message: format!("{} does not read {}: {}", case.title, unread.place, instead(case, unread.which)),
        help: vec![advice(case, unread.which)],
        relief: None,
        fix,
    }
}

/// What is read instead.
fn instead(case: &Case, which: PurgeSetting) -> String {
    let decided = case.decided(which);
    match (&decided.evidence.place, &decided.own_place) {
        (Some(place), _) => format!("{place} decides instead"),
        (None, Some(own)) => format!("it reads {own}, which is not set"),
        (None, None) => "it reads no setting at all".to_owned(),
    }
}

fn advice(case: &Case, which: PurgeSetting) -> String {
    let decided = case.decided(which);
    let flavor = &case.flavor;
    match (decided.evidence.place.as_ref().or(decided.own_place.as_ref()), &flavor.way_out) {
        (Some(place), _) => {
            format!(
                "This server ({}) does not look here. Remove the setting, or write it where it counts: {place}.",
                flavor.title
            )
        }
        (None, Some(way_out)) => format!("This server reads no setting at all. {}", way_out.trim()),
        (None, None) => format!("This server ({}) does not look here. Remove the setting.", flavor.title),
    }
}
