//! A text being edited. Tracks which parts are original and which are new, so that the edits can be listed at the end.

use crate::yaml::Span;

use super::Edit;

/// A range of the current text and what to put in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) span: Span,
    pub(super) text: String,
}

impl Cut {
    pub(super) fn new(start: usize, end: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(start, end), text: text.into() }
    }
}

#[derive(Clone, Debug)]
enum Piece {
    Old(Span),
    New { text: String, change: usize },
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Old(span) => span.len(),
            Self::New { text, .. } => text.len(),
        }
    }

    /// The part from `start` to `end`; `None` if that is empty.
    fn part(&self, start: usize, end: usize) -> Option<Self> {
        let end = end.min(self.len());
        (start < end).then(|| match self {
            Self::Old(span) => Self::Old(Span::new(start, end).shifted(span.start)),
            Self::New { text, change } => {
                Self::New { text: Span::new(start, end).of(text).to_owned(), change: *change }
            }
        })
    }
}

/// One place in both texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offset {
    pub(super) original: usize,
    /// In the current text.
    pub(super) now: usize,
}

/// An edit, and what it is for.
#[derive(Debug)]
pub(super) struct Hunk {
    pub(super) edit: Edit,
    /// The indices of the changes that wrote its text; none if it only removes something.
    pub(super) changes: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Draft<'s> {
    original: &'s str,
    pieces: Vec<Piece>,
}

impl<'s> Draft<'s> {
    pub(super) fn new(original: &'s str) -> Self {
        Self { original, pieces: vec![Piece::Old(Span::new(0, original.len()))] }
    }

    /// Whether nothing has been cut yet.
    pub(super) fn is_untouched(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Old(span)] if span.len() == self.original.len())
    }

    pub(super) fn text(&self) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Old(span) => span.of(self.original).to_owned(),
            Piece::New { text, .. } => text.clone(),
        };
        self.pieces.iter().map(text).collect()
    }

    /// Applies cuts on behalf of a change; all offsets refer to the text as it is now.
    pub(super) fn apply(&mut self, mut cuts: Vec<Cut>, change: usize) {
        cuts.sort_by_key(|cut| cut.span);
        for cut in cuts.into_iter().rev() {
            self.replace(cut, change);
        }
    }

    fn replace(&mut self, cut: Cut, change: usize) {
        let start = self.part_at(cut.span.start);
        let end = self.part_at(cut.span.end).max(start);
        let new = (!cut.text.is_empty()).then_some(Piece::New { text: cut.text, change });
        self.pieces.splice(start..end, new);
    }

    /// The index of the piece that begins at an offset of the current text; a piece around it is split.
    fn part_at(&mut self, offset: usize) -> usize {
        let mut at = 0_usize;
        let around = self.pieces.iter().position(|piece| {
            at = at.saturating_add(piece.len());
            offset < at
        });
        let Some(number) = around else { return self.pieces.len() };
        let Some(piece) = self.pieces.get(number) else { return number };
        let within = offset.saturating_sub(at.saturating_sub(piece.len()));
        let parts = [piece.part(0, within), piece.part(within, piece.len())];
        let [Some(_), Some(_)] = &parts else { return number };
        self.pieces.splice(number..=number, parts.into_iter().flatten());
        number.saturating_add(1)
    }

    /// The offset in the current text just after the last non-blank character that a change wrote.
    pub(super) fn last_of(&self, change: usize) -> Option<usize> {
        let (mut at, mut last) = (0_usize, None);
        for piece in &self.pieces {
            if let Piece::New { text, change: by } = piece
                && *by == change
                && !text.trim().is_empty()
            {
                last = Some(at.saturating_add(text.trim_end().len()));
            }
            at = at.saturating_add(piece.len());
        }
        last
    }

    /// The end of the only place that a change replaced. `None` if there are several places, or if the old or new text
    /// contains a line break: then the rest of the line is not what it was.
    pub(super) fn within_line(&self, change: usize) -> Option<Offset> {
        let (mut at, mut old_end, mut found) = (0_usize, 0_usize, None);
        for (piece, next) in self.pieces.iter().zip(self.pieces.iter().skip(1)) {
            match (piece, next) {
                (Piece::New { text, change: by }, Piece::Old(rest)) if *by == change => {
                    let replaced = Span::new(old_end, rest.start).of(self.original);
                    let has_line_end = |text: &str| text.contains(['\n', '\r']);
                    if found.is_some() || has_line_end(text) || has_line_end(replaced) {
                        return None;
                    }
                    found = Some(Offset { original: rest.start, now: at.saturating_add(text.len()) });
                }
                (Piece::New { change: by, .. }, _) if *by == change => return None,
                (Piece::New { .. } | Piece::Old(_), _) => {}
            }
            if let Piece::Old(span) = piece {
                old_end = span.end;
            }
            at = at.saturating_add(piece.len());
        }
        found
    }

    /// Whether `from..to` of the original is still there in one piece.
    pub(super) fn is_unchanged(&self, from: usize, to: usize) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Old(span) if span.start <= from && to <= span.end))
    }

    /// The smallest edits that turn the original into the current text; `base` is added to their spans.
    pub(super) fn edits(&self, base: usize) -> Vec<Edit> {
        self.hunks(base).into_iter().map(|hunk| hunk.edit).collect()
    }

    /// The same as [`Self::edits`], each with the changes that wrote it.
    pub(super) fn hunks(&self, base: usize) -> Vec<Hunk> {
        let end = Piece::Old(Span::new(self.original.len(), self.original.len()));
        let (mut hunks, mut at, mut new, mut by) = (Vec::new(), 0, String::new(), Vec::new());
        for piece in self.pieces.iter().chain(std::iter::once(&end)) {
            match piece {
                Piece::New { text, change } => {
                    new.push_str(text);
                    by.push(*change);
                }
                Piece::Old(span) => {
                    let (text, changes) = (std::mem::take(&mut new), std::mem::take(&mut by));
                    let edit = self.trimmed(Span::new(at, span.start), &text);
                    let edit = edit.map(|edit| Edit { span: edit.span.shifted(base), ..edit });
                    hunks.extend(edit.map(|edit| Hunk { edit, changes }));
                    at = span.end;
                }
            }
        }
        hunks
    }

    /// The edit of a range, without what the old and new text have in common at both ends; `None` if they are equal.
    fn trimmed(&self, span: Span, text: &str) -> Option<Edit> {
        let old = span.of(self.original);
        if old == text {
            return None;
        }
        let Common { front, back } = Common::of(old, text);
        let new = text.get(front..text.len().saturating_sub(back))?.to_owned();
        Some(Edit { span: Span::new(span.start.saturating_add(front), span.end.saturating_sub(back)), text: new })
    }
}

/// How many bytes two texts have in common.
pub(super) struct Common {
    /// At the front.
    pub(super) front: usize,
    /// At the back, without those at the front.
    pub(super) back: usize,
}

impl Common {
    pub(super) fn of(old: &str, new: &str) -> Self {
        let same = |(old, new): &(char, char)| old == new;
        let front: usize = old.chars().zip(new.chars()).take_while(same).map(|(old, _)| old.len_utf8()).sum();
        let old = old.get(front..).unwrap_or_default();
        let new = new.get(front..).unwrap_or_default();
        let back = old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(old, _)| old.len_utf8()).sum();
        Self { front, back }
    }
}
