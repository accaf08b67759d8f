//! How much of a folder is examined before the rest counts as unknown.
//!
//! References may be circular, and a few lines of them may expand to more than fits into memory. Anything written out
//! in place is free, so that nothing in one release is hidden by another.

use std::cell::Cell;

/// The limit for nested expressions, including references to references.
const DEEPEST: usize = 64;
/// The limit for expressions examined in one file, each counted as often as it is referred to.
const MOST: usize = 100_000;
/// The limit, in bytes, for the texts made from them.
const LARGEST: usize = 16 << 20;

/// What is left for one file.
pub(super) struct Budget {
    levels: Cell<usize>,
    expressions: Cell<usize>,
    bytes: Cell<usize>,
    is_spent: Cell<bool>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            levels: Cell::new(DEEPEST),
            expressions: Cell::new(MOST),
            bytes: Cell::new(LARGEST),
            is_spent: Cell::new(false),
        }
    }
}

impl Budget {
    /// Examines one more expression, a level deeper; `None` if that is too deep, or nothing is left.
    pub(super) fn deeper<R>(&self, look: impl FnOnce() -> Option<R>) -> Option<R> {
        self.take(&self.expressions, 1)?;
        let levels = self.levels.get();
        self.levels.set(levels.checked_sub(1)?);
        let found = look();
        self.levels.set(levels);
        found
    }

    /// Accounts for a text of the given size; `None` if that is more than is left.
    pub(super) fn make(&self, bytes: usize) -> Option<()> {
        self.take(&self.bytes, bytes)
    }

    /// Whether more was asked for than there was; from then on, nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.is_spent.get()
    }

    fn take(&self, left: &Cell<usize>, count: usize) -> Option<()> {
        let rest = left.get().checked_sub(count).filter(|_| !self.is_spent());
        self.is_spent.set(rest.is_none());
        left.set(rest?);
        Some(())
    }
}
