//! Decides which parts of a template between `if`, `else` and `end` are written.

/// Whether something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    No,
    /// Unknown, or possibly more than once.
    Perhaps,
}

/// The open blocks, innermost last.
#[derive(Default)]
pub(super) struct Branches {
    open: Vec<Branch>,
}

#[derive(Clone, Copy)]
struct Branch {
    now: Written,
    /// Whether this branch or an earlier one of the block is written.
    any: Written,
}

impl Branches {
    /// Whether text at this point is written.
    pub(super) fn now(&self) -> Written {
        let states = || self.open.iter().map(|branch| branch.now);
        if states().any(|now| now == Written::No) {
            Written::No
        } else if states().any(|now| now == Written::Perhaps) {
            Written::Perhaps
        } else {
            Written::Yes
        }
    }

    /// Opens a block that is written if a condition holds; `None` if that is unknown.
    pub(super) fn open(&mut self, condition: Option<bool>) {
        let now = written(condition);
        self.open.push(Branch { now, any: now });
    }

    /// Starts a branch that is written if no earlier one was, and a condition holds.
    pub(super) fn turn(&mut self, condition: Option<bool>) {
        let Some(branch) = self.open.last_mut() else { return };
        branch.now = match branch.any {
            Written::Yes => Written::No,
            Written::No => written(condition),
            Written::Perhaps => Written::Perhaps,
        };
        if branch.any == Written::No {
            branch.any = branch.now;
        }
    }

    pub(super) fn close(&mut self) {
        self.open.pop();
    }
}

fn written(condition: Option<bool>) -> Written {
    match condition {
        Some(true) => Written::Yes,
        Some(false) => Written::No,
        None => Written::Perhaps,
    }
}
