//! Builds the manifest that a chart's templates would render for a server, as far as it matters for purging.
//!
//! The manifest is minimal, in JSON, and goes through the same detection as real manifests. Every node that comes from
//! a value is recorded, so that a verdict can be traced back.

mod env;
mod files;
mod items;

use serde_json::{Map, Value, json};

use super::fill::{Gap, Part, fill};
use super::path::path_of;
use super::text::{is_empty, printed};
use crate::helm::ValuesPath;
use crate::rules::{ContainerValues, ImageValues, ResourceValues, Words};
use crate::yaml::{self, pointer};

/// JSON pointer of the container in the workload.
const CONTAINER: &str = "/spec/template/spec/containers/0";

/// Objects, and the values they were made from.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// The workload or custom resource, then what it refers to.
    pub(super) objects: Vec<Value>,
    /// Nodes that come from values.
    pub(super) origins: Vec<Origin>,
    /// Values whose text only Helm can fill in, so they may say anything.
    pub(super) opaque: Vec<ValuesPath>,
}

/// A node and the value that it comes from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The index of the object.
    pub(super) object: usize,
    /// JSON pointer of the node.
    pub(super) pointer: String,
    /// The name that the value stands behind, if the node is a text that says more: a property's key or an option.
    pub(super) key: Option<String>,
    /// The path in the chart's values that it comes from.
    pub(super) path: ValuesPath,
    /// Whether only Helm can fill its text in.
    pub(super) is_opaque: bool,
}

/// Builds the manifest of a server in a container.
pub(super) fn workload(model: &ContainerValues, values: &Value) -> Result<Manifest, Gap> {
    let mut builder = Builder { values, manifest: Manifest::default(), volumes: Vec::new(), mounts: Vec::new() };
    // Reserves the workload's place; it is filled once everything that it refers to is known.
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
    container.insert("envFrom".to_owned(), Value::Array(builder.env_from(&model.env_from)));
    for file in &model.files {
        builder.file(file)?;
    }
    builder.further(model);
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

/// Builds the manifest of a server that an operator runs.
pub(super) fn custom_resource(model: &ResourceValues, values: &Value) -> Result<Manifest, Gap> {
    let mut manifest = Manifest::default();
    let mut object = json!({"apiVersion": model.api_version, "kind": model.kind, "metadata": {"name": "zookeeper"}});
    for field in &model.fields {
        let (value, path, is_opaque) = match (&field.path, &field.text) {
            (Some(path), _) => {
                let path = path_of(path);
                let Some(value) = path.of(values) else { continue };
                (as_rendered(value), Some(path), false)
            }
            (None, Some(text)) => {
                let filled = fill(text, values)?;
                let path = filled.parts.into_iter().next().map(|part| part.path);
                (json!(filled.text), path, filled.is_opaque)
            }
            (None, None) => continue,
        };
        place(&mut object, &field.at, value);
        let origin = |path| Origin { object: 0, pointer: field.at.clone(), key: None, path, is_opaque };
        manifest.origins.extend(path.map(origin));
    }
    manifest.objects.push(object);
    Ok(manifest)
}

/// A value as printed by a template: numbers from files are floats to Helm but whole to Kubernetes.
fn as_rendered(value: &Value) -> Value {
    match value {
        Value::Number(_) => yaml::from_str(&printed(value)).unwrap_or_else(|_| value.clone()),
        other => other.clone(),
    }
}

/// Puts a value at a JSON pointer, creating the objects above it.
fn place(object: &mut Value, pointer: &str, value: Value) {
    let mut target = object;
    for token in pointer.split('/').skip(1) {
        let Some(map) = target.as_object_mut() else { return };
        target = map.entry(pointer::decode(token).into_owned()).or_insert_with(|| json!({}));
    }
    *target = value;
}

/// The first non-empty value at one of the paths.
fn first(paths: &[String], values: &Value) -> Option<String> {
    let found = |path: &String| path_of(path).of(values).filter(|value| !is_empty(Some(value)));
    paths.iter().find_map(found).map(printed)
}

/// The full image reference.
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

    /// Records that a node of the workload comes from a value.
    fn note(&mut self, pointer: String, path: ValuesPath, is_opaque: bool) {
        self.manifest.origins.push(Origin { object: 0, pointer, key: None, path, is_opaque });
    }

    /// The words of the first choice that applies.
    fn words(&mut self, field: &str, choices: &[Words]) -> Result<Vec<Value>, Gap> {
        let list = format!("{CONTAINER}/{field}");
        for choice in choices {
            let is_asked = choice.when.as_ref().is_some_and(|when| self.is_true(when));
            if choice.when.is_some() && !is_asked {
                continue;
            }
            let words = match &choice.path {
                Some(path) => {
                    let items = self.items(&path_of(path));
                    self.noted(&list, items)
                }
                None => self.fixed(&list, &choice.fixed)?,
            };
            if is_asked || !words.is_empty() {
                return Ok(words);
            }
        }
        Ok(Vec::new())
    }

    /// The words that the template writes, each of which may hold several values.
    fn fixed(&mut self, list: &str, words: &[String]) -> Result<Vec<Value>, Gap> {
        let word = |(index, word): (usize, &String)| {
            let filled = fill(word, self.values)?;
            self.note_parts(&format!("{list}/{index}"), filled.parts, filled.is_opaque);
            Ok(json!(filled.text))
        };
        words.iter().enumerate().map(word).collect()
    }

    /// Records which values a text of the workload is made of.
    fn note_parts(&mut self, pointer: &str, parts: Vec<Part>, is_opaque: bool) {
        let origin =
            |Part { path, name }| Origin { object: 0, pointer: pointer.to_owned(), key: name, path, is_opaque };
        self.manifest.origins.extend(parts.into_iter().map(origin));
    }
}

/// An item of a list, and the value that it comes from.
struct Item {
    value: Value,
    path: Option<ValuesPath>,
    is_opaque: bool,
}
