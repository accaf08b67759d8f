//! Reads a chart and the values that the user gives for it, the way each candidate version of Helm does.

use std::io;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::Linter;
use super::agreement::{Rendered, agreed};
use super::models::{ModelledServer, servers_of};
use crate::helm::{
    Chart, HelmError, HelmVersion, Instance, Origin, Source, Sources, Value, ValuesOptions, coalesce, read_values,
};
use crate::yaml::split;

/// A chart with its user's values.
#[derive(Clone)]
pub(super) struct Reading {
    /// The version of Helm whose reading this is.
    pub helm: HelmVersion,
    /// The chart as that version loads it.
    pub chart: Rc<Chart>,
    /// What both were read from.
    pub sources: Rc<Sources>,
    user: Value,
}

/// A reading with its coalesced values.
pub(super) type Coalesced<'r> = (&'r Reading, Instance<'r>);

impl Reading {
    /// Reads as each version does. If one version rejects the chart, it does not install it, so only the others count.
    ///
    /// # Errors
    /// When every version rejects it.
    pub(super) fn each(path: &Path, linter: &Linter<'_>) -> Result<Vec<Self>, HelmError> {
        let options = linter.values_of(path);
        let (helm, other) = linter.helms();
        let first = Self::new(path, options, helm);
        let second = other.map(|helm| match &first {
            Ok(first) if !first.has_several_documents() => Ok(Self { helm, ..first.clone() }),
            Ok(_) | Err(_) => Self::new(path, options, helm),
        });
        accepted([first].into_iter().chain(second))
    }

    fn new(path: &Path, options: &ValuesOptions, helm: HelmVersion) -> Result<Self, HelmError> {
        let mut sources = Sources::default();
        let mut chart = Chart::load_built(path, helm, &mut sources)?;
        chart.values_source = chart.values_source.or_else(|| new_values(path, &mut sources));
        let user = options.values(helm, &mut sources, &mut |path| std::fs::read(path))?;
        Ok(Self { helm, chart: Rc::new(chart), sources: Rc::new(sources), user })
    }

    /// Whether some file has several documents, which Helm versions read differently.
    fn has_several_documents(&self) -> bool {
        self.sources.iter().any(|source| split(&source.text).len() > 1)
    }

    /// The same chart with different user values.
    ///
    /// # Errors
    /// When Helm rejects the values.
    pub(super) fn with(
        &self,
        options: &ValuesOptions,
        read: &mut dyn FnMut(&str) -> io::Result<Vec<u8>>,
    ) -> Result<Self, HelmError> {
        let mut sources = (*self.sources).clone();
        let user = options.values(self.helm, &mut sources, read)?;
        Ok(Self { helm: self.helm, chart: Rc::clone(&self.chart), sources: Rc::new(sources), user })
    }

    /// The same chart with different text for its own values, if the source is that.
    ///
    /// # Errors
    /// When Helm rejects the text.
    pub(super) fn with_own_values(&self, number: usize, text: &[u8]) -> Result<Self, HelmError> {
        let source = self.sources.get(number).filter(|_| self.chart.values_source == Some(number));
        let Some(source) = source else { return Ok(self.clone()) };
        let source = Source { origin: source.origin.clone(), text: Arc::from(text) };
        let values = read_values(&source, number, self.helm)?;
        Ok(Self { chart: Rc::new(Chart { values, ..(*self.chart).clone() }), ..self.clone() })
    }

    fn coalesce(&self) -> Result<Instance<'_>, HelmError> {
        coalesce(&self.chart, &self.user, self.helm, &self.sources)
    }
}

/// An empty source for the `values.yaml` that a chart in a folder does not have: a fix creates it.
fn new_values(chart: &Path, sources: &mut Sources) -> Option<usize> {
    let file = chart.join("values.yaml");
    let is_missing = chart.is_dir() && std::fs::symlink_metadata(&file).is_err();
    is_missing.then(|| sources.add(Origin::File(file), Vec::new()))
}

/// The readings with their values coalesced, without those that Helm then rejects.
///
/// # Errors
/// When every version rejects its reading.
pub(super) fn coalesced(readings: &[Reading]) -> Result<Vec<Coalesced<'_>>, HelmError> {
    accepted(readings.iter().map(|reading| Ok((reading, reading.coalesce()?))))
}

/// The servers, with an unknown verdict where the versions do not render the same.
pub(super) fn servers(tops: &[Coalesced<'_>], linter: &Linter<'_>) -> Vec<ModelledServer> {
    let rendered = |(reading, top): &Coalesced<'_>| Rendered { helm: reading.helm, servers: servers_of(top, linter) };
    match tops {
        [one, other] if !one.1.is_same(&other.1) => agreed(rendered(one), rendered(other)),
        [one, ..] => rendered(one).servers,
        [] => Vec::new(),
    }
}

/// The successful results; the first error if there are none.
fn accepted<T>(results: impl Iterator<Item = Result<T, HelmError>>) -> Result<Vec<T>, HelmError> {
    let (mut all, mut refusal) = (Vec::new(), None);
    for result in results {
        match result {
            Ok(one) => all.push(one),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    refusal.filter(|_| all.is_empty()).map_or(Ok(all), Err)
}
