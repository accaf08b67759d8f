//! Removes entries and items.

use serde_json::{Value, json};

use crate::yaml::Span;
use crate::yaml::extent;
use crate::yaml::tree::{Id, Style};

use super::Refusal;
use super::draft::Cut;
use super::page::Page;
use super::replace;

/// Removes a pair of a mapping, by its index among the pairs.
pub(super) fn pair(page: Page<'_>, mapping: Id, index: usize) -> Result<Vec<Cut>, Refusal> {
    let pairs = page.tree.pairs(mapping).iter();
    let spans = pairs.map(|&pair| Span::new(page.record(pair.0).outer, page.pair_end(pair))).collect();
    Elements { collection: mapping, spans, empty: json!({}) }.without(index, page)
}

/// Removes an item of a sequence.
pub(super) fn item(page: Page<'_>, sequence: Id, index: usize) -> Result<Vec<Cut>, Refusal> {
    let is_flow = page.tree.style(sequence) == Style::Flow;
    let spans = page.tree.items(sequence).iter().enumerate().map(|(index, &item)| {
        let start = if is_flow { page.record(item).outer } else { page.dash(sequence, index) };
        Span::new(start, page.span(item).end)
    });
    Elements { collection: sequence, spans: spans.collect(), empty: json!([]) }.without(index, page)
}

/// The elements of a collection.
struct Elements {
    collection: Id,
    /// Where they are, keys and dashes included.
    spans: Vec<Span>,
    /// What replaces a collection left without elements.
    empty: Value,
}

impl Elements {
    fn without(self, index: usize, page: Page<'_>) -> Result<Vec<Cut>, Refusal> {
        let Some(&Span { start, end }) = self.spans.get(index) else { return Ok(Vec::new()) };
        if self.spans.len() == 1 {
            return replace::node(page, self.collection, &self.empty);
        }
        let next = self.spans.get(index.saturating_add(1)).map(|next| next.start);
        let before = index.checked_sub(1).and_then(|index| self.spans.get(index)).map(|before| before.end);
        let is_flow = page.tree.style(self.collection) == Style::Flow;
        Ok(vec![match (before, next) {
            (Some(before), _) if is_flow => Cut::new(before, end, ""),
            (None, Some(next)) if is_flow || !page.is_first_on_line(start) => Cut::new(start, next, ""),
            _ => Cut::new(extent::line_start(page.text, start), extent::next_line(page.text, end), ""),
        }])
    }
}
