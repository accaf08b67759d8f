//! Values tried out: a chart or a release with something more said at its end.

use serde_json::Value;

use crate::charts::plain;
use crate::helm::{Chart, HelmError, Instance, Sources, ValuesOptions, coalesce};
use crate::lint::Linter;
use crate::lint::models::{ModelledServer, servers_of};

/// What can be told more than it is told already.
pub(in crate::lint) trait Trial {
    /// The values in force.
    fn effective(&self) -> Value;
    /// The servers with more values, in the same order each time.
    fn servers_with(&self, more: More<'_>) -> Vec<ModelledServer>;
}

/// Values on top of the others of their kind.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) enum More<'a> {
    /// None.
    Nothing,
    /// One more values file.
    File(&'a str),
    /// More assignments: `path=value`.
    Words(&'a [String]),
}

/// A chart, with the values that are given for it.
pub(super) struct ChartTrial<'a, 'r> {
    pub(super) chart: &'a Chart,
    pub(super) sources: &'a Sources,
    pub(super) options: &'a ValuesOptions,
    pub(super) linter: &'a Linter<'r>,
}

/// Stands for the path of the file that is tried; no file is called like this.
const MORE: &str = "\u{0}more";

impl ChartTrial<'_, '_> {
    /// Whether chart and values can be read together.
    pub(super) fn check(&self) -> Result<(), HelmError> {
        self.look(More::Nothing, |_| ())
    }

    fn look<R>(&self, more: More<'_>, look: impl FnOnce(&Instance<'_>) -> R) -> Result<R, HelmError> {
        let (mut options, mut sources) = (self.options.clone(), self.sources.clone());
        match more {
            More::Nothing => {}
            More::File(_) => options.files.push(MORE.to_owned()),
            More::Words(words) => options.typed.extend(words.iter().cloned()),
        }
        let mut read = |path: &str| match more {
            More::File(text) if path == MORE => Ok(text.as_bytes().to_vec()),
            More::File(_) | More::Nothing | More::Words(_) => std::fs::read(path),
        };
        let user = options.values(self.linter.helm, &mut sources, &mut read)?;
        Ok(look(&coalesce(self.chart, &user, self.linter.helm, &sources)?))
    }
}

impl Trial for ChartTrial<'_, '_> {
    fn effective(&self) -> Value {
        self.look(More::Nothing, |top| plain(&top.values)).unwrap_or_default()
    }

    fn servers_with(&self, more: More<'_>) -> Vec<ModelledServer> {
        self.look(more, |top| servers_of(top, self.linter)).unwrap_or_default()
    }
}
