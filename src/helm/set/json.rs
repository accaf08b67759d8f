//! The JSON value at the start of a text, whatever follows it, as Go's decoder reads it.

use serde_json::{Deserializer, Error, Value};

/// The value and its length in bytes.
pub(super) fn first(text: &str) -> Result<(Value, usize), Error> {
    let length = scalar(text);
    if length > 0 {
        let value = serde_json::from_str(text.get(..length).unwrap_or_default())?;
        return Ok((value, length));
    }
    let mut values = Deserializer::from_str(text).into_iter();
    let value = values.next().unwrap_or_else(|| serde_json::from_str(""))?;
    Ok((value, values.byte_offset()))
}

/// The length of a keyword or number, which has no end mark; 0 for anything else.
fn scalar(text: &str) -> usize {
    let word = ["true", "false", "null"].into_iter().find(|word| text.starts_with(word));
    word.map_or_else(|| number(text), str::len)
}

/// The length of a number, complete or not.
fn number(text: &str) -> usize {
    let rest = text.strip_prefix('-').unwrap_or(text);
    let rest = rest.strip_prefix('0').unwrap_or_else(|| digits(rest));
    let rest = rest.strip_prefix('.').map_or(rest, digits);
    let rest = match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => rest,
    };
    text.len().saturating_sub(rest.len())
}

fn digits(text: &str) -> &str {
    text.trim_start_matches(|character: char| character.is_ascii_digit())
}
