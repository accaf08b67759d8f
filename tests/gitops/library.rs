//! Reads releases, and lays their values over each other in the simplest way that can be right.

use std::path::Path;

use autopurge::gitops::{Content, Flag, Folder, Layer, Place, Reading, Release, Surroundings, releases};
use serde_json::Value;

/// The releases of a file of a repository on disk.
pub(super) fn read(root: &Path, path: &str) -> Reading {
    let folder = Folder::new(root).unwrap();
    let content = std::fs::read_to_string(root.join(path)).unwrap();
    releases(path, &content, &Surroundings::new(&folder))
}

/// The value at a path of all layers together, as text, and the place of the layer that has the last word.
pub(super) fn decided(release: &Release, keys: &[&str]) -> Option<(String, Place)> {
    let mut decided = None;
    for layer in &release.layers {
        decided = said(layer, keys).or(decided);
    }
    decided
}

pub(super) fn said(layer: &Layer, keys: &[&str]) -> Option<(String, Place)> {
    match &layer.content {
        Content::Values(values) => values
            .read(|node| {
                let node = keys.iter().try_fold(node, |node, key| node.get(key))?;
                let value = node.to_json().ok()?;
                Some((plain(&value), values.text.place(node.span())))
            })
            .ok()
            .flatten()
            .flatten(),
        Content::Parameters(parameters) => {
            let name = keys.join(".");
            let fitting = parameters.iter().rev().find(|parameter| parameter.name.text == name)?;
            let (_, value) = fitting.assignment.split_once('=')?;
            let value = if fitting.flag == Flag::SetLiteral { value.to_owned() } else { value.replace("\\,", ",") };
            Some((value, fitting.value.place.clone()))
        }
        Content::Missing(_) | Content::MissingValue(..) => None,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Everything about a release in lines that a person can check.
pub(super) fn described(release: &Release) -> String {
    let mut lines = vec![release.object.title()];
    let chart = &release.chart;
    let option = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let gap = chart.name_gap.iter().map(|gap| format!(" ({gap})")).collect::<String>();
    lines.push(format!("  chart {} from {}{gap}", option(&chart.name), option(&chart.repository)));
    let version = chart.version.as_ref().map(|version| version.text.clone()).or_else(|| chart.version_gap.clone());
    lines.push(format!("  version {}", option(&version)));
    lines.extend(chart.folder.iter().map(|folder| format!("  folder {folder:?}")));
    lines.push(format!("  name {} namespace {}", option(&release.name), option(&release.namespace)));
    lines.push(format!("  {:?}", release.presence));
    lines.extend(release.layers.iter().map(|layer| format!("  layer {}", layer_line(layer))));
    let site = |site: &autopurge::gitops::Site| {
        format!("  site {} {:?} in {} at {:?}", site.at, site.form, site.text.file(), site.pointer)
    };
    lines.extend(release.sites.iter().map(site));
    lines.join("\n")
}

fn layer_line(layer: &Layer) -> String {
    let said = match &layer.content {
        Content::Values(values) => {
            let json = values.read(|node| node.to_json().map(|json| json.to_string()));
            match json {
                Ok(Some(Ok(json))) => json,
                Ok(None) => "nothing".to_owned(),
                Ok(Some(Err(error))) | Err(error) => format!("broken: {}", error.message),
            }
        }
        Content::Parameters(parameters) => {
            let told = parameters.iter().map(|parameter| format!("{:?} {}", parameter.flag, parameter.assignment));
            told.collect::<Vec<_>>().join("; ")
        }
        Content::Missing(missing) => format!("missing: {} {:?}", missing.why, missing.tried),
        Content::MissingValue(path, missing) => format!("missing: {} of {}", missing.why, path.text),
    };
    format!("{}: {said}", layer.at)
}
