//! How the template of an `ApplicationSet` refers to its parameters.

use super::parameters::Parameters;
use crate::gitops::field::Page;
use crate::gitops::substitute::{Meaning, Part, substitute};
use crate::gitops::text::Text;

/// How `{{ }}` is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `{{name}}`.
    Plain,
    /// `{{ .name }}`; no other Go template syntax is understood.
    Go,
}

/// The document with the template, with its parameters filled in.
pub(super) fn fill((page, template): (&Page<'_>, Part<'_>), parameters: &Parameters, syntax: Syntax) -> Text {
    substitute(page, template, ("{{", "}}"), |action| {
        let given = parameters.get(name(action, syntax)?)?;
        let file = given.file.clone().filter(|file| file != page.text.file());
        Some(Meaning { text: given.text.clone(), span: given.span, file })
    })
}

/// The parameter that an action names, if it does nothing else.
fn name(written: &str, syntax: Syntax) -> Option<&str> {
    let inner = written.strip_prefix("{{")?.strip_suffix("}}")?;
    let name = match syntax {
        Syntax::Plain => inner.trim(),
        Syntax::Go => inner.trim_start_matches('-').trim_end_matches('-').trim().strip_prefix('.')?,
    };
    let is_name =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '/' | '[' | ']');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}
