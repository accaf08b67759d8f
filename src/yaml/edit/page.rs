//! What a writer has to know about the surrounding text: line breaks, columns, how lists are indented.

use serde_json::Value;

use crate::yaml::document::Document;
use crate::yaml::tree::{Id, Kind, Record, Style, Tree};
use crate::yaml::{Span, extent};

use super::Refusal;
use super::draft::Cut;
use super::quote::{self, Dialect};

/// One state of a document's text, with its nodes. Offsets count from the start of the text.
#[derive(Clone, Copy)]
pub(super) struct Page<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) text: &'d str,
    pub(super) tree: &'d Tree,
    pub(super) dialect: Dialect,
    pub(super) line_end: &'static str,
}

impl<'d> Page<'d> {
    /// `dialect` is that of the original text: half-edited JSON may look like something else.
    pub(super) fn new(document: &'d Document<'d>, dialect: Dialect) -> Self {
        let text = document.text();
        Self { document, text, tree: document.tree(), dialect, line_end: line_end_of(text) }
    }

    pub(super) fn record(self, id: Id) -> &'d Record {
        self.tree.record(id)
    }

    pub(super) fn span(self, id: Id) -> Span {
        self.record(id).span
    }

    pub(super) fn column(self, offset: usize) -> usize {
        extent::column(self.text, offset)
    }

    /// Whether a node is within brackets.
    pub(super) fn is_in_flow(self, id: Id) -> bool {
        self.tree.ancestors(id).skip(1).any(|id| self.tree.style(id) == Style::Flow)
    }

    /// The end of a key and its value.
    pub(super) fn pair_end(self, (key, value): (Id, Id)) -> usize {
        self.span(key).end.max(self.span(value).end)
    }

    /// The offset of the `-` of an item of a block sequence.
    pub(super) fn dash(self, sequence: Id, index: usize) -> usize {
        let before = index.checked_sub(1).and_then(|index| self.tree.items(sequence).get(index));
        match before {
            Some(&before) => extent::skip_blanks(self.text, self.span(before).end),
            None => self.span(sequence).start,
        }
    }

    /// Whether only spaces precede the offset on its line.
    pub(super) fn is_first_on_line(self, offset: usize) -> bool {
        let line = extent::line_start(self.text, offset);
        Span::new(line, offset).of(self.text).bytes().all(|byte| byte == b' ')
    }

    /// Inserts whole lines after the line that `end` is on. `lines` has no final line break, and its first line no
    /// indentation.
    pub(super) fn lines_behind(self, end: usize, column: usize, lines: &str) -> Result<Cut, Refusal> {
        let indent = " ".repeat(column);
        let at = extent::next_line(self.text, end);
        if extent::line_end(self.text, end) < self.text.len() {
            return Ok(Cut::new(at, at, format!("{indent}{lines}{}", self.line_end)));
        }
        if self.ends_in_open_text() {
            return Err(Refusal::FinalLineEnd);
        }
        Ok(Cut::new(at, at, format!("{}{indent}{lines}", self.line_end)))
    }

    /// Whether the text ends within a block scalar whose value a final line break would change.
    fn ends_in_open_text(self) -> bool {
        self.tree.ids().any(|id| {
            let span = self.span(id);
            let header = Span::new(span.start, extent::line_end(self.text, span.start)).of(self.text);
            self.tree.style(id).is_block_scalar()
                && span.end == self.text.len()
                && !header.split('#').next().unwrap_or_default().contains('-')
        })
    }

    /// How far the dashes of a new list are indented relative to its key: as in the enclosing lists, else as in the
    /// first list.
    fn list_offset(self, near: Id) -> usize {
        let offset = |id: Id| {
            let mapping = self.record(id).parent.filter(|&parent| self.tree.kind(parent) == Kind::Mapping)?;
            let is_block = self.tree.kind(id) == Kind::Sequence && self.tree.style(id) == Style::Block;
            let columns = (self.column(self.span(id).start), self.column(self.span(mapping).start));
            columns.0.checked_sub(columns.1).filter(|&offset| is_block && self.tree.target(id) == id && offset <= 8)
        };
        self.tree.ancestors(near).find_map(offset).or_else(|| self.tree.ids().find_map(offset)).unwrap_or_default()
    }

    /// A value over several lines. The first one starts at `column` and has no indentation; the others do.
    pub(super) fn block(self, value: &Value, column: usize, near: Id) -> String {
        let next_line = format!("{}{}", self.line_end, " ".repeat(column));
        match value {
            Value::Object(map) if !map.is_empty() => {
                let entries: Vec<_> = map.iter().map(|(key, value)| self.entry(key, value, column, near)).collect();
                entries.join(&next_line)
            }
            Value::Array(items) if !items.is_empty() => self.items(items, column, near).join(&next_line),
            _ => quote::flow(value, self.dialect),
        }
    }

    fn items(self, items: &[Value], column: usize, near: Id) -> Vec<String> {
        let item = |item| format!("- {}", self.block(item, column.saturating_add(2), near));
        items.iter().map(item).collect()
    }

    /// A key with its value, starting at `column`.
    pub(super) fn entry(self, key: &str, value: &Value, column: usize, near: Id) -> String {
        let key = quote::string(key, self.dialect);
        if !is_filled(value) {
            return format!("{key}: {}", quote::flow(value, self.dialect));
        }
        let column = self.child_column(value, column, near);
        format!("{key}:{}{}{}", self.line_end, " ".repeat(column), self.block(value, column, near))
    }

    /// The column of a block collection below a key at `column`.
    pub(super) fn child_column(self, value: &Value, column: usize, near: Id) -> usize {
        let offset = if value.is_array() { self.list_offset(near) } else { 2 };
        column.saturating_add(offset)
    }
}

/// Whether this is a non-empty collection.
pub(super) fn is_filled(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// What ends the lines of a text, going by the first one.
pub(crate) fn line_end_of(text: &str) -> &'static str {
    match text.find(['\r', '\n']).map(|at| extent::rest(text, at)) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}
