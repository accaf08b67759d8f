//! Sorts names by their bytes, which gives the order of Java's strings for every path that `ZooKeeper` allows.

use std::cmp::Ordering;

use super::{NodeId, Tree};

/// A node with the eight bytes of its name that nearly always decide: sorting by a number is several times faster than
/// by name.
struct Keyed {
    key: u64,
    id: NodeId,
}

/// Sorts siblings by name; returns `true` if two of them have the same name. Their common prefix is compared only once.
pub(super) fn sort(tree: &Tree, siblings: &mut [NodeId], keyed: &mut Keys) -> bool {
    let Some((first, others)) = siblings.split_first() else {
        return false;
    };
    let first = tree.name(*first);
    let common = others.iter().fold(first.len(), |common, id| common.min(common_prefix(first, tree.name(*id), common)));
    keyed.0.clear();
    keyed.0.extend(siblings.iter().map(|id| Keyed { key: key(tree.name(*id), common), id: *id }));
    keyed.0.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| tree.name(a.id).cmp(tree.name(b.id))));
    for (sibling, keyed) in siblings.iter_mut().zip(&keyed.0) {
        *sibling = keyed.id;
    }
    let is_equal = |a: &Keyed, b: &Keyed| a.key == b.key && tree.name(a.id) == tree.name(b.id);
    keyed.0.windows(2).any(|pair| matches!(pair, [a, b] if is_equal(a, b)))
}

/// Reusable buffer for sorting.
#[derive(Default)]
pub(super) struct Keys(Vec<Keyed>);

fn common_prefix(a: &[u8], b: &[u8], limit: usize) -> usize {
    a.iter().zip(b).take(limit).take_while(|(a, b)| a == b).count()
}

/// Shorter names are padded with zeros; the whole name breaks a tie.
fn key(name: &[u8], from: usize) -> u64 {
    let rest = name.get(from..).unwrap_or_default();
    if let Some(bytes) = rest.first_chunk() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    bytes.get_mut(..rest.len()).unwrap_or_default().copy_from_slice(rest);
    u64::from_be_bytes(bytes)
}

/// Compares as if both names were followed by a slash: the order of the children of both nodes when whole paths are
/// compared.
pub(in crate::zookeeper::snapshot) fn compare_inside(a: &[u8], b: &[u8]) -> Ordering {
    let slash = std::iter::once(&b'/');
    a.iter().chain(slash.clone()).cmp(b.iter().chain(slash))
}
