//! Applies edits to a stream without copying it.

use super::Edit;
use crate::yaml::Span;

/// The slices that make up the edited stream, in order. The edits must be sorted and disjoint.
pub fn splice<'a>(stream: &'a [u8], edits: &'a [Edit]) -> impl Iterator<Item = &'a [u8]> {
    let starts = std::iter::once(0).chain(edits.iter().map(|edit| edit.span.end));
    let ends = edits.iter().map(|edit| edit.span.start).chain(std::iter::once(stream.len()));
    let kept = starts.zip(ends).map(|(start, end)| Span::new(start, end).of_bytes(stream));
    let new = edits.iter().map(|edit| edit.text.as_bytes()).chain(std::iter::once(&b""[..]));
    kept.zip(new).flat_map(|(kept, new)| [kept, new]).filter(|slice| !slice.is_empty())
}

/// The edited stream as one text. The edits must be sorted and disjoint.
#[must_use]
pub fn spliced(stream: &[u8], edits: &[Edit]) -> Vec<u8> {
    splice(stream, edits).collect::<Vec<_>>().concat()
}
