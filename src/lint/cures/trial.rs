//! Tries out values: a chart or a release with something added after its other values.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::charts::{SetArgument, plain};
use crate::helm::{HelmError, ValuesOptions};
use crate::lint::Linter;
use crate::lint::chart::{Fixes, examine};
use crate::lint::models::ModelledServer;
use crate::lint::reading::{Coalesced, Reading, coalesced, servers};

/// Something that values can be added to.
pub(in crate::lint) trait Trial {
    /// The values in force.
    fn effective(&self) -> Value;
    /// The servers with the added values, in the same order each time.
    fn servers_with(&self, more: More<'_>) -> Vec<ModelledServer>;
    /// The numbers of the servers that a suppression leaves as they are.
    fn servers_to_leave(&self) -> BTreeSet<usize>;
}

/// Values added on top of others of their kind.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) enum More<'a> {
    /// None.
    Nothing,
    /// One more values file.
    File(&'a str),
    /// More assignments.
    Words(&'a [SetArgument]),
}

/// A chart, with the values that are given for it.
pub(super) struct ChartTrial<'a, 'r> {
    pub(super) path: &'a Path,
    pub(super) readings: &'a [Reading],
    pub(super) options: &'a ValuesOptions,
    pub(super) linter: &'a Linter<'r>,
}

/// Used as the path of the trial file; no real file has this name.
const MORE: &str = "\u{0}more";

impl ChartTrial<'_, '_> {
    /// Checks that chart and values can be read together.
    pub(super) fn check(&self) -> Result<(), HelmError> {
        self.look(More::Nothing, |_| ())
    }

    fn look<R>(&self, more: More<'_>, look: impl FnOnce(&[Coalesced<'_>]) -> R) -> Result<R, HelmError> {
        let mut options = self.options.clone();
        match more {
            More::Nothing => {}
            More::File(_) => options.files.push(MORE.to_owned()),
            More::Words(words) => {
                for SetArgument { assignment, is_text } in words {
                    let flag = if *is_text { &mut options.texts } else { &mut options.typed };
                    flag.push(assignment.clone());
                }
            }
        }
        let mut read = |path: &str| match more {
            More::File(text) if path == MORE => Ok(text.as_bytes().to_vec()),
            More::File(_) | More::Nothing | More::Words(_) => std::fs::read(path),
        };
        let with_more: Vec<Reading> =
            self.readings.iter().map(|reading| reading.with(&options, &mut read)).collect::<Result<_, _>>()?;
        Ok(look(&coalesced(&with_more)?))
    }
}

impl Trial for ChartTrial<'_, '_> {
    fn effective(&self) -> Value {
        let values = |tops: &[Coalesced<'_>]| tops.first().map(|(_, top)| plain(&top.values));
        self.look(More::Nothing, values).ok().flatten().unwrap_or_default()
    }

    fn servers_with(&self, more: More<'_>) -> Vec<ModelledServer> {
        self.look(more, |tops| servers(tops, self.linter)).unwrap_or_default()
    }

    fn servers_to_leave(&self) -> BTreeSet<usize> {
        examine(self.path, self.linter, Fixes::None).part.servers_to_leave()
    }
}
