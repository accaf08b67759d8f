//! Texts that remember where they come from.

use std::ops::Range;

/// A text as a shell passes it on, with quotes and escapes removed and the place in the source that each byte comes
/// from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    content: String,
    /// For each byte; [`NOWHERE`] if it has no byte of its own in the source.
    places: Vec<usize>,
    /// What the shell computes, kept as it is written: `$X`, `$(hostname)`.
    expansions: Vec<Range<usize>>,
}

/// The place of what does not appear literally in the source.
const NOWHERE: usize = usize::MAX;

impl Text {
    /// The source itself, with each byte at its own place.
    #[must_use]
    pub fn of_source(source: &str) -> Self {
        Self { content: source.to_owned(), places: (0..source.len()).collect(), expansions: Vec::new() }
    }

    /// The texts, one after another.
    #[must_use]
    pub fn joined<'t>(texts: impl Iterator<Item = &'t Self>) -> Self {
        let mut joined = Self::default();
        for text in texts {
            joined.push_text(text);
        }
        joined
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// The place of a part of the text in the source, if it is there in one piece; for an empty part, where it would
    /// be.
    #[must_use]
    pub fn place(&self, part: Range<usize>) -> Option<Range<usize>> {
        let is_written = |place: &usize| *place != NOWHERE;
        if part.is_empty() {
            let behind =
                part.start.checked_sub(1).and_then(|before| self.places.get(before)).filter(|at| is_written(at));
            let place = behind.map(|place| place + 1);
            let place = place.or_else(|| self.places.get(part.start).copied().filter(is_written))?;
            return Some(place..place);
        }
        let places = self.places.get(part)?;
        let (first, last) = (*places.first()?, *places.last()?);
        if !is_written(&first) || !is_written(&last) {
            return None;
        }
        let is_one = places.iter().zip(first..).all(|(place, expected)| *place == expected);
        is_one.then_some(first..last + 1)
    }

    /// The extent in the source of a part, in one piece or not.
    pub(super) fn extent(&self, part: Range<usize>) -> Range<usize> {
        let places = self.places.get(part).unwrap_or_default().iter().copied().filter(|place| *place != NOWHERE);
        let (first, last) = (places.clone().min(), places.max());
        first.zip(last).map_or(0..0, |(first, last)| first..last + 1)
    }

    /// Whether the shell computes any of a part.
    #[must_use]
    pub fn is_worked_out(&self, part: &Range<usize>) -> bool {
        self.expansions_in(part).next().is_some()
    }

    /// The parts of a range that the shell computes, as they are written.
    pub fn expansions_in<'t>(&'t self, part: &Range<usize>) -> impl Iterator<Item = &'t str> + use<'t> {
        let (start, end) = (part.start, part.end);
        let first = self.expansions.partition_point(|expansion| expansion.end <= start);
        let those = self.expansions.get(first..).unwrap_or_default().iter().take_while(move |one| one.start < end);
        those.filter_map(|expansion| self.content.get(expansion.clone()))
    }

    /// Whether it holds a `$` or a backtick that stands for itself.
    pub(super) fn has_literal_sign(&self) -> bool {
        let count = |text: &str| text.matches(['$', '`']).count();
        let expansions = self.expansions_in(&(0..self.content.len()));
        count(&self.content) > expansions.map(count).sum()
    }

    /// The same text without places, if its source is something else.
    pub(super) fn without_places(mut self) -> Self {
        self.places.fill(NOWHERE);
        self
    }

    /// Adds a character of another text.
    pub(super) fn push(&mut self, from: &Self, at: usize, character: char) {
        self.push_as(from, at, character.encode_utf8(&mut [0; 4]));
    }

    /// Appends what a place of another text means: `\n`, for instance, is one byte in place of two.
    pub(super) fn push_as(&mut self, from: &Self, at: usize, text: &str) {
        let place = from.places.get(at).copied().unwrap_or(NOWHERE);
        let is_same = from.content.get(at..).is_some_and(|rest| rest.starts_with(text));
        self.places.extend((0..text.len()).map(|byte| if is_same { place.saturating_add(byte) } else { NOWHERE }));
        self.content.push_str(text);
    }

    /// Appends a part of another text unchanged.
    pub(super) fn push_part(&mut self, from: &Self, part: Range<usize>) {
        let before = self.content.len();
        let (Some(text), Some(places)) = (from.content.get(part.clone()), from.places.get(part.clone())) else {
            return;
        };
        self.content.push_str(text);
        self.places.extend_from_slice(places);
        let first = from.expansions.partition_point(|expansion| expansion.end <= part.start);
        for expansion in from.expansions.get(first..).unwrap_or_default().iter().take_while(|one| one.start < part.end)
        {
            let (start, end) = (expansion.start.max(part.start), expansion.end.min(part.end));
            self.expansions.push(before + start - part.start..before + end - part.start);
        }
    }

    /// Appends a part of another text that the shell computes.
    pub(super) fn push_expansion(&mut self, from: &Self, part: Range<usize>) {
        let before = self.content.len();
        self.push_part(from, part);
        if before < self.content.len() {
            self.expansions.push(before..self.content.len());
        }
    }

    /// Appends a whole text.
    pub(super) fn push_text(&mut self, other: &Self) {
        self.push_part(other, 0..other.content.len());
    }

    /// Appends what has no place in the source.
    pub(super) fn push_unwritten(&mut self, text: &str) {
        self.places.extend(std::iter::repeat_n(NOWHERE, text.len()));
        self.content.push_str(text);
    }
}
