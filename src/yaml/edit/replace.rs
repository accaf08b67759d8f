//! Replaces one value by another.

use serde_json::Value;

use crate::yaml::tree::{Content, Id, Kind, Style, Tag};
use crate::yaml::{Span, extent};

use super::Refusal;
use super::draft::Cut;
use super::page::{Page, is_filled};
use super::{quote, text_block};

/// Replaces a node by `value`; an alias is itself replaced, not its target.
pub(super) fn node(page: Page<'_>, id: Id, value: &Value) -> Result<Vec<Cut>, Refusal> {
    if let Some(cuts) = value.as_str().and_then(|text| text_block::rewrite(page, id, text)) {
        return Ok(cuts);
    }
    let is_block = !page.is_in_flow(id) && page.dialect == quote::Dialect::Yaml;
    if is_filled(value) && is_block {
        return block(page, id, value);
    }
    Ok(inline(page, id, value))
}

/// The anchor and tag of a node, as far as they can stay.
fn properties(page: Page<'_>, id: Id, value: &Value) -> String {
    let record = page.record(id);
    let is_kept = |word: &&str| {
        let fits = matches!(&record.content, Content::Scalar(lexeme) if lexeme.tag == Tag::String) && value.is_string();
        word.starts_with('&') || word.starts_with('!') && fits
    };
    let words = Span::new(record.outer, record.span.start).of(page.text);
    let words = words.lines().map(|line| line.split(" #").next().unwrap_or_default());
    let kept: Vec<_> = words.flat_map(str::split_whitespace).filter(is_kept).collect();
    kept.join(" ")
}

/// A value on one line.
fn inline(page: Page<'_>, id: Id, value: &Value) -> Vec<Cut> {
    let record = page.record(id);
    let text = match value {
        Value::String(text) if page.tree.target(id) == id => {
            quote::string_like(text, page.tree.style(id), page.dialect)
        }
        _ => quote::flow(value, page.dialect),
    };
    let text = format!("{} {text}", properties(page, id, value));
    let text = text.trim_start_matches(' ');
    if page.tree.style(id).is_block_scalar() && page.tree.target(id) == id {
        return text_for_block_scalar(page, id, text);
    }
    if let Some(colon) = colon_above(page, id) {
        return vec![
            Cut::new(colon, colon_line_end(page, colon, record.outer), format!(" {text}")),
            lines_of(page, id),
        ];
    }
    if record.span.is_empty() && record.outer == record.span.start {
        return vec![Cut::new(record.outer, record.span.end, format!("{}{text}", lead(page, id)))];
    }
    vec![Cut::new(record.outer, record.span.end, text)]
}

/// What has to go between a key or dash and the value that was missing.
fn lead(page: Page<'_>, id: Id) -> &'static str {
    let before = page.text.get(..page.record(id).outer).unwrap_or_default();
    let is_value = page.record(id).parent.is_some_and(|parent| page.tree.kind(parent) == Kind::Mapping);
    match before.chars().next_back() {
        Some(':' | '-') => " ",
        Some(' ') if before.trim_end().ends_with([':', '-']) => "",
        _ if is_value => ": ",
        _ => "",
    }
}

fn text_for_block_scalar(page: Page<'_>, id: Id, text: &str) -> Vec<Cut> {
    let record = page.record(id);
    let header = header_end(page, record.span.start);
    let mut cuts = vec![Cut::new(record.outer, header, text)];
    if record.span.end > header {
        cuts.push(lines_of(page, id));
    }
    cuts
}

/// The offset after the header indicators of a block scalar.
pub(super) fn header_end(page: Page<'_>, start: usize) -> usize {
    let is_indicator = |character: char| matches!(character, '|' | '>' | '+' | '-' | '0'..='9');
    let rest = extent::rest(page.text, start);
    start.saturating_add(rest.find(|character| !is_indicator(character)).unwrap_or(rest.len()))
}

/// Removes the lines of a block scalar's content, or of a block collection that starts on its own line.
fn lines_of(page: Page<'_>, id: Id) -> Cut {
    let span = page.span(id);
    let start = if page.tree.style(id).is_block_scalar() {
        extent::next_line(page.text, span.start)
    } else {
        extent::line_start(page.text, span.start)
    };
    Cut::new(start, extent::next_line(page.text, span.end), "")
}

/// The offset after the `:` of the key whose value this block collection is, if the collection starts on a later line.
fn colon_above(page: Page<'_>, id: Id) -> Option<usize> {
    let is_collection = matches!(page.record(id).content, Content::Mapping { .. } | Content::Sequence { .. });
    let span = page.span(id);
    let colon = colon(page, id).filter(|_| is_collection && page.tree.style(id) == Style::Block)?;
    (extent::line_start(page.text, span.start) > colon).then_some(colon)
}

/// The end of the anchor and tag on the key's line, which are written anew; `colon` if they are on another line.
fn colon_line_end(page: Page<'_>, colon: usize, outer: usize) -> usize {
    let line = Span::new(colon, extent::line_end(page.text, colon)).of(page.text);
    let properties = line.split(" #").next().unwrap_or_default().trim_end();
    if outer < colon.saturating_add(line.len()) { colon.saturating_add(properties.len()) } else { colon }
}

/// The offset after the `:` of the key whose value this is.
fn colon(page: Page<'_>, id: Id) -> Option<usize> {
    let parent = page.record(id).parent?;
    let &(key, _) = page.tree.pairs(parent).iter().find(|&&(_, value)| value == id)?;
    let at = extent::skip_blanks(page.text, page.span(key).end);
    extent::rest(page.text, at).starts_with(':').then(|| at.saturating_add(1))
}

/// Replaces a node by a non-empty collection over several lines.
fn block(page: Page<'_>, id: Id, value: &Value) -> Result<Vec<Cut>, Refusal> {
    let record = page.record(id);
    let Some(colon) = colon(page, id) else { return Ok(block_in_line(page, id, value)) };
    let mapping = record.parent.map(|parent| page.span(parent).start).unwrap_or_default();
    let column = page.child_column(value, page.column(mapping), id);
    let lines = page.block(value, column, id);
    let properties = properties(page, id, value);
    let properties = if properties.is_empty() { properties } else { format!(" {properties}") };
    if let Some(colon) = colon_above(page, id) {
        let head = Cut::new(colon, colon_line_end(page, colon, record.outer), properties);
        let lines = format!("{}{lines}", " ".repeat(column));
        return Ok(vec![head, Cut::new(extent::line_start(page.text, record.span.start), record.span.end, lines)]);
    }
    if page.tree.style(id).is_block_scalar() && page.tree.target(id) == id {
        let head = Cut::new(colon, header_end(page, record.span.start), properties);
        let mut body = lines_of(page, id);
        body.text = format!("{}{lines}{}", " ".repeat(column), page.line_end);
        return Ok(vec![head, body]);
    }
    Ok(vec![
        Cut::new(colon, record.span.end.max(colon), properties),
        page.lines_behind(record.span.end, column, &lines)?,
    ])
}

/// The same where the collection starts at the node itself: after a dash, or at the root.
fn block_in_line(page: Page<'_>, id: Id, value: &Value) -> Vec<Cut> {
    let record = page.record(id);
    let lead = if record.span.is_empty() { lead(page, id) } else { "" };
    let column = page.column(record.outer).saturating_add(lead.len());
    let text = page.block(value, column, id);
    vec![Cut::new(record.outer, record.span.end, format!("{lead}{text}"))]
}
