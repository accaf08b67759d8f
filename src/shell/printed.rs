//! What `echo` and `printf` print.

use std::ops::Range;

use super::{Command, Dialect, Text, Word};

/// What `echo` prints. Shells differ in whether they interpret backslashes, and some print options other than `-n`;
/// `None` if that would affect a purge setting.
pub(super) fn echoed(command: &Command) -> Option<Text> {
    let words: Vec<&Word> = command.arguments().collect();
    let is_option = |word: &&&Word| matches!(word.text.as_str(), "-e" | "-n" | "-E" | "-ne" | "-en");
    let options = words.iter().take_while(is_option).count();
    let has_line_end = !words.iter().take(options).any(|word| word.text.as_str().contains('n'));
    let mut joined = Text::default();
    for (number, word) in words.iter().skip(options).enumerate() {
        if number > 0 {
            joined.push_unwritten(" ");
        }
        joined.push_text(&word.text);
    }
    let is_told = words.iter().take(options).any(|word| word.text.as_str().contains('e'));
    let has_codes = ["\\c", "\\0", "\\x", "\\u"].iter().any(|code| joined.as_str().contains(code));
    let is_printed = |word: &&Word| command.dialect == Dialect::Any && word.text.as_str() != "-n";
    let is_unclear =
        words.iter().take(options).any(is_printed) || joined.as_str().contains('\\') && (!is_told || has_codes);
    if is_unclear && joined.as_str().to_lowercase().contains("purge") {
        return None;
    }
    let mut text = Text::default();
    let end = joined.as_str().len();
    unescape(&joined, 0..end, &mut text);
    if has_line_end {
        text.push_unwritten("\n");
    }
    Some(text)
}

/// What `printf` prints; `None` if its format needs more than strings and integers.
pub(super) fn formatted(command: &Command) -> Option<Text> {
    let mut words = command.arguments().filter(|word| word.text.as_str() != "--");
    let format = &words.next()?.text;
    let mut values: Vec<&Word> = words.collect();
    values.reverse();
    let mut text = Text::default();
    for turn in 1_usize.. {
        let before = values.len();
        format_once(format, &mut values, &mut text)?;
        // The format is reused while values remain and it takes any; then it cannot be edited for one of them.
        if values.is_empty() || values.len() == before {
            return Some(if turn == 1 { text } else { text.without_places() });
        }
    }
    None
}

fn format_once(format: &Text, values: &mut Vec<&Word>, text: &mut Text) -> Option<()> {
    let whole = format.as_str();
    let mut at = 0;
    while let Some(rest) = whole.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('%').unwrap_or(rest.len());
        unescape(format, at..at + plain, text);
        at += plain;
        let Some(directive) = rest.get(plain..).filter(|directive| !directive.is_empty()) else { break };
        if directive.starts_with("%%") {
            text.push(format, at, '%');
        } else if ["%s", "%d", "%i", "%u", "%b"].iter().any(|known| directive.starts_with(known)) {
            if let Some(value) = values.pop() {
                text.push_text(&value.text);
            }
        } else {
            return None;
        }
        at += 2;
    }
    Some(())
}

/// Appends a part of a text with its backslash escapes interpreted.
pub(super) fn unescape(from: &Text, part: Range<usize>, text: &mut Text) {
    let whole = from.as_str();
    let mut at = part.start;
    while at < part.end {
        let Some(rest) = whole.get(at..part.end) else { return };
        let Some(plain) = rest.find('\\') else {
            text.push_part(from, at..part.end);
            return;
        };
        text.push_part(from, at..at + plain);
        at += plain;
        let escaped = rest.get(plain + 1..).and_then(|rest| rest.chars().next());
        let meant = match escaped {
            Some('n') => "\n",
            Some('t') => "\t",
            Some('r') => "\r",
            Some('\\') => "\\",
            Some('\'') => "'",
            Some('"') => "\"",
            // Any other stays as it is.
            _ => {
                text.push(from, at, '\\');
                at += 1;
                continue;
            }
        };
        text.push_as(from, at, meant);
        at += 2;
    }
}

/// Where the quote opened by `$'` ends.
pub(super) fn quote_end(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\'' => return at,
            _ => {}
        }
    }
    text.len()
}
