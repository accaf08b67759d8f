//! Sums over what is below each node of a tree.

use crate::zookeeper::snapshot::tree::{NodeId, PerNode, Tree};

/// What is in and below a node. Side by side, because both are read together and memory is slow.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    /// Bytes of data in the node and below it.
    pub bytes: u64,
    /// How many nodes are below it.
    pub nodes: u32,
}

/// Sums over all nodes of a tree.
#[derive(Debug)]
pub struct Totals {
    sums: PerNode<Sum>,
    levels: Vec<u64>,
}

impl Totals {
    /// Adds up a tree, children before their parents.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        let mut sums = tree.per_node::<Sum>();
        for id in tree.reachable().rev() {
            sums.update(id, |sum| sum.bytes += u64::from(tree.size(id)));
            if let Some(parent) = tree.parent(id) {
                let below = sums.get(id);
                sums.update(parent, |sum| {
                    *sum = Sum { bytes: sum.bytes + below.bytes, nodes: sum.nodes + below.nodes + 1 }
                });
            }
        }
        Self { sums, levels: levels(tree) }
    }

    /// What is in and below a node.
    #[must_use]
    pub fn sum(&self, id: NodeId) -> Sum {
        self.sums.get(id)
    }

    /// How many nodes there are at each depth, starting at the root.
    #[must_use]
    pub fn levels(&self) -> &[u64] {
        &self.levels
    }
}

fn levels(tree: &Tree) -> Vec<u64> {
    let (mut depths, mut levels) = (tree.per_node::<u32>(), Vec::new());
    for id in tree.reachable() {
        let depth = tree.parent(id).map_or(0, |parent| depths.get(parent) + 1);
        depths.update(id, |known| *known = depth);
        let depth = usize::try_from(depth).unwrap_or(usize::MAX);
        if levels.len() <= depth {
            levels.resize(depth + 1, 0);
        }
        if let Some(count) = levels.get_mut(depth) {
            *count += 1;
        }
    }
    levels
}
