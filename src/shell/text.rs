//! Texts that remember where they come from.

use std::ops::Range;

/// A text as a shell hands it on, quotes and escapes taken away, with the place in the source that each byte comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    content: String,
    /// Of each byte.
    places: Vec<usize>,
    /// What the shell works out, which stands here as it is written: `$X`, `$(hostname)`.
    expansions: Vec<Range<usize>>,
}

impl Text {
    /// A source.
    #[must_use]
    pub fn of_source(source: &str) -> Self {
        Self { content: source.to_owned(), places: (0..source.len()).collect(), expansions: Vec::new() }
    }

    /// Texts one behind the other.
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

    /// Where a part of the text stands in the source; an empty part where it would be.
    #[must_use]
    pub fn place(&self, part: Range<usize>) -> Option<Range<usize>> {
        if part.is_empty() {
            let behind = part.start.checked_sub(1).and_then(|before| self.places.get(before)).map(|place| place + 1);
            let place = behind.or_else(|| self.places.get(part.start).copied())?;
            return Some(place..place);
        }
        Some(*self.places.get(part.start)?..self.places.get(part.end.checked_sub(1)?)? + 1)
    }

    /// Whether the shell works out some of a part.
    #[must_use]
    pub fn is_worked_out(&self, part: &Range<usize>) -> bool {
        self.expansions.iter().any(|expansion| expansion.start < part.end && part.start < expansion.end)
    }

    /// Whether the shell works out any of it.
    #[must_use]
    pub fn has_expansions(&self) -> bool {
        !self.expansions.is_empty()
    }

    /// Adds a character of another text.
    pub(super) fn push(&mut self, from: &Self, at: usize, character: char) {
        self.push_as(from, at, character.encode_utf8(&mut [0; 4]));
    }

    /// Adds what a place of another text stands for: `\n` for instance is one byte with the place of two.
    pub(super) fn push_as(&mut self, from: &Self, at: usize, text: &str) {
        let place = from.places.get(at).copied().unwrap_or_default();
        let is_same = from.content.get(at..).is_some_and(|rest| rest.starts_with(text));
        self.places.extend((0..text.len()).map(|byte| if is_same { place + byte } else { place }));
        self.content.push_str(text);
    }

    /// Adds a part of another text as it is.
    pub(super) fn push_part(&mut self, from: &Self, part: Range<usize>) {
        let before = self.content.len();
        let (Some(text), Some(places)) = (from.content.get(part.clone()), from.places.get(part.clone())) else {
            return;
        };
        self.content.push_str(text);
        self.places.extend_from_slice(places);
        for expansion in &from.expansions {
            let (start, end) = (expansion.start.max(part.start), expansion.end.min(part.end));
            if start < end {
                self.expansions.push(before + start - part.start..before + end - part.start);
            }
        }
    }

    /// Adds a part of another text that the shell works out.
    pub(super) fn push_expansion(&mut self, from: &Self, part: Range<usize>) {
        let before = self.content.len();
        self.push_part(from, part);
        if before < self.content.len() {
            self.expansions.push(before..self.content.len());
        }
    }

    /// Adds a whole text.
    pub(super) fn push_text(&mut self, other: &Self) {
        self.push_part(other, 0..other.content.len());
    }

    /// Adds what stands nowhere: its place is that of what comes before it.
    pub(super) fn push_unwritten(&mut self, text: &str) {
        let place = self.places.last().map_or(0, |place| place + 1);
        self.places.extend(std::iter::repeat_n(place, text.len()));
        self.content.push_str(text);
    }
}
