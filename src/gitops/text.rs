//! Texts that come from a file, with a mapping from their bytes back to the file's.
//!
//! Values may be in files of their own, in scalars of other YAML, in heredocs, or in the output of templates.
//! Everything is read as a [`Text`]; a place in it leads to the place in the file that a finding names and an edit
//! changes.

use std::sync::Arc;

use crate::yaml::{Document, ParseError, Span};

/// A text, and where its bytes are in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    file: Arc<str>,
    content: Arc<str>,
    origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// The text is the file.
    Whole,
    /// Made of pieces, in order and without gaps.
    Pieces(Arc<[Piece]>),
    /// Assembled from parts of other texts, in order, with gaps that are not written anywhere.
    Joined(Arc<[Joint]>),
}

/// A part of an assembled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Joint {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where it is written.
    pub(super) place: Place,
    /// Its content, if it is a string.
    pub(super) inner: Option<Text>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The offset of its first byte in the text; it extends to the next piece.
    pub(super) start: usize,
    /// Where it is in the file.
    pub(super) source: Span,
    pub(super) relation: Relation,
    /// The other file, if it is written in one.
    pub(super) file: Option<Arc<str>>,
}

/// How the bytes of a piece relate to those of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// They are the same.
    Same,
    /// They are written differently: with escapes, or as the value of a variable.
    Written,
    /// They are the same, but under a condition that is not evaluated.
    Doubtful,
    /// They stand in for something unknown: a template action, a variable without a value.
    Unknown,
}

impl Relation {
    fn is_known(self) -> bool {
        matches!(self, Self::Same | Self::Written)
    }

    /// The relation of bytes within a piece that itself has another relation.
    fn within(self, outer: Self) -> Self {
        match (self, outer) {
            (Self::Same, Self::Doubtful) => Self::Doubtful,
            (Self::Written, Self::Doubtful) => Self::Unknown,
            (own, _) => own,
        }
    }
}

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the repository's root.
    pub file: Arc<str>,
    /// Its bytes. If the text is not written byte by byte, this covers everything that it is derived from.
    pub span: Span,
    /// Whether the file contains exactly the bytes of the text there.
    pub is_exact: bool,
    /// Whether no part of it stands in for something that cannot be known without running a tool.
    pub is_known: bool,
}

impl Place {
    /// Whether the text is only a stand-in, and not what was written.
    pub(super) const fn is_stand_in(&self) -> bool {
        !self.is_known && !self.is_exact
    }
}

impl Text {
    /// A whole file.
    #[must_use]
    pub fn of_file(path: &str, content: &str) -> Self {
        Self { file: path.into(), content: content.into(), origin: Origin::Whole }
    }

    /// A text made of pieces, which have to describe it correctly.
    pub(super) fn new(file: Arc<str>, content: &str, pieces: Vec<Piece>) -> Self {
        Self { file, content: content.into(), origin: Origin::Pieces(pieces.into()) }
    }

    /// A text assembled from parts of other texts.
    pub(super) fn joined(file: &str, content: &str, joints: Vec<Joint>) -> Self {
        Self { file: file.into(), content: content.into(), origin: Origin::Joined(joints.into()) }
    }

    /// Whether the text was assembled from parts of other texts.
    pub(super) const fn is_joined(&self) -> bool {
        matches!(self.origin, Origin::Joined(_))
    }

    /// Where the scalar is written that makes up a part of the text.
    pub(super) fn scalar_place(&self, span: Span) -> Option<&Place> {
        let Origin::Joined(joints) = &self.origin else { return None };
        let joint = joints.iter().find(|joint| (joint.start, joint.end) == (span.start, span.end))?;
        Some(&joint.place)
    }

    /// The content of the string that makes up a part of the text.
    pub(super) fn inner(&self, span: Span) -> Option<Self> {
        let Origin::Joined(joints) = &self.origin else { return None };
        let joint = joints.iter().find(|joint| (joint.start, joint.end) == (span.start, span.end))?;
        joint.inner.clone()
    }

    /// The text as it is read, not as its file spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// The file that it comes from, relative to the repository's root.
    #[must_use]
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The files that it comes from.
    pub(super) fn files(&self) -> Vec<&Arc<str>> {
        let own = std::iter::once(&self.file);
        match &self.origin {
            Origin::Whole => own.collect(),
            Origin::Pieces(pieces) => own.chain(pieces.iter().filter_map(|piece| piece.file.as_ref())).collect(),
            Origin::Joined(joints) => own.chain(joints.iter().map(|joint| &joint.place.file)).collect(),
        }
    }

    /// Whether the text is the file itself, rather than something in it.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self.origin, Origin::Whole)
    }

    /// Whether no part of it stands in for something that cannot be known without running a tool.
    pub(super) fn is_known(&self) -> bool {
        match &self.origin {
            Origin::Whole => true,
            Origin::Pieces(pieces) => pieces.iter().all(|piece| piece.relation.is_known()),
            Origin::Joined(joints) => joints.iter().all(|joint| joint.place.is_known),
        }
    }

    /// The document in a part of the text; its spans count from the start of the text.
    pub fn document(&self, span: Span) -> Result<Option<Document<'_>>, ParseError> {
        Document::parse(span.of_bytes(self.content.as_bytes()), span.start)
    }

    /// Where a part of the text is in the file.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let mut place = Place { file: Arc::clone(&self.file), span, is_exact: true, is_known: true };
        let pieces = match &self.origin {
            Origin::Whole => return place,
            Origin::Joined(joints) => return self.place_among(joints, span),
            Origin::Pieces(pieces) => pieces,
        };
        let touched: Vec<(Relation, Span)> =
            self.pieces_in(pieces, span).map(|(piece, range)| (piece.relation, piece.source_of(range))).collect();
        let whole = |piece: &Piece, range| if touched.len() == 1 { piece.source_of(range) } else { piece.source };
        let mut files = self.pieces_in(pieces, span);
        let file = files.find_map(|(piece, range)| Some((piece.file.clone()?, whole(piece, range))));
        let is_same = |relation: Relation| matches!(relation, Relation::Same | Relation::Doubtful);
        let goes_on = touched.windows(2).all(|two| matches!(two, [(_, one), (_, next)] if one.end == next.start));
        place.is_exact = goes_on && touched.iter().all(|(relation, _)| is_same(*relation));
        place.is_known = touched.iter().all(|(relation, _)| relation.is_known());
        let from_elsewhere = touched.iter().find(|(relation, _)| !goes_on && !is_same(*relation));
        place.span = from_elsewhere.map_or_else(|| around(&touched), |(_, source)| *source);
        if let Some((file, source)) = file {
            (place.file, place.span) = (file, source);
        }
        place
    }

    /// The place of the first joint that a part of the text touches; anything written nowhere gets the place of the
    /// first joint.
    fn place_among(&self, joints: &[Joint], span: Span) -> Place {
        let first = joints.partition_point(|joint| joint.end <= span.start);
        let rest = joints.get(first..).unwrap_or_default();
        let touched = rest.iter().take_while(|joint| joint.start < span.end.max(span.start.saturating_add(1)));
        let is_known = touched.clone().all(|joint| joint.place.is_known);
        let place = touched.clone().next().or_else(|| joints.first()).map(|joint| joint.place.clone());
        let nowhere = || Place { file: Arc::clone(&self.file), span: Span::new(0, 0), is_exact: false, is_known: true };
        Place { is_exact: false, is_known, ..place.unwrap_or_else(nowhere) }
    }

    /// The pieces that a part of the text touches, each with the bytes that it contributes. An empty part has one.
    fn pieces_in<'t>(&'t self, pieces: &'t [Piece], span: Span) -> impl Iterator<Item = (&'t Piece, Span)> + 't {
        let first = pieces.partition_point(|piece| piece.start <= span.start).saturating_sub(1);
        let rest = pieces.get(first..).unwrap_or_default().iter().enumerate();
        rest.map_while(move |(index, piece)| {
            let next = pieces.get(first.saturating_add(index).saturating_add(1));
            let end = next.map_or(self.content.len(), |next| next.start);
            let range = Span::new(piece.start.max(span.start), end.min(span.end).max(piece.start.max(span.start)));
            (index == 0 || piece.start < span.end).then_some((piece, range))
        })
    }

    /// Maps a text whose pieces refer to this text to one whose pieces refer to the file.
    pub(super) fn derive(&self, content: &str, pieces: &[Piece]) -> Self {
        let own = match &self.origin {
            Origin::Whole => return Self::new(Arc::clone(&self.file), content, pieces.to_vec()),
            Origin::Joined(_) => return self.derive_joined(content, pieces),
            Origin::Pieces(own) => own,
        };
        let mut derived = Vec::new();
        for piece in pieces {
            if matches!(piece.relation, Relation::Same | Relation::Doubtful) {
                derived.extend(self.pieces_in(own, piece.source).map(|(own, range)| Piece {
                    start: piece.start.saturating_add(range.start.saturating_sub(piece.source.start)),
                    source: own.source_of(range),
                    relation: own.relation.within(piece.relation),
                    file: own.file.clone(),
                }));
            } else {
                let place = self.place(piece.source);
                let relation = if place.is_known { piece.relation } else { Relation::Unknown };
                let file = Some(place.file).filter(|file| *file != self.file);
                derived.push(Piece { source: place.span, relation, file, start: piece.start });
            }
        }
        Self::new(Arc::clone(&self.file), content, derived)
    }
}

impl Text {
    /// The same for pieces that refer to an assembled text.
    fn derive_joined(&self, content: &str, pieces: &[Piece]) -> Self {
        let ends = pieces.iter().skip(1).map(|piece| piece.start).chain([content.len()]);
        let joints = pieces.iter().zip(ends).flat_map(|(piece, end)| {
            let known = |place: Place| Place { is_known: place.is_known && piece.relation.is_known(), ..place };
            let shift = |at: usize| piece.start.saturating_add(at.saturating_sub(piece.source.start)).min(end);
            let inner = self.joints_in(piece.source).map(|joint| Joint {
                start: shift(joint.start),
                end: shift(joint.end),
                place: known(joint.place.clone()),
                inner: joint.inner.clone().filter(|_| piece.relation == Relation::Same),
            });
            if matches!(piece.relation, Relation::Same | Relation::Doubtful) {
                return inner.collect();
            }
            vec![Joint { start: piece.start, end, place: known(self.place(piece.source)), inner: None }]
        });
        Self::joined(&self.file, content, joints.collect())
    }

    fn joints_in(&self, span: Span) -> impl Iterator<Item = &Joint> {
        let joints = if let Origin::Joined(joints) = &self.origin { joints.as_ref() } else { &[] };
        let first = joints.partition_point(|joint| joint.end <= span.start);
        joints.get(first..).unwrap_or_default().iter().take_while(move |joint| joint.start < span.end)
    }
}

/// From the first byte to the last.
fn around(touched: &[(Relation, Span)]) -> Span {
    let start = touched.iter().map(|(_, source)| source.start).min();
    let end = touched.iter().map(|(_, source)| source.end).max();
    Span::new(start.unwrap_or_default(), end.unwrap_or_default())
}

impl Piece {
    /// A part that is written in the text's own file.
    pub(super) const fn new(start: usize, source: Span, relation: Relation) -> Self {
        Self { start, source, relation, file: None }
    }

    /// Where a part of it is in the file.
    fn source_of(&self, range: Span) -> Span {
        match self.relation {
            Relation::Same | Relation::Doubtful => {
                let start = self.source.start.saturating_add(range.start.saturating_sub(self.start));
                Span::new(start, start.saturating_add(range.len()))
            }
            Relation::Written | Relation::Unknown => self.source,
        }
    }
}
