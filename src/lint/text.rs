//! The text of a file that may ask for releases, or the position where it is not text.

use std::path::Path;

use super::{Examined, finding_alone, shown, unreadable};
use crate::gitops::asks_for_releases;
use crate::report::{InputKind, Source};
use crate::yaml::Lines;

/// A known tool's file that no tool can read: it is not UTF-8.
#[derive(Debug, Clone, Copy)]
pub(super) struct NotUtf8 {
    /// The offset of the first invalid byte.
    offset: usize,
}

/// The content of a file; `None` if it is not text and does not ask for releases either. `path` is below the
/// repository's root.
pub(super) fn text_of<'s>(path: &str, stream: &'s [u8]) -> Result<Option<&'s str>, NotUtf8> {
    match std::str::from_utf8(stream) {
        Ok(text) => Ok(Some(text)),
        Err(error) if asks_for_releases(path, &String::from_utf8_lossy(stream)) => {
            Err(NotUtf8 { offset: error.valid_up_to() })
        }
        Err(_) => Ok(None),
    }
}

impl NotUtf8 {
    /// The finding about the file.
    pub(super) fn finding(self, file: Option<&Path>, stream: &[u8]) -> Examined {
        let help = "Convert it to UTF-8, for instance with iconv: it may install ZooKeeper, and was not checked.";
        let shown = shown(file);
        let source = Source::new(&shown, stream);
        let mut examined = finding_alone(unreadable::at(&source, self.offset, "this is not UTF-8", help));
        examined.part.inputs.iter_mut().for_each(|input| input.kind = InputKind::GitOps);
        examined
    }

    /// The same as a single line.
    pub(super) fn describe(self, stream: &[u8]) -> String {
        let position = Lines::new(stream).position(stream, self.offset);
        format!("line {}, column {}: this is not UTF-8", position.line, position.column)
    }
}
