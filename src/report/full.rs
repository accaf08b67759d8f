//! Findings for people: message, excerpt, consequences and advice.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, LabeledSpan, Severity as Level, SourceCode};

use super::excerpt::display_name;
use super::model::{Finding, Outcome, Report};
use super::summary::summary;
use crate::checks::Severity;
use crate::printable::plain;

/// How to show findings.
#[derive(Debug, Clone)]
pub struct Style {
    /// Colours, box characters and width.
    pub handler: GraphicalReportHandler,
    /// Whether notes are shown.
    pub has_notes: bool,
    /// Whether to show how to free disks that are already full.
    pub has_relief: bool,
    /// Whether findings are all that is shown, without hints and the summary.
    pub is_terse: bool,
}

/// Printed once for all findings, if the instructions are not shown with each.
const FULL_DISK: &str = "autopurge: if a disk is already full, -v shows how to free it\n";

/// The findings that count, then hints and a summary line.
#[must_use]
pub fn render(report: &Report, style: &Style) -> String {
    let is_shown = |finding: &&Finding| style.has_notes || finding.severity > Severity::Note;
    let mut text: String = report.active().filter(is_shown).map(|finding| one(finding, style)).collect();
    if style.is_terse {
        return text;
    }
    if !style.has_relief && report.active().any(|finding| finding.relief.is_some()) {
        text.push_str(FULL_DISK);
    }
    text.push_str(&summary(report));
    text
}

fn one(finding: &Finding, style: &Style) -> String {
    let relief = finding.relief.iter().filter(|_| style.has_relief);
    let parts = finding.help.iter().chain(relief).map(|part| plain(part));
    let help = state(&finding.outcome).into_iter().chain(parts);
    let shown = Shown { finding, message: message(finding), help: help.collect::<Vec<_>>().join("\n") };
    let mut text = String::new();
    match style.handler.render_report(&mut text, &shown) {
        Ok(()) => text,
        Err(fmt::Error) => format!("{}: {}\n", finding.check.id(), shown.message),
    }
}

/// Without an excerpt, the message says which place it is about.
fn message(finding: &Finding) -> String {
    let (message, place) = (plain(&finding.message), &finding.place);
    let path = display_name(&place.path);
    match (&place.excerpt, place.region) {
        (Some(_), _) => message,
        (None, Some(region)) => format!("{path}:{}:{}: {message}", region.start.line, region.start.column),
        (None, None) => format!("{path}: {message}"),
    }
}

/// What became of the fix.
fn state(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Fixed => Some("Patched in the output.".to_owned()),
        Outcome::Curable(how) => Some((*how).to_owned()),
        Outcome::Incurable(reason) => Some(format!("No automatic fix: {}.", plain(reason))),
        Outcome::Nothing => None,
    }
}

/// A finding in the form that `miette` needs.
#[derive(Debug)]
struct Shown<'a> {
    finding: &'a Finding,
    message: String,
    help: String,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.finding.check.id()))
    }

    fn severity(&self) -> Option<Level> {
        Some(match self.finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let excerpt: &dyn SourceCode = self.finding.place.excerpt.as_ref()?;
        Some(excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.finding.place.excerpt.as_ref()?;
        let label = LabeledSpan::new_with_span(Some(self.finding.label.clone()), excerpt.label());
        Some(Box::new(std::iter::once(label)))
    }
}
