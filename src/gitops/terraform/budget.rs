//! How much of a folder is looked at, before what is left of it counts as not known.
//!
//! References may lead in circles, and a few lines of them may stand for more than any memory holds. What is written out
//! at its place is free, so that nothing of a release hides behind another one.

use std::cell::Cell;

/// Expressions in expressions, references to references among them.
const DEEPEST: usize = 64;
/// Expressions that are looked at in one file, each as often as something refers to it.
const MOST: usize = 100_000;
/// Bytes of the texts that are made of them.
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
    /// Looks at one more expression, a level deeper; `None` where that is too deep, or more than is left.
    pub(super) fn deeper<R>(&self, look: impl FnOnce() -> Option<R>) -> Option<R> {
        self.take(&self.expressions, 1)?;
        let levels = self.levels.get();
        self.levels.set(levels.checked_sub(1)?);
        let found = look();
        self.levels.set(levels);
        found
    }

    /// Makes a text of so many bytes; `None` where that is more than is left.
    pub(super) fn make(&self, bytes: usize) -> Option<()> {
        self.take(&self.bytes, bytes)
    }

    /// More was asked for than there was: nothing is left any more.
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
