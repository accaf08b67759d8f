//! Paths as URI references (RFC 3986).

use std::fmt::Write;

/// A path with every byte escaped that is not allowed in the path of a URI, and `:`, which would end a scheme.
pub(super) fn of_path(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::of_path;

    #[test]
    fn odd_names_become_references() {
        let table = [
            ("charts/zookeeper/values.yaml", "charts/zookeeper/values.yaml"),
            ("a b.yaml", "a%20b.yaml"),
            ("100%.yaml", "100%25.yaml"),
            ("a:b#c?d", "a%3Ab%23c%3Fd"),
            ("ü.yaml", "%C3%BC.yaml"),
            ("a\nb", "a%0Ab"),
        ];
        for (path, expected) in table {
            assert_eq!(of_path(path), expected);
        }
    }
}
