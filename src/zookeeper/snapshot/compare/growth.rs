//! What has grown, and what has changed without growing.

use super::level::{Pair, Trees};
use super::totals::Totals;
use crate::zookeeper::snapshot::tree::{NodeId, PerNode, Tree};

/// Bytes that a node takes in a snapshot besides its path and data: two lengths, the ACL reference and its stat.
const NODE_OVERHEAD: u64 = 76;

/// A node is left out if a single child accounts for this much of its growth (in percent).
const NEARLY_ALL: u64 = 90;

/// The size of a node and everything below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// How many nodes.
    pub nodes: u64,
    /// Bytes of data.
    pub data: u64,
    /// Bytes in a snapshot: paths, data and stats. This is what fills a disk.
    pub stored: u64,
}

impl Extent {
    /// The sum of two.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { nodes: self.nodes + other.nodes, data: self.data + other.data, stored: self.stored + other.stored }
    }

    /// What is left after subtracting a part.
    #[must_use]
    pub fn minus(self, part: Self) -> Self {
        Self {
            nodes: self.nodes.saturating_sub(part.nodes),
            data: self.data.saturating_sub(part.data),
            stored: self.stored.saturating_sub(part.stored),
        }
    }
}

/// An extent before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// In the left snapshot.
    pub before: Extent,
    /// In the right snapshot.
    pub after: Extent,
}

impl Change {
    /// By how many bytes it has grown, as stored in a snapshot.
    #[must_use]
    pub fn growth(&self) -> i64 {
        difference(self.before.stored, self.after.stored)
    }

    /// The sum of two changes, side by side.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { before: self.before.plus(other.before), after: self.after.plus(other.after) }
    }

    /// What is left on each side after subtracting a part.
    #[must_use]
    pub fn minus(self, part: Self) -> Self {
        Self { before: self.before.minus(part.before), after: self.after.minus(part.after) }
    }
}

/// `after - before`.
#[must_use]
pub fn difference(before: u64, after: u64) -> i64 {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    signed(after) - signed(before)
}

/// A tree with the extent of each node.
#[derive(Debug)]
pub struct Extents<'t> {
    tree: &'t Tree,
    totals: &'t Totals,
    stored: PerNode<u64>,
}

impl<'t> Extents<'t> {
    /// Adds up what a tree takes in a snapshot.
    #[must_use]
    pub fn of(tree: &'t Tree, totals: &'t Totals) -> Self {
        let (mut lengths, mut stored) = (tree.per_node::<u64>(), tree.per_node::<u64>());
        for id in tree.reachable() {
            let above = tree.parent(id).map_or(0, |parent| lengths.get(parent) + 1);
            let name = u64::try_from(tree.name(id).len()).unwrap_or(u64::MAX);
            lengths.update(id, |length| *length = above + name);
        }
        for id in tree.reachable().rev() {
            stored.update(id, |stored| *stored += NODE_OVERHEAD + lengths.get(id) + u64::from(tree.size(id)));
            let below = stored.get(id);
            if let Some(parent) = tree.parent(id) {
                stored.update(parent, |stored| *stored += below);
            }
        }
        Self { tree, totals, stored }
    }

    fn extent(&self, id: NodeId) -> Extent {
        let sum = self.totals.sum(id);
        Extent { nodes: u64::from(sum.nodes) + 1, data: sum.bytes, stored: self.stored.get(id) }
    }
}

/// Nodes whose data has changed but not its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedInPlace {
    /// The paths of the first of them, sorted.
    pub paths: Vec<String>,
    /// How many there are in all.
    pub count: usize,
}

/// Two trees with the extents of their nodes.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'t> {
    /// The earlier one.
    pub left: &'t Extents<'t>,
    /// The later one.
    pub right: &'t Extents<'t>,
}

/// A path and how it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grown {
    /// The path; a slash for the root.
    pub path: String,
    /// It and all below it.
    pub change: Change,
}

impl<'t> Sides<'t> {
    /// The trees alone.
    #[must_use]
    pub fn trees(self) -> Trees<'t> {
        Trees { left: self.left.tree, right: self.right.tree }
    }

    /// A pair's change.
    #[must_use]
    pub fn change(self, pair: Pair) -> Change {
        let extent = |side: &Extents<'_>, id: Option<NodeId>| id.map(|id| side.extent(id)).unwrap_or_default();
        Change { before: extent(self.left, pair.left), after: extent(self.right, pair.right) }
    }

    /// Both roots.
    #[must_use]
    pub fn root(self) -> Pair {
        Pair { left: Some(self.left.tree.root()), right: Some(self.right.tree.root()) }
    }

    /// The paths that have grown or shrunk most. A node is left out if nearly all of its growth is in one child: the
    /// child tells more.
    #[must_use]
    pub fn most_grown(self, count: usize) -> Vec<Grown> {
        let (mut found, mut children) = (Vec::new(), Vec::new());
        let mut left = vec![self.root()];
        while let Some(pair) = left.pop() {
            let growth = self.change(pair).growth().unsigned_abs();
            children.clear();
            self.trees().push_children(pair, &mut children);
            let largest = children.iter().map(|child| self.change(*child).growth().unsigned_abs()).max();
            if growth > 0 && largest.unwrap_or(0).saturating_mul(100) < growth.saturating_mul(NEARLY_ALL) {
                found.push((growth, pair));
            }
            left.append(&mut children);
        }
        found.sort_by_key(|(growth, _)| std::cmp::Reverse(*growth));
        let mut grown = self.with_ties(found, count);
        grown.sort_by(|a, b| b.change.growth().abs().cmp(&a.change.growth().abs()).then_with(|| a.path.cmp(&b.path)));
        grown.truncate(count);
        grown
    }

    /// Builds paths only for the pairs that can be among the first `count`, ties included.
    fn with_ties(self, found: Vec<(u64, Pair)>, count: usize) -> Vec<Grown> {
        let least = count.checked_sub(1).and_then(|last| found.get(last)).map_or(0, |(growth, _)| *growth);
        let wanted = found.into_iter().filter(|_| count > 0).take_while(|(growth, _)| *growth >= least);
        wanted.map(|(_, pair)| Grown { path: self.path(pair), change: self.change(pair) }).collect()
    }

    /// Nodes whose data has changed but not its size, of which `top` are named. Both trees need checksums of their data
    /// (`Keep::contents`).
    #[must_use]
    pub fn changed_in_place(self, top: usize) -> ChangedInPlace {
        let (mut changed, mut children, mut left) = (Vec::new(), Vec::new(), vec![self.root()]);
        while let Some(pair) = left.pop() {
            if self.is_changed_in_place(pair) {
                changed.push(pair);
            }
            self.trees().push_children(pair, &mut children);
            left.extend(children.drain(..).filter(|child| child.left.is_some() && child.right.is_some()));
        }
        let mut paths: Vec<String> = changed.iter().map(|pair| self.path(*pair)).collect();
        paths.sort_unstable();
        paths.truncate(top);
        ChangedInPlace { paths, count: changed.len() }
    }

    fn is_changed_in_place(self, pair: Pair) -> bool {
        let (left, right) = (self.left.tree, self.right.tree);
        pair.left
            .zip(pair.right)
            .is_some_and(|(a, b)| left.size(a) == right.size(b) && left.content(a) != right.content(b))
    }

    pub(super) fn path(self, pair: Pair) -> String {
        let mut path = Vec::new();
        self.trees().push_path(pair, &mut path);
        if path.is_empty() { "/".to_owned() } else { String::from_utf8_lossy(&path).into_owned() }
    }
}
