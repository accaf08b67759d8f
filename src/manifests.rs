//! A stream of manifests. Only the documents that can matter are parsed.

use std::collections::BTreeSet;

use memchr::memmem;
use thiserror::Error;

use crate::helm;
use crate::kubernetes::{Objects, resources};
use crate::yaml::{Document, ParseError, Span, split};

/// A stream with its documents.
pub struct Manifests<'s> {
    stream: &'s [u8],
    spans: Vec<Span>,
    parsed: Vec<Manifest<'s>>,
    /// The numbers of the documents that were read, including the broken ones.
    tried: BTreeSet<usize>,
    /// How many documents are its own, if others were lent to it.
    own: Option<usize>,
}

/// One document that was parsed.
pub struct Manifest<'s> {
    /// Its number in the stream, from 0.
    pub index: usize,
    /// Its nodes.
    pub document: Document<'s>,
}

/// A document that can matter but cannot be parsed.
#[derive(Debug, Error)]
#[error("cannot read document {}{}: {}", index.saturating_add(1), in_parentheses(template.as_deref()), cause.message)]
pub struct BrokenDocument {
    /// Its number in the stream, from 0.
    pub index: usize,
    /// Its place.
    pub span: Span,
    /// The template that it was rendered from, if it says so.
    pub template: Option<String>,
    /// What is wrong.
    pub cause: ParseError,
}

/// The first broken document of a stream in which no document can be read; `None` if one can, or if it is empty.
#[must_use]
pub fn fault_of_all(stream: &[u8]) -> Option<BrokenDocument> {
    let mut first = None;
    for (index, span) in split(stream).into_iter().enumerate() {
        let slice = span.of_bytes(stream);
        match Document::parse(slice, span.start) {
            Ok(Some(_)) => return None,
            Ok(None) => {}
            Err(cause) => first = first.or(Some(BrokenDocument { index, span, template: template_in(slice), cause })),
        }
    }
    first
}

fn in_parentheses(template: Option<&str>) -> String {
    template.map(|template| format!(" ({template})")).unwrap_or_default()
}

impl<'s> Manifests<'s> {
    /// Parses the documents of a stream that may contain a literal (`hits` are their offsets, ascending) and that may
    /// matter by their bytes. Broken documents are returned separately: a server may hide there.
    #[must_use]
    pub fn parse(stream: &'s [u8], hits: &[usize], may_matter: impl Fn(&[u8]) -> bool) -> (Self, Vec<BrokenDocument>) {
        let spans = if hits.is_empty() { Vec::new() } else { split(stream) };
        let mut hits = hits.iter().peekable();
        let mut is_wanted = |span: &Span| {
            while hits.next_if(|&&hit| hit < span.start).is_some() {}
            hits.peek().is_some_and(|&&hit| hit < span.end) && may_matter(span.of_bytes(stream))
        };
        let wanted = spans.iter().enumerate().filter(|(_, span)| is_wanted(span)).map(|(index, _)| index).collect();
        let mut manifests = Self { stream, spans, parsed: Vec::new(), tried: BTreeSet::new(), own: None };
        let broken = manifests.try_all(wanted);
        (manifests, broken)
    }

    /// Parses more documents, which need not contain a literal: those that contain the words that `wants` asks for.
    /// Returns the broken ones that have not been returned before.
    #[must_use]
    pub fn read_more(&mut self, wants: impl Fn(&dyn Fn(&str) -> bool) -> bool) -> Vec<BrokenDocument> {
        let is_wanted = |(index, span): &(usize, &Span)| {
            let slice = span.of_bytes(self.stream);
            let holds = |text: &str| memmem::find(slice, text.as_bytes()).is_some();
            !self.tried.contains(index) && wants(&holds)
        };
        let wanted = self.spans.iter().enumerate().filter(is_wanted).map(|(index, _)| index).collect();
        let broken = self.try_all(wanted);
        self.parsed.sort_by_key(|manifest| manifest.index);
        broken
    }

    /// Takes in a document of another stream, for its objects alone: the servers in it are not this stream's. Returns
    /// where it is from now on, behind everything else; `None` if it cannot be read or is empty.
    pub fn borrow(&mut self, slice: &'s [u8]) -> Option<Span> {
        let last = self.spans.last().map_or(0, |span| span.end);
        let start = last.max(self.stream.len()).saturating_add(1);
        let document = Document::parse(slice, start).ok()??;
        self.own.get_or_insert(self.spans.len());
        let (index, span) = (self.spans.len(), Span::new(start, start.saturating_add(slice.len())));
        self.tried.insert(index);
        self.spans.push(span);
        self.parsed.push(Manifest { index, document });
        Some(span)
    }

    /// Regards the documents from a number on as taken in from other streams.
    pub fn borrow_from(&mut self, number: usize) {
        self.own = Some(number);
    }

    /// Whether the document with a number is the stream's own.
    #[must_use]
    pub fn is_own(&self, index: usize) -> bool {
        self.own.is_none_or(|own| index < own)
    }

    /// Parses documents, and returns those that are broken.
    fn try_all(&mut self, wanted: Vec<usize>) -> Vec<BrokenDocument> {
        let mut broken = Vec::new();
        for index in wanted {
            self.tried.insert(index);
            match self.read(index) {
                Ok(manifest) => self.parsed.extend(manifest),
                Err(fault) => broken.push(fault),
            }
        }
        broken
    }

    /// The objects in the parsed documents.
    #[must_use]
    pub fn objects(&self) -> Objects<'_> {
        Objects::new(self.parsed.iter().flat_map(|manifest| resources(&manifest.document)).collect())
    }

    /// The parsed documents, in order.
    #[must_use]
    pub fn parsed(&self) -> &[Manifest<'s>] {
        &self.parsed
    }

    /// The document with a number, if it was parsed.
    #[must_use]
    pub fn parsed_at(&self, index: usize) -> Option<&Manifest<'s>> {
        let at = self.parsed.binary_search_by_key(&index, |manifest| manifest.index).ok()?;
        self.parsed.get(at)
    }

    /// The stream.
    #[must_use]
    pub fn stream(&self) -> &'s [u8] {
        self.stream
    }

    /// How many documents of its own the stream has.
    #[must_use]
    pub fn count(&self) -> usize {
        let all = if self.spans.is_empty() { split(self.stream).len() } else { self.spans.len() };
        self.own.unwrap_or(all)
    }

    /// The number of the document that contains a byte.
    #[must_use]
    pub fn index_at(&self, offset: usize) -> Option<usize> {
        self.spans.partition_point(|span| span.start <= offset).checked_sub(1)
    }

    /// Parses one more document; `None` if it is empty.
    ///
    /// # Errors
    /// If it is broken.
    pub fn read(&self, index: usize) -> Result<Option<Manifest<'s>>, BrokenDocument> {
        let span = self.spans.get(index).copied().unwrap_or(Span { start: 0, end: 0 });
        let slice = self.stream.get(span.start..span.end).unwrap_or_default();
        let broken = |cause| BrokenDocument { index, span, template: template_in(slice), cause };
        let document = Document::parse(slice, span.start).map_err(broken)?;
        Ok(document.map(|document| Manifest { index, document }))
    }
}

fn template_in(slice: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(slice);
    helm::source_comment(&text).map(str::to_owned)
}
