//! The variables of the container, and the objects that they come from.

use serde_json::{Map, Value, json};

use super::{Builder, CONTAINER, Origin};
use crate::charts::fill::{Filled, Gap, Part, fill, fill_text};
use crate::charts::path::{InValues, path_of};
use crate::charts::text::{is_empty, printed};
use crate::helm::ValuesPath;
use crate::rules::{EnvFromValues, EnvValues};
use crate::yaml::pointer;

impl Builder<'_> {
    pub(super) fn env(&mut self, model: &[EnvValues]) -> Result<Vec<Value>, Gap> {
        let mut entries = Vec::new();
        for variables in model {
            match variables {
                EnvValues::Text { when: Some(when), .. } if !self.is_true(when) => {}
                EnvValues::Text { name, text, .. } => {
                    let Filled { text, parts, is_opaque } = fill(text, self.values)?;
                    if let Some(Part { path, .. }) = parts.into_iter().next() {
                        self.note(format!("{CONTAINER}/env/{}/value", entries.len()), path, is_opaque);
                    }
                    entries.push(json!({"name": name, "value": text}));
                }
                EnvValues::Map { path, upper, prefix } => {
                    let path = path_of(path);
                    for (key, value) in self.table(&path) {
                        let name = if *upper { key.to_uppercase().replace('.', "_") } else { key.clone() };
                        self.note(format!("{CONTAINER}/env/{}/value", entries.len()), path.key(&key), false);
                        entries.push(json!({"name": format!("{prefix}{name}"), "value": printed(&value)}));
                    }
                }
                EnvValues::List { path } => {
                    for item in self.items(&path_of(path)) {
                        let pointer = format!("{CONTAINER}/env/{}", entries.len());
                        item.path.iter().for_each(|path| self.note_item(&pointer, path, &item.value, item.is_opaque));
                        entries.push(item.value);
                    }
                }
            }
        }
        Ok(entries)
    }

    /// The entries of a table in the values, in the order in which templates iterate over it.
    fn table(&self, path: &ValuesPath) -> Vec<(String, Value)> {
        let map = self.at(path).and_then(Value::as_object).into_iter().flatten();
        let mut entries: Vec<(String, Value)> = map.map(|(key, value)| (key.clone(), value.clone())).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries
    }

    pub(super) fn env_from(&mut self, model: &[EnvFromValues]) -> Vec<Value> {
        let mut entries = Vec::new();
        for source in model {
            let pointer = format!("{CONTAINER}/envFrom/{}", entries.len());
            match source {
                EnvFromValues::ConfigMap { path } => entries.extend(self.reference("configMapRef", path, &pointer)),
                EnvFromValues::Secret { path } => entries.extend(self.reference("secretRef", path, &pointer)),
                EnvFromValues::Data { path } => {
                    let name = self.config_map_of(&path_of(path));
                    entries.push(json!({"configMapRef": {"name": name}}));
                }
                EnvFromValues::List { path } => {
                    for item in self.items(&path_of(path)) {
                        let pointer = format!("{CONTAINER}/envFrom/{}", entries.len());
                        item.path.iter().for_each(|path| self.note(pointer.clone(), path.clone(), item.is_opaque));
                        entries.push(item.value);
                    }
                }
            }
        }
        entries
    }

    /// A reference to an object named by a value.
    fn reference(&mut self, field: &str, path: &str, pointer: &str) -> Option<Value> {
        let path = path_of(path);
        let name = self.name_in(&path)?;
        self.note(pointer.to_owned(), path, false);
        Some(json!({field: {"name": name}}))
    }

    /// The name of an object, taken from a value.
    pub(super) fn name_in(&self, path: &ValuesPath) -> Option<String> {
        let value = self.at(path).filter(|value| !is_empty(Some(value)));
        value.map(|value| fill_text(&printed(value), self.values).text)
    }

    /// Adds a `ConfigMap` with the entries of a table, and returns its name.
    fn config_map_of(&mut self, path: &ValuesPath) -> String {
        let mut data = Map::new();
        for (key, value) in self.table(path) {
            let pointer = format!("/data/{}", pointer::encode(&key));
            let object = self.manifest.objects.len();
            self.manifest.origins.push(Origin { object, pointer, key: None, path: path.key(&key), is_opaque: false });
            data.insert(key, json!(printed(&value)));
        }
        self.config_map(&data)
    }

    pub(super) fn config_map(&mut self, data: &Map<String, Value>) -> String {
        let name = format!("made-of-values-{}", self.manifest.objects.len());
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data});
        self.manifest.objects.push(object);
        name
    }
}
