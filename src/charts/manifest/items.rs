//! Lists in the values that go into the manifest unchanged.

use serde_json::Value;

use super::{Builder, Item};
use crate::charts::fill::fill_text;
use crate::charts::path::InValues;
use crate::charts::text::printed;
use crate::helm::ValuesPath;
use crate::yaml;

impl Builder<'_> {
    /// The items of a list in the values, or of a text that parses as one: templates often pass either to `tpl`.
    pub(super) fn items(&mut self, path: &ValuesPath) -> Vec<Item> {
        match self.at(path) {
            Some(Value::Array(items)) => {
                let item = |(index, item): (usize, &Value)| {
                    let mut is_opaque = false;
                    let value = filled_in(item, self.values, &mut is_opaque);
                    Item { value, path: Some(path.index(index)), is_opaque }
                };
                items.iter().enumerate().map(item).collect()
            }
            Some(Value::String(text)) if !text.is_empty() => {
                let filled = fill_text(text, self.values);
                if filled.is_opaque {
                    self.manifest.opaque.push(path.clone());
                }
                let items = yaml::from_str::<Vec<Value>>(&filled.text).unwrap_or_default();
                let item = |value| Item { value, path: Some(path.clone()), is_opaque: filled.is_opaque };
                items.into_iter().map(item).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Adds items to a list of the workload and records where they come from.
    pub(super) fn noted(&mut self, list: &str, items: Vec<Item>) -> Vec<Value> {
        let mut values = Vec::new();
        for item in items {
            if let Some(path) = item.path {
                self.note_item(&format!("{list}/{}", values.len()), &path, &item.value, item.is_opaque);
            }
            values.push(item.value);
        }
        values
    }

    /// Records the origin of an item and, for an entry with a value, that of its value.
    pub(super) fn note_item(&mut self, pointer: &str, path: &ValuesPath, item: &Value, is_opaque: bool) {
        let is_own = self.at(path) == Some(item) || self.at(path).is_some_and(Value::is_object);
        if is_own && item.get("value").is_some() {
            self.note(format!("{pointer}/value"), path.key("value"), is_opaque);
        }
        self.note(pointer.to_owned(), path.clone(), is_opaque);
    }
}

/// A value with the texts in it filled in. It is opaque if any action is left.
fn filled_in(value: &Value, values: &Value, is_opaque: &mut bool) -> Value {
    match value {
        Value::String(text) => {
            let filled = fill_text(text, values);
            *is_opaque |= filled.text.contains("{{");
            Value::String(filled.text)
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| filled_in(item, values, is_opaque)).collect()),
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| (key.clone(), filled_in(value, values, is_opaque));
            Value::Object(map.iter().map(entry).collect())
        }
        Value::Number(number) => whole(number),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// A number as YAML writes it: whole numbers without a decimal point.
fn whole(number: &serde_json::Number) -> Value {
    let text = printed(&Value::Number(number.clone()));
    text.parse::<i64>().map_or_else(|_| Value::Number(number.clone()), Value::from)
}
