//! All chart models, of which only those are read that somebody asks for.
//!
//! There are many, each stream has few, and a post-renderer runs for milliseconds: the program holds their ids and names
//! ready, and their texts as they were compiled in.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::{Chart, ShippedRow, Versions};

/// A model that was compiled in.
pub(super) struct Entry<'e> {
    pub(super) id: &'e str,
    /// All that it is published under.
    pub(super) names: &'e [&'e str],
    /// The flavors of its servers, those of dependencies included.
    pub(super) flavors: &'e [&'e str],
    pub(super) text: &'e str,
    /// What its versions ship, as rows by range: its part of `rules/shipped.json`.
    pub(super) shipped: &'e [(&'e str, &'e str)],
}

/// Chart models by id and name. Those of a user stand in front.
#[derive(Debug, Clone, Default)]
pub struct ChartBook {
    pages: Vec<Page>,
}

/// One model, read or not.
#[derive(Debug, Clone)]
struct Page {
    id: Cow<'static, str>,
    names: Vec<Cow<'static, str>>,
    /// The flavors that it can run, where that is known without reading it.
    flavors: Option<&'static [&'static str]>,
    text: &'static str,
    chart: OnceLock<Option<Chart>>,
    shipped: &'static [(&'static str, &'static str)],
}

impl ChartBook {
    /// The models that were compiled in.
    #[must_use]
    pub(super) fn built_in(entries: &[Entry<'static>]) -> Self {
        let page = |entry: &Entry<'static>| Page {
            id: Cow::Borrowed(entry.id),
            names: entry.names.iter().copied().map(Cow::Borrowed).collect(),
            flavors: Some(entry.flavors),
            text: entry.text,
            chart: OnceLock::new(),
            shipped: entry.shipped,
        };
        Self { pages: entries.iter().map(page).collect() }
    }

    /// Puts models in front; one with the id of a model that is there takes its place.
    pub(super) fn add(&mut self, charts: Vec<Chart>) {
        self.pages.retain(|page| charts.iter().all(|chart| chart.id != page.id));
        let page = |chart: Chart| Page {
            id: Cow::Owned(chart.id.clone()),
            names: chart.names().map(|name| Cow::Owned(name.to_owned())).collect(),
            flavors: None,
            text: "",
            chart: OnceLock::from(Some(chart)),
            shipped: &[],
        };
        self.pages.splice(0..0, charts.into_iter().map(page));
    }

    /// Forgets what was worked out beforehand, which other rules may change.
    pub(super) fn forget_shipped(&mut self) {
        for page in &mut self.pages {
            page.shipped = &[];
        }
    }

    /// What a range of a chart's versions ships, where that was worked out beforehand.
    #[must_use]
    pub fn shipped(&self, chart: &Chart, versions: &Versions) -> Option<Vec<ShippedRow>> {
        let page = self.pages.iter().find(|page| page.id == chart.id)?;
        let &(_, rows) = page.shipped.iter().find(|(range, _)| *range == versions.range)?;
        serde_json::from_str(rows).ok()
    }

    /// The names of all charts, without reading them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().flat_map(|page| &page.names).map(AsRef::as_ref)
    }

    /// The charts of a name; several makers may use it.
    pub fn named<'b>(&'b self, name: &str) -> impl Iterator<Item = &'b Chart> {
        self.pages.iter().filter(move |page| page.is_named(name)).filter_map(Page::read)
    }

    /// The charts of a name that may run a flavor; the others are not read.
    pub fn running<'b>(&'b self, name: &str, flavor: &str) -> impl Iterator<Item = &'b Chart> {
        let may_run = move |page: &&Page| page.flavors.is_none_or(|flavors| flavors.contains(&flavor));
        self.pages.iter().filter(move |page| page.is_named(name)).filter(may_run).filter_map(Page::read)
    }

    /// Whether there is a chart of an id, without reading it.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.pages.iter().any(|page| page.id == id)
    }

    /// The chart of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Chart> {
        self.pages.iter().find(|page| page.id == id).and_then(Page::read)
    }

    /// All charts, read, in order.
    pub fn all(&self) -> impl Iterator<Item = &Chart> {
        self.pages.iter().filter_map(Page::read)
    }
}

impl Page {
    fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// The model. A text of ours was validated when the program was built, so that it can be read.
    fn read(&self) -> Option<&Chart> {
        self.chart.get_or_init(|| serde_json::from_str(self.text).ok()).as_ref()
    }
}
