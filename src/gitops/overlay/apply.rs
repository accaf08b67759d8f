//! Applies patches to an object: strategic merges, which are plain merges for custom resources, and RFC 6902
//! operations.

use super::tree::Tree;
use crate::yaml::pointer;

/// What happened to an object.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Applied {
    Changed,
    Deleted,
}

/// Merges a patch into an object; the reason if that is not supported.
pub(super) fn merge(object: &mut Tree, patch: &Tree) -> Result<Applied, String> {
    match patch.text_of(DIRECTIVE) {
        Some("delete") => return Ok(Applied::Deleted),
        Some("replace") => {
            *object = without_directive(patch);
            return Ok(Applied::Changed);
        }
        Some("merge") | None => {}
        Some(other) => return Err(format!("it has the directive `$patch: {other}`")),
    }
    let Tree::Map(entries) = patch else {
        *object = patch.clone();
        return Ok(Applied::Changed);
    };
    for (key, value) in entries.iter().filter(|(key, _)| key != DIRECTIVE) {
        if key.starts_with('$') || has_directives(value) {
            return Err("it has directives for lists".to_owned());
        }
        lay(object, key, value)?;
    }
    Ok(Applied::Changed)
}

const DIRECTIVE: &str = "$patch";

fn lay(object: &mut Tree, key: &str, value: &Tree) -> Result<(), String> {
    match (object.get_mut(key), value) {
        (_, value) if value.is_null() => drop(object.remove(key)),
        (Some(old @ Tree::Map(_)), Tree::Map(_)) => {
            if merge(old, value)? == Applied::Deleted {
                object.remove(key);
            }
        }
        _ => object.put(key, without_directive(value)).ok_or("it puts a key into something that is not a map")?,
    }
    Ok(())
}

fn without_directive(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    tree.remove(DIRECTIVE);
    tree
}

/// Items of lists with directives are merged by keys that only a schema knows.
fn has_directives(value: &Tree) -> bool {
    let Tree::List(items) = value else { return false };
    items.iter().any(|item| matches!(item, Tree::Map(entries) if entries.iter().any(|(key, _)| key.starts_with('$'))))
}

/// Applies operations; the reason if one is not supported.
pub(super) fn operate(object: &mut Tree, operations: &Tree) -> Result<Applied, String> {
    let Tree::List(operations) = operations else { return Err("it is not a list of operations".to_owned()) };
    for operation in operations {
        let (name, path) = (operation.text_of("op").unwrap_or_default(), operation.text_of("path").unwrap_or_default());
        let value = operation.get("value");
        let is_done = match (name, value) {
            ("add", Some(value)) => add(object, path, value),
            ("replace", Some(value)) => replace(object, path, value),
            ("remove", _) => remove(object, path),
            // If a test fails, nothing is built.
            ("test", _) => Some(()),
            _ => return Err(format!("the operation {name} is not supported")),
        };
        is_done.ok_or_else(|| format!("there is nothing at {path}"))?;
    }
    Ok(Applied::Changed)
}

/// The node that contains the last step of a path, and that step.
fn holder<'t>(object: &'t mut Tree, path: &str) -> Option<(&'t mut Tree, String)> {
    let mut steps: Vec<String> = path.split('/').skip(1).map(|step| pointer::decode(step).into_owned()).collect();
    let last = steps.pop()?;
    let holder = steps.iter().try_fold(object, |tree, step| match tree {
        Tree::Map(_) => tree.get_mut(step),
        Tree::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        Tree::Scalar(_) => None,
    })?;
    Some((holder, last))
}

fn add(object: &mut Tree, path: &str, value: &Tree) -> Option<()> {
    let (holder, last) = holder(object, path)?;
    let Tree::List(items) = holder else { return holder.put(&last, value.clone()) };
    let index = if last == "-" { items.len() } else { last.parse().ok()? };
    (index <= items.len()).then(|| items.insert(index, value.clone()))
}

fn replace(object: &mut Tree, path: &str, value: &Tree) -> Option<()> {
    let (holder, last) = holder(object, path)?;
    let old = match holder {
        Tree::List(items) => items.get_mut(last.parse::<usize>().ok()?),
        _ => holder.get_mut(&last),
    };
    *old? = value.clone();
    Some(())
}

fn remove(object: &mut Tree, path: &str) -> Option<()> {
    let (holder, last) = holder(object, path)?;
    match holder {
        Tree::List(items) => {
            let index = last.parse::<usize>().ok().filter(|index| *index < items.len())?;
            items.remove(index);
        }
        _ => drop(holder.remove(&last)?),
    }
    Some(())
}
