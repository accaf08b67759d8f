//! Says that nothing was examined, and why each file that was named by itself holds nothing.

use std::path::{Path, PathBuf};

use crate::lint::TargetKind;
use crate::printable::one_line;
use crate::yaml::{Document, Lines, split};

/// The lines for inputs without anything to examine. `stream` is what came from standard input.
pub(super) fn reasons(paths: &[PathBuf], stream: Option<&[u8]>) -> String {
    let mut said = String::new();
    for path in paths {
        let why = match stream.filter(|_| path == Path::new("-")) {
            Some(stream) => why(stream, true),
            None => of_file(path),
        };
        said.extend(why.map(|why| format!("autopurge: {} {why}\n", name(path))));
    }
    said
}

/// The inputs, as messages list them.
pub(super) fn names(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| name(path)).collect::<Vec<_>>().join(", ")
}

fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { one_line(&path.to_string_lossy()) }
}

fn of_file(path: &Path) -> Option<String> {
    let kind = TargetKind::of(path).filter(|kind| *kind == TargetKind::File);
    let text = kind.and_then(|_| std::fs::read(path).ok())?;
    let is_yaml = path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|one| ending == *one));
    why(&text, is_yaml)
}

/// Why a text holds nothing, as far as that is plain.
fn why(text: &[u8], is_yaml: bool) -> Option<String> {
    let Ok(characters) = std::str::from_utf8(text) else { return Some("is not text".to_owned()) };
    if characters.trim_matches(|one: char| one.is_whitespace() || one == '\u{feff}').is_empty() {
        return Some("is empty".to_owned());
    }
    let documents = if is_yaml { split(text) } else { Vec::new() };
    let fault = documents.iter().find_map(|span| Document::parse(span.of_bytes(text), span.start).err())?;
    let position = Lines::new(text).position(text, fault.offset);
    Some(format!("cannot be read: {} in line {}, column {}", fault.message, position.line, position.column))
}
