//! Removes entries and items.

use serde_json::{Value, json};

use crate::yaml::extent;
use crate::yaml::tree::{Id, Style};

use super::Refusal;
use super::draft::Cut;
use super::page::Page;
use super::replace;

/// Removes a pair of a mapping, by its index among the pairs.
pub(super) fn pair(page: Page<'_>, mapping: Id, index: usize) -> Result<Vec<Cut>, Refusal> {
    let start = |&(key, _): &(Id, Id)| page.record(key).outer;
    let starts: Vec<_> = page.tree.pairs(mapping).iter().map(start).collect();
    let ends: Vec<_> = page.tree.pairs(mapping).iter().map(|&pair| page.pair_end(pair)).collect();
    part(page, (mapping, &json!({})), index, (&starts, &ends))
}

/// Removes an item of a sequence.
pub(super) fn item(page: Page<'_>, sequence: Id, index: usize) -> Result<Vec<Cut>, Refusal> {
    let items = page.tree.items(sequence);
    let starts: Vec<_> = match page.tree.style(sequence) {
        Style::Flow => items.iter().map(|&item| page.record(item).outer).collect(),
        _ => (0..items.len()).map(|index| page.dash(sequence, index)).collect(),
    };
    let ends: Vec<_> = items.iter().map(|&item| page.span(item).end).collect();
    part(page, (sequence, &json!([])), index, (&starts, &ends))
}

/// Removes element `index` of a collection, given the starts and ends of all; a collection left without elements is
/// replaced by `empty`.
fn part(
    page: Page<'_>,
    (collection, empty): (Id, &Value),
    index: usize,
    (starts, ends): (&[usize], &[usize]),
) -> Result<Vec<Cut>, Refusal> {
    let (Some(&start), Some(&end)) = (starts.get(index), ends.get(index)) else { return Ok(Vec::new()) };
    if starts.len() == 1 {
        return replace::node(page, collection, empty);
    }
    let next = starts.get(index.saturating_add(1)).copied();
    let before = index.checked_sub(1).and_then(|index| ends.get(index)).copied();
    let is_flow = page.tree.style(collection) == Style::Flow;
    Ok(vec![match (before, next) {
        (Some(before), _) if is_flow => Cut::new(before, end, ""),
        (None, Some(next)) if is_flow || !page.is_first_on_line(start) => Cut::new(start, next, ""),
        _ => Cut::new(extent::line_start(page.text, start), extent::next_line(page.text, end), ""),
    }])
}
