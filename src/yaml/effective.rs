//! The entries of a mapping as Helm sees them: the last of duplicate keys, merge keys expanded.

use std::borrow::Cow;
use std::collections::HashMap;

use super::scalar;
use super::tree::{Content, Id, Kind, Tag, Tree};

/// Merge keys within merged mappings multiply entries; no real document comes near this many.
const MAX_MERGED: usize = 10_000;
/// How deep merge keys may nest.
const MAX_MERGES: usize = 100;

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry<'d> {
    pub(super) name: Cow<'d, str>,
    pub(super) key: Id,
    pub(super) value: Id,
}

/// Whether a key is a merge key: a plain `<<`, or one tagged `!!merge`.
pub(super) fn is_merge(tree: &Tree, key: Id) -> bool {
    if !tree.has_merges() {
        return false;
    }
    let lexeme = tree.lexeme(key).filter(|lexeme| &*lexeme.text == "<<" && tree.target(key) == key);
    lexeme.is_some_and(|lexeme| lexeme.is_implicit || lexeme.tag == Tag::Merge)
}

/// A key as Helm reads it; `None` where Helm refuses it.
pub(super) fn name(tree: &Tree, key: Id) -> Option<Cow<'_, str>> {
    let typed = scalar::resolve(tree.lexeme(key)?).ok()?;
    scalar::key(typed).ok()
}

/// The mappings that a merge key refers to, in the order in which they are applied.
pub(super) fn merged(tree: &Tree, value: Id) -> Vec<Id> {
    match tree.kind(value) {
        // The first in a list takes precedence, so it is applied last.
        Kind::Sequence => tree.items(value).iter().rev().copied().collect(),
        Kind::Mapping | Kind::Scalar => vec![value],
    }
}

/// The entries of a mapping, in the order in which their keys first appear; none for anything else.
pub(super) fn entries(tree: &Tree, mapping: Id) -> Vec<Entry<'_>> {
    counted_entries(tree, mapping).0
}

/// The same as [`entries`], with the number of steps that it took.
pub(super) fn counted_entries(tree: &Tree, mapping: Id) -> (Vec<Entry<'_>>, usize) {
    let mut overlay = Overlay { tree, entries: Vec::new(), places: HashMap::new(), merged: 0 };
    overlay.lay(mapping, 0);
    let steps = overlay.merged.saturating_add(overlay.entries.len());
    (overlay.entries, steps)
}

/// The entry for a key.
pub(super) fn entry<'d>(tree: &'d Tree, mapping: Id, name: &str) -> Option<Entry<'d>> {
    if tree.has_merges() && tree.pairs(mapping).iter().any(|&(key, _)| is_merge(tree, key)) {
        return entries(tree, mapping).into_iter().find(|entry| entry.name == name);
    }
    if !scalar::is_text(name) {
        return own(tree, mapping, name).next_back();
    }
    // Called thousands of times, hence the shortcut: the name of a numeric or boolean key never reads as text, so a name
    // that does can only belong to a key with exactly this text, as long as no tag makes it one.
    for &(key, value) in tree.pairs(mapping).iter().rev() {
        match &tree.record(key).content {
            Content::Scalar(lexeme) if lexeme.tag == Tag::None => {
                if *lexeme.text == *name && !is_merge(tree, key) {
                    return Some(Entry { name: Cow::Borrowed(&*lexeme.text), key, value });
                }
            }
            _ => return own(tree, mapping, name).next_back(),
        }
    }
    None
}

/// All entries for a key in the mapping itself: duplicates included, merged ones not.
pub(super) fn own<'d>(tree: &'d Tree, mapping: Id, wanted: &str) -> impl DoubleEndedIterator<Item = Entry<'d>> {
    tree.pairs(mapping).iter().filter_map(move |&(key, value)| {
        let name = name(tree, key).filter(|name| name == wanted)?;
        (!is_merge(tree, key)).then_some(Entry { name, key, value })
    })
}

/// A mapping and those that it merges, directly or not.
pub(super) fn sources(tree: &Tree, mapping: Id) -> Vec<Id> {
    let mut found = vec![tree.target(mapping)];
    let mut at = 0;
    while let Some(&mapping) = found.get(at) {
        let merges = tree.pairs(mapping).iter().filter(|&&(key, _)| is_merge(tree, key));
        let sources: Vec<_> = merges.flat_map(|&(_, value)| merged(tree, value)).map(|id| tree.target(id)).collect();
        for source in sources {
            if !found.contains(&source) && found.len() < MAX_MERGES {
                found.push(source);
            }
        }
        at = at.saturating_add(1);
    }
    found
}

struct Overlay<'d> {
    tree: &'d Tree,
    entries: Vec<Entry<'d>>,
    places: HashMap<Cow<'d, str>, usize>,
    merged: usize,
}

impl Overlay<'_> {
    fn lay(&mut self, mapping: Id, depth: usize) {
        for &(key, value) in self.tree.pairs(mapping) {
            self.merged = self.merged.saturating_add(depth.min(1));
            if self.merged > MAX_MERGED || depth > MAX_MERGES {
                return;
            }
            if is_merge(self.tree, key) {
                for mapping in merged(self.tree, value) {
                    self.lay(mapping, depth.saturating_add(1));
                }
            } else if let Some(name) = name(self.tree, key) {
                self.put(Entry { name, key, value });
            }
        }
    }
}

impl<'d> Overlay<'d> {
    fn put(&mut self, entry: Entry<'d>) {
        let next = self.entries.len();
        let place = *self.places.entry(entry.name.clone()).or_insert(next);
        match self.entries.get_mut(place) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }
}
