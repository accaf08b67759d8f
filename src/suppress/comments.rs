//! Suppressions in comments: `# autopurge: ignore[check] reason`, on a line or above it.
//!
//! Only what the language itself treats as a comment counts. The same words inside a scalar, a string or a heredoc are
//! data, and suppress nothing.

use std::collections::BTreeSet;

use super::directive::{Directive, Scope};
use super::{hcl, syntax};
use crate::checks::SuppressedBy;
use crate::report::{Mark, Source};
use crate::yaml::{Document, Node, Span, Style, split};

/// The suppressions in the comments of a YAML file, in order.
#[must_use]
pub fn in_yaml(source: &Source<'_>) -> Vec<Directive> {
    // Most files hold none, and are not split then.
    if syntax::starts(source.text()).next().is_none() {
        return Vec::new();
    }
    let is_asked = |span: &Span| syntax::starts(span.of_bytes(source.text())).next().is_some();
    let documents = split(source.text()).into_iter().enumerate().filter(|(_, span)| is_asked(span));
    documents.flat_map(|(number, span)| in_document(source, number, span)).collect()
}

/// The suppressions in the comments of an HCL file, in order.
#[must_use]
pub fn in_hcl(source: &Source<'_>) -> Vec<Directive> {
    if !syntax::may_hold_one(source.text()) {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(source.text()) else { return Vec::new() };
    let outline = hcl::outline(text);
    let targets = Targets::new(text, |line| line.starts_with('#') || line.starts_with("//"));
    let found = outline.comments.iter().filter_map(|comment| {
        let words = comment.of(text).trim_start_matches(['#', '/']);
        let start = comment.end.saturating_sub(words.len());
        let line = targets.of(comment.start);
        let end = outline.end_of_block(line).unwrap_or(line.end);
        let shown = vec![Span::new(comment.start, start)];
        directive(source, None, DirectiveText { words, start, scope: Span::new(line.start, end), shown })
    });
    found.collect()
}

fn in_document(source: &Source<'_>, number: usize, span: Span) -> Vec<Directive> {
    let Ok(text) = std::str::from_utf8(span.of_bytes(source.text())) else { return Vec::new() };
    let scalars = scalars(span.of_bytes(source.text()));
    let starts = syntax::starts(text.as_bytes()).filter_map(|word| hash_before(text, word));
    let targets = Targets::new(text, |line| line.starts_with('#'));
    let comments = starts.filter(|&start| match &scalars {
        Some(scalars) => !scalars.hold(start),
        // The scalars of a broken document are unknown; but what begins a line is a comment almost everywhere.
        None => line_of(text, start).of(text).trim_start().starts_with('#'),
    });
    let found = comments.filter_map(|hash| {
        let own_line = line_of(text, hash);
        let words = Span::new(hash, own_line.end).of(text).trim_start_matches(['#', ' ', '\t']);
        let line = targets.of(hash);
        let end = scalars.as_ref().map_or(line.end, |scalars| scalars.end_of(line));
        let scope = Span::new(line.start, end).shifted(span.start);
        let start = own_line.end.saturating_sub(words.len());
        let keys = scalars.iter().flat_map(|scalars| scalars.keys_in(own_line));
        let shown = keys.chain([Span::new(hash, start)]).map(|one| one.shifted(span.start)).collect();
        let start = start.saturating_add(span.start);
        directive(source, Some(number), DirectiveText { words, start, scope, shown })
    });
    found.collect()
}

/// A comment that may be a suppression.
struct DirectiveText<'a> {
    /// What it says, from `autopurge:` on.
    words: &'a str,
    /// Where `words` starts in the file.
    start: usize,
    /// The part of the file that it applies to.
    scope: Span,
    /// What an excerpt may show of its line besides: the sign of the comment, and keys.
    shown: Vec<Span>,
}

fn directive(source: &Source<'_>, document: Option<usize>, found: DirectiveText<'_>) -> Option<Directive> {
    let (terms, head) = syntax::parse(found.words.trim_start())?;
    let start = found.start.saturating_add(found.words.len().saturating_sub(found.words.trim_start().len()));
    let span = Span::new(start, start.saturating_add(head));
    let shown = found.shown.into_iter().chain([span]).collect();
    let place = source.place(document, &Mark { span, context: span, shown });
    Some(Directive { by: SuppressedBy::Comment, place, scope: Scope::Bytes(found.scope), terms })
}

/// A scalar of a document.
struct Scalar {
    span: Span,
    /// Where its text begins: the header of a block scalar may be followed by a comment.
    body: usize,
    /// Whether it is a key of a mapping.
    is_key: bool,
}

/// The scalars of a document, in order; none contains another.
struct Scalars(Vec<Scalar>);

impl Scalars {
    /// Whether a byte belongs to the text of one of them.
    fn hold(&self, offset: usize) -> bool {
        let behind = self.0.partition_point(|scalar| scalar.span.start <= offset);
        let last = behind.checked_sub(1).and_then(|last| self.0.get(last));
        last.is_some_and(|scalar| scalar.body <= offset && offset < scalar.span.end)
    }

    /// The keys of mappings that stand in a line.
    fn keys_in(&self, line: Span) -> impl Iterator<Item = Span> {
        let first = self.0.partition_point(|scalar| scalar.span.start < line.start);
        let rest = self.0.get(first..).unwrap_or_default().iter();
        let in_line = rest.take_while(move |scalar| scalar.span.end <= line.end);
        in_line.filter(|scalar| scalar.is_key).map(|scalar| scalar.span)
    }

    /// Where a line ends, including scalars that begin on it.
    fn end_of(&self, line: Span) -> usize {
        let behind = self.0.partition_point(|scalar| scalar.span.start < line.end);
        let last = behind.checked_sub(1).and_then(|last| self.0.get(last));
        last.filter(|scalar| line.start <= scalar.span.start).map_or(line.end, |scalar| scalar.span.end.max(line.end))
    }
}

/// The scalars of a document, with offsets from its start; `None` if it is broken.
fn scalars(document: &[u8]) -> Option<Scalars> {
    let document = Document::parse(document, 0).ok()?;
    let all = || document.iter().flat_map(Document::nodes).filter(|node| !node.is_alias());
    let keys: BTreeSet<usize> = all().flat_map(Node::entries).map(|(key, _)| key.span().start).collect();
    let nodes = all().filter(|node| node.text().is_some());
    let mut scalars: Vec<Scalar> = nodes
        .map(|node| {
            let is_block = matches!(node.style(), Style::Literal | Style::Folded);
            let body =
                if is_block { line_of(node.document().text(), node.span().start).end } else { node.span().start };
            Scalar { span: node.span(), body, is_key: keys.contains(&node.span().start) }
        })
        .collect();
    scalars.sort_by_key(|scalar| scalar.span.start);
    Some(Scalars(scalars))
}

/// The `#` that makes a word the beginning of a comment, if there is one: it has to be at the start of a line or after
/// a blank.
fn hash_before(text: &str, word: usize) -> Option<usize> {
    let before = text.get(..word)?.trim_end_matches([' ', '\t']);
    let lead = before.trim_end_matches('#');
    let is_comment = lead.len() < before.len() && (lead.is_empty() || lead.ends_with([' ', '\t', '\n', '\r']));
    is_comment.then_some(lead.len())
}

/// The lines that the comments of a text apply to.
struct Targets<'t> {
    text: &'t str,
    /// Each line, with the index of the first line from there on that holds anything but a comment.
    lines: Vec<(Span, usize)>,
}

impl<'t> Targets<'t> {
    fn new(text: &'t str, is_comment: impl Fn(&str) -> bool) -> Self {
        let mut start = 0;
        let spans = text.split('\n').map(|line| {
            let span = Span::new(start, start.saturating_add(line.len()));
            start = span.end.saturating_add(1);
            (span, 0)
        });
        let mut lines: Vec<(Span, usize)> = spans.collect();
        let mut next = lines.len().saturating_sub(1);
        for (number, (span, target)) in lines.iter_mut().enumerate().rev() {
            let line = span.of(text).trim_start();
            if !line.is_empty() && !is_comment(line) {
                next = number;
            }
            *target = next;
        }
        Self { text, lines }
    }

    /// The line of a comment; if the comment is alone on it, the next line that holds anything else.
    fn of(&self, comment: usize) -> Span {
        let number = self.lines.partition_point(|(line, _)| line.start <= comment).saturating_sub(1);
        let Some(&(line, target)) = self.lines.get(number) else { return Span::default() };
        let is_alone = Span::new(line.start, comment).of(self.text).trim().is_empty();
        self.lines.get(target).filter(|_| is_alone).map_or(line, |&(target, _)| target)
    }
}

/// The line of an offset, without its `\n`.
fn line_of(text: &str, offset: usize) -> Span {
    let (before, after) = (text.get(..offset).unwrap_or(text), text.get(offset..).unwrap_or_default());
    let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let end = after.find('\n').map_or(text.len(), |at| offset.saturating_add(at));
    Span::new(start, end)
}
