//! Quotas. Whenever `ZooKeeper` loads a tree, it counts what is below each node with a quota and writes the result into
//! the tree before doing anything else, so exact sizes are those after this step.

use super::java::HashOrder;
use super::tree::{NodeId, Tree};

/// Where the limits and counts of all quotas are.
const QUOTAS: &[u8] = b"/zookeeper/quota";

/// The leaf that defines a quota.
const LIMITS: &[u8] = b"/zookeeper_limits";

/// Its sibling with the counts.
const COUNTS: &[u8] = b"/zookeeper_stats";

/// Recounts all quotas, in `ZooKeeper`'s order: some counts depend on others.
pub(super) fn recount(tree: &mut Tree) {
    let Some(quotas) = tree.find(QUOTAS) else {
        return;
    };
    let (mut order, mut left) = (HashOrder::default(), vec![quotas]);
    while let Some(id) = left.pop() {
        let mut children = tree.children(id).to_vec();
        if children.is_empty() {
            recount_leaf(tree, id);
            continue;
        }
        // Ids are in the order of the file, whatever the order of the tree.
        children.sort_unstable();
        order.arrange(&mut children, |child| tree.name(child));
        left.extend(children.into_iter().rev());
    }
}

fn recount_leaf(tree: &mut Tree, leaf: NodeId) {
    let path = tree.path(leaf);
    let Some(limited) = limited_path(&path) else {
        return;
    };
    let Usage { count, bytes } = tree.find(limited).map(|id| Usage::of(tree, id)).unwrap_or_default();
    if let Some(counts) = tree.find(&[QUOTAS, limited, COUNTS].concat()) {
        tree.replace_data(counts, format!("count={count},bytes={bytes}").into_bytes());
    }
}

/// The path that a leaf sets a quota for.
fn limited_path(leaf: &[u8]) -> Option<&[u8]> {
    leaf.ends_with(LIMITS).then_some(())?;
    let end = memchr::memmem::find(leaf, LIMITS)?;
    leaf.get(QUOTAS.len()..end)
}

/// What a quota limits.
#[derive(Default)]
struct Usage {
    /// Nodes: the one with the quota, and all below it.
    count: i64,
    /// Bytes of data in them.
    bytes: i64,
}

impl Usage {
    /// Adds up afresh: recounting one quota changes the data of nodes that another one covers.
    fn of(tree: &Tree, id: NodeId) -> Self {
        let (mut usage, mut left) = (Self::default(), vec![id]);
        while let Some(id) = left.pop() {
            usage.count += 1;
            usage.bytes += i64::from(tree.size(id));
            left.extend_from_slice(tree.children(id));
        }
        usage
    }
}
