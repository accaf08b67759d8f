//! What the JSON documents of the program have in common.

use serde::Serialize;

use crate::printable::json;

/// The program that wrote a document.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Tool"))]
pub(super) struct Program {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

impl Program {
    /// This program.
    pub(super) const fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

/// What a command has found, or why it refused to look.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Answer<K> {
    /// Why there is nothing else here.
    refused: Option<String>,
    #[serde(flatten)]
    known: Option<K>,
}

impl<K> Answer<K> {
    /// What was found.
    pub(super) const fn of(known: K) -> Self {
        Self { refused: None, known: Some(known) }
    }

    /// Why nothing was.
    pub(super) fn refused(error: &impl ToString) -> Self {
        Self { refused: Some(error.to_string()), known: None }
    }
}

/// A document as text for people too, with a final line break.
pub(super) fn render(document: &impl Serialize) -> String {
    // Strings, numbers and lists of them can always be serialised.
    json(serde_json::to_string_pretty(document).unwrap_or_default() + "\n")
}
