//! Reads values from YAML and JSON.

use std::sync::Arc;

use super::{Data, Number, Place, Table, Value};
use crate::yaml::{Build, Document, Node, ParseError, Scalar, Span};

impl Value {
    /// What Helm reads from a document in a source: scalars typed as in Go, the last of duplicate keys, aliases and
    /// merge keys resolved. The place of an alias is the `*name`; values below it have their places at the anchor.
    pub fn from_document(document: &Document<'_>, source: usize) -> Result<Self, ParseError> {
        Self::from_node(document.root(), source)
    }

    /// The same for a part of a document.
    pub fn from_node(node: Node<'_>, source: usize) -> Result<Self, ParseError> {
        node.build(&Reader { source })
    }

    /// Values from JSON; every part of it gets the place of the whole.
    #[must_use]
    pub fn from_json(json: &serde_json::Value, place: Option<Place>) -> Self {
        let data = match json {
            serde_json::Value::Null => Data::Null,
            serde_json::Value::Bool(value) => Data::Bool(*value),
            serde_json::Value::Number(number) => Data::Number(Number::Float(number.as_f64().unwrap_or_default())),
            serde_json::Value::String(text) => Data::Text(text.as_str().into()),
            serde_json::Value::Array(items) => {
                Data::List(Arc::new(items.iter().map(|item| Self::from_json(item, place)).collect()))
            }
            serde_json::Value::Object(map) => {
                let entries = map.iter().map(|(key, value)| (key.as_str().into(), Self::from_json(value, place)));
                Data::Table(entries.collect())
            }
        };
        Self::new(data, place)
    }
}

struct Reader {
    source: usize,
}

impl Reader {
    const fn at(&self, data: Data, span: Span) -> Value {
        Value::new(data, Some(Place { source: self.source, span }))
    }
}

impl Build for Reader {
    type Value = Value;
    type Table = Vec<(Arc<str>, Value)>;
    const LEVELS: usize = 400;

    fn scalar(&self, scalar: Scalar<'_>, span: Span) -> Result<Value, String> {
        let data = match scalar {
            Scalar::Null => Data::Null,
            Scalar::Boolean(value) => Data::Bool(value),
            Scalar::Integer(value) => Data::Number(Number::Float(Number::Whole(value).as_f64())),
            Scalar::Unsigned(value) => Data::Number(Number::Float(large(value))),
            Scalar::Float(value) if value.is_finite() => Data::Number(Number::Float(value)),
            Scalar::Float(_) => return Err("Helm cannot read a number that is infinite or undefined".to_owned()),
            Scalar::String(text) => Data::Text(text.into()),
        };
        Ok(self.at(data, span))
    }

    fn list(&self, items: Vec<Value>, span: Span) -> Value {
        self.at(Data::List(Arc::new(items)), span)
    }

    fn insert(&self, table: &mut Self::Table, key: String, value: Value) {
        table.push((key.into(), value));
    }

    fn table(&self, table: Self::Table, span: Span) -> Value {
        self.at(Data::Table(table.into_iter().collect::<Table>()), span)
    }

    fn alias(&self, value: Value, span: Span) -> Value {
        self.at(value.data, span)
    }
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "Go converts the same way, rounding to nearest")]
const fn large(value: u64) -> f64 {
    value as f64
}
