//! The table of a `java.util.HashMap`, where a bucket with more than eight keys becomes a red-black tree: the tree's
//! root moves to the front of the bucket, and a new key is linked right after its parent in the tree. Both show in the
//! iteration order.
//!
//! Follows what the class does when keys are only inserted (the same in Java 8 to 21).

use std::cmp::Ordering;

use super::hash_order::{LONGEST_LIST, place, room};

/// Smaller tables grow instead of building trees.
const SMALLEST_WITH_TREES: usize = 64;

/// Trees with at most this many keys become lists again when the table grows.
const SMALLEST_TREE: usize = 6;

/// The index of an entry.
type Entry = usize;

/// A child of an entry in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// A key's hash, with its links in the list and in the tree. Java compares hashes as signed numbers.
#[derive(Debug, Clone, Copy, Default)]
struct Linked {
    hash: i32,
    next: Option<Entry>,
    previous: Option<Entry>,
    parent: Option<Entry>,
    left: Option<Entry>,
    right: Option<Entry>,
    is_red: bool,
    is_in_tree: bool,
}

/// The table. Keys are identified by numbers that the caller assigns.
pub(super) struct Table<C> {
    compare: C,
    entries: Vec<Linked>,
    /// The key of each entry.
    keys: Vec<usize>,
    places: Vec<Option<Entry>>,
}

impl<C: Fn(usize, usize) -> Ordering> Table<C> {
    pub(super) fn new(capacity: usize, compare: C) -> Self {
        Self { compare, entries: Vec::new(), keys: Vec::new(), places: vec![None; capacity] }
    }

    /// Inserts a key; returns `false` if it was already there.
    pub(super) fn put(&mut self, hash: u32, key: usize) -> bool {
        let hash_place = place(hash, self.places.len());
        let hash = hash.cast_signed();
        let is_new = match self.first(hash_place) {
            None => {
                let new = self.push(hash, key);
                self.set_first(hash_place, Some(new));
                true
            }
            Some(first) if self.get(first).is_in_tree => self.put_in_tree(hash_place, hash, key),
            Some(_) => self.put_in_list(hash_place, hash, key),
        };
        if is_new && self.entries.len() > room(self.places.len()) {
            self.grow();
        }
        is_new
    }

    /// The keys in iteration order.
    pub(super) fn keys(&self) -> Vec<usize> {
        let entries = self.places.iter().flat_map(|first| self.list(*first));
        entries.filter_map(|entry| self.keys.get(entry).copied()).collect()
    }

    fn put_in_list(&mut self, at: usize, hash: i32, key: usize) -> bool {
        let list = self.list(self.first(at));
        if list.iter().any(|entry| self.is_key(*entry, hash, key)) {
            return false;
        }
        let new = self.push(hash, key);
        if let Some(last) = list.last() {
            self.link(*last, Some(new));
        }
        if list.len() >= LONGEST_LIST {
            if self.places.len() < SMALLEST_WITH_TREES { self.grow() } else { self.make_tree(at) }
        }
        true
    }

    fn put_in_tree(&mut self, at: usize, hash: i32, key: usize) -> bool {
        let mut parent = self.root_of(at);
        loop {
            if self.is_key(parent, hash, key) {
                return false;
            }
            match self.child(parent, self.side(hash, key, parent)) {
                Some(child) => parent = child,
                None => break,
            }
        }
        let side = self.side(hash, key, parent);
        let new = self.push(hash, key);
        self.get_mut(new).is_in_tree = true;
        let next = self.get(parent).next;
        self.link(new, next);
        self.link(parent, Some(new));
        self.set_child(parent, side, Some(new));
        let root = self.root_of(at);
        let root = self.balance(root, new);
        self.move_to_front(at, root);
        true
    }

    /// Doubles the table. The keys of a bucket are split between two, keeping their order; trees are rebuilt.
    fn grow(&mut self) {
        let capacity = self.places.len();
        let old = std::mem::replace(&mut self.places, vec![None; capacity * 2]);
        for (at, first) in old.into_iter().enumerate() {
            let list = self.list(first);
            let was_tree = first.is_some_and(|first| self.get(first).is_in_tree);
            let (high, low): (Vec<_>, Vec<_>) = list
                .into_iter()
                .partition(|entry| place(self.get(*entry).hash.cast_unsigned(), capacity * 2) >= capacity);
            for (at, part, other) in [(at, &low, &high), (at + capacity, &high, &low)] {
                self.set_list(at, part);
                if was_tree && part.len() <= SMALLEST_TREE {
                    for entry in part {
                        self.get_mut(*entry).is_in_tree = false;
                    }
                } else if was_tree && !other.is_empty() {
                    self.make_tree(at);
                }
            }
        }
    }

    fn set_list(&mut self, at: usize, list: &[Entry]) {
        self.set_first(at, list.first().copied());
        for (index, entry) in list.iter().enumerate() {
            self.link(*entry, list.get(index + 1).copied());
        }
        if let Some(first) = list.first() {
            self.get_mut(*first).previous = None;
        }
    }

    fn make_tree(&mut self, at: usize) {
        let mut root = None;
        for entry in self.list(self.first(at)) {
            let linked = self.get_mut(entry);
            (linked.left, linked.right, linked.parent, linked.is_in_tree) = (None, None, None, true);
            match root {
                None => self.get_mut(entry).is_red = false,
                Some(root) => self.hang(root, entry),
            }
            root = Some(root.map_or(entry, |root| self.balance(root, entry)));
        }
        if let Some(root) = root {
            self.move_to_front(at, root);
        }
    }

    /// Attaches an entry below the node where it belongs.
    fn hang(&mut self, root: Entry, entry: Entry) {
        let (hash, key) = (self.get(entry).hash, self.key(entry));
        let mut parent = root;
        while let Some(child) = self.child(parent, self.side(hash, key, parent)) {
            parent = child;
        }
        self.set_child(parent, self.side(hash, key, parent), Some(entry));
    }

    /// Restores the red-black properties after `entry` was inserted; returns the new root.
    fn balance(&mut self, mut root: Entry, mut entry: Entry) -> Entry {
        self.get_mut(entry).is_red = true;
        loop {
            let Some(mut parent) = self.get(entry).parent else {
                self.get_mut(entry).is_red = false;
                return entry;
            };
            let Some(grand) = self.get(parent).parent.filter(|_| self.get(parent).is_red) else {
                return root;
            };
            let side = if self.get(grand).left == Some(parent) { Side::Left } else { Side::Right };
            if let Some(uncle) = self.child(grand, side.other()).filter(|uncle| self.get(*uncle).is_red) {
                self.get_mut(uncle).is_red = false;
                self.get_mut(parent).is_red = false;
                self.get_mut(grand).is_red = true;
                entry = grand;
                continue;
            }
            if self.child(parent, side.other()) == Some(entry) {
                root = self.rotate(root, parent, side.other());
                (entry, parent) = (parent, entry);
            }
            self.get_mut(parent).is_red = false;
            self.get_mut(grand).is_red = true;
            root = self.rotate(root, grand, side);
        }
    }

    /// Rotates the child on a side up into the position of its parent; returns the new root.
    fn rotate(&mut self, root: Entry, parent: Entry, side: Side) -> Entry {
        let Some(child) = self.child(parent, side) else {
            return root;
        };
        let inner = self.child(child, side.other());
        let above = self.get(parent).parent;
        let above_side = above.map(|above| if self.get(above).left == Some(parent) { Side::Left } else { Side::Right });
        self.set_child(parent, side, inner);
        self.set_child(child, side.other(), Some(parent));
        self.get_mut(child).parent = above;
        let Some((above, side)) = above.zip(above_side) else {
            self.get_mut(child).is_red = false;
            return child;
        };
        self.set_child(above, side, Some(child));
        root
    }

    /// Moves the root of a tree to the front of its list.
    fn move_to_front(&mut self, at: usize, root: Entry) {
        let first = self.first(at);
        if first == Some(root) {
            return;
        }
        let Linked { next, previous, .. } = *self.get(root);
        match previous {
            Some(previous) => self.link(previous, next),
            None => next.into_iter().for_each(|next| self.get_mut(next).previous = None),
        }
        self.link(root, first);
        self.get_mut(root).previous = None;
        self.set_first(at, Some(root));
    }

    fn root_of(&self, at: usize) -> Entry {
        let mut root = self.first(at).unwrap_or_default();
        while let Some(parent) = self.get(root).parent {
            root = parent;
        }
        root
    }

    /// The side of an entry on which a key belongs.
    fn side(&self, hash: i32, key: usize, entry: Entry) -> Side {
        let order = hash.cmp(&self.get(entry).hash).then_with(|| (self.compare)(key, self.key(entry)));
        if order == Ordering::Greater { Side::Right } else { Side::Left }
    }

    fn is_key(&self, entry: Entry, hash: i32, key: usize) -> bool {
        self.get(entry).hash == hash && (self.compare)(key, self.key(entry)) == Ordering::Equal
    }

    fn list(&self, first: Option<Entry>) -> Vec<Entry> {
        std::iter::successors(first, |entry| self.get(*entry).next).collect()
    }

    fn link(&mut self, entry: Entry, next: Option<Entry>) {
        self.get_mut(entry).next = next;
        if let Some(next) = next {
            self.get_mut(next).previous = Some(entry);
        }
    }

    fn push(&mut self, hash: i32, key: usize) -> Entry {
        self.keys.push(key);
        self.entries.push(Linked { hash, ..Linked::default() });
        self.entries.len() - 1
    }

    fn child(&self, entry: Entry, side: Side) -> Option<Entry> {
        match side {
            Side::Left => self.get(entry).left,
            Side::Right => self.get(entry).right,
        }
    }

    fn set_child(&mut self, entry: Entry, side: Side, child: Option<Entry>) {
        let linked = self.get_mut(entry);
        match side {
            Side::Left => linked.left = child,
            Side::Right => linked.right = child,
        }
        if let Some(child) = child {
            self.get_mut(child).parent = Some(entry);
        }
    }

    fn key(&self, entry: Entry) -> usize {
        self.keys.get(entry).copied().unwrap_or_default()
    }

    fn first(&self, at: usize) -> Option<Entry> {
        self.places.get(at).copied().flatten()
    }

    fn set_first(&mut self, at: usize, entry: Option<Entry>) {
        if let Some(place) = self.places.get_mut(at) {
            *place = entry;
        }
    }

    #[expect(clippy::indexing_slicing, reason = "entries are never taken away, and numbers come from `push` alone")]
    fn get(&self, entry: Entry) -> &Linked {
        &self.entries[entry]
    }

    #[expect(clippy::indexing_slicing, reason = "entries are never taken away, and numbers come from `push` alone")]
    fn get_mut(&mut self, entry: Entry) -> &mut Linked {
        &mut self.entries[entry]
    }
}
