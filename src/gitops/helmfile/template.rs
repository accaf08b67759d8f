//! Renders a Go template by replacing its actions with what they write, as far as that is known.

use super::action::Action;
use super::branches::{Branches, Written};
use super::environment::{Environment, Known};
use crate::gitops::substitute::{Draft, Meaning};
use crate::gitops::text::Text;
use crate::yaml::Span;

/// Whether part of a text is a template.
pub(super) fn is_template(text: &str) -> bool {
    text.contains("{{")
}

/// What a template produces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A state file: anything about the release is filled in later.
    State,
    /// Values.
    Values,
}

/// A part of a text with its actions replaced.
pub(super) fn render((text, part): (&Text, Span), kind: Kind, environment: &Environment) -> Text {
    let source = text.as_str();
    let mut draft = Draft::new(source, part.start);
    let mut branches = Branches::default();
    let mut at = part.start;
    while let Some(action) = next_action(source, Span::new(at, part.end)) {
        let read = Action::read(inner(action.of(source)), environment);
        let trims = Trims::of(&read, action.of(source));
        copy(&mut draft, if trims.before { trimmed(source, at, action.start) } else { action.start }, &branches);
        match read {
            Action::Opens(condition) => branches.open(condition),
            Action::Turns(condition) => branches.turn(condition),
            Action::Closes => branches.close(),
            Action::Later if kind == Kind::State => copy(&mut draft, action.end, &branches),
            Action::Writes(known) if branches.now() != Written::No => put(&mut draft, action, known, text),
            Action::WritesUnknown | Action::Later if branches.now() != Written::No => draft.put_unknown(action),
            Action::Writes(_) | Action::WritesUnknown | Action::Later | Action::Silent => {}
        }
        at = if trims.behind { next_word(source, Span::new(action.end, part.end)) } else { action.end };
        draft.leave_out(at);
    }
    copy(&mut draft, part.end, &branches);
    draft.finish(text, part.end)
}

/// On which sides an action trims whitespace.
#[derive(Clone, Copy)]
struct Trims {
    before: bool,
    behind: bool,
}

impl Trims {
    /// If the output is unknown, nothing is trimmed: it may have line breaks of its own.
    fn of(read: &Action, action: &str) -> Self {
        let is_known = !matches!(read, Action::WritesUnknown | Action::Later);
        let inner = inner(action);
        let before = inner.strip_prefix('-').is_some_and(|inner| inner.starts_with(char::is_whitespace));
        let behind = inner.strip_suffix('-').is_some_and(|inner| inner.ends_with(char::is_whitespace));
        Self { before: is_known && before, behind: is_known && behind }
    }
}

/// The end of the text from `start` to `end`, without trailing whitespace.
fn trimmed(source: &str, start: usize, end: usize) -> usize {
    start.saturating_add(Span::new(start, end).of(source).trim_end().len())
}

/// The first non-blank byte of a part.
fn next_word(source: &str, part: Span) -> usize {
    part.end.saturating_sub(part.of(source).trim_start().len())
}

/// Copies the text up to `end`, as far as it is written.
fn copy(draft: &mut Draft<'_>, end: usize, branches: &Branches) {
    match branches.now() {
        Written::Yes => draft.copy(end),
        Written::Perhaps => draft.copy_doubting(end, true),
        Written::No => draft.leave_out(end),
    }
}

/// A short text with its actions replaced by their meanings; `None` if one has none.
pub(super) fn expand(text: &str, meaning: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut expanded = String::new();
    let mut at = 0;
    while let Some(action) = next_action(text, Span::new(at, text.len())) {
        expanded.push_str(Span::new(at, action.start).of(text));
        expanded.push_str(&meaning(inner(action.of(text)))?);
        at = action.end;
    }
    expanded.push_str(Span::new(at, text.len()).of(text));
    Some(expanded)
}

/// Puts in a value, with the place where it is written: in this file or in one of the environment's.
fn put(draft: &mut Draft<'_>, action: Span, known: Known, text: &Text) {
    let place = known.place.filter(|place| place.is_exact && (place.file != *text.file() || text.is_file()));
    let file = place.as_ref().map(|place| &place.file).filter(|file| *file != text.file()).cloned();
    draft.put(action, Some(Meaning { span: place.map_or(action, |place| place.span), text: known.text, file }));
}

fn inner(action: &str) -> &str {
    action.strip_prefix("{{").and_then(|inner| inner.strip_suffix("}}")).unwrap_or_default()
}

/// The next action. Braces within quotes do not end it.
fn next_action(source: &str, range: Span) -> Option<Span> {
    let start = range.start.checked_add(range.of(source).find("{{")?)?;
    let mut quote = None;
    let rest = Span::new(start, range.end).of(source);
    if rest.starts_with("{{/*") || rest.starts_with("{{- /*") {
        let comment = rest.find("*/")?;
        let end = comment.checked_add(rest.get(comment..)?.find("}}")?)?;
        return Some(Span::new(start, start.checked_add(end)?.checked_add(2)?));
    }
    for (at, character) in rest.char_indices() {
        match (quote, character) {
            (None, '"' | '`') => quote = Some(character),
            (Some(open), character) if open == character => quote = None,
            (None, '}') if rest.get(at..)?.starts_with("}}") => {
                return Some(Span::new(start, start.checked_add(at)?.checked_add(2)?));
            }
            _ => {}
        }
    }
    // The quote is not closed: the action ends at the first closing braces, if there are any.
    let end = rest.find("}}")?;
    Some(Span::new(start, start.checked_add(end)?.checked_add(2)?))
}
