//! Strings as Java reads and hashes them.

use std::borrow::Cow;

/// `new String(bytes, UTF_8)`: invalid UTF-8 becomes U+FFFD.
///
/// A three-byte surrogate, which `ZooKeeper` writes for each half of a character beyond U+FFFF, becomes one U+FFFD as
/// in Java; Rust would make it three.
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(decode_lossy(bytes)),
    }
}

fn decode_lossy(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let valid = rest.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        text.push_str(valid);
        rest = rest.get(valid.len()..).unwrap_or_default();
        if !rest.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            rest = rest.get(malformed_length(rest)..).unwrap_or_default();
        }
    }
    text
}

/// How many bytes one U+FFFD replaces.
fn malformed_length(bytes: &[u8]) -> usize {
    match bytes {
        [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => 3,
        _ => bytes.utf8_chunks().next().map_or(1, |chunk| chunk.invalid().len()).max(1),
    }
}

/// `String.hashCode()`.
#[must_use]
pub fn hash(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return fold(bytes.iter().map(|byte| u16::from(*byte)));
    }
    fold(decode(bytes).encode_utf16())
}

fn fold(units: impl Iterator<Item = u16>) -> u32 {
    units.fold(0, |hash: u32, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

/// `Long.hashCode()`.
#[must_use]
pub fn hash_long(number: i64) -> u32 {
    let bits = number.cast_unsigned();
    let folded = (bits ^ (bits >> 32)) & u64::from(u32::MAX);
    u32::try_from(folded).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{decode, hash, hash_long};

    #[test]
    fn strings_have_the_hashes_of_java() {
        // As `"...".hashCode()` gives them.
        let table =
            [("", 0), ("a", 97), ("Aa", 2112), ("BB", 2112), ("zookeeper", 0x5f68_774c), ("日本語", 0x018b_8997)];
        for (text, expected) in table {
            assert_eq!(hash(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(hash_long(-1), 0);
        assert_eq!(hash_long(0x0100_0003_2fa7_0000), 0x2ea7_0003);
    }

    #[test]
    fn halves_of_a_character_become_one_replacement_each() {
        assert_eq!(decode(b"a\xed\xa0\xbd\xed\xb8\x80b"), "a\u{fffd}\u{fffd}b");
        assert_eq!(decode(b"\xff\xfe"), "\u{fffd}\u{fffd}");
        assert_eq!(decode(b"\xe6\x97"), "\u{fffd}");
    }
}
