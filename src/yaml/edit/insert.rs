//! Writes new entries and items.

use serde_json::Value;

use crate::yaml::Span;
use crate::yaml::tree::{Id, Style};

use super::Refusal;
use super::draft::Cut;
use super::page::Page;
use super::quote;

/// The longest key that is written; YAML looks for the `:` of a key only within 1,024 bytes.
const MAX_KEY: usize = 1_000;

/// A new key at the end of a mapping.
pub(super) fn entry(page: Page<'_>, mapping: Id, key: &str, value: &Value) -> Result<Vec<Cut>, Refusal> {
    if quote::string(key, page.dialect).len() > MAX_KEY {
        return Err(Refusal::KeyTooLong { path: format!("/{}...", key.chars().take(40).collect::<String>()) });
    }
    let span = page.span(mapping);
    if page.tree.style(mapping) == Style::Flow {
        let pair = format!("{}: {}", quote::string(key, page.dialect), quote::flow(value, page.dialect));
        let last = page.tree.pairs(mapping).last().map(|&pair| page.pair_end(pair));
        return Ok(vec![into_brackets(span, last, &pair, ["{", "}"])]);
    }
    let column = page.column(span.start);
    let text = page.entry(key, value, column, mapping);
    Ok(vec![page.lines_behind(span.end, column, &text)?])
}

/// A new item before item `index`, or at the end.
pub(super) fn item(page: Page<'_>, sequence: Id, index: usize, value: &Value) -> Result<Vec<Cut>, Refusal> {
    let items = page.tree.items(sequence);
    if page.tree.style(sequence) == Style::Flow {
        return Ok(vec![flow_item(page, sequence, index, &quote::flow(value, page.dialect))]);
    }
    let span = page.span(sequence);
    let column = page.column(span.start);
    let gap = gap(page, sequence, index.saturating_sub(1));
    let width = column.saturating_add(gap.len()).saturating_add(1);
    let text = format!("-{gap}{}", page.block(value, width, sequence));
    let before = index.checked_sub(1).and_then(|index| items.get(index));
    Ok(vec![match before {
        Some(&before) => page.lines_behind(page.span(before).end, column, &text)?,
        None => Cut::new(span.start, span.start, format!("{text}{}{}", page.line_end, " ".repeat(column))),
    }])
}

fn flow_item(page: Page<'_>, sequence: Id, index: usize, text: &str) -> Cut {
    let items = page.tree.items(sequence);
    match items.get(index) {
        Some(&next) => Cut::new(page.record(next).outer, page.record(next).outer, format!("{text}, ")),
        None => into_brackets(page.span(sequence), items.last().map(|&last| page.span(last).end), text, ["[", "]"]),
    }
}

/// After the last element, before any comma or comment that follows it; or as the only element.
fn into_brackets(span: Span, last: Option<usize>, text: &str, [open, close]: [&str; 2]) -> Cut {
    match last {
        Some(end) => Cut::new(end, end, format!(", {text}")),
        None => Cut::new(span.start, span.end, format!("{open}{text}{close}")),
    }
}

/// The blanks between a dash and its item, so that a new item lines up.
fn gap(page: Page<'_>, sequence: Id, index: usize) -> &str {
    let start = page.tree.items(sequence).get(index).map(|&item| page.record(item).outer).unwrap_or_default();
    let gap = Span::new(page.dash(sequence, index).saturating_add(1), start).of(page.text);
    let is_usual = (1..=8).contains(&gap.len()) && gap.bytes().all(|byte| byte == b' ');
    if is_usual { gap } else { " " }
}
