//! A Go template with its actions replaced by what they write, as far as that is known.

use super::action::Action;
use super::environment::{Environment, Known};
use crate::gitops::substitute::{Draft, Meaning};
use crate::gitops::text::Text;
use crate::yaml::Span;

/// A part of a text is a template.
pub(super) fn is_template(text: &str) -> bool {
    text.contains("{{")
}

/// A part of a text without its actions.
pub(super) fn render(text: &Text, part: Span, environment: &Environment) -> Text {
    let source = text.as_str();
    let mut draft = Draft::new(source, part.start);
    let mut depth: usize = 0;
    let mut at = part.start;
    while let Some(action) = next_action(source, Span::new(at, part.end)) {
        draft.copy_doubting(action.start, depth > 0);
        match Action::read(inner(action.of(source)), environment) {
            Action::Writes(known) => draft.put(action, Some(meaning(known, action, text))),
            Action::WritesUnknown => draft.put_unknown(action),
            Action::Silent => draft.skip(action),
            Action::Opens => {
                depth = depth.saturating_add(1);
                draft.skip(action);
            }
            Action::Closes => {
                depth = depth.saturating_sub(1);
                draft.skip(action);
            }
        }
        at = action.end;
    }
    draft.copy_doubting(part.end, depth > 0);
    draft.finish(text, part.end)
}

/// A value stands where it is written, if that is in this file.
fn meaning(known: Known, action: Span, text: &Text) -> Meaning {
    let own = known.place.filter(|place| text.is_file() && place.file == *text.file());
    Meaning { span: own.map_or(action, |place| place.span), text: known.text }
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
