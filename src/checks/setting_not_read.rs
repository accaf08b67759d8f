//! `setting-not-read`: a purge setting where nothing reads it.

use super::{Check, Finding, Severity, Subject};
use crate::detect::{Ignored, Origin};
use crate::zookeeper::{Verdict, parse_int};

/// A finding for each of them: an error where it claims what does not happen, else a note.
pub(super) fn check(subject: &Subject<'_, '_>) -> Vec<Finding> {
    subject.server.ignored.iter().map(|ignored| finding(subject, ignored)).collect()
}

fn finding(subject: &Subject<'_, '_>, ignored: &Ignored<'_>) -> Finding {
    let server = &subject.server;
    let claims = ignored.text.as_deref().and_then(parse_int).is_some_and(|number| number > 0);
    let is_about_retain = ignored.store.to_ascii_uppercase().contains("RETAIN");
    let is_misleading =
        claims && !is_about_retain && matches!(server.verdict, Verdict::NeverPurges | Verdict::DoesNotStart);
    let place = match &server.interval.origin {
        Origin::Default => "nothing sets the interval".to_owned(),
        origin => format!("{} decides", origin.describe()),
    };
    let span = ignored.span;
    Finding {
        check: Check::SettingNotRead,
        severity: if is_misleading { Severity::Error } else { Severity::Note },
        document: subject.document_of(ignored.node),
        span,
        context: span,
        shown: ignored.node.entries().into_iter().map(|(key, _)| key.span()).chain([span]).collect(),
        label: "without effect".to_owned(),
        message: format!("{} does not read {}: {place}", subject.title(), ignored.store),
        help: vec![format!(
            "This server ({}) looks elsewhere. Take the setting away, or write it where it is read.",
            server.flavor.title
        )],
        server: Some(subject.number),
        fix: Vec::new(),
        incurable_because: None,
        suppression: None,
    }
}
