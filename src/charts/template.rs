//! Whether the templates of a chart without a model may run a server. What they render, only Helm can tell.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fill::fill_text;
use super::images;
use super::judge::Judged;
use super::outline::{Outline, containers};
use super::path::{InValues, path_of};
use super::text::is_empty;
use crate::detect::{holds_phrase, is_called, may_identify_by_image};
use crate::helm;
use crate::kubernetes::{Image, Workload};
use crate::rules::{CustomResource, LazyFlavor, Mirror, Recognise, RuleSet};
use crate::yaml::{Document, Node};

/// The server that a template of a chart may run with effective values; nothing more is known about it.
#[must_use]
pub fn may_run(name: &str, chart: &helm::Chart, values: &Value, rules: &RuleSet) -> Option<Judged> {
    let whole = without_comments(chart.templates.get(name)?);
    let text = switched_on(&whole, values);
    let scan = Scan { chart: chart.name(), named: named_templates(chart), whole: &whole, text: &text, values, rules };
    let flavor = scan.flavor()?;
    let because = format!("{name} seems to run a server, and autopurge does not know how this chart uses its values");
    Some(Judged::guessed(&flavor.id, because))
}

/// The server that values add to a chart: a container or a custom resource of their own.
#[must_use]
pub fn may_add(values: &Value, rules: &RuleSet) -> Option<Judged> {
    let flavor = in_values(values, values, rules, MOST_DEPTH)?;
    let because = "its values seem to add a server, and autopurge does not know how this chart uses them".to_owned();
    Some(Judged::guessed(&flavor.id, because))
}

/// The server that a chart may run which is not at hand, if its values name an image of one, or size one.
#[must_use]
pub fn may_run_with(values: &Value, rules: &RuleSet) -> Option<Judged> {
    let named = images::named_anywhere(values).into_iter().find_map(|image| {
        let flavor = image_flavor(std::slice::from_ref(&image), rules)?;
        let because = format!("its values name the image {image}, and autopurge does not know how this chart uses it");
        Some(Judged::guessed(&flavor.id, because))
    });
    named.or_else(|| may_add(values, rules)).or_else(|| {
        // The table of a server is called like its container, and nothing shows the image of either.
        rules.of_pods().find_map(|flavor| {
            let path = images::switched_on_at(values, &flavor.recognise().names)?;
            let because = format!("its values set {path}, and autopurge does not know this chart");
            Some(Judged::guessed(&flavor.id, because))
        })
    })
}

/// The flavor of one of some images: an image of its own says more than the name of a copy.
pub(super) fn image_flavor<'r>(images: &[String], rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
    let is_own = |rule: &Recognise, image: Image<'_>| rule.images.iter().any(|pattern| image.ends_in(pattern));
    let of = |is_one: fn(&Recognise, Image<'_>) -> bool| rules.of_pods().find(|flavor| names(flavor, images, is_one));
    of(is_own).or_else(|| of(is_copy))
}

/// The flavor of a container or a custom resource within values, as lists of further containers and objects have them.
fn in_values<'r>(value: &Value, all: &Value, rules: &'r RuleSet, depth: usize) -> Option<&'r LazyFlavor> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Array(items) => items.iter().find_map(|item| in_values(item, all, rules, depth)),
        Value::String(text) if text.contains('\n') && text.contains("containers") => {
            let outline = Outline::of(text);
            let documents = outline.documents();
            documents.iter().filter(|document| may_stay(document)).flat_map(containers).find_map(|container| {
                let image = fill_text(&outline.scalar(container.get("image")?)?, all).text;
                image_flavor(&[image], rules)
            })
        }
        Value::Object(map) if !images::is_off(value) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            if let Some(kind) = text("kind").filter(|_| text("apiVersion").is_some()) {
                let whole = value.to_string();
                let resource = rules.flavors.iter().find(|flavor| is_resource(flavor, &[kind], &whole, rules));
                if resource.is_some() || !Workload::is_kind(kind) {
                    return resource;
                }
            }
            let image = text("image").filter(|_| text("name").is_some()).map(|image| fill_text(image, all).text);
            let own = image.and_then(|image| image_flavor(&[image], rules));
            let mut inner = map.iter().filter(|(key, _)| !images::is_helper(key));
            own.or_else(|| inner.find_map(|(_, value)| in_values(value, all, rules, depth)))
        }
        Value::Object(_) | Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// How deep values are looked into, and named templates that call each other; no real chart is as deep.
const MOST_DEPTH: usize = 32;
const MOST_CALLS: usize = 5;

/// Whether a document may be one that keeps pods running: what a named template writes does not say its kind.
fn may_stay(document: &Document<'_>) -> bool {
    document.root().get("kind").and_then(Node::text).is_none_or(|kind| Workload::is_kind(kind) || !kind.is_ascii())
}

/// A template of a chart that no model knows.
struct Scan<'a> {
    chart: &'a str,
    named: BTreeMap<String, String>,
    /// With the conditions and loops, which name values too.
    whole: &'a str,
    text: &'a str,
    values: &'a Value,
    rules: &'a RuleSet,
}

impl<'a> Scan<'a> {
    fn flavor(&self) -> Option<&'a LazyFlavor> {
        let found = self.text.split("\n---").find_map(|document| self.in_document(document));
        found.or_else(|| self.in_containers(self.text)).or_else(|| self.in_calls()).or_else(|| self.in_values())
    }

    /// The flavor that one of a template's documents may run.
    fn in_document(&self, text: &str) -> Option<&'a LazyFlavor> {
        let rules = self.rules;
        let kinds: Vec<&str> = behind(text, "kind:").collect();
        let own = own_kinds(text);
        let resource = rules.flavors.iter().find(|flavor| is_resource(flavor, &own, text, rules));
        let container = || {
            let images = kinds.iter().any(|kind| Workload::is_kind(kind)).then(|| self.images_in(text))?;
            image_flavor(&images, rules).or_else(|| rules.of_pods().find(|flavor| is_started(flavor, text)))
        };
        resource.or_else(container)
    }

    /// The flavor of a container, however its YAML is written.
    fn in_containers(&self, text: &str) -> Option<&'a LazyFlavor> {
        let outline = Outline::of(text);
        let documents = outline.documents();
        let mut all = documents.iter().filter(|document| may_stay(document)).flat_map(containers);
        all.find_map(|container| {
            let image = container.get("image").and_then(|image| outline.scalar(image)).unwrap_or_default();
            let images = self.may_be(&image);
            image_flavor(&images, self.rules).or_else(|| self.by_container(&outline, container, &images))
        })
    }

    /// The flavor that a container's name and its ports tell, whatever its image is called.
    fn by_container(&self, outline: &Outline, container: Node<'_>, images: &[String]) -> Option<&'a LazyFlavor> {
        let name = container.get("name").and_then(|name| outline.scalar(name)).unwrap_or_default();
        let name = self.with_name(&name);
        let ports = container.get("ports").map(|ports| ports.items().collect::<Vec<_>>()).unwrap_or_default();
        let ports = ports.into_iter().filter_map(|port| outline.scalar(port.get("containerPort")?));
        let ports: Vec<String> = ports.map(|port| fill_text(&port, self.values).text).collect();
        let is_one = |mirror: &Mirror| {
            let is_any = mirror.images.iter().any(|pattern| pattern == "*");
            let is_called = mirror.names.is_empty() || is_called(&name, &mirror.names);
            is_any
                && mirror.is_by_container()
                && is_called
                && mirror.ports.iter().all(|port| ports.contains(&port.to_string()))
        };
        let is_other =
            |flavor: &LazyFlavor| images.iter().any(|image| !may_identify_by_image(flavor, Image::parse(image)));
        let mut flavors = self.rules.of_pods();
        flavors.find(|flavor| !is_other(flavor) && flavor.recognise().mirrors.iter().any(is_one))
    }

    /// The flavor of a container that a named template writes, or of a whole object.
    fn in_calls(&self) -> Option<&'a LazyFlavor> {
        let kinds: Vec<&str> = behind(self.text, "kind:").collect();
        if !kinds.is_empty() && !kinds.iter().any(|kind| Workload::is_kind(kind)) {
            return None;
        }
        let (mut known, mut next) = (Vec::new(), vec![self.text]);
        for _ in 0..MOST_CALLS {
            let called = next.iter().flat_map(|text| called(text)).filter_map(|name| self.named.get_key_value(name));
            let called: Vec<_> = called.filter(|(name, _)| !known.contains(name)).collect();
            known.extend(called.iter().map(|(name, _)| *name));
            next = called.into_iter().map(|(_, body)| body.as_str()).collect();
            let found = next.iter().find_map(|body| self.in_document(body).or_else(|| self.in_containers(body)));
            if found.is_some() || next.is_empty() {
                return found;
            }
        }
        None
    }

    /// The flavor of what the values at hand say that the template writes out: `toYaml .Values.extraDeploy`.
    fn in_values(&self) -> Option<&'a LazyFlavor> {
        let words = actions(self.whole).flat_map(|action| action.split([' ', '(', ')', '|', '-']));
        let mut paths = words.filter_map(|word| word.trim_start_matches('$').strip_prefix(".Values."));
        paths.find_map(|path| in_values(path_of(path).of(self.values)?, self.values, self.rules, MOST_DEPTH))
    }

    /// The images that a template's containers may have. Those of init containers end before a server would start.
    fn images_in(&self, text: &str) -> Vec<String> {
        let lines: Vec<&str> = text.lines().collect();
        let named = lines.iter().enumerate().filter_map(|(number, line)| {
            let image = behind(line, "image:").next().filter(|image| !image.is_empty())?;
            (!is_of_init_container(lines.get(..number)?, line)).then_some(image)
        });
        named.flat_map(|image| self.may_be(image)).collect()
    }

    /// The images that an entry of a template may name.
    fn may_be(&self, written: &str) -> Vec<String> {
        let written = &self.with_name(written);
        let filled = fill_text(written, self.values);
        if !filled.is_opaque {
            return vec![filled.text.trim_matches('"').to_owned()];
        }
        let mut images = self.of_values(written);
        images.extend(self.literals(written, MOST_CALLS));
        images
    }

    fn of_values(&self, written: &str) -> Vec<String> {
        let mut actions = actions(written);
        if let Some(images) = actions.find_map(|action| images::handed_in(action.trim_matches('-'), self.values)) {
            return images;
        }
        if is_of_a_loop(written) || calls_one_by_name(written, self.rules) {
            return images::named_anywhere(self.values);
        }
        // A named template builds the image from the chart's own values.
        images::of_the_chart(self.values)
    }

    /// A text with the name of the chart filled in.
    fn with_name(&self, text: &str) -> String {
        text.replace("{{ .Chart.Name }}", self.chart).replace("{{.Chart.Name}}", self.chart)
    }

    /// The texts that an image may be made of: those beside actions and within them, and what named templates and
    /// variables say.
    fn literals(&self, written: &str, calls: usize) -> Vec<String> {
        let Some(calls) = calls.checked_sub(1) else { return Vec::new() };
        let lines = written.lines().map(without_actions).filter(|line| !line.is_empty());
        let mut found: Vec<String> = lines.collect();
        for action in actions(written) {
            if action.contains(".Chart.Name") {
                found.push(self.chart.to_owned());
            }
            let mut before = "";
            for (number, piece) in action.split('"').enumerate() {
                let is_called = matches!(before, "include" | "template");
                match (number % 2 == 1, is_called) {
                    (false, _) => {
                        before = piece.split([' ', '(', ')', '|']).rfind(|word| !word.is_empty()).unwrap_or("");
                    }
                    (true, true) => {
                        found.extend(self.named.get(piece).map(|body| self.literals(body, calls)).unwrap_or_default());
                    }
                    (true, false) if action.trim_start_matches(['-', ' ']).starts_with("index ") => {}
                    (true, false) => found.push(piece.replace("%s", "x").replace("%v", "x")),
                }
            }
            let words = action.split([' ', '(', ')', '|', '-']);
            let variables = words.filter(|word| word.starts_with('$') && word.len() > 1 && !word.contains('.'));
            found.extend(variables.flat_map(|name| self.assigned(name)).flat_map(|text| self.literals(&text, calls)));
        }
        found
    }

    /// What the template sets a variable to.
    fn assigned(&self, variable: &str) -> Vec<String> {
        let values = actions(self.text).filter_map(|action| {
            let (name, value) = action.trim_start_matches(['-', ' ']).split_once('=')?;
            (name.trim_end_matches([':', ' ']) == variable).then(|| format!("{{{{ {value} }}}}"))
        });
        values.collect()
    }
}

/// What stands between the braces of each action.
fn actions(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|action| action.split("}}").next())
}

/// A line with an `x` in place of each action; empty if there is nothing else.
fn without_actions(line: &str) -> String {
    let mut pieces = line.split("{{");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    let mut is_more = !text.trim_matches(['"', ' ']).is_empty();
    for piece in pieces {
        let behind = piece.split_once("}}").map_or("", |(_, behind)| behind);
        is_more |= !behind.trim_matches(['"', ' ']).is_empty();
        text.extend(["x", behind]);
    }
    if is_more { text.trim_matches(['"', ' ']).to_owned() } else { String::new() }
}

/// The names of the templates that a text calls.
fn called(text: &str) -> impl Iterator<Item = &str> {
    actions(text).flat_map(|action| {
        let names = ["include \"", "template \""].into_iter().filter_map(move |call| action.split_once(call));
        names.filter_map(|(_, name)| name.split('"').next()).collect::<Vec<_>>()
    })
}

/// The named templates of a chart and of those below it, which all can call.
fn named_templates(chart: &helm::Chart) -> BTreeMap<String, String> {
    let mut named: BTreeMap<String, String> = chart.subcharts.iter().flat_map(named_templates).collect();
    for text in chart.partials.values().chain(chart.templates.values()).filter(|text| text.contains("define")) {
        named.extend(defined(&without_comments(text)));
    }
    named
}

/// What each `define` of a text holds.
fn defined(text: &str) -> Vec<(String, String)> {
    let (mut found, mut open, mut at) = (Vec::new(), Vec::new(), 0_usize);
    for piece in text.split("{{") {
        let start = at;
        at = at.saturating_add(piece.len()).saturating_add(2);
        let Some((action, behind)) = piece.split_once("}}").filter(|_| start > 0) else { continue };
        let words = action.trim_matches('-').trim();
        let body = at.saturating_sub(behind.len()).saturating_sub(2);
        match words.split(' ').next().unwrap_or_default() {
            "define" => open.push(Some((words.split('"').nth(1).unwrap_or_default().to_owned(), body))),
            "if" | "range" | "with" | "block" => open.push(None),
            "end" => {
                if let Some((name, from)) = open.pop().flatten() {
                    found.extend(text.get(from..start.saturating_sub(2)).map(|body| (name, body.to_owned())));
                }
            }
            _ => {}
        }
    }
    found
}

/// The template without its own comments, `{{/* */}}` and `{{- /* */ -}}`, which may hold actions, and without YAML
/// comments on lines of their own.
pub(super) fn without_comments(template: &str) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, behind)) = rest.split_once("{{") {
        text.push_str(before);
        let comment = behind.trim_start_matches(['-', ' ', '\n']).strip_prefix("/*");
        let end = comment.and_then(|comment| comment.split_once("*/"));
        let after = end.and_then(|(_, after)| after.trim_start_matches(['-', ' ', '\n']).strip_prefix("}}"));
        rest = after.unwrap_or_else(|| {
            text.push_str("{{");
            behind
        });
    }
    text.push_str(rest);
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

/// The kinds of the objects themselves: those further in belong to definitions of resources, and to references.
fn own_kinds(text: &str) -> Vec<&str> {
    let kinds = || text.lines().filter(|line| line.trim_start().starts_with("kind:"));
    let outermost = kinds().map(indent).min().unwrap_or_default();
    let own: Vec<&str> =
        kinds().filter(|line| indent(line) == outermost).flat_map(|line| behind(line, "kind:")).collect();
    if own.contains(&"List") || own.is_empty() { behind(text, "kind:").collect() } else { own }
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

/// What becomes of the blocks of a template that may or may not be rendered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubtful {
    Kept,
    LeftOut,
}

/// A template without what a condition on the values leaves out. Only conditions on single values count, outside of loops
/// and named templates, where the values may be other ones.
fn switched_on(template: &str, values: &Value) -> String {
    rendered(template, values, Doubtful::Kept)
}

/// The same, with or without the blocks of which nothing is known.
pub(super) fn rendered(template: &str, values: &Value, doubtful: Doubtful) -> String {
    let mut kept = String::new();
    let mut blocks = Vec::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((action, after)) = behind.split_once("}}") else { break };
        let is_kept = |blocks: &[Block]| !blocks.iter().any(|block| block.is_left_out(doubtful));
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
    if !blocks.iter().any(|block| block.is_left_out(doubtful)) {
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
    /// It is not, because what comes before `else` is.
    Past,
    /// It may be.
    Perhaps,
    /// `.Values` may be something else in it.
    Rebinding,
}

impl Block {
    fn when(is_true: bool) -> Self {
        if is_true { Self::On } else { Self::Off }
    }

    fn is_left_out(self, doubtful: Doubtful) -> bool {
        match self {
            Self::On => false,
            Self::Off | Self::Past => true,
            Self::Perhaps | Self::Rebinding => doubtful == Doubtful::LeftOut,
        }
    }

    /// What follows `else`, or `else if` with a condition.
    fn otherwise(self, condition: &str) -> Self {
        match self {
            Self::On | Self::Past => Self::Past,
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
