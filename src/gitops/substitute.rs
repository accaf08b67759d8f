//! Texts in which template actions are replaced by what they mean.

use std::sync::Arc;

use super::field::Page;
use super::text::{Piece, Relation, Text};
use crate::yaml::{Kind, Node, Span, Style};

/// Takes the place of something unknown in a text.
pub(super) const STAND_IN: &str = "unknown";

/// The meaning of an action, and where it is written: in the same text or in another file.
pub(super) struct Meaning {
    pub(super) text: String,
    pub(super) span: Span,
    /// The other file, if it is written in one.
    pub(super) file: Option<Arc<str>>,
}

/// The part of a document that contains templates.
#[derive(Clone, Copy)]
pub(super) struct Part<'d> {
    /// The node whose scalars contain the actions.
    pub(super) node: Node<'d>,
    /// Bytes outside of the node that are left out.
    pub(super) unused: Option<Span>,
}

/// The document of a page, with the actions in a part of it replaced. Unknown actions keep their text or are replaced
/// by a word, and their places are marked as unknown.
pub(super) fn substitute(
    page: &Page<'_>,
    part: Part<'_>,
    delimiters: (&str, &str),
    meaning: impl Fn(&str) -> Option<Meaning>,
) -> Text {
    let mut actions = Vec::new();
    collect(part.node, delimiters, &mut actions);
    actions.sort_by_key(|action: &Action| action.span.start);
    let mut draft = Draft::new(page.text.as_str(), page.span.start);
    let mut unused = part.unused;
    for action in actions {
        if let Some(unused) = unused.take_if(|unused| unused.start < action.span.start) {
            draft.skip(unused);
        }
        let known = meaning(action.span.of(page.text.as_str()));
        let fitting = known.and_then(|known| Some(Meaning { text: fitted(&known.text, action.style)?, ..known }));
        match (fitting, action.style) {
            // The text may be YAML, in which braces have a meaning.
            (None, Style::Literal | Style::Folded) => draft.put_unknown(action.span),
            (fitting, _) => draft.put(action.span, fitting),
        }
    }
    if let Some(unused) = unused {
        draft.skip(unused);
    }
    draft.finish(page.text, page.span.end)
}

/// An action in a scalar.
struct Action {
    span: Span,
    style: Style,
}

fn collect(node: Node<'_>, delimiters: (&str, &str), actions: &mut Vec<Action>) {
    if node.is_alias() {
        return;
    }
    match node.kind() {
        Kind::Mapping => node.entries().into_iter().for_each(|(_, value)| collect(value, delimiters, actions)),
        Kind::Sequence => node.items().for_each(|item| collect(item, delimiters, actions)),
        Kind::Scalar => {
            let (start, style) = (node.span().start, node.style());
            let found = find(node.source(), delimiters).into_iter();
            actions.extend(found.map(|span| Action { span: span.shifted(start), style }));
        }
    }
}

/// The spans of actions in a text.
pub(super) fn find(text: &str, (open, close): (&str, &str)) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(open)).map(|start| at.saturating_add(start)) {
        let Some(length) = text.get(start..).and_then(|rest| rest.find(close)) else { break };
        at = start.saturating_add(length).saturating_add(close.len());
        found.push(Span::new(start, at));
    }
    found
}

/// A new text that is made from another one, from start to end.
pub(super) struct Draft<'t> {
    source: &'t str,
    content: String,
    pieces: Vec<Piece>,
    at: usize,
}

impl<'t> Draft<'t> {
    pub(super) fn new(source: &'t str, start: usize) -> Self {
        Self { source, content: String::new(), pieces: Vec::new(), at: start }
    }

    /// Copies the text up to `end`.
    pub(super) fn copy(&mut self, end: usize) {
        self.copy_doubting(end, false);
    }

    /// The same for text that may not be there in the end.
    pub(super) fn copy_doubting(&mut self, end: usize, is_doubtful: bool) {
        let source = Span::new(self.at, end);
        if !source.is_empty() {
            let relation = if is_doubtful { Relation::Doubtful } else { Relation::Same };
            self.push(source, relation, source.of(self.source));
        }
        self.at = end.max(self.at);
    }

    /// Leaves out the text up to `end`.
    pub(super) fn leave_out(&mut self, end: usize) {
        self.at = end.max(self.at);
    }

    /// Copies the text up to the span, and leaves out the span.
    fn skip(&mut self, span: Span) {
        self.copy(span.start);
        self.leave_out(span.end);
    }

    /// Copies the text up to the span, then puts the span's meaning or, without one, the span itself, as unknown.
    pub(super) fn put(&mut self, span: Span, meaning: Option<Meaning>) {
        if span.start < self.at {
            return;
        }
        self.copy(span.start);
        match meaning {
            Some(meaning) => {
                let piece = Piece::new(self.content.len(), meaning.span, Relation::Written);
                self.pieces.push(Piece { file: meaning.file, ..piece });
                self.content.push_str(&meaning.text);
            }
            None => self.push(span, Relation::Unknown, span.of(self.source)),
        }
        self.at = span.end;
    }

    /// Copies the text up to the span, then puts a word that is valid wherever an action may be.
    pub(super) fn put_unknown(&mut self, span: Span) {
        if span.start >= self.at {
            self.copy(span.start);
            self.push(span, Relation::Unknown, STAND_IN);
            self.at = span.end;
        }
    }

    fn push(&mut self, source: Span, relation: Relation, text: &str) {
        self.pieces.push(Piece::new(self.content.len(), source, relation));
        self.content.push_str(text);
    }

    pub(super) fn finish(mut self, text: &Text, end: usize) -> Text {
        self.copy(end);
        text.derive(&self.content, &self.pieces)
    }
}

/// A value in the form in which it can be written into a scalar.
fn fitted(value: &str, style: Style) -> Option<String> {
    let is_one_line = !value.chars().any(char::is_control);
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '/' | '+');
    match style {
        _ if !is_one_line => None,
        Style::SingleQuoted => Some(value.replace('\'', "''")),
        Style::DoubleQuoted => Some(value.replace('\\', "\\\\").replace('"', "\\\"")),
        Style::Literal | Style::Folded => Some(value.to_owned()),
        Style::Plain | Style::Block | Style::Flow => value.chars().all(is_word).then(|| value.to_owned()),
    }
}
