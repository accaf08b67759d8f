//! Makes text from files safe to show.

/// Escapes characters that move a terminal's cursor, or that make a line read in a different order than it is written;
/// line breaks stay.
pub(crate) fn plain(text: &str) -> String {
    shown(text, |character| character == '\n' || !is_hidden(character))
}

/// The same, in one line.
pub(crate) fn one_line(text: &str) -> String {
    shown(text, |character| !is_hidden(character))
}

fn shown(text: &str, is_fine: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_fine(character) {
            shown.push(character);
        } else {
            shown.extend(character.escape_default());
        }
    }
    shown
}

/// Control characters, direction marks, and separators that some treat as line breaks.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
