//! A chart and the values that the user gives for it, as each version of Helm that may render it reads them.

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
    /// The version of Helm that reads them.
    pub helm: HelmVersion,
    /// The chart as this version loads it.
    pub chart: Rc<Chart>,
    /// What both were read from.
    pub sources: Rc<Sources>,
    user: Value,
}

/// A reading, and what it comes to.
pub(super) type Coalesced<'r> = (&'r Reading, Instance<'r>);

impl Reading {
    /// As each version reads them. What one of them refuses it does not install, so that the others count.
    ///
    /// # Errors
    /// When every version refuses.
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
        let mut chart = Chart::load(path, helm, &mut sources)?;
        chart.values_source = chart.values_source.or_else(|| new_values(path, &mut sources));
        let user = options.values(helm, &mut sources, &mut |path| std::fs::read(path))?;
        Ok(Self { helm, chart: Rc::new(chart), sources: Rc::new(sources), user })
    }

    /// The versions of Helm read such a file each in its own way.
    fn has_several_documents(&self) -> bool {
        self.sources.iter().any(|source| split(&source.text).len() > 1)
    }

    /// The same chart with other values of the user's.
    ///
    /// # Errors
    /// When Helm refuses the values.
    pub(super) fn with(
        &self,
        options: &ValuesOptions,
        read: &mut dyn FnMut(&str) -> io::Result<Vec<u8>>,
    ) -> Result<Self, HelmError> {
        let mut sources = (*self.sources).clone();
        let user = options.values(self.helm, &mut sources, read)?;
        Ok(Self { helm: self.helm, chart: Rc::clone(&self.chart), sources: Rc::new(sources), user })
    }

    /// The same chart with another text of its own values, where the source is that.
    ///
    /// # Errors
    /// When Helm refuses the text.
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

/// An empty source for the `values.yaml` that a chart in a folder does not have: a fix makes it.
fn new_values(chart: &Path, sources: &mut Sources) -> Option<usize> {
    let file = chart.join("values.yaml");
    let is_missing = chart.is_dir() && std::fs::symlink_metadata(&file).is_err();
    is_missing.then(|| sources.add(Origin::File(file), Vec::new()))
}

/// What readings come to, without those that Helm refuses then.
///
/// # Errors
/// When every version refuses.
pub(super) fn coalesced(readings: &[Reading]) -> Result<Vec<Coalesced<'_>>, HelmError> {
    accepted(readings.iter().map(|reading| Ok((reading, reading.coalesce()?))))
}

/// The servers that every version renders in the same way; unknown where they do not.
pub(super) fn servers(tops: &[Coalesced<'_>], linter: &Linter<'_>) -> Vec<ModelledServer> {
    let rendered = |(reading, top): &Coalesced<'_>| Rendered { helm: reading.helm, servers: servers_of(top, linter) };
    match tops {
        [one, other] if !one.1.is_same(&other.1) => agreed(rendered(one), rendered(other)),
        [one, ..] => rendered(one).servers,
        [] => Vec::new(),
    }
}

/// The results that are there; the first error where there is none.
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
