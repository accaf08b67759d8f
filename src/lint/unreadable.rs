//! `unreadable-input`: something that could not be read.

use crate::checks::{Check, Severity};
use crate::helm::HelmError;
use crate::report::{Finding, Outcome, Place, Region, Source, fingerprint};
use crate::yaml::Span;

/// A finding about a place in a file. No excerpt is shown: broken text may contain secrets and cannot be masked.
pub(super) fn at(source: &Source<'_>, offset: usize, what: &str, help: &str) -> Finding {
    let region = source.region(Span::new(offset, offset));
    Finding { place: Place { region: Some(region), ..Place::file(source.path()) }, ..about(source.path(), what, help) }
}

/// A finding about a whole file or folder.
pub(super) fn about(path: &str, what: &str, help: &str) -> Finding {
    Finding {
        check: Check::UnreadableInput,
        severity: Severity::Error,
        place: Place::file(path),
        label: String::new(),
        message: what.to_owned(),
        help: vec![help.to_owned()],
        relief: None,
        server: None,
        fix: Vec::new(),
        outcome: Outcome::Nothing,
        fingerprint: fingerprint([Check::UnreadableInput.id(), path, what]),
        suppression: None,
    }
}

/// Whether both are about the same place.
pub(super) fn is_same(one: &Finding, other: &Finding) -> bool {
    let place = |finding: &Finding| (finding.check == Check::UnreadableInput).then_some(finding.place.region);
    one.place.path == other.place.path && place(one).is_some() && place(one) == place(other)
}

/// A finding about a chart that Helm would refuse too.
pub(super) fn chart(path: &str, error: &HelmError) -> Finding {
    let origin = error.origin.as_ref().map(ToString::to_string);
    let finding = about(path, &error.fault.to_string(), error.help());
    let place = match (&origin, error.at) {
        (Some(origin), Some(at)) => {
            let region = Region { start: at.position, end: at.position, offset: at.span.start, length: 0 };
            Place { region: Some(region), ..Place::file(origin) }
        }
        (Some(origin), None) => Place::file(origin),
        (None, _) => finding.place.clone(),
    };
    Finding { place, ..finding }
}
