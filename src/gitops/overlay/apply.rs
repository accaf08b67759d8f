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

/// How lists of maps are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// The new one replaces the old one: custom resources have no schema.
    Replaced,
    /// Item by item, as the schema of the built-in kinds says.
    ByKey,
}

impl Lists {
    /// Those of the objects of an API version. For others than these, kustomize has no schema.
    pub(super) fn of_version(api_version: &str) -> Self {
        if matches!(api_version, "v1" | "apps/v1" | "batch/v1") { Self::ByKey } else { Self::Replaced }
    }

    /// The key that tells the items of a list apart, of those lists that pods have.
    pub(super) fn key(self, list: &str) -> Option<&'static str> {
        if self == Self::Replaced {
            return None;
        }
        match list {
            "containers" | "initContainers" | "ephemeralContainers" | "volumes" | "env" | "imagePullSecrets" => {
                Some("name")
            }
            "volumeMounts" => Some("mountPath"),
            "volumeDevices" => Some("devicePath"),
            "ports" => Some("containerPort"),
            "hostAliases" => Some("ip"),
            "topologySpreadConstraints" => Some("topologyKey"),
            _ => None,
        }
    }
}

/// Merges a patch into an object; the reason if that is not supported.
pub(super) fn merge(object: &mut Tree, patch: &Tree, lists: Lists) -> Result<Applied, String> {
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
        if key.starts_with('$') || lists.key(key).is_none() && has_directives(value) {
            return Err("it has directives for lists".to_owned());
        }
        lay(object, key, value, lists)?;
    }
    Ok(Applied::Changed)
}

const DIRECTIVE: &str = "$patch";

fn lay(object: &mut Tree, key: &str, value: &Tree, lists: Lists) -> Result<(), String> {
    match (object.get_mut(key), value) {
        (_, value) if value.is_null() => drop(object.remove(key)),
        (Some(old @ Tree::Map(_)), Tree::Map(_)) => {
            if merge(old, value, lists)? == Applied::Deleted {
                object.remove(key);
            }
        }
        (Some(Tree::List(old)), Tree::List(new)) if lists.key(key).is_some() => {
            merge_items(old, new, lists.key(key).unwrap_or_default())?;
        }
        _ => object.put(key, without_directive(value)).ok_or("it puts a key into something that is not a map")?,
    }
    Ok(())
}

/// Merges the items of a list that have the same value under a key, unless one says that they replace it; new ones come
/// first.
fn merge_items(old: &mut Vec<Tree>, new: &[Tree], key: &str) -> Result<(), String> {
    let is_replacement = |item: &&Tree| item.text_of(DIRECTIVE) == Some("replace") && item.get(key).is_none();
    if new.iter().any(|item| is_replacement(&item)) {
        *old = new.iter().filter(|item| !is_replacement(item)).map(without_directive).collect();
        return Ok(());
    }
    let mut first = Vec::new();
    for item in new {
        let name = item.text_of(key).ok_or_else(|| format!("an item of a list has no {key}"))?;
        let is_same = |(_, other): &(usize, &Tree)| other.text_of(key) == Some(name);
        let same: Vec<usize> = old.iter().enumerate().filter(is_same).map(|(index, _)| index).collect();
        match same.as_slice() {
            [] if item.text_of(DIRECTIVE) == Some("delete") => {}
            [] => first.push(without_directive(item)),
            [index] => {
                let Some(other) = old.get_mut(*index) else { continue };
                if merge(other, item, Lists::ByKey)? == Applied::Deleted {
                    old.remove(*index);
                }
            }
            _ => return Err(format!("several items of a list have the {key} {name}")),
        }
    }
    old.splice(0..0, first);
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
            // `from` of a `copy` stays where it is.
            ("copy" | "move", _) => relocate(object, operation, path, name == "move"),
            // If a test fails, nothing is built.
            ("test", _) => Some(()),
            _ => return Err(format!("the operation {name} is not supported")),
        };
        is_done.ok_or_else(|| format!("the operation {name} finds nothing at {path}"))?;
    }
    Ok(Applied::Changed)
}

/// Puts what is at the `from` of an operation to a path as well, or instead.
fn relocate(object: &mut Tree, operation: &Tree, path: &str, is_moved: bool) -> Option<()> {
    let from = operation.text_of("from")?;
    let (holder, last) = holder(object, from)?;
    let value = match holder {
        Tree::List(items) => items.get(last.parse::<usize>().ok()?),
        _ => holder.get(&last),
    };
    let value = value?.clone();
    if is_moved {
        remove(object, from)?;
    }
    add(object, path, &value)
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
