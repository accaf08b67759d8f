//! `java.util.Properties` files, the format of `ZooKeeper`'s configuration.

use std::ops::Range;

use crate::yaml::line_end_of;

/// One key with its value, and where they are in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The key, escapes resolved, trimmed as `ZooKeeper` trims it.
    pub key: String,
    /// The value, escapes resolved.
    pub value: String,
    /// The bytes of the logical line, continuation lines included, without its line break.
    pub line: Range<usize>,
    /// The bytes of the value as written.
    pub written: Range<usize>,
}

/// All properties of a text, in order, duplicates included.
///
/// Keys end at the first `=`, `:` or blank that is not escaped by a backslash; `#` and `!` start a comment only at the
/// start of a line; a backslash before the line break continues the line, and the leading blanks of the next line are
/// ignored.
#[must_use]
pub fn properties(text: &str) -> Vec<Property> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line = logical_line(text, at);
        found.extend(property(text, line.clone()));
        at = next_line(text, line.end);
    }
    found
}

/// The property that is in effect for a key: the last one of duplicates.
#[must_use]
pub fn effective<'p>(properties: &'p [Property], key: &str) -> Option<&'p Property> {
    properties.iter().rev().find(|property| property.key == key)
}

/// From `start` to the end of the line, including its continuation lines. Comments are not continued.
fn logical_line(text: &str, start: usize) -> Range<usize> {
    let mut end = natural_end(text, start);
    let is_comment = text.get(start..end).is_some_and(|line| line.trim_start_matches(is_blank).starts_with(['#', '!']));
    while !is_comment && end < text.len() && goes_on(text.get(start..end).unwrap_or_default()) {
        end = natural_end(text, next_line(text, end));
    }
    start..end
}

fn natural_end(text: &str, start: usize) -> usize {
    text.get(start..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |length| start + length)
}

fn next_line(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    end + if rest.starts_with("\r\n") { 2 } else { rest.chars().next().map_or(0, char::len_utf8) }
}

/// Whether the line is continued: it ends in an odd number of backslashes.
fn goes_on(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{c}')
}

fn property(text: &str, line: Range<usize>) -> Option<Property> {
    let whole = text.get(line.clone())?;
    let body = whole.trim_start_matches(is_blank);
    if body.is_empty() || body.starts_with(['#', '!']) {
        return None;
    }
    let body_start = line.end - body.len();
    let key_end = unescaped_end(body);
    let after = body.get(key_end..)?.trim_start_matches(is_blank);
    let after = after.strip_prefix(['=', ':']).unwrap_or(after).trim_start_matches(is_blank);
    let key = unescape(body.get(..key_end)?).trim_matches(|c| c <= ' ').to_owned();
    let written = body_start + (body.len() - after.len())..line.end;
    Some(Property { key, value: unescape(after), line, written })
}

/// Where the key ends: at the first separator or blank not preceded by a backslash.
fn unescaped_end(body: &str) -> usize {
    let mut is_escaped = false;
    for (at, character) in body.char_indices() {
        if !is_escaped && (is_blank(character) || matches!(character, '=' | ':')) {
            return at;
        }
        is_escaped = !is_escaped && character == '\\';
    }
    body.len()
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(rest.get(..at).unwrap_or_default());
        let mut after = rest.get(at + 1..).unwrap_or_default().chars();
        match after.next() {
            Some('t') => plain.push('\t'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('f') => plain.push('\u{c}'),
            Some('u') => {
                let code = after.as_str().get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                plain.push(code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
                after = after.as_str().get(4..).unwrap_or_default().chars();
            }
            Some('\r' | '\n') => after = after.as_str().trim_start_matches(['\r', '\n', ' ', '\t', '\u{c}']).chars(),
            Some(other) => plain.push(other),
            None => {}
        }
        rest = after.as_str();
    }
    plain.push_str(rest);
    plain
}

/// The text with a key set: its last value is replaced, or a line is added. The new line goes before one that sets
/// `dynamicConfigFile`, because start scripts cut that one off the end.
#[must_use]
pub fn with_property(text: &str, key: &str, value: &str) -> String {
    let (found, end) = (properties(text), line_end_of(text));
    if let Some(property) = effective(&found, key) {
        let (before, after) = (text.get(..property.written.start), text.get(property.written.end..));
        let before = before.unwrap_or_default();
        // A key may be written without a separator.
        let is_apart = before.ends_with(|character| is_blank(character) || matches!(character, '=' | ':'));
        let separator = if is_apart { "" } else { "=" };
        return format!("{before}{separator}{value}{}", after.unwrap_or_default());
    }
    if let Some(dynamic) = effective(&found, "dynamicConfigFile") {
        let (before, after) = text.split_at_checked(dynamic.line.start).unwrap_or((text, ""));
        return format!("{before}{key}={value}{end}{after}");
    }
    match text {
        // If the last line ends in a backslash, a line after it would become its continuation.
        text if goes_on(text.trim_end_matches(['\r', '\n'])) => format!("{key}={value}{end}{text}"),
        text if text.is_empty() || text.ends_with('\n') => format!("{text}{key}={value}{end}"),
        text => format!("{text}{end}{key}={value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{effective, properties, with_property};

    fn read(text: &str, key: &str) -> Option<String> {
        effective(&properties(text), key).map(|property| property.value.clone())
    }

    #[test]
    fn keys_and_values_are_read_as_java_reads_them() {
        let table = [
            ("a=1", Some("1")),
            ("a = 1", Some("1")),
            ("a: 1", Some("1")),
            ("a 1", Some("1")),
            ("  a=1 ", Some("1 ")),
            ("a=1\r\nb=2", Some("1")),
            ("a=1\na=2", Some("2")),
            ("#a=1", None),
            ("  !a=1", None),
            ("x=1 # a=2", None),
            ("a=1 # hourly", Some("1 # hourly")),
            ("a=\\\n   1", Some("1")),
            ("#c\\\na=1", Some("1")),
            ("a", Some("")),
            ("a=", Some("")),
            ("\\u0061=1", Some("1")),
            ("a\\:b=1", None),
            ("\u{a0}a=1", None),
            ("A=1", None),
        ];
        for (text, expected) in table {
            assert_eq!(read(text, "a").as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "tickTime=2000\r\n  autopurge.purgeInterval = 0\r\nx=y\n";
        let all = properties(text);
        let interval = effective(&all, "autopurge.purgeInterval").unwrap();
        assert_eq!(text.get(interval.written.clone()), Some("0"));
        assert_eq!(text.get(interval.line.clone()), Some("  autopurge.purgeInterval = 0"));
    }

    #[test]
    fn keys_are_set_where_they_decide() {
        let key = "autopurge.purgeInterval";
        let table = [
            ("a=b\n", "a=b\nautopurge.purgeInterval=1\n"),
            ("a=b\r\n", "a=b\r\nautopurge.purgeInterval=1\r\n"),
            ("a=b\r\nc=d\\\r\n", "autopurge.purgeInterval=1\r\na=b\r\nc=d\\\r\n"),
            ("a=b", "a=b\nautopurge.purgeInterval=1"),
            ("", "autopurge.purgeInterval=1\n"),
            ("autopurge.purgeInterval=0\na=b\n", "autopurge.purgeInterval=1\na=b\n"),
            (
                "autopurge.purgeInterval : 0\nautopurge.purgeInterval=\n",
                "autopurge.purgeInterval : 0\nautopurge.purgeInterval=1\n",
            ),
            ("autopurge.purgeInterval\na=b\n", "autopurge.purgeInterval=1\na=b\n"),
            ("#autopurge.purgeInterval=1\n", "#autopurge.purgeInterval=1\nautopurge.purgeInterval=1\n"),
            ("a=b\\", "autopurge.purgeInterval=1\na=b\\"),
            ("a=b\ndynamicConfigFile=/c\n", "a=b\nautopurge.purgeInterval=1\ndynamicConfigFile=/c\n"),
        ];
        for (text, expected) in table {
            assert_eq!(with_property(text, key, "1"), expected, "{text:?}");
        }
    }
}
