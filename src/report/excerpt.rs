//! Excerpts that show a setting and nothing else of the manifest.
//!
//! Manifests hold secrets, and diagnostics end up in logs. So an excerpt shows the lines of one small node, and of them
//! only the structure and the setting itself; everything else is masked. Masks keep the columns.

use memchr::memrchr2;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::checks::Finding;
use crate::yaml::{Lines, Span};

/// More columns than this in front of the node are left out.
const WIDEST_INDENT: usize = 60;

/// More of the node than this is left out.
const LONGEST: usize = 2_000;

/// What stands for a character that is not shown: one byte, because `miette` counts columns in bytes.
const MASK: char = '*';

/// A masked piece of a stream that knows where it stands.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    label: SourceSpan,
    first_line: usize,
    columns_left_out: usize,
}

impl Excerpt {
    /// The excerpt for a finding.
    pub(super) fn new(path: &str, stream: &[u8], finding: &Finding, lines: &Lines) -> Self {
        let position = lines.position(stream, finding.context.start);
        let indent = position.column.saturating_sub(1);
        // A line that is not too long is shown from its start, so that the excerpt looks like the manifest.
        let line_start = stream
            .get(..finding.context.start)
            .map_or(0, |before| memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1));
        let is_whole = indent <= WIDEST_INDENT;
        let start = if is_whole { line_start } else { finding.context.start };
        let end = finding.context.end.min(finding.context.start + LONGEST);
        let (mut text, mut label) = (String::new(), (0, 0));
        for (at, character) in characters(stream.get(start..end).unwrap_or_default()) {
            let offset = start + at;
            if offset == finding.span.start {
                label.0 = text.len();
            }
            text.push(mask(character, is_shown(finding, offset)));
            if offset < finding.span.end {
                label.1 = text.len();
            }
        }
        let label = (label.0, label.1.saturating_sub(label.0)).into();
        let columns_left_out = if is_whole { 0 } else { indent };
        Self { name: display_name(path), text, label, first_line: position.line.saturating_sub(1), columns_left_out }
    }

    /// The place at fault, in the excerpt.
    pub(super) fn label(&self) -> SourceSpan {
        self.label
    }
}

fn display_name(path: &str) -> String {
    if path == "-" { "stdin".to_owned() } else { path.to_owned() }
}

/// The characters with their places; bytes that are no text count as one mask each.
fn characters(bytes: &[u8]) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    bytes.utf8_chunks().flat_map(move |chunk| {
        let valid: Vec<(usize, char)> = chunk.valid().char_indices().map(|(i, c)| (at + i, c)).collect();
        at += chunk.valid().len() + chunk.invalid().len();
        valid
    })
}

fn is_shown(finding: &Finding, offset: usize) -> bool {
    finding.shown.iter().any(|Span { start, end }| (*start..*end).contains(&offset))
}

/// Shown characters stay, but for those that would move the terminal's cursor; of the others only the structure stays.
fn mask(character: char, is_shown: bool) -> char {
    match character {
        '\n' => '\n',
        '\t' | '\r' | ' ' => ' ',
        _ if character.is_control() => MASK,
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
