//! Read access to the nodes of a document. Everything looks through aliases, except spans.

use std::borrow::Cow;

use super::document::Document;
use super::json::{self, Build};
use super::tree::{Content, Id, Kind, Lexeme, Style};
use super::{ParseError, Scalar, Span, effective, pointer, scalar};

/// A node of a document; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    id: Id,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document.tree(), other.document.tree()) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

impl<'d> Node<'d> {
    pub(super) const fn new(document: &'d Document<'d>, id: Id) -> Self {
        Self { document, id }
    }

    pub(super) const fn id(self) -> Id {
        self.id
    }

    /// The document it belongs to.
    #[must_use]
    pub const fn document(self) -> &'d Document<'d> {
        self.document
    }

    /// Mapping, sequence or scalar.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.document.tree().kind(self.id)
    }

    /// Whether the node is written as `*name`.
    #[must_use]
    pub fn is_alias(self) -> bool {
        matches!(self.document.tree().record(self.id).content, Content::Alias(_))
    }

    /// The node that an alias refers to; any other node is its own target.
    #[must_use]
    pub fn target(self) -> Self {
        Self { id: self.document.tree().target(self.id), ..self }
    }

    /// How it is written.
    #[must_use]
    pub fn style(self) -> Style {
        self.document.tree().style(self.id)
    }

    /// The byte range in the stream, without anchor and tag. For an alias: the `*name`. For a value that is not written
    /// out: the empty range where it would be.
    #[must_use]
    pub fn span(self) -> Span {
        self.document.tree().record(self.id).span.shifted(self.document.base())
    }

    /// The source text of [`Self::span`].
    #[must_use]
    pub fn source(self) -> &'d str {
        self.document.tree().record(self.id).span.of(self.document.text())
    }

    /// The value of a key of a mapping.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        let entry = effective::entry(self.document.tree(), self.id, key)?;
        Some(Self { id: entry.value, ..self })
    }

    /// Keys and values of a mapping as Helm sees them, in the order in which the keys first appear.
    #[must_use]
    pub fn entries(self) -> Vec<(Self, Self)> {
        let entries = effective::entries(self.document.tree(), self.id).into_iter();
        entries.map(|entry| (Self { id: entry.key, ..self }, Self { id: entry.value, ..self })).collect()
    }

    /// The keys of a mapping as they are written, duplicates included.
    pub fn keys(self) -> impl Iterator<Item = Self> + use<'d> {
        self.document.tree().pairs(self.id).iter().map(move |&(key, _)| Self { id: key, ..self })
    }

    /// Keys and values of a mapping as they are written, duplicates included.
    pub fn written_entries(self) -> impl Iterator<Item = (Self, Self)> + use<'d> {
        let pairs = self.document.tree().pairs(self.id).iter();
        pairs.map(move |&(key, value)| (Self { id: key, ..self }, Self { id: value, ..self }))
    }

    /// The items of a sequence.
    #[must_use]
    pub fn items(self) -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator + use<'d> {
        self.document.tree().items(self.id).iter().map(move |&id| Self { id, ..self })
    }

    /// One item of a sequence.
    #[must_use]
    pub fn item(self, index: usize) -> Option<Self> {
        self.document.tree().items(self.id).get(index).map(|&id| Self { id, ..self })
    }

    /// The decoded text of a scalar, whatever its type; with its placeholders filled in where they are known.
    #[must_use]
    pub fn text(self) -> Option<&'d str> {
        self.lexeme().map(|lexeme| &*lexeme.text)
    }

    /// The decoded text of a scalar as it is written.
    #[must_use]
    pub fn written(self) -> Option<&'d str> {
        self.document.tree().lexeme(self.id).map(|lexeme| &*lexeme.text)
    }

    /// Whether its placeholders have been filled in, so that [`Self::text`] may differ from [`Self::written`].
    #[must_use]
    pub fn is_filled_in(self) -> bool {
        self.document.filled(self.target().id).is_some()
    }

    fn lexeme(self) -> Option<&'d Lexeme> {
        self.document.filled(self.target().id).or_else(|| self.document.tree().lexeme(self.id))
    }

    /// The text of a scalar that Helm reads as a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        let lexeme = self.lexeme()?;
        if scalar::is_plainly_text(lexeme) {
            return Some(&lexeme.text);
        }
        match self.scalar()? {
            Scalar::String(Cow::Borrowed(text)) => Some(text),
            Scalar::String(Cow::Owned(_)) => self.text(),
            Scalar::Null | Scalar::Boolean(_) | Scalar::Integer(_) | Scalar::Unsigned(_) | Scalar::Float(_) => None,
        }
    }

    /// A scalar as Helm types it; `None` for collections and where a tag does not fit.
    #[must_use]
    pub fn scalar(self) -> Option<Scalar<'d>> {
        scalar::resolve(self.lexeme()?).ok()
    }

    /// Whether Helm reads `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    /// The node at a JSON pointer (RFC 6901) relative to this node.
    #[must_use]
    pub fn at(self, pointer: &str) -> Option<Self> {
        pointer::tokens(pointer)?.try_fold(self, |node, token| match node.kind() {
            Kind::Mapping => node.get(&token),
            Kind::Sequence => node.item(pointer::index(&token)?),
            Kind::Scalar => None,
        })
    }

    /// The value that Helm reads.
    pub fn to_json(self) -> Result<serde_json::Value, ParseError> {
        json::value(self.document, self.id)
    }

    /// The value that Helm reads, made by the caller's [`Build`].
    pub fn build<B: Build>(self, build: &B) -> Result<B::Value, ParseError> {
        json::build(self.document, self.id, build)
    }

    /// Every JSON pointer under which Helm reads this node, in the order of the document: more than one if it is below
    /// an anchor that has aliases, none if a later duplicate of its key hides it. `None` if there are more than 1,000.
    #[must_use]
    pub fn pointers(self) -> Option<Vec<String>> {
        pointer::readers(self.document.tree(), self.id)
    }
}
