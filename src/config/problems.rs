//! Finds everything that is wrong with a configuration file, in one go.
//!
//! serde stops at the first mistake, so each scalar is deserialized on its own, within the keys and lists that lead to
//! it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::file::File;
use crate::nearest::nearest;
use crate::yaml::{Kind, Node, Span};

/// A mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) span: Span,
    pub(super) message: String,
}

/// The mistakes in a file, in the order of their places.
pub(super) fn of(root: Node<'_>) -> Vec<Problem> {
    if root.kind() != Kind::Mapping {
        return vec![Problem { span: root.span(), message: "expected keys and values here".to_owned() }];
    }
    // A file that cannot be read, for example because of too many aliases, is not worth taking apart.
    if let Err(error) = root.to_json() {
        return vec![Problem { span: Span::new(error.offset, error.offset), message: error.message }];
    }
    let mut problems = Vec::new();
    descend(root, &mut Vec::new(), &mut problems);
    problems.extend(without_aim(root));
    problems.extend(root.document().nodes().flat_map(given_twice));
    problems.sort_by_key(|problem| problem.span);
    problems.dedup();
    problems
}

/// A node with its key, or with none if it is a list item.
#[derive(Clone, Copy)]
struct Step<'d> {
    key: Option<Node<'d>>,
    node: Node<'d>,
}

/// No valid configuration is nested deeper than this.
const DEEPEST: usize = 8;

fn descend<'d>(node: Node<'d>, steps: &mut Vec<Step<'d>>, problems: &mut Vec<Problem>) {
    let entries = node.entries().into_iter().map(|(key, node)| Step { key: Some(key), node });
    let items = node.items().map(|node| Step { key: None, node });
    let children: Vec<Step<'d>> = if node.kind() == Kind::Mapping { entries.collect() } else { items.collect() };
    if children.is_empty() || steps.len() > DEEPEST {
        problems.extend(read(steps));
        return;
    }
    for child in children {
        steps.push(child);
        descend(child.node, steps, problems);
        steps.pop();
    }
}

/// The error that serde reports for a single value within the keys and lists that lead to it.
fn read(steps: &[Step<'_>]) -> Option<Problem> {
    let leaf = steps.last()?.node;
    let value = match leaf.to_json() {
        Ok(value) => value,
        Err(error) => return Some(Problem { span: leaf.span(), message: error.message }),
    };
    let whole = steps.iter().rev().fold(value, |value, step| match step.key {
        Some(key) => Value::Object(Map::from_iter([(key.text().unwrap_or_default().to_owned(), value)])),
        None => Value::Array(vec![value]),
    });
    let error = serde_path_to_error::deserialize::<_, File>(whole).err()?;
    let message = in_own_words(&error.inner().to_string());
    let is_step = |segment: &&Segment| matches!(segment, Segment::Seq { .. } | Segment::Map { .. });
    let depth = error.path().iter().filter(is_step).count();
    if let Some((name, known)) = unknown_key(&message) {
        let key = steps.iter().filter_map(|step| step.key).rfind(|key| key.text() == Some(name));
        let message = format!("unknown key `{name}`{}", suggestion(name, &known));
        return Some(Problem { span: key.unwrap_or(leaf).span(), message });
    }
    let step = depth.checked_sub(1).and_then(|at| steps.get(at)).or(steps.last())?;
    // A value that is not written out has no place, but its key has one.
    let place = step.key.filter(|_| step.node.span().is_empty()).unwrap_or(step.node);
    Some(Problem { span: place.span(), message })
}

/// The key that serde does not know, and those that it expects.
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    let mut quoted = message.strip_prefix("unknown field `")?.split('`').step_by(2);
    let name = quoted.next()?;
    Some((name, quoted.filter(|key| !key.is_empty()).collect()))
}

fn suggestion(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(key) => format!("; did you mean `{key}`?"),
        None => format!("; known keys: {}", known.join(", ")),
    }
}

/// A mistake in words that name nothing of Rust.
fn in_own_words(message: &str) -> String {
    if let Some((name, known)) = message.strip_prefix("unknown variant `").and_then(|rest| rest.split_once('`')) {
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        return format!("must be one of {}, not `{name}`", known.join(", "));
    }
    let parts = message.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "));
    let Some((found, expected)) = parts else { return message.to_owned() };
    let expected = match expected {
        "a sequence" => "a list",
        "a string" | "path string" => "a text",
        _ => "keys and values",
    };
    let found = match found.split_once(' ') {
        None if found == "sequence" => "a list",
        None if found == "map" => "keys and values",
        None => found,
        Some(("string", text)) => text,
        Some((_, scalar)) => scalar.rsplit(' ').next().unwrap_or(scalar).trim_matches('`'),
    };
    format!("must be {expected}, not {found}")
}

/// Finds keys that a mapping has already: only the last of them would count.
fn given_twice(mapping: Node<'_>) -> Vec<Problem> {
    let mut known = BTreeSet::new();
    let again = mapping.keys().filter(|key| key.text().is_some_and(|text| !known.insert(text)));
    again
        .map(|key| Problem {
            span: key.span(),
            message: format!("`{}` is given twice", key.text().unwrap_or_default()),
        })
        .collect()
}

/// Finds suppressions that would suppress everything, and charts without a path.
fn without_aim(root: Node<'_>) -> Vec<Problem> {
    let items = |key: &str| root.get(key).into_iter().flat_map(Node::items).filter(|item| item.kind() == Kind::Mapping);
    let has = |item: Node<'_>, keys: &[&str]| keys.iter().any(|key| item.get(key).is_some());
    let aimless = items("suppressions").filter(|item| !has(*item, &["path", "object", "checks"]));
    let pathless = items("charts").filter(|item| !has(*item, &["path"]));
    let told = |item: Node<'_>, message: &str| Problem { span: item.span(), message: message.to_owned() };
    aimless
        .map(|item| told(item, "a suppression needs a `path`, an `object` or `checks`"))
        .chain(pathless.map(|item| told(item, "a chart needs its `path`")))
        .collect()
}
