//! Prints what `SnapshotRecursiveSummary` (since 3.9) prints, byte for byte.

use std::io::{self, Write};

use super::text::decode;
use crate::zookeeper::snapshot::compare::{Sum, Totals};
use crate::zookeeper::snapshot::tree::{NodeId, Tree};

/// The node to begin with.
#[derive(Debug, Clone, Copy)]
pub struct Start<'p> {
    /// The node.
    pub node: NodeId,
    /// Its path as it was asked for, which is printed.
    pub path: &'p [u8],
}

/// Prints nodes that have children, down to `depth` below the first one; 0 means no limit.
pub fn write_summary(out: &mut impl Write, tree: &Tree, start: Start<'_>, depth: i32) -> io::Result<()> {
    let totals = Totals::of(tree);
    let mut path = start.path.to_vec();
    let mut left = vec![(start.node, 0_usize, path.len())];
    while let Some((id, level, parent_length)) = left.pop() {
        let children = tree.children(id);
        let is_deep_enough = depth == 0 || i32::try_from(level).is_ok_and(|level| level <= depth);
        if children.is_empty() || !is_deep_enough {
            continue;
        }
        if level > 0 {
            path.truncate(parent_length);
            path.push(b'/');
            path.extend_from_slice(tree.name(id));
        }
        write_node(out, "--".repeat(level).as_str(), &decode(&path), totals.sum(id))?;
        // Paths below the root, whose own path is a slash, begin with one slash and not with two.
        let length = if level == 0 && path == b"/" { 0 } else { path.len() };
        left.extend(children.iter().rev().map(|child| (*child, level + 1, length)));
    }
    writeln!(out)
}

fn write_node(out: &mut impl Write, tab: &str, path: &str, sum: Sum) -> io::Result<()> {
    write!(out, "{tab} {path}\n{tab}   children: {}\n{tab}   data: {}\n", sum.nodes, sum.bytes)
}
