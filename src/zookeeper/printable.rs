//! Names from files, for a terminal.

/// A text in which control characters are spelt out, so that a name cannot move the cursor or break a line.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}
