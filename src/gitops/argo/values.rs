//! The values of a source, as Argo CD's repository server passes them to Helm: `valueFiles` in order, then
//! `valuesObject` or, if there is none, `values`; then `parameters` over all of them, those with `forceString` last.

use super::source::Source;
use crate::gitops::field::Field;
use crate::gitops::path;
use crate::gitops::release::{Chart, Content, Flag, Form, Layer, Located, Parameter, Site};
use crate::gitops::surroundings::Scope;
use crate::gitops::values_file::{Named, Unread, missing, missing_value};

/// `valuesObject` takes precedence over `values`.
fn inline(helm: &Field<'_>) -> Option<Layer> {
    if let Some(object) = helm.get("valuesObject") {
        return Some(object.layer());
    }
    let text = helm.get("values").filter(|text| text.text().is_some_and(|text| !text.trim().is_empty()))?;
    Some(Layer { at: text.way().to_owned(), content: Content::Values(text.inner_values()?) })
}

/// Where a missing value goes: to existing inline values, else to the values file that wins, else to a new object.
pub(super) fn sites(source: &Source<'_>, layers: &[Layer]) -> Vec<Site> {
    let object = source.field.gap_at(&["helm", "valuesObject"]).site(Form::Mapping);
    let Some(helm) = &source.helm else { return vec![object] };
    let is_values_file = |site: &Site| site.text.is_file() && site.text.file() != object.text.file();
    let file = layers.iter().rev().filter_map(Site::of_file).find(is_values_file);
    let text = helm.get("values").filter(|text| text.text().is_some_and(|text| !text.trim().is_empty()));
    let inline = match &text {
        Some(text) if helm.get("valuesObject").is_none() => text.site(Form::Text),
        _ => object,
    };
    let parameters = helm.get("parameters").map(|list| list.site(Form::Parameters));
    let is_new = text.is_none() && helm.get("valuesObject").is_none();
    let (first, second) = if is_new { (file, Some(inline)) } else { (Some(inline), file) };
    first.into_iter().chain(second).chain(parameters).collect()
}

/// `parameters`: the last one with a given name counts. Helm applies string parameters after the others.
fn parameters(helm: &Field<'_>) -> Option<Layer> {
    let list = helm.get("parameters")?;
    let mut found: Vec<Parameter> = Vec::new();
    for item in list.items() {
        let Some(parameter) = parameter(&item) else { continue };
        found.retain(|other| (other.flag, &other.name.text) != (parameter.flag, &parameter.name.text));
        found.push(parameter);
    }
    found.sort_by_key(|parameter| parameter.flag == Flag::SetString);
    (!found.is_empty()).then(|| Layer { at: list.way().to_owned(), content: Content::Parameters(found) })
}

fn parameter(item: &Field<'_>) -> Option<Parameter> {
    let name = item.get("name")?.located()?;
    let value = match item.get("value") {
        Some(value) => value.located()?,
        None => Located { text: String::new(), place: item.place() },
    };
    let flag = if item.is_true("forceString") { Flag::SetString } else { Flag::Set };
    Some(Parameter { flag, assignment: format!("{}={}", name.text, escaped(&value.text)), name, value })
}

/// Argo CD escapes commas, except in lists and those that are already escaped.
fn escaped(value: &str) -> String {
    if value.starts_with('{') && value.ends_with('}') {
        return value.to_owned();
    }
    let mut escaped = String::with_capacity(value.len());
    let mut before = '\\';
    for character in value.chars() {
        if character == ',' && before != '\\' {
            escaped.push('\\');
        }
        escaped.push(character);
        before = character;
    }
    escaped
}

/// The values of one of several sources.
pub(super) struct SourceValues<'a, 'd> {
    pub(super) helm: &'a Field<'d>,
    pub(super) chart: &'a Chart,
    pub(super) sources: &'a [Source<'d>],
    pub(super) scope: &'a Scope<'a>,
}

impl SourceValues<'_, '_> {
    /// The layers, weakest first.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let mut layers = self.files();
        layers.extend(inline(self.helm));
        layers.extend(parameters(self.helm));
        layers.extend(self.file_parameters());
        layers
    }

    fn files(&self) -> Vec<Layer> {
        let written = self.helm.get("valueFiles").map(|files| files.items()).unwrap_or_default();
        let is_ignored = self.helm.is_true("ignoreMissingValueFiles");
        let mut layers = Vec::new();
        for name in written.iter().filter_map(Field::located) {
            if layers.is_empty() && self.is_defaults(&name.text) {
                continue;
            }
            match self.named(&name) {
                Ok(file) => {
                    let found = file.find(self.scope);
                    let is_absent = matches!(found, Err(Unread::Absent(_)));
                    if !(is_absent && is_ignored && self.is_at_hand(&name.text)) {
                        layers.push(file.layer_of(found));
                    }
                }
                Err(why) => layers.push(missing(&name, Vec::new(), &why)),
            }
        }
        layers
    }

    /// Whether the file holds just the chart's own defaults, which apply anyway. After another file they would override
    /// it.
    fn is_defaults(&self, written: &str) -> bool {
        self.chart.folder.is_none() && path::join("", written).as_deref() == Some("values.yaml")
    }

    /// Where to look for a file, or why there is no point in looking.
    fn named<'n>(&'n self, written: &'n Located) -> Result<Named<'n>, String> {
        let text = written.text.as_str();
        if text.contains("://") {
            return Err(format!("the values file {text} is fetched from elsewhere"));
        }
        if text.contains(['*', '?', '[']) {
            return Err(format!("{text} names several values files by a pattern"));
        }
        let mut downwards: Vec<&str> = path::folders_above(self.scope.path()).collect();
        downwards.reverse();
        if let Some((reference, path)) = text.strip_prefix('$').and_then(|text| text.split_once('/')) {
            let is_source = self.sources.iter().any(|source| source.reference() == Some(reference));
            let unknown = || format!("the values file {text} is in a source that no `ref` names");
            return is_source.then_some(Named { written, path, folders: downwards }).ok_or_else(unknown);
        }
        match (&self.chart.folder, text.strip_prefix('/')) {
            (Some(_), Some(path)) => Ok(Named { written, path, folders: downwards }),
            (Some(folder), None) => Ok(Named { written, path: text, folders: vec![folder] }),
            (None, _) => Err(format!("the values file {text} is in the chart, which is not in this repository")),
        }
    }

    /// Whether the file's location is fully visible, so that a file not found there does not exist.
    fn is_at_hand(&self, written: &str) -> bool {
        self.chart.folder.is_some() && !written.starts_with('$')
    }

    /// `fileParameters`: the text of a file as a value.
    fn file_parameters(&self) -> Vec<Layer> {
        let Some(list) = self.helm.get("fileParameters") else { return Vec::new() };
        list.items().iter().filter_map(|item| self.file_parameter(&list, item)).collect()
    }

    fn file_parameter(&self, list: &Field<'_>, item: &Field<'_>) -> Option<Layer> {
        let (name, value) = (item.get("name")?.located()?, item.get("path")?.located()?);
        let found = self.named(&value).and_then(|named| named.find(self.scope).map_err(|unread| unread.why(&value)));
        Some(match found {
            Ok(text) => {
                let assignment = format!("{}={}", name.text, text.as_str());
                let parameter = Parameter { flag: Flag::SetFile, assignment, name, value };
                Layer { at: list.way().to_owned(), content: Content::Parameters(vec![parameter]) }
            }
            Err(why) => missing_value(name, value, &why),
        })
    }
}
