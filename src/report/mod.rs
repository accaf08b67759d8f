//! Findings for people and for machines: one file per format. Only here are colours, widths and formats known.

mod excerpt;
pub mod full;
pub mod json;

use crate::checks::{Examination, Finding, Severity};
use crate::cure::Cure;
use crate::manifests::Manifests;
use crate::zookeeper::Verdict;

/// One examined input, ready to be reported.
pub struct Run<'a> {
    /// The input's path, `-` for standard input.
    pub path: &'a str,
    /// The input.
    pub manifests: &'a Manifests<'a>,
    /// What was found in it.
    pub examination: &'a Examination<'a, 'a>,
    /// What the patches make of it.
    pub cure: &'a Cure,
    /// Whether the output carries the patches.
    pub is_patched: bool,
    /// The day the newest rule was checked.
    pub rules_date: &'a str,
}

/// What became of a finding's fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// The output carries the patch.
    Patched,
    /// The patch would cure it.
    Curable,
    /// It cannot be patched, and why.
    Incurable(&'a str),
    /// There is nothing to patch.
    Nothing,
}

impl<'a> Run<'a> {
    /// The findings with what became of them, in order.
    pub fn findings(&self) -> impl Iterator<Item = (&'a Finding, Outcome<'a>)> {
        let is_patched = self.is_patched;
        self.examination.findings.iter().zip(&self.cure.refused).map(move |(finding, refused)| {
            let outcome = match (refused.as_ref().or(finding.incurable_because.as_ref()), finding.fix.is_empty()) {
                (Some(reason), _) => Outcome::Incurable(reason),
                (None, true) => Outcome::Nothing,
                (None, false) if is_patched => Outcome::Patched,
                (None, false) => Outcome::Curable,
            };
            (finding, outcome)
        })
    }

    /// How many findings weigh this much.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.examination.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// How many servers could not be decided.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.examination.subjects.iter().filter(|subject| subject.server.verdict == Verdict::Unknown).count()
    }
}
