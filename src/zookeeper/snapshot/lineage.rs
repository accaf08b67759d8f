//! Finds the parent of the next node.
//!
//! Servers write trees depth first, so a parent is nearly always among the ancestors of the previous node. `ZooKeeper`
//! itself only requires that parents come earlier; callers that support that too keep an index for the rest.

use memchr::memrchr;

/// The path from the root to the last node read.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    path: Vec<u8>,
    /// The length of each ancestor's path, and the ancestor's index in the file.
    ancestors: Vec<(usize, u32)>,
}

/// A path, split at its last slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Split<'p> {
    pub(super) parent: &'p [u8],
    pub(super) name: &'p [u8],
}

impl<'p> Split<'p> {
    /// `None` for the root, and for what is not an absolute path.
    pub(super) fn of(path: &'p [u8]) -> Option<Self> {
        let slash = memrchr(b'/', path)?;
        let (parent, rest) = path.split_at_checked(slash)?;
        let is_absolute = path.first() == Some(&b'/');
        rest.split_first().filter(|_| is_absolute).map(|(_, name)| Self { parent, name })
    }
}

impl Lineage {
    /// The index of the ancestor with this path.
    pub(super) fn find(&mut self, parent: &[u8]) -> Option<u32> {
        if self.path.get(..parent.len()) != Some(parent) {
            return None;
        }
        let is_below = |ancestor: &(usize, u32)| ancestor.0 > parent.len();
        while self.ancestors.last().is_some_and(is_below) {
            self.ancestors.pop();
        }
        self.path.truncate(self.ancestors.last()?.0);
        self.ancestors.last().filter(|ancestor| ancestor.0 == parent.len()).map(|ancestor| ancestor.1)
    }

    /// Continues below the ancestor that was found.
    pub(super) fn descend(&mut self, split: Split<'_>, number: u32) {
        self.path.push(b'/');
        self.path.extend_from_slice(split.name);
        self.ancestors.push((self.path.len(), number));
    }

    /// Starts at a root, or anew at another node whose ancestors are not tracked.
    pub(super) fn restart(&mut self, path: &[u8], number: u32) {
        self.path.clear();
        self.path.extend_from_slice(path);
        self.ancestors.clear();
        self.ancestors.push((path.len(), number));
    }
}
