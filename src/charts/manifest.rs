//! The manifest that a chart's templates would render for a server, as far as it decides about purging.
//!
//! It is a small one, of JSON, and goes through the same detection as real manifests. Of every node that comes from a
//! value it is kept which one, so that a verdict can be traced back.

use serde_json::{Map, Value, json};

use super::fill::{Filled, Gap, fill};
use super::path::{InValues, path_of};
use super::text::{is_empty, printed};
use crate::helm::ValuesPath;
use crate::rules::{ContainerValues, EnvFromValues, EnvValues, ImageValues, MountedValues, ResourceValues, Words};
use crate::yaml;
use crate::zookeeper::{INTERVAL_KEY, RETAIN_KEY, effective, properties};

/// JSON pointer of the container in the workload.
const CONTAINER: &str = "/spec/template/spec/containers/0";

/// Objects, and the values that they were made of.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// The workload or custom resource, then what it refers to.
    pub(super) objects: Vec<Value>,
    /// Nodes that come from values.
    pub(super) origins: Vec<Origin>,
    /// Values whose text only Helm can fill in, and which may say anything.
    pub(super) opaque: Vec<ValuesPath>,
}

/// A node and the value that it comes from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// Number of the object.
    pub(super) object: usize,
    /// JSON pointer of the node.
    pub(super) pointer: String,
    /// Of a properties text the line that is meant; the whole node where there is none.
    pub(super) key: Option<&'static str>,
    /// The value.
    pub(super) path: ValuesPath,
    /// Whether only Helm can fill its text in.
    pub(super) is_opaque: bool,
}

/// The manifest of a server in a container.
pub(super) fn workload(model: &ContainerValues, values: &Value) -> Result<Manifest, Gap> {
    let mut builder = Builder { values, manifest: Manifest::default(), volumes: Vec::new(), mounts: Vec::new() };
    // The workload's place; it is complete when everything that it refers to is known.
    builder.manifest.objects.push(Value::Null);
    let mut container = Map::new();
    container.insert("name".to_owned(), json!("zookeeper"));
    container.insert("image".to_owned(), json!(image(&model.image, values)));
    for (field, choices) in [("command", &model.command), ("args", &model.args)] {
        let words = builder.words(field, choices)?;
        if !words.is_empty() {
            container.insert(field.to_owned(), Value::Array(words));
        }
    }
    container.insert("env".to_owned(), Value::Array(builder.env(&model.env)?));
    container.insert("envFrom".to_owned(), Value::Array(builder.env_from(&model.env_from)?));
    for file in &model.files {
        builder.file(file)?;
    }
    builder.further(model)?;
    container.insert("volumeMounts".to_owned(), Value::Array(std::mem::take(&mut builder.mounts)));
    let spec = json!({"containers": [container], "volumes": std::mem::take(&mut builder.volumes)});
    let mut manifest = builder.manifest;
    if let Some(place) = manifest.objects.first_mut() {
        *place = json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "zookeeper"},
            "spec": {"template": {"spec": spec}},
        });
    }
    Ok(manifest)
}

/// The manifest of a server that an operator runs.
pub(super) fn custom_resource(model: &ResourceValues, values: &Value) -> Result<Manifest, Gap> {
    let mut manifest = Manifest::default();
    let mut object = json!({"apiVersion": model.api_version, "kind": model.kind, "metadata": {"name": "zookeeper"}});
    for field in &model.fields {
        let (value, paths, is_opaque) = match (&field.path, &field.text) {
            (Some(path), _) => {
                let path = path_of(path);
                let Some(value) = path.of(values) else { continue };
                (value.clone(), vec![path], false)
            }
            (None, Some(text)) => {
                let filled = fill(text, values)?;
                (json!(filled.text), filled.paths, filled.is_opaque)
            }
            (None, None) => continue,
        };
        place(&mut object, &field.at, value);
        let origin = |path| Origin { object: 0, pointer: field.at.clone(), key: None, path, is_opaque };
        manifest.origins.extend(paths.into_iter().next().map(origin));
    }
    manifest.objects.push(object);
    Ok(manifest)
}

/// Puts a value at a JSON pointer, with the objects on the way there.
fn place(object: &mut Value, pointer: &str, value: Value) {
    let mut target = object;
    for token in pointer.split('/').skip(1) {
        let Some(map) = target.as_object_mut() else { return };
        target = map.entry(token.replace("~1", "/").replace("~0", "~")).or_insert_with(|| json!({}));
    }
    *target = value;
}

/// The first value that is not empty, of several.
fn first(paths: &[String], values: &Value) -> Option<String> {
    let found = |path: &String| path_of(path).of(values).filter(|value| !is_empty(Some(value)));
    paths.iter().find_map(found).map(printed)
}

/// The image's name.
pub(super) fn image(model: &ImageValues, values: &Value) -> String {
    let repository = first(&model.repository, values).or_else(|| model.fixed.clone()).unwrap_or_default();
    let registry = first(&model.registry, values).map(|registry| registry + "/").unwrap_or_default();
    let digest = first(&model.digest, values).map(|digest| format!("@{digest}"));
    let tag = digest.or_else(|| first(&model.tag, values).map(|tag| format!(":{tag}")));
    format!("{registry}{repository}{}", tag.unwrap_or_default())
}

struct Builder<'v> {
    values: &'v Value,
    manifest: Manifest,
    volumes: Vec<Value>,
    mounts: Vec<Value>,
}

impl Builder<'_> {
    fn at(&self, path: &ValuesPath) -> Option<&Value> {
        path.of(self.values)
    }

    fn is_true(&self, path: &str) -> bool {
        !is_empty(self.at(&path_of(path)))
    }

    /// Notes that a node of the workload comes from a value.
    fn note(&mut self, pointer: String, path: ValuesPath, is_opaque: bool) {
        self.manifest.origins.push(Origin { object: 0, pointer, key: None, path, is_opaque });
    }

    /// The words of the first choice that holds.
    fn words(&mut self, field: &str, choices: &[Words]) -> Result<Vec<Value>, Gap> {
        for choice in choices {
            let is_asked = choice.when.as_ref().is_some_and(|when| self.is_true(when));
            if choice.when.is_some() && !is_asked {
                continue;
            }
            let path = choice.path.as_ref().map(|path| path_of(path));
            let words = match &path {
                Some(path) => self.items(path)?,
                None => self.fixed(&choice.fixed)?,
            };
            if is_asked || !words.is_empty() {
                return Ok(self.noted(&format!("{CONTAINER}/{field}"), words));
            }
        }
        Ok(Vec::new())
    }

    fn fixed(&self, words: &[String]) -> Result<Vec<Item>, Gap> {
        let item = |word: &String| {
            let filled = fill(word, self.values)?;
            let path = filled.paths.first().cloned();
            Ok(Item { value: json!(filled.text), path, is_opaque: filled.is_opaque })
        };
        words.iter().map(item).collect()
    }

    /// The items of a list among the values, or of a text that reads as one: templates often hand both to `tpl`.
    fn items(&mut self, path: &ValuesPath) -> Result<Vec<Item>, Gap> {
        match self.at(path) {
            Some(Value::Array(items)) => {
                let item = |(index, item): (usize, &Value)| {
                    let mut is_opaque = false;
                    let value = filled_in(item, self.values, &mut is_opaque)?;
                    Ok(Item { value, path: Some(path.index(index)), is_opaque })
                };
                items.iter().enumerate().map(item).collect()
            }
            Some(Value::String(text)) if !text.is_empty() => {
                let filled = fill(text, self.values)?;
                if filled.is_opaque {
                    self.manifest.opaque.push(path.clone());
                }
                let items = yaml::from_str::<Vec<Value>>(&filled.text).unwrap_or_default();
                let item = |value| Item { value, path: Some(path.clone()), is_opaque: filled.is_opaque };
                Ok(items.into_iter().map(item).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Puts items into a list of the workload and notes where they come from.
    fn noted(&mut self, list: &str, items: Vec<Item>) -> Vec<Value> {
        let mut values = Vec::new();
        for item in items {
            if let Some(path) = item.path {
                self.note_item(&format!("{list}/{}", values.len()), &path, &item.value, item.is_opaque);
            }
            values.push(item.value);
        }
        values
    }

    /// An item and, of an entry with a value, the value.
    fn note_item(&mut self, pointer: &str, path: &ValuesPath, item: &Value, is_opaque: bool) {
        let is_own = self.at(path) == Some(item) || self.at(path).is_some_and(Value::is_object);
        if is_own && item.get("value").is_some() {
            self.note(format!("{pointer}/value"), path.key("value"), is_opaque);
        }
        self.note(pointer.to_owned(), path.clone(), is_opaque);
    }

    fn env(&mut self, model: &[EnvValues]) -> Result<Vec<Value>, Gap> {
        let mut entries = Vec::new();
        for variables in model {
            match variables {
                EnvValues::Text { when: Some(when), .. } if !self.is_true(when) => {}
                EnvValues::Text { name, text, .. } => {
                    let Filled { text, paths, is_opaque } = fill(text, self.values)?;
                    if let Some(path) = paths.into_iter().next() {
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
                    for item in self.items(&path_of(path))? {
                        let pointer = format!("{CONTAINER}/env/{}", entries.len());
                        item.path.iter().for_each(|path| self.note_item(&pointer, path, &item.value, item.is_opaque));
                        entries.push(item.value);
                    }
                }
            }
        }
        Ok(entries)
    }

    /// A table among the values, in the order in which templates go through it.
    fn table(&self, path: &ValuesPath) -> Vec<(String, Value)> {
        let map = self.at(path).and_then(Value::as_object).into_iter().flatten();
        let mut entries: Vec<(String, Value)> = map.map(|(key, value)| (key.clone(), value.clone())).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries
    }

    fn env_from(&mut self, model: &[EnvFromValues]) -> Result<Vec<Value>, Gap> {
        let mut entries = Vec::new();
        for source in model {
            let pointer = format!("{CONTAINER}/envFrom/{}", entries.len());
            match source {
                EnvFromValues::ConfigMap { path } => entries.extend(self.reference("configMapRef", path, &pointer)?),
                EnvFromValues::Secret { path } => entries.extend(self.reference("secretRef", path, &pointer)?),
                EnvFromValues::Data { path } => {
                    let name = self.config_map_of(&path_of(path));
                    entries.push(json!({"configMapRef": {"name": name}}));
                }
                EnvFromValues::List { path } => {
                    for item in self.items(&path_of(path))? {
                        let pointer = format!("{CONTAINER}/envFrom/{}", entries.len());
                        item.path.iter().for_each(|path| self.note(pointer.clone(), path.clone(), item.is_opaque));
                        entries.push(item.value);
                    }
                }
            }
        }
        Ok(entries)
    }

    /// A reference to an object that a value names.
    fn reference(&mut self, field: &str, path: &str, pointer: &str) -> Result<Option<Value>, Gap> {
        let path = path_of(path);
        let Some(name) = self.name_in(&path)? else { return Ok(None) };
        self.note(pointer.to_owned(), path, false);
        Ok(Some(json!({field: {"name": name}})))
    }

    /// The name of an object in a value.
    fn name_in(&self, path: &ValuesPath) -> Result<Option<String>, Gap> {
        let value = self.at(path).filter(|value| !is_empty(Some(value)));
        value.map(|value| fill(&printed(value), self.values).map(|filled| filled.text)).transpose()
    }

    /// A `ConfigMap` with the entries of a table.
    fn config_map_of(&mut self, path: &ValuesPath) -> String {
        let mut data = Map::new();
        for (key, value) in self.table(path) {
            let pointer = format!("/data/{}", key.replace('~', "~0").replace('/', "~1"));
            let object = self.manifest.objects.len();
            self.manifest.origins.push(Origin { object, pointer, key: None, path: path.key(&key), is_opaque: false });
            data.insert(key, json!(printed(&value)));
        }
        self.config_map(&data)
    }

    fn config_map(&mut self, data: &Map<String, Value>) -> String {
        let name = format!("made-of-values-{}", self.manifest.objects.len());
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data});
        self.manifest.objects.push(object);
        name
    }

    /// Mounts a file from the first source that holds.
    fn file(&mut self, model: &MountedValues) -> Result<(), Gap> {
        if model.when.as_ref().is_some_and(|when| !self.is_true(when)) {
            return Ok(());
        }
        let references = [("configMap", "name", &model.config_map), ("secret", "secretName", &model.secret)];
        for (field, name_field, path) in references {
            let Some(path) = path.as_ref().map(|path| path_of(path)) else { continue };
            if let Some(name) = self.name_in(&path)? {
                self.mount(&model.at, json!({field: {name_field: name}}), Some(path));
                return Ok(());
            }
        }
        let value = model.value.as_ref().map(|path| path_of(path));
        let text = value.as_ref().and_then(|path| self.at(path)).filter(|value| !is_empty(Some(value))).map(printed);
        let name = match (text, &model.text) {
            (Some(text), _) => self.text_of_value(&model.at, &text, value.unwrap_or_default())?,
            (None, Some(text)) => self.text_of_template(&model.at, text)?,
            (None, None) => return Ok(()),
        };
        self.mount(&model.at, json!({"configMap": {"name": name}}), None);
        Ok(())
    }

    /// A mount of one file, and its volume.
    fn mount(&mut self, at: &str, source: Value, path: Option<ValuesPath>) {
        let name = format!("file-{}", self.mounts.len());
        self.mounts.push(json!({"name": name, "mountPath": at, "subPath": file_name(at)}));
        if let Some(path) = path {
            self.note(format!("{CONTAINER}/volumeMounts/{}", self.mounts.len().saturating_sub(1)), path, false);
        }
        let mut volume = source;
        place(&mut volume, "/name", json!(name));
        self.volumes.push(volume);
    }

    /// A `ConfigMap` with a file whose text is a value.
    fn text_of_value(&mut self, at: &str, text: &str, path: ValuesPath) -> Result<String, Gap> {
        let Filled { text, is_opaque, .. } = fill(text, self.values)?;
        let (object, pointer) = (self.manifest.objects.len(), format!("/data/{}", file_name(at)));
        self.manifest.origins.push(Origin { object, pointer, key: None, path, is_opaque });
        Ok(self.config_map(&Map::from_iter([(file_name(at).to_owned(), json!(text))])))
    }

    /// A `ConfigMap` with a file whose text the template writes.
    fn text_of_template(&mut self, at: &str, text: &str) -> Result<String, Gap> {
        let (object, pointer) = (self.manifest.objects.len(), format!("/data/{}", file_name(at)));
        for key in [INTERVAL_KEY, RETAIN_KEY] {
            let written = properties(text);
            let Some(property) = effective(&written, key) else { continue };
            let filled = fill(&property.value, self.values)?;
            let origin =
                |path| Origin { object, pointer: pointer.clone(), key: Some(key), path, is_opaque: filled.is_opaque };
            self.manifest.origins.extend(filled.paths.first().cloned().map(origin));
        }
        let text = fill(text, self.values)?.text;
        Ok(self.config_map(&Map::from_iter([(file_name(at).to_owned(), json!(text))])))
    }

    /// The mounts and volumes that values add.
    fn further(&mut self, model: &ContainerValues) -> Result<(), Gap> {
        if let Some(path) = &model.mounts {
            for item in self.items(&path_of(path))? {
                let pointer = format!("{CONTAINER}/volumeMounts/{}", self.mounts.len());
                item.path.iter().for_each(|path| self.note(pointer.clone(), path.clone(), item.is_opaque));
                self.mounts.push(item.value);
            }
        }
        if let Some(path) = &model.volumes {
            let items = self.items(&path_of(path))?;
            self.volumes.extend(items.into_iter().map(|item| item.value));
        }
        Ok(())
    }
}

/// An item of a list, and the value that it comes from.
struct Item {
    value: Value,
    path: Option<ValuesPath>,
    is_opaque: bool,
}

/// A value with the texts in it filled in.
fn filled_in(value: &Value, values: &Value, is_opaque: &mut bool) -> Result<Value, Gap> {
    Ok(match value {
        Value::String(text) => {
            let filled = fill(text, values)?;
            *is_opaque |= filled.is_opaque;
            Value::String(filled.text)
        }
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| filled_in(item, values, is_opaque)).collect::<Result<_, _>>()?)
        }
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| Ok((key.clone(), filled_in(value, values, is_opaque)?));
            Value::Object(map.iter().map(entry).collect::<Result<_, _>>()?)
        }
        Value::Number(number) => whole(number),
        Value::Null | Value::Bool(_) => value.clone(),
    })
}

/// A number as YAML writes it: whole ones without a point.
fn whole(number: &serde_json::Number) -> Value {
    let text = printed(&Value::Number(number.clone()));
    text.parse::<i64>().map_or_else(|_| Value::Number(number.clone()), Value::from)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
