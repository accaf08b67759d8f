//! Reads a snapshot into a tree.

use std::collections::HashMap;
use std::io::Read;

use super::{NONE, Node, NodeId, Order, Tree};
use crate::zookeeper::damage::{Cause, ReadError};
use crate::zookeeper::file_name::Framing;
use crate::zookeeper::snapshot::lineage::{Lineage, Split};
use crate::zookeeper::snapshot::quota;
use crate::zookeeper::snapshot::reader::{self, Session, Visitor, lossy, orphan};
use crate::zookeeper::snapshot::seals::seals;
use crate::zookeeper::snapshot::stat::STAT_SIZE;
use crate::zookeeper::snapshot::verify::Described;
use crate::zookeeper::snapshot::window::{Window, wide};

/// What to keep besides names and sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    /// The stat of every node: 60 bytes each.
    pub stats: bool,
    /// All data.
    pub data: bool,
    /// A checksum of each node's data: 4 bytes each.
    pub contents: bool,
}

/// What a tree is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// What to keep of every node.
    pub keep: Keep,
    /// The order of children.
    pub order: Order,
}

/// A tree that was read.
#[derive(Debug)]
pub struct Loaded {
    /// The tree.
    pub tree: Tree,
    /// What is wrong with what comes after the tree.
    pub doubt: Option<ReadError>,
}

/// Reads a tree, with quotas as `ZooKeeper` counts them when it loads one.
///
/// As in `ZooKeeper`'s own tools, the tree is available once its end has been read.
///
/// # Errors
/// When the snapshot cannot be read up to the end of the tree.
pub fn read(what: Described<'_>, reader: impl Read, wanted: Wanted) -> Result<Loaded, ReadError> {
    let mut window = Window::new(reader, Framing::of(what.name), what.size);
    let mut builder = Builder::new(wanted.keep);
    reader::outline(&mut window, &mut builder)?;
    let doubt = seals(&mut window).err();
    let mut tree = builder.finish();
    tree.arrange(wanted.order);
    quota::recount(&mut tree);
    Ok(Loaded { tree, doubt })
}

/// A tree that is being read.
struct Builder {
    keep: Keep,
    sessions: Vec<Session>,
    lineage: Lineage,
    /// The last node of each path so far; filled once a parent that is not an ancestor is needed.
    known: Option<HashMap<Vec<u8>, NodeId>>,
    nodes: Vec<Node>,
    names: Vec<u8>,
    root: Option<NodeId>,
    /// Whether there was more than one root.
    has_duplicates: bool,
    stats: Vec<[u8; STAT_SIZE]>,
    data: Vec<u8>,
    data_ends: Vec<u64>,
    content: crc32fast::Hasher,
    contents: Vec<u32>,
}

impl Builder {
    fn new(keep: Keep) -> Self {
        Self {
            keep,
            sessions: Vec::new(),
            lineage: Lineage::default(),
            known: None,
            nodes: Vec::new(),
            names: Vec::new(),
            root: None,
            has_duplicates: false,
            stats: Vec::new(),
            data: Vec::new(),
            data_ends: Vec::new(),
            content: crc32fast::Hasher::new(),
            contents: Vec::new(),
        }
    }

    /// The index of the parent, or [`NONE`] for a root.
    fn place(&mut self, path: &[u8], id: NodeId) -> Result<u32, Cause> {
        let Some(split) = Split::of(path) else {
            return self.place_root(path, id);
        };
        self.names.extend_from_slice(split.name);
        if let Some(parent) = self.lineage.find(split.parent) {
            self.lineage.descend(split, id.0);
            return Ok(parent);
        }
        let parent = self.search(split.parent).ok_or_else(|| orphan(path, split.parent))?;
        self.lineage.restart(path, id.0);
        Ok(parent.0)
    }

    fn place_root(&mut self, path: &[u8], id: NodeId) -> Result<u32, Cause> {
        if !path.is_empty() {
            return Err(Cause::Path(lossy(path)));
        }
        self.has_duplicates |= self.root.is_some();
        self.root = Some(id);
        self.lineage.restart(path, id.0);
        Ok(NONE)
    }

    /// Finds a parent that is not an ancestor of the previous node: no server writes that, but every server reads it.
    #[cold]
    fn search(&mut self, parent: &[u8]) -> Option<NodeId> {
        if self.known.is_none() {
            self.known = Some(self.paths());
        }
        self.known.as_ref()?.get(parent).copied()
    }

    fn paths(&self) -> HashMap<Vec<u8>, NodeId> {
        let mut paths: Vec<Vec<u8>> = Vec::with_capacity(self.nodes.len());
        let mut begin = 0;
        for node in &self.nodes {
            let mut path = paths.get(NodeId(node.parent).index()).cloned().unwrap_or_default();
            if node.parent != NONE {
                path.push(b'/');
                path.extend_from_slice(super::slice(&self.names, begin, node.name_end));
            }
            begin = node.name_end;
            paths.push(path);
        }
        paths.into_iter().enumerate().map(|(index, path)| (path, NodeId::at(index))).collect()
    }

    fn finish(self) -> Tree {
        let root = self.root.unwrap_or(NodeId(0));
        let mut tree = Tree {
            paths: self.nodes.len(),
            nodes: self.nodes,
            names: self.names,
            children: Vec::new(),
            root,
            stats: self.stats,
            data: self.data,
            data_ends: self.data_ends,
            contents: self.contents,
            replaced: std::collections::BTreeMap::new(),
            sessions: self.sessions,
        };
        if self.has_duplicates {
            tree.resolve_duplicates();
        }
        tree.group();
        tree
    }
}

impl Visitor for Builder {
    fn session(&mut self, session: Session) {
        self.sessions.push(session);
    }

    fn open(&mut self, path: &[u8], data: Option<usize>) -> Result<(), Cause> {
        let id = u32::try_from(self.nodes.len()).ok().filter(|number| *number != NONE).map(NodeId);
        let id = id.ok_or(Cause::TooManyNodes)?;
        let parent = self.place(path, id)?;
        if let Some(known) = &mut self.known {
            known.insert(path.to_vec(), id);
        }
        let data = u32::try_from(data.unwrap_or(0)).unwrap_or(u32::MAX);
        self.nodes.push(Node { parent, data, name_end: wide(self.names.len()), children: 0 });
        Ok(())
    }

    fn data(&mut self, piece: &[u8]) {
        if self.keep.data {
            self.data.extend_from_slice(piece);
        }
        if self.keep.contents {
            self.content.update(piece);
        }
    }

    fn close(&mut self, stat: &[u8; STAT_SIZE]) {
        if self.keep.stats {
            self.stats.push(*stat);
        }
        if self.keep.data {
            self.data_ends.push(wide(self.data.len()));
        }
        if self.keep.contents {
            self.contents.push(std::mem::take(&mut self.content).finalize());
        }
    }
}
