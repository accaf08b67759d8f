//! A fix as byte edits, for the formats that have no documents and no pointers.

use std::collections::BTreeSet;

use super::model::Replacement;
use super::place::Source;
use crate::checks::Fix;
use crate::manifests::Manifests;
use crate::yaml::{Change, Edit, edit};

/// The edits that a fix comes to, without comments; none where they are refused.
///
/// The text of an edit is left out where the changed text holds more than the setting and the edit more than its lines.
pub(super) fn of(fix: &Fix, manifests: &Manifests<'_>, source: &Source<'_>) -> Vec<Replacement> {
    let changes: Vec<Change> =
        fix.changes.iter().map(|change| Change { operation: change.operation.clone(), comment: None }).collect();
    let manifest = manifests.parsed().iter().find(|manifest| manifest.index == fix.document);
    let edits = manifest.and_then(|manifest| edit(&manifest.document, &changes).ok()).unwrap_or_default();
    edits.into_iter().map(|edit| replacement(edit, fix, source)).collect()
}

fn replacement(edit: Edit, fix: &Fix, source: &Source<'_>) -> Replacement {
    let is_whole = fix.shown.iter().all(Option::is_none);
    let shown: BTreeSet<&str> = fix.shown.iter().flatten().flat_map(|text| text.lines()).map(str::trim).collect();
    let may_be_shown = is_whole || edit.text.lines().map(str::trim).all(|line| line.is_empty() || shown.contains(line));
    Replacement { region: source.region(edit.span), text: may_be_shown.then_some(edit.text) }
}
