//! Deserializes YAML into a type; errors say which place is wrong.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::{Document, Node, ParseError, Span};

/// A text that does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TypedError {
    /// Why the text does not fit, in one line.
    pub message: String,
    /// The byte range of the field that is wrong.
    pub span: Span,
}

/// How deep the values may be nested; generic deserializers need a lot of stack per level.
const MAX_TYPED_DEPTH: usize = 100;

/// Deserializes the first document of a text, with scalars typed as in Helm. An empty text reads as `null`.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, TypedError> {
    let document = Document::parse(text.as_bytes(), 0).map_err(|error| unreadable(text, error))?;
    let value = match &document {
        Some(document) => document.to_json().map_err(|error| unreadable(text, error))?,
        None => Value::Null,
    };
    if is_deeper(&value, MAX_TYPED_DEPTH) {
        let message = format!("nested deeper than {MAX_TYPED_DEPTH} levels");
        return Err(TypedError { message, span: Span::new(0, text.len()) });
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let message = error.inner().to_string();
        let span = document.as_ref().map(|document| place(document, error.path(), &message));
        TypedError { message, span: span.unwrap_or_default() }
    })
}

fn is_deeper(value: &Value, levels: usize) -> bool {
    let Some(levels) = levels.checked_sub(1) else { return true };
    match value {
        Value::Array(items) => items.iter().any(|item| is_deeper(item, levels)),
        Value::Object(map) => map.values().any(|value| is_deeper(value, levels)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn unreadable(text: &str, error: ParseError) -> TypedError {
    let length = text.get(error.offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let span = Span::new(error.offset, error.offset.saturating_add(length));
    TypedError { message: error.message, span }
}

/// The deepest node on the path; for an unknown field, its key.
fn place(document: &Document<'_>, path: &Path, message: &str) -> Span {
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let mut node = document.root();
    for segment in path {
        let found = unknown.filter(|name| matches!(segment, Segment::Map { key } if key == name));
        if let Some(key) = found.and_then(|name| key(node, name)) {
            return key.span();
        }
        match child(node, segment) {
            Some(child) => node = child,
            None => break,
        }
    }
    unknown.and_then(|name| key(node, name)).unwrap_or(node).span()
}

fn child<'d>(node: Node<'d>, segment: &Segment) -> Option<Node<'d>> {
    match segment {
        Segment::Seq { index } => node.item(*index),
        Segment::Map { key } => node.get(key),
        Segment::Enum { variant } => node.get(variant).or(Some(node)),
        Segment::Unknown => None,
    }
}

fn key<'d>(node: Node<'d>, name: &str) -> Option<Node<'d>> {
    node.entries().into_iter().map(|(key, _)| key).find(|key| key.text() == Some(name))
}
