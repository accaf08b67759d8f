//! Finds how a chart's values have to change for its server to purge.

use std::fmt;

use serde_json::{Map, Value, json};

use super::judge::{Judged, judge_once};
use super::path::{InValues, path_of};
use crate::detect::OriginKind;
use crate::helm::{Step, ValuesPath};
use crate::rules::{ChartServer, ContainerValues, EnvFromValues, EnvValues, Flavor, RuleSet, Store};
use crate::zookeeper::{INTERVAL_KEY, Verdict, effective, properties, with_property};

/// A change to a chart's values that makes its server purge. Each one has been tried: the server was judged again with
/// it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesFix {
    /// The path in the chart's own values.
    pub path: ValuesPath,
    /// The value to put there.
    pub value: Value,
    /// The kind of change.
    pub change: ValuesChange,
}

/// What a [`ValuesFix`] does at its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValuesChange {
    /// Sets the value, creating it and the tables above it if missing.
    Set,
    /// Appends the value to a list, which may be empty or missing.
    Append,
    /// Replaces a text, in which only the line with the setting changes.
    Line,
}

/// A change as a Helm argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetArgument {
    /// `a.b=1`.
    pub assignment: String,
    /// Whether the value has to stay a string; `--set` would turn it into a number.
    pub is_text: bool,
}

impl fmt::Display for SetArgument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flag = if self.is_text { "--set-string" } else { "--set" };
        write!(formatter, "{flag} {}", self.assignment)
    }
}

impl ValuesFix {
    /// The same change with a different number of hours between purges.
    #[must_use]
    pub fn with_hours(self, hours: i32) -> Self {
        let number = |value: &Value| if value.is_string() { json!(hours.to_string()) } else { json!(hours) };
        let value = match (self.change, self.value) {
            (ValuesChange::Line, text) => json!(with_interval(text.as_str().unwrap_or_default(), hours)),
            (_, Value::Object(entry)) => {
                let value_of = |key: &str, value: Value| if key == "value" { number(&value) } else { value };
                entry.into_iter().map(|(key, value)| (key.clone(), value_of(&key, value))).collect()
            }
            (_, value) => number(&value),
        };
        Self { value, ..self }
    }

    /// The change as a Helm argument: `--set a.b=1`. A multi-line text cannot be written this way.
    #[must_use]
    pub fn as_set(&self) -> Option<SetArgument> {
        match (self.change, &self.value) {
            (ValuesChange::Line, _) => None,
            (_, Value::Object(entries)) => {
                let pair = |(key, value): (&String, &Value)| format!("{}={}", self.path.key(key), bare(value));
                let assignment = entries.iter().map(pair).collect::<Vec<_>>().join(",");
                Some(SetArgument { assignment, is_text: entries.values().any(Value::is_string) })
            }
            (_, value) => {
                Some(SetArgument { assignment: format!("{}={}", self.path, bare(value)), is_text: value.is_string() })
            }
        }
    }

    /// The same, for the values of an enclosing chart.
    #[must_use]
    pub fn as_set_below(&self, prefix: &[String]) -> Option<SetArgument> {
        Self { path: self.path.below(prefix), ..self.clone() }.as_set()
    }

    /// Describes the change in terms of the enclosing chart's values: `set zookeeper.autopurge.purgeInterval to 1`.
    #[must_use]
    pub fn describe_below(&self, prefix: &[String]) -> String {
        let path = self.path.below(prefix);
        match (self.change, &self.value) {
            (ValuesChange::Line, value) => {
                let found = properties(value.as_str().unwrap_or_default());
                let hours = effective(&found, INTERVAL_KEY).map(|property| property.value.as_str());
                format!("put the line {INTERVAL_KEY}={} into {path}", hours.unwrap_or_default())
            }
            (ValuesChange::Append, value) => {
                let list = path.parent().unwrap_or(path);
                format!("add {value} to {list}")
            }
            (ValuesChange::Set, value) => format!("set {path} to {}", bare(value)),
        }
    }

    /// Describes where the change is made, in terms of the enclosing chart's values: `NAME in zookeeper.extraEnvVars`.
    #[must_use]
    pub fn place_below(&self, prefix: &[String]) -> String {
        let path = self.path.below(prefix);
        match (self.change, path.parent(), self.value.get("name").and_then(Value::as_str)) {
            (ValuesChange::Append, Some(list), Some(name)) => format!("{name} in {list}"),
            (ValuesChange::Line, ..) => format!("{INTERVAL_KEY} in {path}"),
            (ValuesChange::Set | ValuesChange::Append, ..) => path.to_string(),
        }
    }

    /// The values with the change applied.
    #[must_use]
    pub fn applied_to(&self, values: &Value) -> Value {
        let mut changed = values.clone();
        put(&mut changed, &self.path.steps, self.value.clone());
        changed
    }
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Sets a value, creating the tables above it; an index equal to a list's length appends to it.
fn put(target: &mut Value, steps: &[Step], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *target = value;
        return;
    };
    let next = match step {
        Step::Key(key) => {
            if !target.is_object() {
                *target = Value::Object(Map::new());
            }
            target.as_object_mut().map(|map| map.entry(key.clone()).or_insert(Value::Null))
        }
        Step::Index(index) => {
            if !target.is_array() {
                *target = Value::Array(Vec::new());
            }
            if let Some(list) = target.as_array_mut()
                && list.len() == *index
            {
                list.push(Value::Null);
            }
            target.get_mut(index)
        }
    };
    if let Some(next) = next {
        put(next, rest, value);
    }
}

/// The hours between purges that a fix sets; whoever applies it may choose another number.
const HOURS: i32 = 1;

/// The first of the candidate changes with which the server purges. If it purges already, this is where its interval is
/// set.
pub(super) fn find(model: &ChartServer, values: &Value, judged: &Judged, rules: &RuleSet) -> Option<ValuesFix> {
    let container = model.container.as_ref();
    let flavor = rules.flavor(&judged.flavor);
    let mut candidates: Vec<ValuesFix> =
        judged.interval.path.iter().filter_map(|path| in_place((path, model), values, judged)).collect();
    if let (Some(container), Some(flavor)) = (container, flavor) {
        candidates.extend(added(container, values, flavor));
    }
    candidates.extend(fields(model, flavor));
    candidates.into_iter().find(|fix| {
        let after = judge_once(model, &fix.applied_to(values), rules);
        after.is_some_and(|after| after.verdict == Verdict::Purges)
    })
}

/// Changes the value that decides; a string stays a string.
fn in_place((path, model): (&ValuesPath, &ChartServer), values: &Value, judged: &Judged) -> Option<ValuesFix> {
    let (value, change) = match path.of(values) {
        Some(Value::String(text)) if is_properties(judged) => (json!(with_interval(text, HOURS)), ValuesChange::Line),
        Some(Value::Object(_) | Value::Array(_)) => return None,
        Some(Value::String(_)) => (json!(HOURS.to_string()), ValuesChange::Set),
        _ if is_text(path, model) => (json!(HOURS.to_string()), ValuesChange::Set),
        _ => (json!(HOURS), ValuesChange::Set),
    };
    Some(ValuesFix { path: path.clone(), value, change })
}

/// Entries of `env` lists and the data of a `ConfigMap` go into the manifest unchanged, and Kubernetes requires strings
/// there.
fn is_text(path: &ValuesPath, model: &ChartServer) -> bool {
    let sources = model.container.iter().flat_map(|container| &container.env_from);
    let mut data = sources.filter_map(|from| match from {
        EnvFromValues::Data { path } => Some(path_of(path)),
        EnvFromValues::ConfigMap { .. } | EnvFromValues::Secret { .. } | EnvFromValues::List { .. } => None,
    });
    let is_item = path.steps.iter().any(|step| matches!(step, Step::Index(_)));
    is_item || data.any(|data| path.steps.starts_with(&data.steps))
}

/// Whether the interval is set in a properties text.
fn is_properties(judged: &Judged) -> bool {
    judged.interval.kind == OriginKind::Properties
}

/// A properties text with the interval set in it.
fn with_interval(text: &str, hours: i32) -> String {
    with_property(text, INTERVAL_KEY, &hours.to_string())
}

/// Adds the variable that the image reads wherever the chart accepts variables.
fn added(container: &ContainerValues, values: &Value, flavor: &Flavor) -> Vec<ValuesFix> {
    let variables: Vec<&str> = flavor
        .settings
        .iter()
        .filter_map(|store| match store {
            Store::Env(store) if store.works && store.patch => store.interval.as_deref(),
            _ => None,
        })
        .collect();
    let mut fixes = Vec::new();
    for name in variables {
        fixes.extend(container.env.iter().rev().filter_map(|env| variable(env, name, values)));
        fixes.extend(container.env_from.iter().rev().filter_map(|from| match from {
            EnvFromValues::Data { path } => Some(set(path_of(path).key(name), json!(HOURS.to_string()))),
            EnvFromValues::ConfigMap { .. } | EnvFromValues::Secret { .. } | EnvFromValues::List { .. } => None,
        }));
    }
    // Prefer a value of its own to an entry in a list: the list entry would shadow the chart's value.
    fixes.sort_by_key(|fix| fix.change == ValuesChange::Append);
    fixes
}

fn variable(env: &EnvValues, name: &str, values: &Value) -> Option<ValuesFix> {
    match env {
        EnvValues::Text { name: own, text, .. } if own == name => {
            let path = text.split_once("{{ .Values.")?.1.split([' ', '}']).next()?;
            Some(set(path_of(path), json!(HOURS)))
        }
        EnvValues::Text { .. } => None,
        EnvValues::Map { path, prefix, .. } => {
            let key = name.strip_prefix(prefix.as_str())?;
            Some(set(path_of(path).key(key), json!(HOURS)))
        }
        EnvValues::List { path } => {
            let path = path_of(path);
            let length = match path.of(values) {
                None | Some(Value::Null) => 0,
                Some(Value::Array(items)) => items.len(),
                Some(Value::String(text)) if text.is_empty() => 0,
                Some(_) => return None,
            };
            let value = json!({"name": name, "value": HOURS.to_string()});
            Some(ValuesFix { path: path.index(length), value, change: ValuesChange::Append })
        }
    }
}

/// Values for the fields that an operator reads.
fn fields(model: &ChartServer, flavor: Option<&Flavor>) -> Vec<ValuesFix> {
    let Some((resource, flavor)) = model.resource.as_ref().zip(flavor) else { return Vec::new() };
    let read = flavor.settings.iter().filter_map(|store| match store {
        Store::Field(store) => Some(store.interval.as_str()),
        _ => None,
    });
    let fix = |pointer: &str| {
        let at = resource.fields.iter().find(|field| {
            pointer == field.at || pointer.strip_prefix(&field.at).is_some_and(|rest| rest.starts_with('/'))
        })?;
        let below = pointer.strip_prefix(&at.at)?.split('/').filter(|key| !key.is_empty());
        let path = below.fold(path_of(at.path.as_ref()?), |path, key| path.key(key));
        Some(set(path, json!(HOURS)))
    };
    read.filter_map(fix).collect()
}

fn set(path: ValuesPath, value: Value) -> ValuesFix {
    ValuesFix { path, value, change: ValuesChange::Set }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_hours_go_into_the_line_that_counts() {
        let text = "autopurge.purgeInterval=10\nautopurge.purgeInterval=1\n";
        let fix = ValuesFix { path: path_of("config"), value: json!(text), change: ValuesChange::Line }.with_hours(24);
        assert_eq!(fix.value, "autopurge.purgeInterval=10\nautopurge.purgeInterval=24\n");
        assert_eq!(fix.describe_below(&[]), "put the line autopurge.purgeInterval=24 into config");
    }

    #[test]
    fn numbers_texts_and_entries_take_other_hours() {
        let table = [
            (json!(1), json!(6)),
            (json!("1"), json!("6")),
            (json!({"name": "ZK_1", "value": "1"}), json!({"name": "ZK_1", "value": "6"})),
        ];
        for (value, expected) in table {
            let fix = ValuesFix { path: path_of("a"), value, change: ValuesChange::Set };
            assert_eq!(fix.with_hours(6).value, expected);
        }
    }
}
