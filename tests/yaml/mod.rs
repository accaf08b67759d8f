//! Tests of `autopurge::yaml`.

mod cases;
mod corpus;
mod edits;
mod hostile;
mod laws;
mod lines;
mod nodes;
mod scalars;
mod split;
mod typed;

use autopurge::yaml::Document;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A file of the test data.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/yaml").join(name)
}

/// What Helm reads; the message where it reads nothing.
pub(crate) fn json(text: &str) -> Result<Value, String> {
    bytes_to_json(text.as_bytes())
}

/// The same for bytes.
pub(crate) fn bytes_to_json(bytes: &[u8]) -> Result<Value, String> {
    match Document::parse(bytes, 0).map_err(|error| error.message)? {
        Some(document) => document.to_json().map_err(|error| error.message),
        None => Ok(Value::Null),
    }
}

/// Equal where whole numbers and floats of the same value are the same.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let equal = |(key, value)| right.get(key).is_some_and(|other| same(value, other));
            left.len() == right.len() && left.iter().all(equal)
        }
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}
