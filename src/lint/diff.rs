//! File changes as a patch that `git apply` accepts, as does `patch -p1` in the root of the repository.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, capture_diff_slices, group_diff_ops};

/// The number of unchanged lines around a change.
const CONTEXT: usize = 3;

/// What a patch does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChange {
    /// Makes it.
    Create,
    /// Changes it.
    Edit,
}

/// The patch of one file; empty if nothing changes. The path is relative to the directory where the patch will be
/// applied.
#[must_use]
pub fn patch(path: &Path, before: &[u8], after: &[u8], change: FileChange) -> Vec<u8> {
    if before == after {
        return Vec::new();
    }
    let mut unified = hunks(&lines(before), &lines(after));
    let path = path.as_os_str().as_bytes();
    let (old, new) = (quoted(&[b"a/", path].concat()), quoted(&[b"b/", path].concat()));
    // A name with a blank needs a tab after it, or programs take the rest of the line for a date.
    let end = if path.contains(&b' ') { "\t" } else { "" };
    let from = match change {
        FileChange::Create => "new file mode 100644\n--- /dev/null\n".to_owned(),
        FileChange::Edit => format!("--- {old}{end}\n"),
    };
    let mut text = format!("diff --git {old} {new}\n{from}+++ {new}{end}\n").into_bytes();
    text.append(&mut unified);
    text
}

/// The lines of a text. Only LF ends one in a patch, whatever ends lines in the file.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// The changes with the lines around them.
fn hunks(before: &[&[u8]], after: &[&[u8]]) -> Vec<u8> {
    let mut text = Vec::new();
    for operations in group_diff_ops(capture_diff_slices(Algorithm::Myers, before, after), CONTEXT) {
        text.extend(format!("{}\n", UnifiedHunkHeader::new(&operations)).bytes());
        for change in operations.iter().flat_map(|operation| operation.iter_changes(before, after)) {
            text.extend(change.tag().to_string().bytes());
            text.extend(change.value());
            if !change.value().ends_with(b"\n") {
                text.extend(b"\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// A name as git writes it: quoted and escaped if it contains special characters.
fn quoted(name: &[u8]) -> String {
    let is_odd = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\' || byte >= 0x7f;
    if !name.iter().copied().any(is_odd) {
        return String::from_utf8_lossy(name).into_owned();
    }
    let mut text = String::from("\"");
    for &byte in name {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b'\n' => text.push_str("\\n"),
            b'\t' => text.push_str("\\t"),
            // Writing into a string cannot fail.
            _ if is_odd(byte) => drop(write!(text, "\\{byte:03o}")),
            _ => text.push(char::from(byte)),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{FileChange, patch, quoted};

    #[test]
    fn a_patch_names_the_file_and_shows_the_lines_around() {
        let file = Path::new("charts/zk/values.yaml");
        let patch = patch(file, b"a: 1\nb: 0\nc: 3\n", b"a: 1\nb: 1\nc: 3\n", FileChange::Edit);
        let expected = "diff --git a/charts/zk/values.yaml b/charts/zk/values.yaml\n--- a/charts/zk/values.yaml\n\
                        +++ b/charts/zk/values.yaml\n@@ -1,3 +1,3 @@\n a: 1\n-b: 0\n+b: 1\n c: 3\n";
        assert_eq!(String::from_utf8(patch).unwrap(), expected);
    }

    /// YAML takes CR alone for a line break, patches do not.
    #[test]
    fn lines_of_a_patch_end_in_lf_whatever_ends_those_of_the_file() {
        let patch = patch(Path::new("x"), b"a: 0\rb: 1\r", b"a: 1\rb: 1\r", FileChange::Edit);
        let expected = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a: 0\rb: 1\r\n\\ No newline at end of file\n\
                        +a: 1\rb: 1\r\n\\ No newline at end of file\n";
        assert_eq!(String::from_utf8(patch).unwrap(), expected);
    }

    #[test]
    fn nothing_changed_is_no_patch() {
        assert!(patch(Path::new("x"), b"a\n", b"a\n", FileChange::Edit).is_empty());
    }

    #[test]
    fn odd_names_are_quoted() {
        assert_eq!(quoted(b"a/b c"), "a/b c");
        assert_eq!(quoted(b"a/\"b\"\n"), "\"a/\\\"b\\\"\\n\"");
        assert_eq!(quoted("a/ä".as_bytes()), "\"a/\\303\\244\"");
        assert_eq!(quoted(b"a/\xff"), "\"a/\\377\"");
    }
}
