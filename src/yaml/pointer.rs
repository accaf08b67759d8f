//! JSON pointers (RFC 6901).

use std::borrow::Cow;
use std::collections::HashSet;

use super::effective;
use super::tree::{Id, Kind, Tree};

const MAX_READERS: usize = 1_000;
const MAX_STEPS: usize = 100_000;

/// The decoded tokens of a pointer; `None` if it is malformed.
pub(super) fn tokens(pointer: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
    let mut parts = pointer.split('/');
    parts.next()?.is_empty().then(|| parts.map(decode))
}

/// The key that a reference token encodes (RFC 6901).
#[must_use]
pub fn decode(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// The reference token for a key.
#[must_use]
pub fn encode(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The index that a token denotes; leading zeros are not allowed.
pub(super) fn index(token: &str) -> Option<usize> {
    let is_canonical = token == "0" || token.bytes().all(|byte| byte.is_ascii_digit()) && !token.starts_with('0');
    is_canonical.then(|| token.parse().ok()).flatten()
}

/// Every pointer under which a node is read; `None` if there are too many.
pub(super) fn readers(tree: &Tree, node: Id) -> Option<Vec<String>> {
    let target = tree.target(node);
    if tree.aliases().is_empty() && !tree.has_merges() {
        return Some(written(tree, target).into_iter().collect());
    }
    let mut search = Search { tree, target, relevant: relevant(tree, target), found: Vec::new(), steps: 0 };
    search.visit(Tree::ROOT, &mut String::new(), 0)?;
    Some(search.found)
}

/// The pointer to where a node is written; `None` for a key, and if a later duplicate is read instead.
fn written(tree: &Tree, node: Id) -> Option<String> {
    let mut tokens = Vec::new();
    let mut at = node;
    while let Some(parent) = tree.record(at).parent {
        tokens.push(match tree.kind(parent) {
            // Ids ascend in the order in which items are written.
            Kind::Sequence => tree.items(parent).binary_search(&at).ok()?.to_string(),
            Kind::Mapping => {
                let &(key, _) = tree.pairs(parent).iter().find(|(_, value)| *value == at)?;
                let name = effective::name(tree, key)?;
                effective::entry(tree, parent, &name).filter(|entry| entry.value == at)?;
                encode(&name)
            }
            Kind::Scalar => return None,
        });
        at = parent;
    }
    Some(tokens.iter().rev().fold(String::new(), |pointer, token| format!("{pointer}/{token}")))
}

/// All nodes that lead to `target`: its ancestors, aliases of those, ancestors of the aliases, and so on.
fn relevant(tree: &Tree, target: Id) -> HashSet<Id> {
    let mut relevant: HashSet<_> = tree.ancestors(target).collect();
    loop {
        let before = relevant.len();
        for &alias in tree.aliases() {
            if relevant.contains(&tree.target(alias)) && !relevant.contains(&alias) {
                relevant.extend(tree.ancestors(alias));
            }
        }
        if relevant.len() == before {
            return relevant;
        }
    }
}

struct Search<'d> {
    tree: &'d Tree,
    target: Id,
    relevant: HashSet<Id>,
    found: Vec<String>,
    steps: usize,
}

impl Search<'_> {
    fn visit(&mut self, id: Id, path: &mut String, depth: usize) -> Option<()> {
        self.steps = self.steps.checked_add(1).filter(|&steps| steps <= MAX_STEPS)?;
        if depth > super::MAX_DEPTH || self.found.len() > MAX_READERS {
            return None;
        }
        let tree = self.tree;
        if tree.target(id) == self.target {
            self.found.push(path.clone());
            return Some(());
        }
        match tree.kind(id) {
            Kind::Mapping => {
                let steps = self.relevant_entries(id);
                steps.into_iter().try_for_each(|step| self.step(step, path, depth))
            }
            Kind::Sequence => {
                let items = tree.items(id).iter().enumerate().filter(|(_, item)| self.relevant.contains(item));
                let steps: Vec<_> = items.map(|(index, &item)| (index.to_string(), item)).collect();
                steps.into_iter().try_for_each(|step| self.step(step, path, depth))
            }
            Kind::Scalar => Some(()),
        }
    }

    /// The entries of a mapping that lead to the target, each with its token.
    fn relevant_entries(&self, mapping: Id) -> Vec<(String, Id)> {
        let tree = self.tree;
        let pairs = tree.pairs(mapping);
        if pairs.iter().any(|&(key, _)| effective::is_merge(tree, key)) {
            let entries = effective::entries(tree, mapping).into_iter();
            let relevant = entries.filter(|entry| self.relevant.contains(&entry.value));
            return relevant.map(|entry| (encode(&entry.name), entry.value)).collect();
        }
        let relevant = pairs.iter().filter(|(_, value)| self.relevant.contains(value));
        let named = relevant.filter_map(|&(key, value)| Some((effective::name(tree, key)?, value)));
        // An earlier duplicate of a key is not read.
        let is_read =
            |name: &str, value| effective::entry(tree, mapping, name).is_some_and(|entry| entry.value == value);
        named.filter(|(name, value)| is_read(name, *value)).map(|(name, value)| (encode(&name), value)).collect()
    }

    fn step(&mut self, (token, child): (String, Id), path: &mut String, depth: usize) -> Option<()> {
        // The ancestors of a merged value do not include the mapping in which it is read.
        if !self.relevant.contains(&child) {
            return Some(());
        }
        let length = path.len();
        path.push('/');
        path.push_str(&token);
        let outcome = self.visit(child, path, depth.saturating_add(1));
        path.truncate(length);
        outcome
    }
}
