//! Operations that do not touch each other, so that one parse serves them all.

use std::collections::HashSet;

use json_patch::PatchOperation;

use super::draft::{Cut, Draft};

/// How many of the first operations may be planned on the same text: each adds or replaces a value, none of their paths
/// leads through another one's, and no list index moves.
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

/// The path that an operation writes to, where that moves no list index.
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

/// What an operation on a path touches: what is appended to a list counts as the whole list.
fn place(path: &str) -> &str {
    path.strip_suffix("/-").unwrap_or(path)
}

/// The path and all that lead to it.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at)).chain([path])
}

/// Makes the cuts of all operations, last place first so that the places before stay where they are. False, and nothing
/// done, where cuts of two operations overlap or stand between each other.
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
