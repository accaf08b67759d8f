//! Integers as Java reads them.

/// The number that `Integer.parseInt(text.trim())` gives; `None` where it throws.
///
/// Java's `trim` strips everything up to U+0020, including tabs and line breaks. A sign and leading zeros are allowed;
/// inner blanks, units, quotes, comments and numbers over 32 bits are not.
#[must_use]
pub fn parse_int(text: &str) -> Option<i32> {
    let trimmed = java_trimmed(text);
    let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { trimmed.parse().ok() } else { None }
}

/// What Java's `String.trim` leaves of a text: it strips everything up to U+0020, and no other white space.
#[must_use]
pub fn java_trimmed(text: &str) -> &str {
    text.trim_matches(|character| character <= ' ')
}

#[cfg(test)]
mod tests {
    use super::parse_int;

    #[test]
    fn integers_are_read_as_java_reads_them() {
        let table = [
            ("1", Some(1)),
            ("+1", Some(1)),
            ("01", Some(1)),
            ("-5", Some(-5)),
            ("0", Some(0)),
            (" 24\t\r\n", Some(24)),
            ("2147483647", Some(i32::MAX)),
            ("-2147483648", Some(i32::MIN)),
            ("2147483648", None),
            ("", None),
            ("  ", None),
            ("+", None),
            ("+-1", None),
            ("1h", None),
            ("0.5", None),
            ("1 # hourly", None),
            ("\"1\"", None),
            ("\u{a0}1", None),
            ("1_000", None),
        ];
        for (text, expected) in table {
            assert_eq!(parse_int(text), expected, "{text:?}");
        }
    }
}
