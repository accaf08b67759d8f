//! Parts of an examined stream that are written in other files.

use super::place::{Mark, Source};
use crate::yaml::Span;

/// Where the documents are written that a stream took in from other files.
pub trait Elsewhere {
    /// Where a part of the stream is written, if that is another file.
    fn written(&self, span: Span) -> Option<Written<'_>>;
    /// The other files.
    fn sources(&self) -> Vec<&Source<'_>>;
}

/// A part of another file.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    /// The file.
    pub source: &'a Source<'a>,
    /// The number of the document in the file, from 0; `None` if the file has none.
    pub document: Option<usize>,
    /// The part.
    pub span: Span,
}

/// A stream that is written in one place.
impl Elsewhere for () {
    fn written(&self, _: Span) -> Option<Written<'_>> {
        None
    }

    fn sources(&self) -> Vec<&Source<'_>> {
        Vec::new()
    }
}

/// The places that a mark consists of, in the other file that its span is written in.
pub(super) fn mark_in(elsewhere: &dyn Elsewhere, written: Written<'_>, mark: &Mark) -> Mark {
    let here = |span: &Span| {
        let other = elsewhere.written(*span)?;
        (other.source.path() == written.source.path()).then_some(other.span)
    };
    let shown = mark.shown.iter().filter_map(here).collect();
    Mark { span: written.span, context: here(&mark.context).unwrap_or(written.span), shown }
}
