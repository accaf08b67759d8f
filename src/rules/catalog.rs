//! All chart models, of which only those are read that somebody asks for.
//!
//! There are many, each stream has few, and a post-renderer runs for milliseconds: the program holds their ids and names
//! ready, and their texts as they were compiled in.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::{Chart, ShippedRow, Texts, Versions};

/// A model that was compiled in.
pub(super) struct CompiledChart {
    pub(super) id: &'static str,
    /// All that it is published under.
    pub(super) names: &'static [Cow<'static, str>],
    /// The flavors of its servers, those of dependencies included.
    pub(super) flavors: &'static [&'static str],
    pub(super) text: &'static str,
    /// What its versions ship, as rows by range: its part of `rules/shipped.json`.
    pub(super) shipped: &'static [(&'static str, &'static str)],
}

/// Chart models by id and name. Those of a user stand in front.
#[derive(Debug, Clone, Default)]
pub struct ChartCatalog {
    entries: Vec<CatalogEntry>,
}

/// One model, read or not.
#[derive(Debug, Clone)]
struct CatalogEntry {
    id: Cow<'static, str>,
    names: Texts,
    /// The flavors that it can run, where that is known without reading it.
    flavors: Option<&'static [&'static str]>,
    text: &'static str,
    /// In a box: a chart is large, and hardly any is read.
    chart: OnceLock<Option<Box<Chart>>>,
    shipped: &'static [(&'static str, &'static str)],
}

impl ChartCatalog {
    /// The models that were compiled in.
    #[must_use]
    pub(super) fn built_in(charts: &[CompiledChart]) -> Self {
        let entry = |compiled: &CompiledChart| CatalogEntry {
            id: Cow::Borrowed(compiled.id),
            names: Cow::Borrowed(compiled.names),
            flavors: Some(compiled.flavors),
            text: compiled.text,
            chart: OnceLock::new(),
            shipped: compiled.shipped,
        };
        Self { entries: charts.iter().map(entry).collect() }
    }

    /// Puts models in front; one with the id of a model that is there takes its place.
    pub(super) fn add(&mut self, charts: Vec<Chart>) {
        self.entries.retain(|entry| charts.iter().all(|chart| chart.id != entry.id));
        let entry = |chart: Chart| CatalogEntry {
            id: Cow::Owned(chart.id.clone()),
            names: chart.names().map(|name| Cow::Owned(name.to_owned())).collect(),
            flavors: None,
            text: "",
            chart: OnceLock::from(Some(Box::new(chart))),
            shipped: &[],
        };
        self.entries.splice(0..0, charts.into_iter().map(entry));
    }

    /// Forgets what was worked out beforehand, which other rules may change.
    pub(super) fn forget_shipped(&mut self) {
        for entry in &mut self.entries {
            entry.shipped = &[];
        }
    }

    /// What a range of a chart's versions ships, where that was worked out beforehand.
    #[must_use]
    pub fn shipped(&self, chart: &Chart, versions: &Versions) -> Option<Vec<ShippedRow>> {
        let entry = self.entries.iter().find(|entry| entry.id == chart.id)?;
        let &(_, rows) = entry.shipped.iter().find(|(range, _)| *range == versions.range)?;
        serde_json::from_str(rows).ok()
    }

    /// The names of all charts, without reading them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().flat_map(|entry| entry.names.iter()).map(AsRef::as_ref)
    }

    /// The charts of a name; several makers may use it.
    pub fn named<'b>(&'b self, name: &str) -> impl Iterator<Item = &'b Chart> {
        self.entries.iter().filter(move |entry| entry.is_named(name)).filter_map(CatalogEntry::read)
    }

    /// The charts of a name that may run a flavor; the others are not read.
    pub fn running<'b>(&'b self, name: &str, flavor: &str) -> impl Iterator<Item = &'b Chart> {
        let may_run = move |entry: &&CatalogEntry| entry.flavors.is_none_or(|flavors| flavors.contains(&flavor));
        self.entries.iter().filter(move |entry| entry.is_named(name)).filter(may_run).filter_map(CatalogEntry::read)
    }

    /// Whether there is a chart of an id, without reading it.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.entries.iter().any(|entry| entry.id == id)
    }

    /// The chart of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Chart> {
        self.entries.iter().find(|entry| entry.id == id).and_then(CatalogEntry::read)
    }

    /// All charts, read, in order.
    pub fn all(&self) -> impl Iterator<Item = &Chart> {
        self.entries.iter().filter_map(CatalogEntry::read)
    }
}

impl CatalogEntry {
    fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// The model. A text of ours was validated when the program was built, so that it can be read.
    fn read(&self) -> Option<&Chart> {
        self.chart.get_or_init(|| serde_json::from_str(self.text).ok()).as_deref()
    }
}
