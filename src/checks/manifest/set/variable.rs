//! Settings in variables of the container.

use serde_json::{Value, json};

use super::{ADDED, Place, Target, adding, changed_from, places, replacing};
use crate::checks::Subject;
use crate::yaml::{Kind, Node};

/// Replaces the value of an entry, or adds one if it has none.
///
/// If the value is an alias, only this entry changes, not the variables that share the value. If the value itself is
/// below an anchor, it changes for everything that reads it, and the message names those readers.
pub(super) fn replace(
    subject: &Subject<'_, '_>,
    entry: Node<'_>,
    target: Target<'_, '_>,
) -> Result<Vec<Place>, String> {
    let value = Value::from(target.value.to_string());
    let Some(written) = target.setting.node.and_then(|_| entry.get("value")) else {
        return places(subject, entry, "/value", ADDED, adding(value));
    };
    let comment = changed_from(target.setting);
    if written.is_alias() {
        return places(subject, entry, "/value", &comment, replacing(value));
    }
    places(subject, written, "", &comment, replacing(value))
}

/// Writes a value into an entry that referred to one elsewhere.
pub(super) fn rewrite(
    subject: &Subject<'_, '_>,
    entry: Node<'_>,
    (name, value): (&str, i32),
) -> Result<Vec<Place>, String> {
    if entry.get("name").is_some_and(Node::is_filled_in) {
        return Err("the variable's name is a parameter of the template".to_owned());
    }
    let whole = json!({ "name": name, "value": value.to_string() });
    places(subject, entry, "", "autopurge replaced a reference", replacing(whole))
}

/// Adds variables, and the list of variables if there is none. An entry of the same name that sets nothing is replaced:
/// a tool that merges lists by name would reject a second one.
pub(super) fn add(subject: &Subject<'_, '_>, variables: Vec<(String, i32)>) -> Result<Vec<Place>, String> {
    let Some(container) = subject.server.site.container() else { return Ok(Vec::new()) };
    let entry = |name: &str| container.env(name).map(|variable| variable.node);
    let (idle, new): (Vec<_>, Vec<_>) = variables.into_iter().partition(|(name, _)| entry(name).is_some());
    let mut all = Vec::new();
    for (name, value) in &idle {
        all.extend(entry(name).map(|entry| rewrite(subject, entry, (name, *value))).transpose()?.unwrap_or_default());
    }
    all.extend(append(subject, container.node(), new)?);
    Ok(all)
}

/// Appends variables to the list.
fn append(subject: &Subject<'_, '_>, container: Node<'_>, variables: Vec<(String, i32)>) -> Result<Vec<Place>, String> {
    if variables.is_empty() {
        return Ok(Vec::new());
    }
    let mut entries = variables.into_iter().map(|(name, value)| json!({ "name": name, "value": value.to_string() }));
    match container.get("env").filter(|env| !env.is_null()) {
        None => places(subject, container, "/env", ADDED, adding(entries.collect())),
        Some(list) if list.kind() != Kind::Sequence => Err("its env is not a list".to_owned()),
        Some(list) => {
            let each = entries.by_ref().map(|entry| places(subject, list, "/-", ADDED, adding(entry)));
            Ok(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        }
    }
}
