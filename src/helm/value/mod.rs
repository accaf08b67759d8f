//! Values as in Helm: a tree in which every node knows where it was written.
//!
//! Trees are cheap to copy, because copies share what they do not change: the values of a sub-chart are part of those
//! of its parent, and the same values file may go into many charts.

mod merge;
mod number;
mod path;
mod read;
mod table;

use std::sync::Arc;

use crate::yaml::Span;

pub use merge::merge_over;
pub use number::Number;
pub use path::{PathError, Step, ValuesPath};
pub use table::Table;

/// A value and the place where it was written; `None` if Helm made the value up.
///
/// Two values are equal if Helm reads them the same, wherever they were written.
#[derive(Clone, Debug, Default)]
pub struct Value {
    /// What Helm reads.
    pub data: Data,
    /// Where it was written.
    pub place: Option<Place>,
}

/// The kinds of values.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Data {
    /// `null`. Kept, because a null removes a chart's default.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Arc<str>),
    /// A list; Helm replaces lists and never merges them.
    List(Arc<Vec<Value>>),
    /// A table.
    Table(Table),
}

/// Where a value was written: the byte range of the value, not of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which of the sources that the values were read from.
    pub source: usize,
    /// The bytes of it.
    pub span: Span,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl Value {
    /// A value with its place.
    #[must_use]
    pub const fn new(data: Data, place: Option<Place>) -> Self {
        Self { data, place }
    }

    /// An empty table without a place.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(Data::Table(Table::default()), None)
    }

    /// Whether Helm reads `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The value, if it is `true` or `false`.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(value) = self.data { Some(value) } else { None }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Data::Text(text) = &self.data { Some(text) } else { None }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Data::List(items) = &self.data { Some(items) } else { None }
    }

    /// The entries, if it is a table.
    #[must_use]
    pub const fn as_table(&self) -> Option<&Table> {
        if let Data::Table(table) = &self.data { Some(table) } else { None }
    }

    /// The value of a key of a table, or of an index of a list.
    #[must_use]
    pub fn get(&self, step: &str) -> Option<&Self> {
        match &self.data {
            Data::Table(table) => table.get(step),
            Data::List(items) => items.get(step.parse::<usize>().ok().filter(|index| index.to_string() == step)?),
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => None,
        }
    }

    /// The value at a path of keys and indexes.
    #[must_use]
    pub fn at<K: AsRef<str>>(&self, path: &[K]) -> Option<&Self> {
        path.iter().try_fold(self, |value, step| value.get(step.as_ref()))
    }

    /// The value as plain JSON, with whole numbers as integers.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.data {
            Data::Null => serde_json::Value::Null,
            Data::Bool(value) => (*value).into(),
            Data::Number(number) => number.to_json(),
            Data::Text(text) => serde_json::Value::String(text.as_ref().to_owned()),
            Data::List(items) => items.iter().map(Self::to_json).collect(),
            Data::Table(table) => table.iter().map(|(key, value)| (key.to_owned(), value.to_json())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Value;
    use crate::yaml::Document;

    const TEXT: &str = "kafka:\n  zookeeper: &z\n    autopurge:\n      purgeInterval: 0\nlist: [{a: yes}, 1, 1]\n\
                        other: *z\nlist: [{a: on}, 2]\n";

    fn value() -> Value {
        Value::from_document(&Document::parse(TEXT.as_bytes(), 0).unwrap().unwrap(), 7).unwrap()
    }

    fn written(value: &Value) -> &str {
        value.place.unwrap().span.of(TEXT)
    }

    #[test]
    fn places_are_those_of_the_values() {
        let value = value();
        assert_eq!(value.place.unwrap().source, 7);
        let interval = value.at(&["kafka", "zookeeper", "autopurge", "purgeInterval"]).unwrap();
        assert_eq!(written(interval), "0");
        assert_eq!(written(value.at(&["list", "0", "a"]).unwrap()), "on");
        assert_eq!(value.at(&["list", "00"]), None);
    }

    #[test]
    fn an_alias_stands_where_it_is_written_and_its_parts_at_the_anchor() {
        let value = value();
        assert_eq!(written(value.get("other").unwrap()), "*z");
        assert_eq!(written(value.at(&["other", "autopurge"]).unwrap()), "purgeInterval: 0");
    }

    #[test]
    fn json_has_what_helm_reads() {
        let expected = serde_json::json!({
            "kafka": {"zookeeper": {"autopurge": {"purgeInterval": 0}}},
            "list": [{"a": true}, 2],
            "other": {"autopurge": {"purgeInterval": 0}},
        });
        assert_eq!(value().to_json(), expected);
        assert_eq!(Value::from_json(&expected, None), value());
    }
}
