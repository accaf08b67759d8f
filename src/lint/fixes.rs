//! Combines the fixes of many findings into one change per file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use crate::yaml::{Edit, Span, spliced};

/// Edits of one file that fix findings.
#[derive(Debug, Clone)]
pub struct FileEdits {
    /// The file that is changed. Reports name it by a text, which may be that of another file, too.
    pub path: PathBuf,
    /// What it contained when the edits were worked out.
    pub before: Arc<[u8]>,
    /// Sorted and disjoint.
    pub edits: Vec<Edit>,
}

/// A file with all its edits applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// The file that is changed. Reports name it by a text, which may be that of another file, too.
    pub path: PathBuf,
    /// What it contained.
    pub before: Arc<[u8]>,
    /// What it will contain.
    pub after: Vec<u8>,
}

impl FileEdits {
    /// Edits of a file, if there are any.
    pub(super) fn of(path: &Path, before: &[u8], edits: Vec<Edit>) -> Option<Self> {
        (!edits.is_empty()).then(|| Self { path: path.to_owned(), before: before.into(), edits })
    }

    /// The line edits that turn one text into another.
    pub(super) fn between(path: &Path, before: &Arc<[u8]>, after: &[u8]) -> Self {
        let (old, new) = (lines(before), lines(after));
        let edit = |operation: &DiffOp| {
            let text: Vec<u8> = new.get(operation.new_range()).unwrap_or_default().concat();
            let start = old.iter().take(operation.old_range().start).map(|line| line.len()).sum::<usize>();
            let length =
                old.get(operation.old_range()).unwrap_or_default().iter().map(|line| line.len()).sum::<usize>();
            let text = String::from_utf8_lossy(&text).into_owned();
            Edit { span: Span::new(start, start.saturating_add(length)), text }
        };
        let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
        let edits = operations.iter().filter(|operation| operation.tag() != DiffTag::Equal).map(edit).collect();
        Self { path: path.to_owned(), before: Arc::clone(before), edits }
    }
}

/// One change per file, ordered by path. The same edit requested twice is made once; one that overlaps another is left
/// out, and a second run makes it.
#[must_use]
pub fn changed_files(all: impl IntoIterator<Item = FileEdits>) -> Vec<ChangedFile> {
    let mut files: BTreeMap<PathBuf, FileEdits> = BTreeMap::new();
    for more in all {
        match files.get_mut(&more.path) {
            Some(file) if file.before == more.before => add(&mut file.edits, more.edits),
            // The file changed between two readings: only the edits from the first count.
            Some(_) => {}
            None => drop(files.insert(more.path.clone(), more)),
        }
    }
    let changed = files.into_values().map(|FileEdits { path, before, edits }| {
        let after = spliced(&before, &edits);
        ChangedFile { path, before, after }
    });
    changed.filter(|file| *file.before != *file.after).collect()
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn add(edits: &mut Vec<Edit>, more: Vec<Edit>) {
    for edit in more {
        let is_apart = |other: &Edit| edit.span.end < other.span.start || other.span.end < edit.span.start;
        if edits.iter().all(is_apart) {
            let at = edits.partition_point(|other| other.span < edit.span);
            edits.insert(at, edit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::{ChangedFile, FileEdits, changed_files};
    use crate::yaml::{Edit, Span};

    fn edits(path: &str, edits: &[(usize, usize, &str)]) -> FileEdits {
        let edit = |&(start, end, text): &(usize, usize, &str)| Edit { span: Span::new(start, end), text: text.into() };
        FileEdits { path: path.into(), before: (*b"a: 0\nb: 0\n").into(), edits: edits.iter().map(edit).collect() }
    }

    #[test]
    fn edits_of_one_file_are_made_together_and_once() {
        let all = [edits("b", &[(8, 9, "1")]), edits("a", &[]), edits("b", &[(3, 4, "1")]), edits("b", &[(3, 4, "1")])];
        let expected =
            ChangedFile { path: "b".into(), before: (*b"a: 0\nb: 0\n").into(), after: b"a: 1\nb: 1\n".to_vec() };
        assert_eq!(changed_files(all), [expected]);
    }

    #[test]
    fn lines_make_one_text_out_of_another() {
        let before: Arc<[u8]> = (*b"a: 0\nb: 0\nc: 0").into();
        for after in ["a: 0\nb: 1\nc: 0", "x\na: 0\nb: 0\nc: 0\n", "", "a: 0\nb: 0\nc: 0"] {
            let edits = FileEdits::between(Path::new("x"), &before, after.as_bytes());
            let changed = changed_files([edits]);
            assert_eq!(changed.first().map_or(&*before, |file| &*file.after), after.as_bytes());
        }
    }

    #[test]
    fn an_edit_that_overlaps_waits_for_the_next_run() {
        let all = [edits("a", &[(3, 4, "1")]), edits("a", &[(2, 5, "2")])];
        assert_eq!(changed_files(all)[0].after, b"a: 1\nb: 0\n");
    }
}
