//! Suppressions in comments: `# autopurge: ignore[check] reason`, on a line or above it.
//!
//! A comment is what the language takes for one. The same words inside a scalar, a string or a heredoc are data, and
//! suppress nothing.

use memchr::memmem;

use super::directive::{Directive, Scope};
use super::{hcl, syntax};
use crate::checks::SuppressedBy;
use crate::report::{Mark, Source};
use crate::yaml::{Document, Span, Style, split};

/// The suppressions in the comments of a YAML file, in order.
#[must_use]
pub fn in_yaml(source: &Source<'_>) -> Vec<Directive> {
    let is_asked = |span: &Span| memmem::find(span.of_bytes(source.text()), syntax::WORD.as_bytes()).is_some();
    if !is_asked(&Span::new(0, source.text().len())) {
        return Vec::new();
    }
    let documents = split(source.text()).into_iter().enumerate().filter(|(_, span)| is_asked(span));
    documents.flat_map(|(number, span)| in_document(source, number, span)).collect()
}

/// The suppressions in the comments of an HCL file, in order.
#[must_use]
pub fn in_hcl(source: &Source<'_>) -> Vec<Directive> {
    let Ok(text) = std::str::from_utf8(source.text()) else { return Vec::new() };
    if !text.contains(syntax::WORD) {
        return Vec::new();
    }
    let outline = hcl::outline(text);
    let found = outline.comments.iter().filter_map(|comment| {
        let words = comment.of(text).trim_start_matches(['#', '/']);
        let start = comment.end.saturating_sub(words.len());
        let line = target_line(text, comment.start, |line| line.starts_with('#') || line.starts_with("//"));
        let end = outline.end_of_block(line).unwrap_or(line.end);
        directive(source, None, Found { words, start, scope: Span::new(line.start, end) })
    });
    found.collect()
}

fn in_document(source: &Source<'_>, number: usize, span: Span) -> Vec<Directive> {
    let Ok(text) = std::str::from_utf8(span.of_bytes(source.text())) else { return Vec::new() };
    let scalars = scalars(span.of_bytes(source.text()));
    let starts = memmem::find_iter(text.as_bytes(), syntax::WORD.as_bytes()).filter_map(|word| hash_before(text, word));
    let comments = starts.filter(|&start| match &scalars {
        Some(scalars) => !scalars.iter().any(|scalar| scalar.holds(start)),
        // Of a document that is broken nobody knows the scalars; what begins a line is a comment almost everywhere.
        None => line_of(text, start).of(text).trim_start().starts_with('#'),
    });
    let found = comments.filter_map(|start| {
        let comment = Span::new(start, line_of(text, start).end);
        let words = comment.of(text).trim_start_matches(['#', ' ', '\t']);
        let line = target_line(text, start, |line| line.starts_with('#'));
        let is_on_line = |scalar: &&Scalar| line.start <= scalar.span.start && scalar.span.start < line.end;
        let ends = scalars.iter().flatten().filter(is_on_line).map(|scalar| scalar.span.end);
        let end = ends.fold(line.end, usize::max);
        let scope = Span::new(line.start, end).shifted(span.start);
        let start = comment.end.saturating_sub(words.len()).saturating_add(span.start);
        directive(source, Some(number), Found { words, start, scope })
    });
    found.collect()
}

/// A comment that may be a suppression.
#[derive(Clone, Copy)]
struct Found<'a> {
    /// What it says, from `autopurge:` on.
    words: &'a str,
    /// Where that starts in the file.
    start: usize,
    /// The piece of the file that it is about.
    scope: Span,
}

fn directive(source: &Source<'_>, document: Option<usize>, found: Found<'_>) -> Option<Directive> {
    let (terms, head) = syntax::parse(found.words.trim_start())?;
    let start = found.start.saturating_add(found.words.len().saturating_sub(found.words.trim_start().len()));
    let span = Span::new(start, start.saturating_add(head));
    let place = source.place(document, &Mark { span, context: span, shown: vec![span] });
    Some(Directive { by: SuppressedBy::Comment, place, scope: Scope::Bytes(found.scope), terms })
}

/// A scalar of a document.
struct Scalar {
    span: Span,
    /// Where its text begins: comments may stand behind the header of a block scalar.
    body: usize,
}

impl Scalar {
    fn holds(&self, offset: usize) -> bool {
        self.body <= offset && offset < self.span.end
    }
}

/// The scalars of a document, counted from its start; `None` where it is broken.
fn scalars(document: &[u8]) -> Option<Vec<Scalar>> {
    let document = Document::parse(document, 0).ok()?;
    let nodes = document.iter().flat_map(Document::nodes).filter(|node| node.text().is_some() && !node.is_alias());
    let scalars = nodes.map(|node| {
        let is_block = matches!(node.style(), Style::Literal | Style::Folded);
        let body = if is_block { line_of(node.document().text(), node.span().start).end } else { node.span().start };
        Scalar { span: node.span(), body }
    });
    Some(scalars.collect())
}

/// The `#` that makes a word the beginning of a comment, where there is one: at the start of a line or behind a blank.
fn hash_before(text: &str, word: usize) -> Option<usize> {
    let before = text.get(..word)?.trim_end_matches([' ', '\t']);
    let lead = before.trim_end_matches('#');
    let is_comment = lead.len() < before.len() && (lead.is_empty() || lead.ends_with([' ', '\t', '\n', '\r']));
    is_comment.then_some(lead.len())
}

/// The line that a comment speaks of: its own, or where it stands alone the next one with something else in it.
fn target_line(text: &str, comment: usize, is_comment: impl Fn(&str) -> bool) -> Span {
    let mut line = line_of(text, comment);
    if !Span::new(line.start, comment).of(text).trim().is_empty() {
        return line;
    }
    while line.end < text.len() && (line.of(text).trim().is_empty() || is_comment(line.of(text).trim_start())) {
        line = line_of(text, line.end.saturating_add(1));
    }
    line
}

/// The line of an offset, without its `\n`.
fn line_of(text: &str, offset: usize) -> Span {
    let (before, after) = (text.get(..offset).unwrap_or(text), text.get(offset..).unwrap_or_default());
    let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let end = after.find('\n').map_or(text.len(), |at| offset.saturating_add(at));
    Span::new(start, end)
}
