//! Whether the templates of a chart without a model may run a server. What they render, only Helm can tell.

use serde_json::Value;

use super::fill::fill_text;
use super::judge::Judged;
use crate::detect::{holds_phrase, may_identify_by_image};
use crate::kubernetes::{Image, Workload};
use crate::rules::{LazyFlavor, RuleSet};

/// The server that a template may run with a chart's effective values; nothing more is known about it.
#[must_use]
pub fn may_run(name: &str, template: &str, values: &Value, rules: &RuleSet) -> Option<Judged> {
    let text = without_comments(template);
    let kinds: Vec<&str> = behind(&text, "kind:").collect();
    let resource = rules.flavors.iter().find(|flavor| is_resource(flavor, &kinds, &text));
    let container = || {
        let runs_pods = kinds.iter().any(|kind| Workload::is_kind(kind));
        rules.of_pods().filter(|_| runs_pods).find(|flavor| is_container(flavor, &text, values))
    };
    let flavor = resource.or_else(container)?;
    let because = format!("{name} seems to run a server, and autopurge does not know how this chart uses its values");
    Some(Judged::out_of_sight(&flavor.id, because))
}

/// The template without its own comments, `{{/* */}}` and `{{- /* */ -}}`, and without YAML comments on lines of their
/// own.
fn without_comments(template: &str) -> String {
    let mut text = String::new();
    let mut pieces = template.split("{{");
    text.extend(pieces.next());
    for piece in pieces {
        let action = piece.trim_start_matches(['-', ' ']);
        match action.strip_prefix("/*").and_then(|comment| comment.split_once("}}")) {
            Some((_, behind)) => text.push_str(behind),
            None => text.extend(["{{", piece]),
        }
    }
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.collect::<Vec<_>>().join("\n")
}

/// What follows a key, on each line that starts with it.
fn behind<'t>(text: &'t str, key: &str) -> impl Iterator<Item = &'t str> {
    let value = move |line: &'t str| {
        let value = line.trim_start().trim_start_matches("- ").strip_prefix(key)?;
        Some(value.trim().trim_matches(['"', '\'']))
    };
    text.lines().filter_map(value)
}

/// Whether a template creates a flavor's custom resource, with the field that is required for a server to run.
fn is_resource(flavor: &LazyFlavor, kinds: &[&str], text: &str) -> bool {
    let Some(resource) = &flavor.recognise().resource else { return false };
    let required = resource.requires.as_deref().and_then(|pointer| pointer.rsplit('/').next()).unwrap_or_default();
    let is_group = resource.is_of_any_group() || text.contains(&resource.group);
    kinds.iter().any(|kind| flavor.has_kind(kind)) && is_group && text.contains(required)
}

/// Whether a template names an image of a flavor, or a command that starts a server.
fn is_container(flavor: &LazyFlavor, text: &str, values: &Value) -> bool {
    let rule = flavor.recognise();
    let is_image = |name: &str| {
        let image = Image::parse(name);
        let mirrors = rule.mirrors.iter().flat_map(|mirror| &mirror.images).filter(|pattern| !pattern.contains('*'));
        may_identify_by_image(flavor, image) && rule.images.iter().chain(mirrors).any(|pattern| image.ends_in(pattern))
    };
    let images: Vec<&str> = behind(text, "image:").filter(|name| !name.is_empty()).collect();
    let is_named = images.iter().any(|name| {
        let filled = fill_text(name, values);
        // A named template builds the image from the chart's own values.
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

/// The image that the chart's own values name: at the top level, or in a table called `image`.
fn repositories(values: &Value) -> Vec<&str> {
    let image = values.get("image");
    let places = [image, image.and_then(|image| image.get("repository")), image.and_then(|image| image.get("name"))];
    places.into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn comments_of_both_kinds_say_nothing() {
        let table = [
            ("a: 1\n{{/* image: zookeeper */}}\nb: 2", "a: 1\n\nb: 2"),
            ("{{- /* one */ -}}a{{/* two */}}b", "ab"),
            ("image: {{ .Values.image }} # kept\n# kind: Pod", "image: {{ .Values.image }} # kept"),
            ("{{/* without an end", "{{/* without an end"),
        ];
        for (template, expected) in table {
            assert_eq!(without_comments(template), expected, "{template}");
        }
    }
}
