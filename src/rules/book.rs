//! All chart models, of which only those are read that somebody asks for.
//!
//! There are many, each stream has few, and a post-renderer runs for milliseconds: the program holds their ids and names
//! ready, and their texts as they were compiled in.

use std::sync::OnceLock;

use super::Chart;

/// Chart models by id and name. Those of a user stand in front.
#[derive(Debug, Clone, Default)]
pub struct ChartBook {
    pages: Vec<Page>,
}

/// One model, read or not.
#[derive(Debug, Clone)]
struct Page {
    id: String,
    name: String,
    text: &'static str,
    chart: OnceLock<Option<Chart>>,
}

impl ChartBook {
    /// The models that were compiled in: id, name and text of each.
    #[must_use]
    pub(super) fn built_in(pages: &[(&str, &str, &'static str)]) -> Self {
        let page = |&(id, name, text): &(&str, &str, &'static str)| Page {
            id: id.to_owned(),
            name: name.to_owned(),
            text,
            chart: OnceLock::new(),
        };
        Self { pages: pages.iter().map(page).collect() }
    }

    /// Puts models in front; one with the id of a model that is there takes its place.
    pub(super) fn add(&mut self, charts: Vec<Chart>) {
        self.pages.retain(|page| charts.iter().all(|chart| chart.id != page.id));
        let page = |chart: Chart| Page {
            id: chart.id.clone(),
            name: chart.name.clone(),
            text: "",
            chart: OnceLock::from(Some(chart)),
        };
        self.pages.splice(0..0, charts.into_iter().map(page));
    }

    /// The names of all charts, without reading them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(|page| page.name.as_str())
    }

    /// The charts of a name; several makers may use it.
    pub fn named<'b>(&'b self, name: &str) -> impl Iterator<Item = &'b Chart> {
        self.pages.iter().filter(move |page| page.name == name).filter_map(Page::read)
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
    /// The model. A text of ours was validated when the program was built, so that it can be read.
    fn read(&self) -> Option<&Chart> {
        self.chart.get_or_init(|| serde_json::from_str(self.text).ok()).as_ref()
    }
}
