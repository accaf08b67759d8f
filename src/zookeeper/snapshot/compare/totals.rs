//! What is below each node of a tree.

use crate::zookeeper::snapshot::tree::{NodeId, PerNode, Tree};

/// Sums over all nodes of a tree.
#[derive(Debug)]
pub struct Totals {
    bytes: PerNode<u64>,
    nodes: PerNode<u32>,
    levels: Vec<u64>,
}

impl Totals {
    /// Adds up a tree, children before their parents.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        let (mut bytes, mut nodes) = (tree.per_node::<u64>(), tree.per_node::<u32>());
        for id in tree.reachable().rev() {
            bytes.update(id, |bytes| *bytes += u64::from(tree.size(id)));
            if let Some(parent) = tree.parent(id) {
                let (below, count) = (bytes.get(id), nodes.get(id));
                bytes.update(parent, |bytes| *bytes += below);
                nodes.update(parent, |nodes| *nodes += count + 1);
            }
        }
        Self { bytes, nodes, levels: levels(tree) }
    }

    /// Bytes of data in a node and below it.
    #[must_use]
    pub fn bytes(&self, id: NodeId) -> u64 {
        self.bytes.get(id)
    }

    /// How many nodes are below a node.
    #[must_use]
    pub fn nodes(&self, id: NodeId) -> u32 {
        self.nodes.get(id)
    }

    /// How many nodes there are at each depth, from the root on.
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
