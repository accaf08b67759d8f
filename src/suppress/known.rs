//! Findings that a baseline holds, identified by place and server so that their fixes are not made.

use super::matching::{Object, Question};
use super::server_of;
use crate::checks::{Check, SuppressedBy};
use crate::report::Part;
use crate::yaml::Span;

/// A finding of a baseline, identified by its place and its server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    check: Check,
    path: String,
    span: Option<Span>,
    object_path: String,
    object: Option<Object>,
}

impl Known {
    /// The findings of some parts that the baseline suppresses.
    #[must_use]
    pub fn in_parts(parts: &[Part]) -> Vec<Self> {
        let findings = parts.iter().flat_map(|part| part.findings.iter().map(move |finding| (part, finding)));
        let known = findings.filter(|(_, finding)| {
            finding.suppression.as_ref().is_some_and(|suppression| suppression.by == SuppressedBy::Baseline)
        });
        known
            .map(|(part, finding)| Self::of(&Question::of_report(finding, server_of(finding, &part.servers))))
            .collect()
    }

    fn of(question: &Question<'_>) -> Self {
        Self {
            check: question.check,
            path: question.path.to_owned(),
            span: question.span,
            object_path: question.object_path.to_owned(),
            object: question.object.clone(),
        }
    }

    pub(super) fn is(&self, question: &Question<'_>) -> bool {
        *self == Self::of(question)
    }
}
