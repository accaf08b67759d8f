//! `setting-not-read`: a purge setting where nothing reads it.

use super::{Check, Finding, Severity, Subject, Wanted, set};
use crate::detect::{Ignored, Origin, Which};
use crate::zookeeper::{Verdict, parse_int};

/// A finding for each of them: an error where it claims what does not happen, else a note.
pub(super) fn check(subject: &Subject<'_, '_>, wanted: Wanted) -> Vec<Finding> {
    subject.server.ignored.iter().map(|ignored| finding(subject, ignored, wanted)).collect()
}

fn finding(subject: &Subject<'_, '_>, ignored: &Ignored<'_>, wanted: Wanted) -> Finding {
    let which = ignored.which;
    let (severity, (fix, incurable_because)) = match subject.server.verdict {
        Verdict::NeverPurges if claims(ignored) => (Severity::Error, set::interval(subject, wanted)),
        Verdict::DoesNotStart if claims(ignored) => (Severity::Error, set::unreadable(subject, wanted)),
        Verdict::NeverPurges | Verdict::DoesNotStart | Verdict::Purges | Verdict::Unknown => {
            (Severity::Note, (Vec::new(), None))
        }
    };
    let span = ignored.span;
    Finding {
        check: Check::SettingNotRead,
        severity,
        document: subject.document_of(ignored.node),
        span,
        context: span,
        shown: ignored.node.entries().into_iter().map(|(key, _)| key.span()).chain([span]).collect(),
        label: "without effect".to_owned(),
        message: format!("{} does not read {}: {}", subject.title(), ignored.store, instead(subject, which)),
        help: vec![advice(subject, which)],
        server: Some(subject.number),
        fix,
        incurable_because,
        suppression: None,
    }
}

/// Whether it says that old snapshots are purged.
fn claims(ignored: &Ignored<'_>) -> bool {
    promises_purging(ignored.which, ignored.text.as_deref())
}

/// Whether a setting that nothing reads says that old snapshots are purged.
pub(crate) fn promises_purging(which: Which, text: Option<&str>) -> bool {
    which == Which::Interval && text.and_then(parse_int).is_some_and(|hours| hours > 0)
}

/// What is read instead.
fn instead(subject: &Subject<'_, '_>, which: Which) -> String {
    let setting = subject.setting(which);
    match (&setting.origin, subject.own_place(which)) {
        (Origin::Default, Some(place)) => format!("it reads {place}, which is not set"),
        (Origin::Default | Origin::Older { .. }, _) => "no setting reaches it".to_owned(),
        (origin, _) => format!("{} decides", origin.describe()),
    }
}

fn advice(subject: &Subject<'_, '_>, which: Which) -> String {
    let flavor = subject.server.flavor;
    let place = match &subject.setting(which).origin {
        Origin::Default | Origin::Older { .. } => subject.own_place(which),
        origin => Some(origin.describe()),
    };
    match (place, &flavor.way_out) {
        (Some(place), _) => {
            format!(
                "This server ({}) looks elsewhere. Take the setting away, or write it in its place: {place}.",
                flavor.title
            )
        }
        (None, Some(way_out)) => format!("Nothing in the manifest can be patched for it. {}", way_out.trim()),
        (None, None) => format!("This server ({}) looks elsewhere. Take the setting away.", flavor.title),
    }
}
