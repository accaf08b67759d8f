//! Whether the templates of a chart without a model may run a server. What they render, only Helm can tell.

use serde_json::Value;

use super::fill::fill_text;
use super::images;
use super::judge::Judged;
use super::path::{InValues, path_of};
use super::text::is_empty;
use crate::detect::{holds_phrase, may_identify_by_image};
use crate::kubernetes::{Image, Workload};
use crate::rules::{CustomResource, LazyFlavor, Recognise, RuleSet};

/// The server that a template may run with a chart's effective values; nothing more is known about it.
#[must_use]
pub fn may_run(name: &str, template: &str, values: &Value, rules: &RuleSet) -> Option<Judged> {
    let text = switched_on(&without_comments(template), values);
    let flavor = text.split("\n---").find_map(|document| in_document(document, values, rules))?;
    let because = format!("{name} seems to run a server, and autopurge does not know how this chart uses its values");
    Some(Judged::guessed(&flavor.id, because))
}

/// The server that a chart may run which is not at hand, if its values name an image of one, or size one.
#[must_use]
pub fn may_run_with(values: &Value, rules: &RuleSet) -> Option<Judged> {
    let named = images::named_anywhere(values).into_iter().find_map(|image| {
        let flavor = of_images(std::slice::from_ref(&image), rules)?;
        let because = format!("its values name the image {image}, and autopurge does not know how this chart uses it");
        Some(Judged::guessed(&flavor.id, because))
    });
    named.or_else(|| {
        // The table of a server is called like its container, and nothing shows the image of either.
        rules.of_pods().find_map(|flavor| {
            let path = images::switched_on_at(values, &flavor.recognise().names)?;
            let because = format!("its values set {path}, and autopurge does not know this chart");
            Some(Judged::guessed(&flavor.id, because))
        })
    })
}

/// The flavor of one of some images: an image of its own says more than the name of a copy.
fn of_images<'r>(images: &[String], rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
    let is_own = |rule: &Recognise, image: Image<'_>| rule.images.iter().any(|pattern| image.ends_in(pattern));
    let of = |is_one: fn(&Recognise, Image<'_>) -> bool| rules.of_pods().find(|flavor| names(flavor, images, is_one));
    of(is_own).or_else(|| of(is_copy))
}

/// The flavor that one of a template's documents may run.
fn in_document<'r>(text: &str, values: &Value, rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
    let kinds: Vec<&str> = behind(text, "kind:").collect();
    let resource = rules.flavors.iter().find(|flavor| is_resource(flavor, &kinds, text, rules));
    let container = || {
        let images = kinds.iter().any(|kind| Workload::is_kind(kind)).then(|| images_in(text, values, rules))?;
        of_images(&images, rules).or_else(|| rules.of_pods().find(|flavor| is_started(flavor, text)))
    };
    resource.or_else(container)
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
fn is_resource(flavor: &LazyFlavor, kinds: &[&str], text: &str, rules: &RuleSet) -> bool {
    if !kinds.iter().any(|kind| flavor.has_kind(kind)) {
        return false;
    }
    let Some(resource) = &flavor.recognise().resource else { return false };
    let names_group = |resource: &CustomResource| !resource.is_of_any_group() && text.contains(&resource.group);
    let of_kind = || rules.flavors.iter().filter(|other| kinds.iter().any(|kind| other.has_kind(kind)));
    let is_group = if resource.is_of_any_group() {
        !of_kind().filter_map(|other| other.recognise().resource.as_ref()).any(names_group)
    } else {
        names_group(resource)
    };
    let mut required = resource.requires.iter().flat_map(|pointer| pointer.split('/'));
    is_group && required.all(|key| text.contains(key))
}

/// Whether one of the images is a flavor's.
fn names(flavor: &LazyFlavor, images: &[String], is_one: fn(&Recognise, Image<'_>) -> bool) -> bool {
    let mut images = images.iter().map(|image| Image::parse(image));
    images.any(|image| may_identify_by_image(flavor, image) && is_one(flavor.recognise(), image))
}

/// Whether an image has the name of a flavor's copies.
fn is_copy(rule: &Recognise, image: Image<'_>) -> bool {
    let patterns = rule.mirrors.iter().flat_map(|mirror| &mirror.images);
    patterns.filter(|pattern| !pattern.contains('*')).any(|pattern| image.ends_in(pattern))
}

/// Whether a template has a command that starts a server.
fn is_started(flavor: &LazyFlavor, text: &str) -> bool {
    let rule = flavor.recognise();
    let words: Vec<&str> =
        text.split([' ', '\n', '"', '\'', ',', '[', ']']).filter(|word| !matches!(*word, "" | "-")).collect();
    let words = words.join(" ");
    rule.commands.iter().chain(&rule.otherwise).any(|phrase| holds_phrase(&words, phrase))
}

/// The images that a template's containers may have. Those of init containers end before a server would start.
fn images_in(text: &str, values: &Value, rules: &RuleSet) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let named = lines.iter().enumerate().filter_map(|(number, line)| {
        let image = behind(line, "image:").next().filter(|image| !image.is_empty())?;
        (!is_of_init_container(lines.get(..number)?, line)).then_some(image)
    });
    named.flat_map(|image| may_be(image, values, rules)).collect()
}

/// Whether the last list of containers above a line, which it belongs to, is that of the init containers.
fn is_of_init_container(above: &[&str], line: &str) -> bool {
    let list = |above: &&&str| {
        let key = above.trim_start().trim_start_matches("- ");
        let is_list = key.starts_with("initContainers:") || key.starts_with("containers:");
        is_list && indent(above) <= indent(line)
    };
    above.iter().rev().find(list).is_some_and(|list| list.contains("initContainers:"))
}

fn indent(line: &str) -> usize {
    line.len().saturating_sub(line.trim_start().len())
}

/// The images that an entry of a template may name.
fn may_be(written: &str, values: &Value, rules: &RuleSet) -> Vec<String> {
    let filled = fill_text(written, values);
    if !filled.is_opaque {
        return vec![filled.text.trim_matches('"').to_owned()];
    }
    let mut actions = written.split("{{").skip(1).filter_map(|action| action.split("}}").next());
    if let Some(images) = actions.find_map(|action| images::handed_in(action.trim_matches('-'), values)) {
        return images;
    }
    if is_of_a_loop(written) || calls_one_by_name(written, rules) {
        return images::named_anywhere(values);
    }
    // A named template builds the image from the chart's own values.
    images::of_the_chart(values)
}

/// Whether a named template is called after a server, as in a chart that runs several programs.
fn calls_one_by_name(written: &str, rules: &RuleSet) -> bool {
    let written = written.to_ascii_lowercase();
    let names = |rule: &Recognise| {
        let mut names = rule.names.iter().chain(rule.mirrors.iter().flat_map(|mirror| &mirror.names));
        names.any(|name| written.contains(name.as_str()))
    };
    written.contains("include \"") && rules.of_pods().any(|flavor| names(flavor.recognise()))
}

/// Whether an image is that of what a loop, or the caller of a named template, hands in: `$service.image`, `.image`.
fn is_of_a_loop(written: &str) -> bool {
    written.split("{{").skip(1).any(|action| {
        let words = action.split("}}").next().unwrap_or_default().split([' ', '(', ')', '|', '-']);
        let mut paths = words.filter_map(|word| word.strip_prefix('$').or_else(|| word.strip_prefix('.')));
        paths.any(|path| {
            let root = path.trim_start_matches('.').split('.').next().unwrap_or_default();
            !matches!(root, "" | "Values" | "Chart" | "Release" | "Capabilities" | "Template" | "Files")
        })
    })
}

/// A template without what a condition on the values leaves out. Only conditions on single values count, outside of loops
/// and named templates, where the values may be other ones.
fn switched_on(template: &str, values: &Value) -> String {
    let mut kept = String::new();
    let mut blocks = Vec::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((action, after)) = behind.split_once("}}") else { break };
        let is_kept = |blocks: &[Block]| !blocks.contains(&Block::Off);
        if is_kept(&blocks) {
            kept.push_str(before);
        }
        let words = action.trim_start_matches('-').trim_end_matches('-').trim();
        let (keyword, condition) = words.split_once(' ').unwrap_or((words, ""));
        match keyword {
            "if" => {
                let is_told = !blocks.contains(&Block::Rebinding);
                blocks.push(is_told.then(|| is_true(condition, values)).flatten().map_or(Block::Perhaps, Block::when));
            }
            "range" | "with" | "define" | "block" => blocks.push(Block::Rebinding),
            "else" => {
                if let Some(block) = blocks.last_mut() {
                    *block = block.otherwise(condition);
                }
            }
            "end" => drop(blocks.pop()),
            _ if is_kept(&blocks) => kept.extend(["{{", action, "}}"]),
            _ => {}
        }
        rest = after;
    }
    if !blocks.contains(&Block::Off) {
        kept.push_str(rest);
    }
    kept
}

/// A block of a template.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// It is rendered.
    On,
    /// It is not.
    Off,
    /// It may be.
    Perhaps,
    /// `.Values` may be something else in it.
    Rebinding,
}

impl Block {
    fn when(is_true: bool) -> Self {
        if is_true { Self::On } else { Self::Off }
    }

    /// What follows `else`, or `else if` with a condition.
    fn otherwise(self, condition: &str) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off if condition.is_empty() => Self::On,
            Self::Off | Self::Perhaps => Self::Perhaps,
            Self::Rebinding => Self::Rebinding,
        }
    }
}

/// Whether a condition holds; `None` if it is more than a value, or its negation.
fn is_true(condition: &str, values: &Value) -> Option<bool> {
    if let Some(negated) = condition.strip_prefix("not ") {
        return is_true(negated.trim(), values).map(|is| !is);
    }
    let path = condition.strip_prefix("$").unwrap_or(condition).strip_prefix(".Values.")?;
    let is_path = path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
    let path = is_path.then(|| path_of(path))?;
    // Where a table is missing, Helm fails, or the values that are at hand are not all.
    path.gap(values).is_none().then(|| !is_empty(path.of(values)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_of_a_loop, is_of_init_container, switched_on, without_comments};

    #[test]
    fn what_a_value_switches_off_is_left_out() {
        let values = json!({"on": true, "off": {"enabled": false}, "empty": ""});
        let table = [
            ("{{- if .Values.off.enabled }}a{{ else }}b{{ end }}c", "bc"),
            ("{{ if .Values.on }}a{{ else }}b{{ end }}c", "ac"),
            ("{{ if not .Values.on -}}a{{- else if .Values.x }}b{{ else }}c{{ end }}", "bc"),
            ("{{ if $.Values.empty }}a{{ if .Values.on }}b{{ end }}c{{ end }}d", "d"),
            ("{{ if .Values.missing }}a{{ end }}", ""),
            ("{{ if .Values.missing.inner }}a{{ end }}", "a"),
            ("{{ if and .Values.on .Values.empty }}a{{ end }}", "a"),
            ("{{ range .Values.x }}{{ if .Values.empty }}a{{ end }}{{ end }}", "a"),
            ("{{ if .Values.empty }}{{ with .x }}a{{ end }}b{{ end }}{{ .Values.on }}", "{{ .Values.on }}"),
        ];
        for (template, expected) in table {
            assert_eq!(switched_on(template, &values), expected, "{template}");
        }
    }

    #[test]
    fn a_line_belongs_to_the_last_list_of_containers_above_it() {
        let pod = ["    initContainers:", "    - name: a", "      image: x", "    containers:", "    - name: b"];
        assert!(is_of_init_container(&pod[..2], "      image: x"));
        assert!(!is_of_init_container(&pod, "      image: y"));
        assert!(!is_of_init_container(&["spec:"], "image: z"));
    }

    #[test]
    fn an_image_may_be_what_a_loop_hands_in() {
        for image in ["{{ $s.image | quote }}", "{{ .image }}", "{{ printf \"%s:%s\" .repository .tag }}"] {
            assert!(is_of_a_loop(image), "{image}");
        }
        for image in ["{{ include \"x\" . }}", "{{ .Values.image }}", "{{ $.Values.a | default .Chart.AppVersion }}"] {
            assert!(!is_of_a_loop(image), "{image}");
        }
    }

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
