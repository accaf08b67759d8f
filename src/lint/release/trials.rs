//! What the releases of one object do as files are, and after a change of a file. Each is tried once, however many of
//! the others ask.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Case, Release};
use crate::helm::Value;
use crate::lint::models::ModelledServer;
use crate::zookeeper::Verdict;

/// What a release does.
pub(super) struct Outcome {
    /// Its values.
    pub(super) values: Value,
    servers: Vec<ModelledServer>,
}

impl Outcome {
    pub(super) fn of(case: &Case<'_>) -> Self {
        Self { values: case.layers.values.clone(), servers: case.servers() }
    }

    /// The server with this prefix, if it purges.
    pub(super) fn purging(&self, prefix: &[String]) -> Option<&ModelledServer> {
        let server = self.servers.iter().find(|server| server.prefix == prefix)?;
        (server.judged.verdict == Verdict::Purges).then_some(server)
    }
}

/// The outcomes that are known.
#[derive(Default)]
pub(super) struct Trials {
    known: RefCell<Vec<(Trial, Option<Rc<Outcome>>)>>,
}

/// A release, and the path and text of the file that is changed.
#[derive(PartialEq, Eq)]
struct Trial {
    release: Release,
    change: Option<(String, String)>,
}

impl Trials {
    /// What a release does after a change; looks only if that is not known yet.
    pub(super) fn outcome(
        &self,
        release: &Release,
        change: Option<(String, String)>,
        look: impl FnOnce() -> Option<Outcome>,
    ) -> Option<Rc<Outcome>> {
        let trial = Trial { release: release.clone(), change };
        let known = self.known.borrow().iter().find(|(known, _)| *known == trial).map(|(_, outcome)| outcome.clone());
        known.unwrap_or_else(|| {
            let outcome = look().map(Rc::new);
            self.known.borrow_mut().push((trial, outcome.clone()));
            outcome
        })
    }
}
