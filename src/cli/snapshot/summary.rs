//! `autopurge snapshot summary`: how many nodes and bytes are below each node.

use super::args::SummaryArgs;
use super::input::read_tree;
use super::{SnapshotError, finish, stdout};
use crate::cli::{ExitCode, leave};
use crate::zookeeper::snapshot::java::summary::{Start, write_summary};
use crate::zookeeper::snapshot::{Keep, Order, Wanted};

pub(super) fn run(args: &SummaryArgs) -> Result<ExitCode, SnapshotError> {
    let order = if args.sort { Order::Name } else { Order::Java };
    let tree = read_tree(&args.file, Wanted { keep: Keep::default(), order })?;
    let path = if args.node == "/" { "" } else { &args.node };
    let node = tree.find(path.as_bytes()).ok_or_else(|| SnapshotError::NoSuchNode(args.node.clone()))?;
    let mut out = stdout();
    write_summary(&mut out, &tree, Start { node, path: args.node.as_bytes() }, args.depth)?;
    leave(tree);
    finish(out)
}
