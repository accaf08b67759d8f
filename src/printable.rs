//! Makes text from files safe to show, and to paste into a shell; counts things in words.

use std::fmt::Display;

/// Escapes characters that move a terminal's cursor, or that make a line read in a different order than it is written;
/// line breaks stay.
pub(crate) fn plain(text: &str) -> String {
    shown(text, |character| character == '\n' || !is_hidden(character))
}

/// The same, in one line.
pub(crate) fn one_line(text: &str) -> String {
    shown(text, |character| !is_hidden(character))
}

/// JSON in which everything that [`plain`] would escape is escaped as JSON does it: it can only stand in strings.
pub(crate) fn json(text: String) -> String {
    let is_fine = |character: char| character == '\n' || !is_hidden(character);
    if text.chars().all(is_fine) {
        return text;
    }
    let escaped = |character: char| format!("\\u{:04x}", u32::from(character));
    text.chars().map(|one| if is_fine(one) { one.to_string() } else { escaped(one) }).collect()
}

fn shown(text: &str, is_fine: impl Fn(char) -> bool) -> String {
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((at, hidden)) = rest.char_indices().find(|&(_, character)| !is_fine(character)) {
        shown.push_str(rest.get(..at).unwrap_or_default());
        shown.extend(hidden.escape_default());
        rest = rest.get(at.saturating_add(hidden.len_utf8())..).unwrap_or_default();
    }
    shown.push_str(rest);
    shown
}

/// A number of things: `1 file`, `2 files`.
pub(crate) fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let end = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{end}")
}

/// A text as one word of a command that people paste into a shell.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '=' | '_' | '-' | ',' | '/' | ':');
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Control characters, direction marks, and separators that some treat as line breaks.
pub(crate) fn is_hidden(character: char) -> bool {
    // Nearly every character is one of these.
    if matches!(character, ' '..='~') {
        return false;
    }
    character.is_control()
        || matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn a_word_for_a_shell_is_quoted_where_it_has_to_be() {
        let table = [
            ("charts/a-b_c.d:1,2=3", "charts/a-b_c.d:1,2=3"),
            ("my dir", "'my dir'"),
            ("env[0].value=1", "'env[0].value=1'"),
            ("it's $HOME", "'it'\\''s $HOME'"),
            ("", "''"),
        ];
        for (text, word) in table {
            assert_eq!(shell_word(text), word);
        }
    }
}
