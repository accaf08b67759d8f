//! The template of an `ApplicationSet` with the parameters of one application put in.

use super::parameters::Parameters;
use crate::gitops::field::{Field, Page};
use crate::gitops::text::{Piece, Relation, Text};
use crate::yaml::{Kind, Node, Span, Style};

/// How `{{ }}` is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `{{name}}`.
    Plain,
    /// `{{ .name }}`; of Go's templates only this.
    Go,
}

/// The document that holds the template, with its parameters put in. What is not known keeps its braces, and its
/// places say so.
pub(super) fn fill(page: &Page<'_>, template: &Field<'_>, parameters: &Parameters, syntax: Syntax) -> Text {
    let mut actions = Vec::new();
    collect(template.node(), &mut actions);
    actions.sort_by_key(|action: &Action| action.span.start);
    let mut draft =
        Draft { source: page.text.as_str(), content: String::new(), pieces: Vec::new(), at: page.span.start };
    for action in actions {
        draft.copy(action.span.start);
        draft.put(&action, parameters, syntax);
    }
    draft.copy(page.span.end);
    page.text.derive(&draft.content, &draft.pieces)
}

/// Braces in a scalar.
struct Action {
    span: Span,
    style: Style,
}

fn collect(node: Node<'_>, actions: &mut Vec<Action>) {
    if node.is_alias() {
        return;
    }
    match node.kind() {
        Kind::Mapping => node.entries().into_iter().for_each(|(_, value)| collect(value, actions)),
        Kind::Sequence => node.items().for_each(|item| collect(item, actions)),
        Kind::Scalar => {
            let (start, style) = (node.span().start, node.style());
            actions.extend(braces(node.source()).into_iter().map(|span| Action { span: span.shifted(start), style }));
        }
    }
}

/// The places of `{{ }}` in a text.
fn braces(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("{{")).map(|start| at.saturating_add(start)) {
        let Some(length) = text.get(start..).and_then(|rest| rest.find("}}")) else { break };
        at = start.saturating_add(length).saturating_add(2);
        found.push(Span::new(start, at));
    }
    found
}

/// The new text.
struct Draft<'t> {
    source: &'t str,
    content: String,
    pieces: Vec<Piece>,
    at: usize,
}

impl Draft<'_> {
    /// What stands up to `end`.
    fn copy(&mut self, end: usize) {
        let source = Span::new(self.at, end);
        if !source.is_empty() {
            self.push(source, Relation::Same, source.of(self.source));
        }
        self.at = end.max(self.at);
    }

    fn push(&mut self, source: Span, relation: Relation, text: &str) {
        self.pieces.push(Piece { start: self.content.len(), source, relation });
        self.content.push_str(text);
    }

    fn put(&mut self, action: &Action, parameters: &Parameters, syntax: Syntax) {
        if action.span.start < self.at {
            return;
        }
        let written = action.span.of(self.source);
        let given = name(written, syntax).and_then(|name| parameters.get(name));
        match given.and_then(|given| Some((given.span, fitted(&given.text, action.style)?))) {
            Some((span, text)) => self.push(span, Relation::Written, &text),
            None => self.push(action.span, Relation::Unknown, written),
        }
        self.at = action.span.end;
    }
}

/// The parameter that braces name, if they do nothing else.
fn name(written: &str, syntax: Syntax) -> Option<&str> {
    let inner = written.strip_prefix("{{")?.strip_suffix("}}")?;
    let name = match syntax {
        Syntax::Plain => inner.trim(),
        Syntax::Go => inner.trim_start_matches('-').trim_end_matches('-').trim().strip_prefix('.')?,
    };
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '/');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// A value as it can be written into a scalar.
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
