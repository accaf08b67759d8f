//! The text of a file that may ask for releases, or the place where it is none.

use std::path::Path;

use super::{Examined, display, finding_alone, unreadable};
use crate::gitops::asks_for_releases;
use crate::report::{InputKind, Source};
use crate::yaml::Lines;

/// A file of a tool that is known, and that no tool reads: it is not UTF-8.
#[derive(Debug, Clone, Copy)]
pub(super) struct NotUtf8 {
    /// The first byte that is none.
    offset: usize,
}

/// What a file holds; nothing where it is no text and asks for no release either. `path` is below the repository's root.
pub(super) fn text_of<'s>(path: &str, stream: &'s [u8]) -> Result<Option<&'s str>, NotUtf8> {
    match std::str::from_utf8(stream) {
        Ok(text) => Ok(Some(text)),
        Err(error) if asks_for_releases(path, &String::from_utf8_lossy(stream)) => {
            Err(NotUtf8 { offset: error.valid_up_to() })
        }
        Err(_) => Ok(None),
    }
}

/// UTF-16 says so with its first bytes.
pub(super) fn is_utf16(stream: &[u8]) -> bool {
    stream.starts_with(b"\xff\xfe") || stream.starts_with(b"\xfe\xff")
}

impl NotUtf8 {
    /// The finding about the file.
    pub(super) fn finding(self, path: &Path, stream: &[u8]) -> Examined {
        let help = "Convert the file to UTF-8, for instance with iconv: it may install ZooKeeper, and was not checked.";
        let shown = display(path);
        let source = Source::new(&shown, stream);
        let mut examined = finding_alone(unreadable::at(&source, self.offset, "this is not UTF-8", help));
        examined.part.inputs.iter_mut().for_each(|input| input.kind = InputKind::GitOps);
        examined
    }

    /// The same for people who are told one line.
    pub(super) fn describe(self, stream: &[u8]) -> String {
        let position = Lines::new(stream).position(stream, self.offset);
        format!("line {}, column {}: this is not UTF-8", position.line, position.column)
    }
}
