//! A snapshot's tree in memory: a few dozen bytes per node, in arrays that grow with the file.

mod arrange;
mod build;
mod duplicates;
mod names;

use std::collections::BTreeMap;

pub use arrange::Order;
pub use build::{Keep, Loaded, Wanted, read};
pub(super) use names::compare_inside;

use super::reader::Session;
use super::stat::{STAT_SIZE, Stat};

/// Means "no node".
const NONE: u32 = u32::MAX;

/// A node, numbered in the order of the file. The root is the node without a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// The node's index in the arrays.
    fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(NONE))
    }
}

/// What is always kept of a node.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// [`NONE`] for the root, and for nodes replaced by a later one with the same path.
    parent: u32,
    /// Bytes of data; null counts as none.
    data: u32,
    /// Where the name ends in `Tree::names`; it begins where the previous one ends.
    name_end: u64,
    /// Where the children begin in `Tree::children`; they end where those of the next node begin.
    children: u32,
}

/// A snapshot's nodes.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    names: Vec<u8>,
    /// All children of the first node, of the second, ...
    children: Vec<NodeId>,
    root: NodeId,
    /// How many different paths there are; some may be unreachable from the root if nodes were replaced.
    paths: usize,
    /// The stat of each node, if kept.
    stats: Vec<[u8; STAT_SIZE]>,
    /// All data, and where each node's ends, if kept.
    data: Vec<u8>,
    data_ends: Vec<u64>,
    /// A checksum of each node's data, if kept.
    contents: Vec<u32>,
    /// Data that differs from the file, because `ZooKeeper` recounts quotas when it loads a tree.
    replaced: BTreeMap<NodeId, Vec<u8>>,
    sessions: Vec<Session>,
}

impl Tree {
    /// The root node.
    #[must_use]
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// How many different paths the file has, reachable from the root or not.
    #[must_use]
    pub fn paths(&self) -> usize {
        self.paths
    }

    /// The sessions, in the order of the file.
    #[must_use]
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The last part of a node's path; empty for the root.
    #[must_use]
    pub fn name(&self, id: NodeId) -> &[u8] {
        let begin = id.index().checked_sub(1).and_then(|before| self.nodes.get(before)).map_or(0, |node| node.name_end);
        let end = self.nodes.get(id.index()).map_or(0, |node| node.name_end);
        slice(&self.names, begin, end)
    }

    /// The parent of a node.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.nodes.get(id.index()).map(|node| node.parent).filter(|parent| *parent != NONE).map(NodeId)
    }

    /// The children of a node, in the requested order.
    #[must_use]
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        let begin = self.nodes.get(id.index()).map_or(0, |node| node.children);
        let end = self.nodes.get(id.index() + 1).map_or(self.children.len(), |node| usize_from(node.children));
        self.children.get(usize_from(begin)..end).unwrap_or_default()
    }

    /// How many bytes of data a node has.
    #[must_use]
    pub fn size(&self, id: NodeId) -> u32 {
        self.nodes.get(id.index()).map_or(0, |node| node.data)
    }

    /// A node's data; empty unless data was kept.
    #[must_use]
    pub fn data(&self, id: NodeId) -> &[u8] {
        if let Some(data) = self.replaced.get(&id) {
            return data;
        }
        let begin =
            id.index().checked_sub(1).and_then(|before| self.data_ends.get(before)).copied().unwrap_or_default();
        let end = self.data_ends.get(id.index()).copied().unwrap_or_default();
        slice(&self.data, begin, end)
    }

    /// A node's stat; `None` unless stats were kept.
    #[must_use]
    pub fn stat(&self, id: NodeId) -> Option<Stat> {
        self.stats.get(id.index()).map(Stat::read)
    }

    /// A checksum of a node's data; 0 unless checksums were kept.
    #[must_use]
    pub fn content(&self, id: NodeId) -> u32 {
        self.contents.get(id.index()).copied().unwrap_or_default()
    }

    /// A node's whole path; empty for the root.
    #[must_use]
    pub fn path(&self, id: NodeId) -> Vec<u8> {
        let mut path = Vec::new();
        self.push_path(id, &mut path);
        path
    }

    /// Appends a node's whole path.
    pub fn push_path(&self, id: NodeId, to: &mut Vec<u8>) {
        let begin = to.len();
        let mut node = id;
        // Written backwards and then reversed, which needs no memory for the ancestors.
        while let Some(parent) = self.parent(node) {
            to.extend(self.name(node).iter().rev());
            to.push(b'/');
            node = parent;
        }
        to.get_mut(begin..).unwrap_or_default().reverse();
    }

    /// The node with a path; the root's path is empty.
    #[must_use]
    pub fn find(&self, path: &[u8]) -> Option<NodeId> {
        let mut names = path.split(|byte| *byte == b'/');
        names.next().filter(|before| before.is_empty())?;
        names.try_fold(self.root, |node, name| {
            self.children(node).iter().copied().find(|child| self.name(*child) == name)
        })
    }

    /// All nodes that can be reached from the root, parents before their children, in the order of the file.
    pub fn reachable(&self) -> impl DoubleEndedIterator<Item = NodeId> {
        (0..self.nodes.len()).map(NodeId::at).filter(|id| *id == self.root || self.parent(*id).is_some())
    }

    /// An array with a default value for every node.
    #[must_use]
    pub fn per_node<T: Clone + Default>(&self) -> PerNode<T> {
        PerNode(vec![T::default(); self.nodes.len()])
    }

    /// Replaces a node's data by something else than what is in the file.
    pub(super) fn replace_data(&mut self, id: NodeId, data: Vec<u8>) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.data = u32::try_from(data.len()).unwrap_or(u32::MAX);
        }
        if let Some(content) = self.contents.get_mut(id.index()) {
            *content = crc32fast::hash(&data);
        }
        self.replaced.insert(id, data);
    }
}

/// A value for every node.
#[derive(Debug, Clone)]
pub struct PerNode<T>(Vec<T>);

impl<T: Copy + Default> PerNode<T> {
    /// The value of a node.
    #[must_use]
    pub fn get(&self, id: NodeId) -> T {
        self.0.get(id.index()).copied().unwrap_or_default()
    }

    /// Changes the value of a node.
    pub fn update(&mut self, id: NodeId, change: impl FnOnce(&mut T)) {
        if let Some(value) = self.0.get_mut(id.index()) {
            change(value);
        }
    }
}

fn usize_from(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn slice(bytes: &[u8], begin: u64, end: u64) -> &[u8] {
    let index = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
    bytes.get(index(begin)..index(end)).unwrap_or_default()
}
