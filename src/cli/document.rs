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

/// A document as text for people too, with a final line break.
pub(super) fn render(document: &impl Serialize) -> String {
    // Strings, numbers and lists of them can always be serialised.
    json(serde_json::to_string_pretty(document).unwrap_or_default() + "\n")
}
