//! The files that are mounted into the container.

use crate::unix_path::base_name;
use serde_json::{Map, Value, json};

use super::{Builder, CONTAINER, Item, Origin, place};
use crate::charts::fill::{Filled, Gap, fill, fill_text};
use crate::charts::path::path_of;
use crate::charts::text::{is_empty, printed};
use crate::helm::ValuesPath;
use crate::rules::{ContainerValues, MountedValues};
use crate::zookeeper::{INTERVAL_KEY, RETAIN_KEY, effective, properties};

impl Builder<'_> {
    /// Mounts a file from the first source that is set.
    pub(super) fn file(&mut self, model: &MountedValues) -> Result<(), Gap> {
        if model.when.as_ref().is_some_and(|when| !self.is_true(when)) {
            return Ok(());
        }
        let references = [("configMap", "name", &model.config_map), ("secret", "secretName", &model.secret)];
        for (field, name_field, path) in references {
            let Some(path) = path.as_ref().map(|path| path_of(path)) else { continue };
            if let Some(name) = self.name_in(&path) {
                self.mount(&model.at, json!({field: {name_field: name}}), Some(path));
                return Ok(());
            }
        }
        let value = model.value.as_ref().map(|path| path_of(path));
        let text = value.as_ref().and_then(|path| self.at(path)).filter(|value| !is_empty(Some(value))).map(printed);
        let name = match (text, &model.text) {
            (Some(text), _) => self.text_of_value(&model.at, &text, value.unwrap_or_default()),
            (None, Some(text)) => self.text_of_template(model, text)?,
            (None, None) => return Ok(()),
        };
        self.mount(&model.at, json!({"configMap": {"name": name}}), None);
        Ok(())
    }

    /// Adds a mount of one file and its volume.
    fn mount(&mut self, at: &str, source: Value, path: Option<ValuesPath>) {
        let name = format!("file-{}", self.mounts.len());
        self.mounts.push(json!({"name": name, "mountPath": at, "subPath": base_name(at)}));
        if let Some(path) = path {
            self.note(format!("{CONTAINER}/volumeMounts/{}", self.mounts.len().saturating_sub(1)), path, false);
        }
        let mut volume = source;
        place(&mut volume, "/name", json!(name));
        self.volumes.push(volume);
    }

    /// A `ConfigMap` with a file whose text is a value.
    fn text_of_value(&mut self, at: &str, text: &str, path: ValuesPath) -> String {
        let Filled { text, is_opaque, .. } = fill_text(text, self.values);
        // Whatever Helm fills in comes from the values, so if they never mention the key, it cannot end up here.
        let is_opaque = is_opaque && self.values.to_string().contains("purgeInterval");
        let (object, pointer) = (self.manifest.objects.len(), format!("/data/{}", base_name(at)));
        self.manifest.origins.push(Origin { object, pointer, key: None, path, is_opaque });
        self.config_map(&Map::from_iter([(base_name(at).to_owned(), json!(text))]))
    }

    /// A `ConfigMap` with a file whose text is in the template.
    fn text_of_template(&mut self, model: &MountedValues, text: &str) -> Result<String, Gap> {
        let (object, pointer) = (self.manifest.objects.len(), format!("/data/{}", base_name(&model.at)));
        let lines = match &model.lines {
            Some(path) => self.items(&path_of(path)),
            None => Vec::new(),
        };
        for line in lines.iter().rev() {
            self.note_line(object, &pointer, line);
        }
        for key in [INTERVAL_KEY, RETAIN_KEY] {
            let written = properties(text);
            let Some(property) = effective(&written, key) else { continue };
            let filled = fill(&property.value, self.values)?;
            let origin = |path| Origin {
                object,
                pointer: pointer.clone(),
                key: Some(key.to_owned()),
                path,
                is_opaque: filled.is_opaque,
            };
            self.manifest.origins.extend(filled.parts.into_iter().next().map(|part| part.path).map(origin));
        }
        let mut text = fill(text, self.values)?.text;
        for line in &lines {
            text.push_str(&printed(&line.value));
            text.push('\n');
        }
        Ok(self.config_map(&Map::from_iter([(base_name(&model.at).to_owned(), json!(text))])))
    }

    /// Notes the setting in a line that a value adds to a file.
    fn note_line(&mut self, object: usize, pointer: &str, line: &Item) {
        let written = properties(line.value.as_str().unwrap_or_default());
        for key in [INTERVAL_KEY, RETAIN_KEY].into_iter().filter(|key| effective(&written, key).is_some()) {
            let origin = |path: &ValuesPath| Origin {
                object,
                pointer: pointer.to_owned(),
                key: Some(key.to_owned()),
                path: path.clone(),
                is_opaque: line.is_opaque,
            };
            self.manifest.origins.extend(line.path.as_ref().map(origin));
        }
    }

    /// Adds the mounts and volumes that the values add.
    pub(super) fn further(&mut self, model: &ContainerValues) {
        if let Some(path) = &model.mounts {
            for item in self.items(&path_of(path)) {
                let pointer = format!("{CONTAINER}/volumeMounts/{}", self.mounts.len());
                item.path.iter().for_each(|path| self.note(pointer.clone(), path.clone(), item.is_opaque));
                self.mounts.push(item.value);
            }
        }
        if let Some(path) = &model.volumes {
            let items = self.items(&path_of(path));
            self.volumes.extend(items.into_iter().map(|item| item.value));
        }
    }
}
