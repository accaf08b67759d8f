//! Finds operations that do not affect each other, so that one parse serves them all.

use std::collections::HashSet;

use json_patch::PatchOperation;

use super::draft::{Cut, Draft};

/// How many of the leading operations can be planned on the same text: each adds or replaces a value, no path equals or
/// leads through another, and no list index shifts.
pub(super) fn independent(operations: &[(usize, PatchOperation)]) -> usize {
    let (mut places, mut above) = (HashSet::new(), HashSet::new());
    for (_, operation) in operations {
        let Some(path) = settled_path(operation) else { break };
        if above.contains(place(path)) || prefixes(path).any(|prefix| places.contains(prefix)) {
            break;
        }
        places.insert(place(path));
        above.extend(prefixes(path));
    }
    places.len()
}

/// The path that an operation writes to, if that shifts no list index.
fn settled_path(operation: &PatchOperation) -> Option<&str> {
    let is_index = |path: &str| {
        path.rsplit('/')
            .next()
            .is_some_and(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match operation {
        PatchOperation::Replace(operation) => Some(operation.path.as_str()),
        PatchOperation::Add(operation) => Some(operation.path.as_str()).filter(|path| !is_index(path)),
        PatchOperation::Remove(_) | PatchOperation::Move(_) | PatchOperation::Copy(_) | PatchOperation::Test(_) => None,
    }
}

/// The path that an operation affects: appending to a list affects the whole list.
fn place(path: &str) -> &str {
    path.strip_suffix("/-").unwrap_or(path)
}

/// The path and its prefixes.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at)).chain([path])
}

/// Applies the cuts of all operations, last one first so that earlier offsets stay valid. Returns false, with nothing
/// applied, if the cuts of two operations touch or interleave.
pub(super) fn apply(draft: &mut Draft<'_>, mut planned: Vec<(Vec<Cut>, usize)>) -> bool {
    let start = |cuts: &[Cut]| cuts.iter().map(|cut| cut.span.start).min().unwrap_or(0);
    let end = |cuts: &[Cut]| cuts.iter().map(|cut| cut.span.end).max().unwrap_or(0);
    planned.sort_by_key(|(cuts, _)| start(cuts));
    let are_apart = planned.iter().zip(planned.iter().skip(1)).all(|((a, _), (b, _))| end(a) < start(b));
    if are_apart {
        for (cuts, number) in planned.into_iter().rev() {
            draft.apply(cuts, number);
        }
    }
    are_apart
}
