//! The order of siblings.

use super::names::{self, Keys};
use super::{NONE, NodeId, Tree, usize_from};
use crate::zookeeper::snapshot::java::HashOrder;

/// The order of children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The iteration order of a `java.util.HashSet` into which they were inserted in the order of the file.
    Java,
    /// By the bytes of their names.
    Name,
}

impl Tree {
    /// Sorts all children. Only this reveals whether a path occurs twice; if so, the duplicates are resolved and the
    /// children are sorted again.
    pub(super) fn arrange(&mut self, order: Order) {
        if self.sort_groups(order) {
            self.resolve_duplicates();
            self.group();
            self.sort_groups(order);
        }
    }

    /// Sorts each node's children; returns `true` if two of them have the same name.
    fn sort_groups(&mut self, order: Order) -> bool {
        let mut children = std::mem::take(&mut self.children);
        let (mut keys, mut hash_order, mut has_equal) = (Keys::default(), HashOrder::default(), false);
        self.for_each_group(&mut children, |tree, siblings| {
            has_equal |= match order {
                Order::Name => names::sort(tree, siblings, &mut keys),
                Order::Java => hash_order.arrange(siblings, |id| tree.name(id)),
            };
        });
        self.children = children;
        has_equal
    }

    /// Groups the nodes by parent, in the order of the file within each group. Takes two passes over the nodes and no
    /// list per node.
    pub(super) fn group(&mut self) {
        let mut begins = self.begins();
        let mut children = vec![NodeId(NONE); self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.parent != NONE) {
            let Some(next) = begins.get_mut(usize_from(node.parent)) else { continue };
            if let Some(place) = children.get_mut(usize_from(*next)) {
                *place = NodeId::at(index);
            }
            *next += 1;
        }
        // Each group now ends where the next one begins.
        let mut begin = 0;
        for (node, end) in self.nodes.iter_mut().zip(begins) {
            node.children = begin;
            begin = end;
        }
        children.truncate(usize_from(begin));
        self.children = children;
    }

    /// Where each node's children begin.
    fn begins(&self) -> Vec<u32> {
        let mut counts = vec![0_u32; self.nodes.len()];
        for node in &self.nodes {
            if let Some(count) = counts.get_mut(usize_from(node.parent)) {
                *count += 1;
            }
        }
        let mut begin = 0;
        for count in &mut counts {
            begin += std::mem::replace(count, begin);
        }
        counts
    }

    fn for_each_group(&self, children: &mut [NodeId], mut to: impl FnMut(&Self, &mut [NodeId])) {
        let mut rest = children;
        for (index, node) in self.nodes.iter().enumerate() {
            let end = self.nodes.get(index + 1).map(|next| next.children);
            let count = end.map_or(rest.len(), |end| usize_from(end.saturating_sub(node.children)));
            let (group, others) = rest.split_at_mut_checked(count).unwrap_or_default();
            if group.len() > 1 {
                to(self, group);
            }
            rest = others;
        }
    }
}
