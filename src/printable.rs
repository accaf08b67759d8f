//! Text from files, made fit to be shown.

/// Characters that move a terminal's cursor, or make a line read in another order than it is written, are shown by
/// their numbers; line ends stay.
pub(crate) fn plain(text: &str) -> String {
    shown(text, |character| character == '\n' || !is_hidden(character))
}

/// The same in one line.
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

/// Controls, marks of direction, and separators that some take for line ends.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
