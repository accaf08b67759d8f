//! Excerpts that show a setting and nothing else of the manifest.
//!
//! Manifests contain secrets, and diagnostics end up in logs. So an excerpt shows only the lines of one small node, and
//! in these only the structure and the setting itself; everything else is masked. Masks preserve the columns.

use memchr::memrchr2;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::place::{Mark, Source};
use crate::printable::{is_hidden, one_line};
use crate::yaml::{Position, Span};

/// If more columns than this precede the node, they are left out.
const WIDEST_INDENT: usize = 60;

/// How many bytes of the node are shown; the rest is left out.
const LONGEST: usize = 2_000;

/// Replaces a character that is not shown: a single byte, because `miette` counts columns in bytes.
const MASK: char = '*';

/// A masked part of a file that knows its position.
#[derive(Debug, Clone)]
pub struct Excerpt {
    name: String,
    text: String,
    label: (usize, usize),
    first_line: usize,
    columns_left_out: usize,
}

impl Excerpt {
    /// What may be shown around a mark, whose context starts at `position`.
    pub(super) fn new(source: &Source<'_>, mark: &Mark, position: Position) -> Self {
        let indent = position.column.saturating_sub(1);
        // If not too much precedes the node, its line is shown from the start, so that the excerpt looks like the
        // manifest.
        let before = source.text().get(..mark.context.start).unwrap_or_default();
        let line_start = memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1);
        let is_whole = indent <= WIDEST_INDENT;
        let start = if is_whole { line_start } else { mark.context.start };
        let end = mark.context.end.min(mark.context.start.saturating_add(LONGEST));
        let (text, label) = masked(source.text().get(start..end).unwrap_or_default(), start, mark);
        Self {
            name: display_name(source.path()),
            text,
            label,
            first_line: position.line.saturating_sub(1),
            columns_left_out: if is_whole { 0 } else { indent },
        }
    }

    /// The place at fault, in the excerpt.
    pub(super) fn label(&self) -> SourceSpan {
        self.label.into()
    }
}

/// Some bytes of a file with everything masked that may not be shown, and the range of the marked part in that text.
fn masked(bytes: &[u8], start: usize, mark: &Mark) -> (String, (usize, usize)) {
    let (mut text, mut label) = (String::with_capacity(bytes.len()), (0, 0));
    for (at, character) in characters(bytes) {
        let offset = start.saturating_add(at);
        if offset == mark.span.start {
            label.0 = text.len();
        }
        text.push(mask(character, is_shown(mark, offset)));
        if offset < mark.span.end {
            label.1 = text.len();
        }
    }
    (text, (label.0, label.1.saturating_sub(label.0)))
}

/// The name of a file in messages.
pub(super) fn display_name(path: &str) -> String {
    if path == "-" { "stdin".to_owned() } else { one_line(path) }
}

/// The characters with their offsets; bytes that are not text are skipped.
fn characters(bytes: &[u8]) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    bytes.utf8_chunks().flat_map(move |chunk| {
        let start = at;
        at += chunk.valid().len() + chunk.invalid().len();
        chunk.valid().char_indices().map(move |(within, character)| (start + within, character))
    })
}

fn is_shown(mark: &Mark, offset: usize) -> bool {
    mark.shown.iter().any(|Span { start, end }| (*start..*end).contains(&offset))
}

/// Shown characters stay, except those that would move the terminal's cursor; of the others only the structure stays.
fn mask(character: char, is_shown: bool) -> char {
    match character {
        '\n' => '\n',
        '\t' | '\r' | ' ' => ' ',
        _ if is_hidden(character) => MASK,
        ':' | '-' | ',' | '{' | '}' | '[' | ']' => character,
        _ if is_shown => character,
        _ => MASK,
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, context_lines_before, context_lines_after)?;
        let columns = if inner.line() == 0 { self.columns_left_out } else { 0 };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first_line,
            inner.column() + columns,
            inner.line_count(),
        )))
    }
}
