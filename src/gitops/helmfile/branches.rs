//! Which parts of a template are written: those between `if`, `else` and `end`.

/// Whether something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    No,
    /// That cannot be known, or it is written more than once.
    Perhaps,
}

/// The actions that are open, the innermost last.
#[derive(Default)]
pub(super) struct Branches {
    open: Vec<Branch>,
}

#[derive(Clone, Copy)]
struct Branch {
    now: Written,
    /// This branch or one before it is written.
    any: Written,
}

impl Branches {
    /// What is written here.
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

    /// What follows is written if a condition holds; `None` where that is not known.
    pub(super) fn open(&mut self, condition: Option<bool>) {
        let now = written(condition);
        self.open.push(Branch { now, any: now });
    }

    /// What follows is written if nothing before was, and a condition holds.
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
