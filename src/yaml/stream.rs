//! Finds where the documents of a stream begin and end. Looks only at separators, and at the ends of objects in a stream
//! of JSON; the contents of documents are not read here.

use memchr::memmem;
use serde::de::IgnoredAny;

use super::Span;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether a stream is UTF-16, according to its byte order mark. Nothing can be found in it before it is converted.
#[must_use]
pub fn is_utf16(stream: &[u8]) -> bool {
    stream.starts_with(b"\xff\xfe") || stream.starts_with(b"\xfe\xff")
}

/// Splits a stream into its documents.
///
/// A `---` at the start of a line, followed by a blank, a line break or the end of the stream, is always a separator:
/// inside quotes YAML forbids it, and block scalars are indented. The spans tile the stream; an empty stream has no
/// documents. Whatever precedes the first separator without being content (comments, blank lines, a byte order mark,
/// directives) belongs to the document after it; so do directives right before any other separator.
///
/// A stream that [is of JSON](is_json_stream) needs no separators: every object is a document.
#[must_use]
pub fn split(stream: &[u8]) -> Vec<Span> {
    let ends = if is_json_stream(stream) { object_ends(stream) } else { Vec::new() };
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let mut spans: Vec<Span> = starts.zip(&ends).map(|(start, &end)| Span::new(start, end)).collect();
    let behind_objects = ends.last().copied().unwrap_or(0);
    let mut start = behind_objects;
    for separator in memmem::find_iter(stream, b"---").filter(|&at| at >= behind_objects && is_separator(stream, at)) {
        let boundary = prologue(stream, Span::new(start, separator));
        if boundary > start {
            spans.push(Span::new(start, boundary));
        }
        start = boundary;
    }
    if start < stream.len() {
        spans.push(Span::new(start, stream.len()));
    }
    spans
}

/// Whether a stream is read as JSON, one object after another, as kubectl tells: by its first character.
#[must_use]
pub fn is_json_stream(stream: &[u8]) -> bool {
    stream.trim_ascii_start().starts_with(b"{")
}

/// Where the objects of a stream of JSON end that are followed by another one.
fn object_ends(stream: &[u8]) -> Vec<usize> {
    let mut objects = serde_json::Deserializer::from_slice(stream).into_iter::<IgnoredAny>();
    let mut ends = Vec::new();
    while let Some(Ok(_)) = objects.next() {
        let end = objects.byte_offset();
        if !stream.get(end..).is_some_and(is_json_stream) {
            break;
        }
        ends.push(end);
    }
    ends
}

/// Offsets of escapes that may hide part of a word from a search of the bytes, if they are in double quotes: characters
/// written as numbers, and a slash or a line break within a word. A line break after a blank, as in shell texts, is not
/// within a word.
pub fn escapes(bytes: &[u8]) -> impl Iterator<Item = usize> {
    // Anything may come before and after a part of a stream.
    let is_in_word = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_whitespace());
    let hides = move |at: &usize| {
        let (before, after) = bytes.split_at_checked(*at).unwrap_or_default();
        match after.get(1) {
            Some(b'x' | b'u' | b'U') => true,
            Some(b'/' | b'\n' | b'\r') => is_in_word(before.last()),
            _ => false,
        }
    };
    memchr::memchr_iter(b'\\', bytes).filter(hides)
}

fn is_separator(stream: &[u8], at: usize) -> bool {
    let before = stream.get(..at).unwrap_or_default();
    let starts_line = before.is_empty() || before == BOM || before.ends_with(b"\n") || before.ends_with(b"\r");
    starts_line && matches!(stream.get(at.saturating_add(3)), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}

/// Where the document before a separator ends and the lines that belong to the separator begin.
fn prologue(stream: &[u8], document: Span) -> usize {
    let mut boundary = document.end;
    let mut line = Span::new(document.end, document.end);
    while line.start > document.start {
        line = line_before(stream, Span::new(document.start, line.start));
        match Line::of(line.of_bytes(stream)) {
            Line::Directive => boundary = line.start,
            Line::Blank => {}
            Line::Content => return boundary,
        }
    }
    if document.start == 0 { 0 } else { boundary }
}

/// The last line of a range, with its line end.
fn line_before(stream: &[u8], range: Span) -> Span {
    let bytes = range.of_bytes(stream);
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let body = body.strip_suffix(b"\r").unwrap_or(body);
    let start = memchr::memrchr2(b'\n', b'\r', body).map_or(0, |at| at.saturating_add(1));
    Span::new(range.start.saturating_add(start), range.end)
}

enum Line {
    Directive,
    Blank,
    Content,
}

impl Line {
    fn of(line: &[u8]) -> Self {
        let line = line.strip_prefix(BOM).unwrap_or(line);
        if line.starts_with(b"%YAML ") || line.starts_with(b"%TAG ") {
            return Self::Directive;
        }
        match line.trim_ascii().first() {
            None | Some(b'#') => Self::Blank,
            Some(_) => Self::Content,
        }
    }
}
