//! A Go template with its actions replaced by what they write, as far as that is known.

use super::action::Action;
use super::branches::{Branches, Written};
use super::environment::{Environment, Known};
use crate::gitops::substitute::{Draft, Meaning};
use crate::gitops::text::Text;
use crate::yaml::Span;

/// A part of a text is a template.
pub(super) fn is_template(text: &str) -> bool {
    text.contains("{{")
}

/// What a template makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A state file: what it says of a release is put in later.
    State,
    /// Values.
    Values,
}

/// A part of a text without its actions.
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

/// Where an action takes the blanks away beside it.
#[derive(Clone, Copy)]
struct Trims {
    before: bool,
    behind: bool,
}

impl Trims {
    /// What is not known may bring its own line breaks with it.
    fn of(read: &Action, action: &str) -> Self {
        let is_known = !matches!(read, Action::WritesUnknown | Action::Later);
        let inner = inner(action);
        let before = inner.strip_prefix('-').is_some_and(|inner| inner.starts_with(char::is_whitespace));
        let behind = inner.strip_suffix('-').is_some_and(|inner| inner.ends_with(char::is_whitespace));
        Self { before: is_known && before, behind: is_known && behind }
    }
}

/// The end of what stands from `start` up to `end`, without blanks behind it.
fn trimmed(source: &str, start: usize, end: usize) -> usize {
    start.saturating_add(Span::new(start, end).of(source).trim_end().len())
}

/// The first byte of a part that is no blank.
fn next_word(source: &str, part: Span) -> usize {
    part.end.saturating_sub(part.of(source).trim_start().len())
}

/// What stands up to `end`, as far as it is written.
fn copy(draft: &mut Draft<'_>, end: usize, branches: &Branches) {
    match branches.now() {
        Written::Yes => draft.copy(end),
        Written::Perhaps => draft.copy_doubting(end, true),
        Written::No => draft.leave_out(end),
    }
}

/// A short text in which actions are replaced by what they mean; `None` where one has no meaning.
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

/// A value stands where it is written, in this file or in one of the environment's.
fn put(draft: &mut Draft<'_>, action: Span, known: Known, text: &Text) {
    let place = known.place.filter(|place| place.is_exact && (place.file != *text.file() || text.is_file()));
    let file = place.as_ref().map(|place| &place.file).filter(|file| *file != text.file()).cloned();
    draft.put(action, Some(Meaning { span: place.map_or(action, |place| place.span), text: known.text, file }));
}

fn inner(action: &str) -> &str {
    action.strip_prefix("{{").and_then(|inner| inner.strip_suffix("}}")).unwrap_or_default()
}

/// The next action. Braces in quotes belong to its texts.
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
    // An open quote: up to the first braces, or nothing.
    let end = rest.find("}}")?;
    Some(Span::new(start, start.checked_add(end)?.checked_add(2)?))
}
