//! Templates of charts that no model knows: whether they may run a server. What they render only Helm can tell.

use serde_json::Value;

use super::fill::fill_text;
use super::judge::{Judged, JudgedSetting};
use crate::detect::holds_phrase;
use crate::kubernetes::{Image, Workload};
use crate::rules::{Flavor, RuleSet};
use crate::zookeeper::Verdict;

/// The server that a template may run with a chart's effective values: one of which nothing is known.
#[must_use]
pub fn may_run(name: &str, template: &str, values: &Value, rules: &RuleSet) -> Option<Judged> {
    let text = without_comments(template);
    let kinds: Vec<&str> = behind(&text, "kind:").collect();
    let resource = rules.flavors.iter().find(|flavor| is_resource(flavor, &kinds, &text));
    let container = || {
        let runs_pods = kinds.iter().any(|kind| Workload::is_kind(kind));
        rules.flavors.iter().filter(|_| runs_pods).find(|flavor| is_container(flavor, &text, values))
    };
    let flavor = resource.or_else(container)?;
    let because = format!("{name} seems to run a server, and what this chart makes of its values is not known");
    Some(Judged {
        flavor: flavor.id.clone(),
        verdict: Verdict::Unknown,
        interval: JudgedSetting::nothing(),
        retain: JudgedSetting::nothing(),
        fix: None,
        ignored: Vec::new(),
        unknown_because: Some(because),
        helm_fails: None,
    })
}

fn without_comments(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, comment)) = rest.split_once("{{/*").or_else(|| rest.split_once("{{- /*")) {
        text.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.collect::<Vec<_>>().join("\n")
}

/// What stands behind a key, wherever it is one.
fn behind<'t>(text: &'t str, key: &str) -> impl Iterator<Item = &'t str> {
    let value = move |line: &'t str| {
        let value = line.trim_start().trim_start_matches("- ").strip_prefix(key)?;
        Some(value.trim().trim_matches(['"', '\'']))
    };
    text.lines().filter_map(value)
}

/// Whether a template makes custom resources of a flavor, with the field without which no server runs.
fn is_resource(flavor: &Flavor, kinds: &[&str], text: &str) -> bool {
    let Some(resource) = &flavor.recognise.resource else { return false };
    let required = resource.requires.as_deref().and_then(|pointer| pointer.rsplit('/').next()).unwrap_or_default();
    kinds.contains(&resource.kind.as_str()) && text.contains(&resource.group) && text.contains(required)
}

/// Whether a template names an image of a flavor, or a command that starts a server.
fn is_container(flavor: &Flavor, text: &str, values: &Value) -> bool {
    let rule = &flavor.recognise;
    let is_image = |name: &str| {
        let image = Image::parse(name);
        let mirrors = rule.mirrors.iter().flat_map(|mirror| &mirror.images).filter(|pattern| !pattern.contains('*'));
        rule.commands.is_empty()
            && !rule.unless_images.iter().any(|pattern| image.ends_in(pattern))
            && rule.images.iter().chain(mirrors).any(|pattern| image.ends_in(pattern))
    };
    let images: Vec<&str> = behind(text, "image:").filter(|name| !name.is_empty()).collect();
    let is_named = images.iter().any(|name| {
        let filled = fill_text(name, values);
        // A named template puts the image together, from the chart's own values.
        if filled.is_opaque {
            repositories(values).into_iter().any(is_image)
        } else {
            is_image(filled.text.trim_matches('"'))
        }
    });
    let words: Vec<&str> =
        text.split([' ', '\n', '"', '\'', ',', '[', ']']).filter(|word| !matches!(*word, "" | "-")).collect();
    let words = words.join(" ");
    is_named || rule.commands.iter().chain(&rule.otherwise).any(|phrase| holds_phrase(&words, phrase))
}

/// The image that the chart's own values name: at the top, or in a table of that name.
fn repositories(values: &Value) -> Vec<&str> {
    let image = values.get("image");
    let places = [image, image.and_then(|image| image.get("repository")), image.and_then(|image| image.get("name"))];
    places.into_iter().flatten().filter_map(Value::as_str).collect()
}
