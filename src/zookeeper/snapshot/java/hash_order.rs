//! The order in which a `java.util.HashSet` or `HashMap` is iterated over, if keys were only ever inserted.
//!
//! Keys are ordered by their bucket in the table, and within a bucket by insertion. Only a bucket with more than eight
//! keys is different, see [`Table`]; whether there is one is determined first, by counting.

use std::cmp::Ordering;

use super::red_black::Table;
use super::text;
use crate::zookeeper::snapshot::reader::Session;
use crate::zookeeper::snapshot::tree::NodeId;

/// The capacity that `DataNode` requests for its children.
const CHILDREN_CAPACITY: usize = 8;

/// The default capacity of a `HashMap`.
const SESSIONS_CAPACITY: usize = 16;

/// The most keys that a bucket keeps in a list.
pub(super) const LONGEST_LIST: usize = 8;

/// Reusable buffers for sorting.
#[derive(Debug, Default)]
pub struct HashOrder {
    hashes: Vec<u32>,
    counts: Vec<u8>,
    /// The bucket of a key in the upper half, its index in the lower one.
    places: Vec<u64>,
    order: Vec<usize>,
    nodes: Vec<NodeId>,
}

impl HashOrder {
    /// Reorders siblings from the order of the file to that of the set; returns `true` if two of them have the same
    /// name.
    pub fn arrange<'n>(&mut self, siblings: &mut [NodeId], name: impl Fn(NodeId) -> &'n [u8]) -> bool {
        self.nodes.clear();
        self.nodes.extend_from_slice(siblings);
        self.hashes.clear();
        self.hashes.extend(siblings.iter().map(|id| spread(text::hash(name(*id)))));
        let nodes = std::mem::take(&mut self.nodes);
        let name_at = |at: usize| nodes.get(at).map(|id| name(*id)).unwrap_or_default();
        let has_equal = self.sort(CHILDREN_CAPACITY, |a, b| compare(name_at(a), name_at(b)));
        for (sibling, at) in siblings.iter_mut().zip(&self.order) {
            *sibling = nodes.get(*at).copied().unwrap_or(*sibling);
        }
        self.nodes = nodes;
        has_equal
    }

    /// Sessions in the order of the map in which `SnapshotFormatter` keeps them. Of duplicates, the last one counts.
    pub fn sessions(&mut self, sessions: &[Session]) -> Vec<Session> {
        self.hashes.clear();
        self.hashes.extend(sessions.iter().map(|session| spread(text::hash_long(session.id))));
        let id = |at: usize| sessions.get(at).map(|session| session.id);
        if self.sort(SESSIONS_CAPACITY, |a, b| id(a).cmp(&id(b))) {
            return self.sessions(&last_of_each(sessions));
        }
        self.order.iter().filter_map(|at| sessions.get(*at).copied()).collect()
    }

    /// Fills `order` from the hashes; returns `true` if two keys are equal.
    fn sort(&mut self, capacity: usize, compare: impl Fn(usize, usize) -> Ordering) -> bool {
        let Some(capacity) = self.capacity(capacity) else {
            let mut table = Table::new(capacity, &compare);
            let has_equal = !self.hashes.iter().enumerate().fold(true, |all, (at, hash)| table.put(*hash, at) && all);
            self.order = table.keys();
            return has_equal;
        };
        self.places.clear();
        let place =
            |(at, hash): (usize, &u32)| (u64::from(hash & mask(capacity)) << 32) | u64::try_from(at).unwrap_or(0);
        self.places.extend(self.hashes.iter().enumerate().map(place));
        self.places.sort_unstable();
        self.order.clear();
        self.order.extend(self.places.iter().map(|place| key(*place)));
        self.has_equal(&compare)
    }

    /// The final capacity of the table; `None` if a bucket ever has too many keys for a list.
    fn capacity(&mut self, first: usize) -> Option<usize> {
        let mut capacity = first;
        if self.hashes.len() <= LONGEST_LIST {
            return Some(if self.hashes.len() > room(capacity) { capacity * 2 } else { capacity });
        }
        recount(&mut self.counts, capacity, &[]);
        for (at, hash) in self.hashes.iter().enumerate() {
            let count = self.counts.get_mut(place(*hash, capacity))?;
            *count += 1;
            if usize::from(*count) > LONGEST_LIST {
                return None;
            }
            if at + 1 > room(capacity) {
                capacity *= 2;
                recount(&mut self.counts, capacity, self.hashes.get(..=at).unwrap_or_default());
            }
        }
        Some(capacity)
    }

    /// Equal keys are in the same bucket, and buckets are small.
    fn has_equal(&self, compare: impl Fn(usize, usize) -> Ordering) -> bool {
        let is_equal =
            |a: u64, b: u64| self.hash_at(a) == self.hash_at(b) && compare(key(a), key(b)) == Ordering::Equal;
        self.places.iter().enumerate().any(|(at, place)| {
            let others = self.places.iter().skip(at + 1).take_while(|other| *other >> 32 == place >> 32);
            others.into_iter().any(|other| is_equal(*place, *other))
        })
    }

    fn hash_at(&self, place: u64) -> u32 {
        self.hashes.get(key(place)).copied().unwrap_or_default()
    }
}

/// The key in an element of `places`.
fn key(place: u64) -> usize {
    usize::try_from(place & u64::from(u32::MAX)).unwrap_or(0)
}

/// How many keys a table of this capacity holds before it grows.
pub(super) fn room(capacity: usize) -> usize {
    capacity / 4 * 3
}

/// Java mixes the upper half of a hash into the lower one.
fn spread(hash: u32) -> u32 {
    hash ^ (hash >> 16)
}

fn mask(capacity: usize) -> u32 {
    u32::try_from(capacity - 1).unwrap_or(u32::MAX)
}

/// The bucket of a hash.
pub(super) fn place(hash: u32, capacity: usize) -> usize {
    usize::try_from(hash & mask(capacity)).unwrap_or(0)
}

fn recount(counts: &mut Vec<u8>, capacity: usize, hashes: &[u32]) {
    counts.clear();
    counts.resize(capacity, 0);
    for hash in hashes {
        if let Some(count) = counts.get_mut(place(*hash, capacity)) {
            *count += 1;
        }
    }
}

/// `String.compareTo`.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        a.cmp(b)
    } else {
        text::decode(a).encode_utf16().cmp(text::decode(b).encode_utf16())
    }
}

/// A later session replaces an earlier one with the same id, in its position.
fn last_of_each(sessions: &[Session]) -> Vec<Session> {
    let mut unique: Vec<Session> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for session in sessions {
        let at = *places.entry(session.id).or_insert(unique.len());
        match unique.get_mut(at) {
            Some(known) => *known = *session,
            None => unique.push(*session),
        }
    }
    unique
}
