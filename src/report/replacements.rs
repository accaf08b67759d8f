//! Fixes as byte edits, for formats that have no documents and no pointers.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Replacement;
use super::place::Region;
use crate::checks::Fix;
use crate::manifests::Manifests;
use crate::yaml::{Change, Edit, Span, edit_each};

/// The edits that make up each fix, without comments; empty if they are refused.
///
/// The text of an edit is omitted if the changed text contains more than the setting and the edit more than its lines.
pub(super) fn of(fixes: &[&Fix], manifests: &Manifests<'_>, region: &dyn Fn(Span) -> Region) -> Vec<Vec<Replacement>> {
    let mut by_document: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, fix) in fixes.iter().enumerate() {
        by_document.entry(fix.document).or_default().push(number);
    }
    let mut found = vec![Vec::new(); fixes.len()];
    for (document, numbers) in by_document {
        let Some(manifest) = manifests.parsed_at(document) else { continue };
        let of_document: Vec<&Fix> = numbers.iter().filter_map(|number| fixes.get(*number).copied()).collect();
        let patches: Vec<Vec<Change>> = of_document.iter().map(|fix| without_comments(fix)).collect();
        let edits = edit_each(&manifest.document, &patches);
        for ((number, fix), edits) in numbers.iter().zip(of_document).zip(edits) {
            let Some(found) = found.get_mut(*number) else { continue };
            *found = edits.into_iter().map(|edit| replacement(edit, fix, region)).collect();
        }
    }
    found
}

fn without_comments(fix: &Fix) -> Vec<Change> {
    fix.changes.iter().map(|change| Change { operation: change.operation.clone(), comment: None }).collect()
}

fn replacement(edit: Edit, fix: &Fix, region: &dyn Fn(Span) -> Region) -> Replacement {
    let is_whole = fix.shown.iter().all(Option::is_none);
    let shown: BTreeSet<&str> = fix.shown.iter().flatten().flat_map(|text| text.lines()).map(str::trim).collect();
    let may_be_shown = is_whole || edit.text.lines().map(str::trim).all(|line| line.is_empty() || shown.contains(line));
    Replacement { region: region(edit.span), text: may_be_shown.then_some(edit.text) }
}
