//! XML 1.0, as far as reports need it.

use crate::printable::one_line;

/// The first line of a file.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Attributes of a tag: ` name="value"` for each.
pub(super) fn attributes(pairs: &[(&str, &str)]) -> String {
    let written: Vec<String> = pairs.iter().map(|(name, value)| format!(" {name}=\"{}\"", attribute(value))).collect();
    written.concat()
}

/// A text between tags.
pub(super) fn content(text: &str) -> String {
    text.split('\n').map(fit).collect::<Vec<_>>().join("\n")
}

/// A text in quotes. Line breaks would be read as blanks, so they are written as references.
fn attribute(text: &str) -> String {
    text.split('\n').map(fit).collect::<Vec<_>>().join("&#10;")
}

/// XML cannot represent most control characters; they are shown as escapes with their numbers.
fn fit(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push_str("&#9;"),
            '\r' => escaped.push_str("&#13;"),
            '\u{FFFE}' | '\u{FFFF}' => escaped.extend(character.escape_default()),
            _ => escaped.push_str(&one_line(character.encode_utf8(&mut [0; 4]))),
        }
    }
    escaped
}
