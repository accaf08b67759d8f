//! Paths that occur twice in a snapshot. No server writes that, but every one reads it, and so do its tools: the later
//! node replaces the earlier one, and children of the earlier one are in it only if they occur again.

use std::collections::HashMap;

use super::{NONE, NodeId, Tree, usize_from};

/// For each node, the first one with its path; for each of those, the last one.
struct Paths {
    first: Vec<u32>,
    last: HashMap<u32, u32>,
}

impl Tree {
    /// Detaches the nodes that were replaced, and gives each replacement the position of the first node with its path.
    pub(super) fn resolve_duplicates(&mut self) {
        let paths = self.same_paths();
        self.paths = paths.last.len();
        let parents: Vec<u32> = (0..self.nodes.len()).map(|index| self.new_parent(index, &paths)).collect();
        for (node, parent) in self.nodes.iter_mut().zip(parents) {
            node.parent = parent;
        }
        self.detach_unreachable();
    }

    fn same_paths(&self) -> Paths {
        let (mut first, mut last, mut known) = (Vec::new(), HashMap::new(), HashMap::new());
        for (index, node) in self.nodes.iter().enumerate() {
            let number = NodeId::at(index).0;
            let parent = first.get(usize_from(node.parent)).copied().unwrap_or(NONE);
            let same = *known.entry((parent, self.name(NodeId(number)))).or_insert(number);
            first.push(same);
            last.insert(same, number);
        }
        Paths { first, last }
    }

    /// Only the last node of a path is kept, below the last one of the parent path, and only if that one has it as a
    /// child.
    fn new_parent(&self, index: usize, paths: &Paths) -> u32 {
        let same = |number: u32| paths.first.get(usize_from(number)).copied();
        let last = |number: u32| same(number).and_then(|first| paths.last.get(&first)).copied();
        let number = NodeId::at(index).0;
        let parent = self.nodes.get(index).map_or(NONE, |node| node.parent);
        if last(number) == Some(number) && last(parent) == Some(parent) { parent } else { NONE }
    }

    /// Descendants of an unreachable node are unreachable too. Parents come first, so one pass is enough.
    fn detach_unreachable(&mut self) {
        for index in 0..self.nodes.len() {
            let parent = self.nodes.get(index).map_or(NONE, |node| node.parent);
            let is_lost = |id: NodeId| id != self.root && self.parent(id).is_none();
            let is_lost = parent != NONE && is_lost(NodeId(parent));
            if let Some(node) = self.nodes.get_mut(index).filter(|_| is_lost) {
                node.parent = NONE;
            }
        }
    }
}
