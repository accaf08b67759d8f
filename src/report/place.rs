//! Places in files, as reports show them to people and machines.

use std::sync::OnceLock;

use super::excerpt::Excerpt;
use crate::yaml::{Lines, Position, Span};

/// The place of a finding.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file, `-` for standard input.
    pub path: String,
    /// The number of the document, from 0; `None` if the file has none.
    pub document: Option<usize>,
    /// Where in the file; `None` if the finding is about all of it.
    pub region: Option<Region>,
    /// The node around the region. A comment on its first line also applies to the region.
    pub context: Option<Region>,
    /// What may be shown of it.
    pub excerpt: Option<Excerpt>,
}

/// A piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Its first character.
    pub start: Position,
    /// The character after its last one.
    pub end: Position,
    /// Its first byte.
    pub offset: usize,
    /// Its length in bytes.
    pub length: usize,
}

impl Region {
    /// Its bytes, `start..end`.
    #[must_use]
    pub const fn span(self) -> Span {
        Span::new(self.offset, self.offset.saturating_add(self.length))
    }
}

/// What to point at in a file, and what may be shown there.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The place at fault.
    pub span: Span,
    /// The node around it; an excerpt shows nothing outside it.
    pub context: Span,
    /// The scalars in it that an excerpt may show; the others are masked.
    pub shown: Vec<Span>,
}

/// A file that findings point into.
#[derive(Debug)]
pub struct Source<'a> {
    path: &'a str,
    text: &'a [u8],
    lines: OnceLock<Lines>,
}

impl<'a> Source<'a> {
    /// A file with its path, `-` for standard input. Lines are counted when a position is first needed.
    #[must_use]
    pub const fn new(path: &'a str, text: &'a [u8]) -> Self {
        Self { path, text, lines: OnceLock::new() }
    }

    /// Its path.
    #[must_use]
    pub const fn path(&self) -> &'a str {
        self.path
    }

    /// Its bytes.
    #[must_use]
    pub const fn text(&self) -> &'a [u8] {
        self.text
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        self.lines.get_or_init(|| Lines::new(self.text)).position(self.text, offset)
    }

    /// The piece of the file that a span covers.
    #[must_use]
    pub fn region(&self, span: Span) -> Region {
        let start = self.position(span.start);
        Region { start, end: self.end(span, start), offset: span.start, length: span.len() }
    }

    /// The position of a span's end. Most spans are short and in one line, and that line may be very long.
    fn end(&self, span: Span, start: Position) -> Position {
        let inside = span.of_bytes(self.text);
        if inside.len() < span.len() || inside.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return self.position(span.end);
        }
        let characters = inside.iter().filter(|byte| *byte & 0xC0 != 0x80).count();
        Position { column: start.column.saturating_add(characters), ..start }
    }

    /// The place of a finding, with its excerpt.
    #[must_use]
    pub fn place(&self, document: Option<usize>, mark: &Mark) -> Place {
        let region = self.region(mark.span);
        let context = if mark.context == mark.span { region } else { self.region(mark.context) };
        Place {
            path: self.path.to_owned(),
            document,
            region: Some(region),
            context: Some(context),
            excerpt: Some(Excerpt::new(self, mark, context.start)),
        }
    }
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self { path: path.to_owned(), document: None, region: None, context: None, excerpt: None }
    }
}
