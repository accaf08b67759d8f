//! Prints what `SnapshotRecursiveSummary` (since 3.9) prints, byte for byte.

use std::io::{self, Write};

use super::text::decode;
use crate::zookeeper::snapshot::compare::Totals;
use crate::zookeeper::snapshot::tree::{NodeId, Tree};

/// Prints nodes that have children, down to `depth` below the first one; 0 means no limit.
pub fn write_summary(out: &mut impl Write, tree: &Tree, start: (NodeId, &[u8]), depth: i32) -> io::Result<()> {
    let totals = Totals::of(tree);
    let (first, path) = start;
    let mut path = path.to_vec();
    let mut left = vec![(first, 0_usize, path.len())];
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
        write_node(out, "--".repeat(level).as_str(), &decode(&path), (totals.nodes(id), totals.bytes(id)))?;
        // Paths below the root, whose own path is a slash, begin with one slash and not with two.
        let length = if level == 0 && path == b"/" { 0 } else { path.len() };
        left.extend(children.iter().rev().map(|child| (*child, level + 1, length)));
    }
    writeln!(out)
}

fn write_node(out: &mut impl Write, tab: &str, path: &str, (nodes, bytes): (u32, u64)) -> io::Result<()> {
    write!(out, "{tab} {path}\n{tab}   children: {nodes}\n{tab}   data: {bytes}\n")
}
