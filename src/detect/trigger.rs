//! Finds the documents that can matter: one pass over the stream for the literals that rules declare.

use aho_corasick::packed::{Config, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, BuildError};
use memchr::memmem::Finder;

use crate::rules::RuleSet;
use crate::yaml::{Span, escapes, is_json_stream};

/// Finds literals. Built once per run.
#[derive(Debug)]
pub struct Trigger {
    search: Search,
    /// What separates documents.
    separator: Finder<'static>,
    /// How many bytes before the end of the scanned part may hold the start of a literal.
    overlap: usize,
}

/// Two ways to search for a few short literals.
#[derive(Debug)]
enum Search {
    /// With vector instructions: quick to build, which matters in a program that runs for milliseconds.
    Packed(Searcher),
    /// For processors without them, and for more literals than the packed searcher can hold.
    Automaton(AhoCorasick),
}

impl Trigger {
    /// A trigger for the literals of all flavors.
    ///
    /// # Errors
    /// When the literals together are too large for the automaton.
    pub fn new(rules: &RuleSet) -> Result<Self, BuildError> {
        Self::of(&rules.literals())
    }

    fn of(literals: &[&str]) -> Result<Self, BuildError> {
        let overlap = literals.iter().map(|literal| literal.len()).max().unwrap_or(1).saturating_sub(1);
        let packed = Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(literals).build();
        let search = match packed {
            Some(packed) => Search::Packed(packed),
            None => Search::Automaton(AhoCorasick::new(literals)?),
        };
        Ok(Self { search, separator: Finder::new("---"), overlap })
    }

    /// The places of literals in a text, in order; they may overlap.
    pub(super) fn places(&self, bytes: &[u8]) -> impl Iterator<Item = Span> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let place = self.find(bytes.get(from..)?)?.shifted(from);
            from = place.start.saturating_add(1);
            Some(place)
        })
    }

    /// The place of the first literal.
    fn find(&self, bytes: &[u8]) -> Option<Span> {
        let found = match &self.search {
            Search::Packed(searcher) => searcher.find(bytes),
            Search::Automaton(automaton) => automaton.find(bytes),
        };
        found.map(|found| Span::new(found.start(), found.end()))
    }
}

/// The places of literals in a stream that grows while it is read.
///
/// Only the first place in each document has to be kept, so that a stream full of literals takes no more memory than
/// its documents do.
#[derive(Debug, Default)]
pub struct Scan {
    literals: Hits,
    /// Escapes that may be part of a disguised literal.
    escapes: Hits,
    scanned: usize,
}

/// Places of hits, at least the first one of each document.
#[derive(Debug, Default)]
struct Hits {
    places: Vec<usize>,
    /// No separator follows the last hit before this offset.
    same_document: usize,
}

impl Scan {
    /// Scans what has been added to the stream since the last call.
    pub fn advance(&mut self, trigger: &Trigger, stream: &[u8]) {
        let from = self.scanned.saturating_sub(trigger.overlap);
        for place in trigger.places(stream.get(from..).unwrap_or_default()) {
            self.literals.add(trigger, stream, from + place.start);
        }
        // The last byte may have been the backslash of an escape.
        let from = self.scanned.saturating_sub(1);
        for at in escapes(stream.get(from..).unwrap_or_default()) {
            self.escapes.add(trigger, stream, from + at);
        }
        self.scanned = stream.len();
    }

    /// Offsets of literals, and of escapes that may disguise one, in ascending order: at least the first in every
    /// document that contains one.
    #[must_use]
    pub fn hits(&self) -> Vec<usize> {
        let mut all = [self.literals.places.as_slice(), &self.escapes.places].concat();
        all.sort_unstable();
        all
    }
}

impl Hits {
    fn add(&mut self, trigger: &Trigger, stream: &[u8], at: usize) {
        if self.is_in_new_document(trigger, stream, at) {
            self.places.push(at);
        }
        self.same_document = at;
    }

    /// Whether a separator, or in JSON the end of an object, may come between the last hit and this one. Dashes and
    /// braces anywhere count: an extra hit does no harm.
    fn is_in_new_document(&self, trigger: &Trigger, stream: &[u8], at: usize) -> bool {
        let between = stream.get(self.same_document..at).unwrap_or_default();
        self.places.is_empty() || trigger.separator.find(between).is_some() || holds_end_of_object(between)
    }
}

/// Whether one object may end and another one begin. Within an object, something stands between two braces.
fn holds_end_of_object(bytes: &[u8]) -> bool {
    let ends = memchr::memchr_iter(b'}', bytes);
    ends.into_iter().any(|at| bytes.get(at.saturating_add(1)..).is_some_and(is_json_stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trigger() -> Trigger {
        Trigger::of(&["zookeeper", "zoo.cfg"]).unwrap()
    }

    #[test]
    fn literals_are_found_wherever_the_reads_end() {
        let stream = b"a\n---\nx: zookeeper\n---\nb\n---\nzoo.cfg zookeeper\n";
        for step in 1..=stream.len() {
            let (trigger, mut scan) = (trigger(), Scan::default());
            for end in (0..stream.len()).step_by(step).chain([stream.len()]) {
                scan.advance(&trigger, &stream[..end]);
            }
            assert_eq!(scan.hits(), [9, 29], "reads of {step} bytes");
        }
    }

    #[test]
    fn every_object_of_a_stream_of_json_counts() {
        let (trigger, mut scan) = (trigger(), Scan::default());
        scan.advance(&trigger, b"{\"a\": \"zookeeper zookeeper\"}\n{\"b\": {}}{\"c\": \"zookeeper\"}");
        assert_eq!(scan.hits(), [7, 45]);
    }

    #[test]
    fn escapes_count_as_literals_that_may_hide_there() {
        let stream = b"a: \"zookeepe\\x72\"\n---\nb\\n\n---\nc: \"zoo\\\nkeeper\"\n---\nd: zoo\\/keeper\n";
        for step in 1..=stream.len() {
            let (trigger, mut scan) = (trigger(), Scan::default());
            for end in (0..stream.len()).step_by(step).chain([stream.len()]) {
                scan.advance(&trigger, &stream[..end]);
            }
            assert_eq!(scan.hits(), [12, 37, 57], "reads of {step} bytes");
        }
    }

    #[test]
    fn a_stream_full_of_literals_keeps_one_place_per_document() {
        let (trigger, mut scan) = (trigger(), Scan::default());
        scan.advance(&trigger, "zookeeper ".repeat(10_000).as_bytes());
        assert_eq!(scan.hits(), [0]);
    }
}
