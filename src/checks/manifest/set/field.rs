//! Settings in fields of custom resources.

use json_patch::PatchOperation;
use serde_json::{Value, json};

use super::{ADDED, Place, Target, adding, changed_from, places, replacing};
use crate::checks::Subject;
use crate::rules::{FieldStore, FieldValue, Store};
use crate::yaml::pointer;

/// Replaces the value of a field.
pub(super) fn set(subject: &Subject<'_, '_>, pointer: &str, target: Target<'_, '_>) -> Result<Vec<Place>, String> {
    let store = subject.server.flavor.settings.iter().find_map(|store| match store {
        Store::Field(store) => [Some(&store.interval), store.retain.as_ref()]
            .into_iter()
            .flatten()
            .any(|pattern| subject.server.site.pointer(pattern).as_deref() == Some(pointer))
            .then_some(store.value),
        _ => None,
    });
    places(
        subject,
        subject.server.site.node(),
        pointer,
        &changed_from(target.setting),
        replacing(value(store.unwrap_or(FieldValue::String), target.value)),
    )
}

/// Adds a field, and any missing mappings on the way to it.
pub(super) fn add(subject: &Subject<'_, '_>, store: &FieldStore, target: Target<'_, '_>) -> Result<Vec<Place>, String> {
    let pattern = target.which.pick(Some(&store.interval), store.retain.as_ref());
    let pointer = pattern.and_then(|pattern| subject.server.site.pointer(pattern)).ok_or("no field for it is known")?;
    missing(subject, &pointer, value(store.value, target.value))
}

/// Adds places to others. Two fields whose mappings are both missing are added in one operation: otherwise the second
/// would replace the first.
pub(super) fn extend(found: &mut Vec<Place>, more: Vec<Place>) {
    for place in more {
        let same = found.iter_mut().find(|other| other.operation.path() == place.operation.path());
        match (same.map(|other| &mut other.operation), &place.operation) {
            (Some(PatchOperation::Add(old)), PatchOperation::Add(new)) => merge(&mut old.value, &new.value),
            _ => found.push(place),
        }
    }
}

fn merge(old: &mut Value, new: &Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in new {
                merge(old.entry(key).or_insert(Value::Null), value);
            }
        }
        (old, new) => *old = new.clone(),
    }
}

/// A value at a pointer, wrapped in the mappings that do not exist yet.
pub(super) fn missing(subject: &Subject<'_, '_>, pointer: &str, value: Value) -> Result<Vec<Place>, String> {
    let node = subject.server.site.node();
    let (mut path, mut value) = (pointer, value);
    while let Some((parent, key)) = path.rsplit_once('/') {
        if parent.is_empty() || node.at(parent).is_some_and(|parent| !parent.is_null()) {
            return places(subject, node, path, ADDED, adding(value));
        }
        value = json!({ pointer::decode(key): value });
        path = parent;
    }
    Err(format!("{pointer} cannot be added"))
}

fn value(kind: FieldValue, number: i32) -> Value {
    match kind {
        FieldValue::Integer => Value::from(number),
        FieldValue::String => Value::from(number.to_string()),
    }
}
