//! The steps from one value to another, so that replacing a collection touches only what differs.

use json_patch::jsonptr::{Pointer, PointerBuf};
use json_patch::{AddOperation, PatchOperation, RemoveOperation, ReplaceOperation};
use serde_json::Value;

/// Above this many steps, a collection is rewritten as a whole.
const MAX_STEPS: usize = 200;

/// Smaller operations with the effect of replacing a non-empty collection by another of its kind; `None` for anything
/// else, and if there are too many.
pub(super) fn steps(path: &Pointer, old: &Value, new: &Value) -> Option<Vec<PatchOperation>> {
    let is_empty = |value: &Value| match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => true,
    };
    if is_empty(old) || is_empty(new) || old.is_array() != new.is_array() {
        return None;
    }
    let mut steps = Vec::new();
    compare(path, old, new, &mut steps);
    (steps.len() <= MAX_STEPS).then_some(steps)
}

fn compare(path: &Pointer, old: &Value, new: &Value, steps: &mut Vec<PatchOperation>) {
    match (old, new) {
        _ if old == new || steps.len() > MAX_STEPS => {}
        (Value::Object(old), Value::Object(new)) if !old.is_empty() && !new.is_empty() => {
            for (key, value) in new {
                let path = path.with_trailing_token(key.as_str());
                match old.get(key) {
                    Some(old) => compare(&path, old, value, steps),
                    None => steps.push(add(path, value)),
                }
            }
            let gone = old.keys().filter(|key| !new.contains_key(*key));
            steps.extend(gone.map(|key| remove(path.with_trailing_token(key.as_str()))));
        }
        (Value::Array(old), Value::Array(new)) if !old.is_empty() && !new.is_empty() => items(path, old, new, steps),
        _ => steps.push(PatchOperation::Replace(ReplaceOperation { path: path.to_buf(), value: new.clone() })),
    }
}

fn items(path: &Pointer, old: &[Value], new: &[Value], steps: &mut Vec<PatchOperation>) {
    let front = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let rests = (old.iter().skip(front), new.iter().skip(front));
    let back = rests.0.rev().zip(rests.1.rev()).take_while(|(old, new)| old == new).count();
    let (old_end, new_end) = (old.len().saturating_sub(back), new.len().saturating_sub(back));
    let at = |index: usize| path.with_trailing_token(index);
    for (index, (old, new)) in old.iter().zip(new).enumerate().take(old_end.min(new_end)).skip(front) {
        compare(&at(index), old, new, steps);
    }
    for (index, value) in new.iter().enumerate().take(new_end).skip(old_end) {
        steps.push(add(at(index), value));
    }
    steps.extend((new_end..old_end).rev().map(|index| remove(at(index))));
}

fn add(path: PointerBuf, value: &Value) -> PatchOperation {
    PatchOperation::Add(AddOperation { path, value: value.clone() })
}

const fn remove(path: PointerBuf) -> PatchOperation {
    PatchOperation::Remove(RemoveOperation { path })
}
