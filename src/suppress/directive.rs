//! A single suppression written in a file, and what it covers.

use super::date::Date;
use super::matching::{Object, Question};
use crate::checks::{Check, SuppressedBy, Suppression};
use crate::report::Place;
use crate::yaml::Span;

/// A suppression in a file: a comment or an annotation.
#[derive(Debug, Clone)]
pub struct Directive {
    /// A comment or an annotation.
    pub by: SuppressedBy,
    /// The comment or annotation.
    pub place: Place,
    /// What it applies to.
    pub scope: Scope,
    /// Which checks it is for, until when, and why.
    pub terms: Terms,
}

/// What a suppression applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Findings that touch this part of the file.
    Bytes(Span),
    /// Findings about this object of the file, or inside it.
    Object {
        /// The object's part of the file.
        span: Span,
        /// Kind, name and namespace of the object.
        object: Object,
    },
}

/// What a suppression says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// The checks that it names; empty for all.
    pub checks: Vec<Check>,
    /// Why the finding does not count; shown in reports.
    pub reason: Option<String>,
    /// Its last day.
    pub until: Option<Date>,
    /// Why it is invalid, and therefore suppresses nothing.
    pub mistake: Option<String>,
}

impl Directive {
    /// Whether it covers a finding, regardless of whether it is still in force.
    pub(super) fn covers(&self, question: &Question<'_>) -> bool {
        self.terms.names(question.check)
            && match &self.scope {
                Scope::Bytes(span) => {
                    question.path == self.place.path && question.span.is_some_and(|asked| overlap(*span, asked))
                }
                Scope::Object { span, object } => {
                    let is_in = |asked: Span| span.start <= asked.start && asked.end <= span.end;
                    let stands_in = question.path == self.place.path && question.span.is_some_and(is_in);
                    stands_in || question.object_path == self.place.path && question.is_about(object)
                }
            }
    }
}

impl Terms {
    /// Whether it applies to a check.
    pub(super) fn names(&self, check: Check) -> bool {
        // A report of an unused suppression cannot be suppressed by one that covers all checks.
        if self.checks.is_empty() { check != Check::UnusedSuppression } else { self.checks.contains(&check) }
    }

    /// Whether it is valid and not expired; the last day is included.
    pub(super) fn is_in_force(&self, today: Date) -> bool {
        self.mistake.is_none() && !self.is_expired(today)
    }

    pub(super) fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    pub(super) fn suppression(&self, by: SuppressedBy) -> Suppression {
        Suppression { by, reason: self.reason.clone(), until: self.until.map(|until| until.to_string()) }
    }
}

/// Whether two spans have a byte in common, or one of them is empty and touches the other.
fn overlap(a: Span, b: Span) -> bool {
    let (a_end, b_end) = (a.end.max(a.start.saturating_add(1)), b.end.max(b.start.saturating_add(1)));
    a.start < b_end && b.start < a_end
}
