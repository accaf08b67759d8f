//! Findings for people: message, excerpt, what follows, what to do.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, LabeledSpan, Severity as Level, SourceCode};

use super::excerpt::Excerpt;
use super::{Outcome, Run};
use crate::checks::{Finding, Severity, Subject};
use crate::yaml::Lines;
use crate::zookeeper::Verdict;

/// How to show findings.
#[derive(Debug, Clone)]
pub struct Style {
    /// Colours, box characters and width.
    pub handler: GraphicalReportHandler,
    /// Notes too.
    pub has_notes: bool,
}

/// The findings of a run, then a line that sums it up; empty when there is nothing to say.
#[must_use]
pub fn render(run: &Run<'_>, style: &Style) -> String {
    let is_shown = |finding: &Finding| style.has_notes || finding.severity > Severity::Note;
    let shown: Vec<(&Finding, Outcome<'_>)> = run.findings().filter(|(finding, _)| is_shown(finding)).collect();
    let mut text = String::new();
    if !shown.is_empty() {
        let lines = Lines::new(run.manifests.stream());
        for (finding, outcome) in &shown {
            text.push_str(&one(run, finding, *outcome, (&lines, style)));
        }
    }
    if !run.examination.subjects.is_empty() {
        text.push_str(&summary(run));
    }
    text
}

fn one(run: &Run<'_>, finding: &Finding, outcome: Outcome<'_>, (lines, style): (&Lines, &Style)) -> String {
    let excerpt = Excerpt::new(run.path, run.manifests.stream(), finding, lines);
    let help = [state(outcome)].into_iter().flatten().chain(finding.help.iter().map(|part| plain(part)));
    let shown = Shown { finding, message: plain(&finding.message), help: help.collect::<Vec<_>>().join("\n"), excerpt };
    let mut text = String::new();
    match style.handler.render_report(&mut text, &shown) {
        Ok(()) => text,
        Err(fmt::Error) => format!("{}: {}\n", finding.check.id(), shown.message),
    }
}

/// What became of the fix.
fn state(outcome: Outcome<'_>) -> Option<String> {
    match outcome {
        Outcome::Patched => Some("Patched in this stream.".to_owned()),
        Outcome::Curable => Some("`--mode patch` patches this.".to_owned()),
        Outcome::Incurable(reason) => Some(format!("Not patched: {}.", plain(reason))),
        Outcome::Nothing => None,
    }
}

/// One line that sums the run up.
fn summary(run: &Run<'_>) -> String {
    let states: Vec<&str> = run.examination.subjects.iter().map(|subject| became(run, subject)).collect();
    let count = |state: &str| states.iter().filter(|one| **one == state).count();
    let parts: Vec<String> = ["patched", "purging already", "never purging", "not starting", "unknown"]
        .into_iter()
        .filter(|state| count(state) > 0)
        .map(|state| format!("{} {state}", count(state)))
        .collect();
    let plural = if states.len() == 1 { "" } else { "s" };
    let documents = match run.manifests.count() {
        1 => "1 document".to_owned(),
        count => format!("{count} documents"),
    };
    format!("autopurge: {} ZooKeeper server{plural} in {documents}: {}\n", states.len(), parts.join(", "))
}

/// What a server does in the output.
fn became(run: &Run<'_>, subject: &Subject<'_, '_>) -> &'static str {
    let before = subject.server.verdict;
    let after = run.cure.after.get(subject.number).copied().filter(|_| run.is_patched).unwrap_or(before);
    match after {
        Verdict::Purges if before == Verdict::Purges => "purging already",
        Verdict::Purges => "patched",
        Verdict::NeverPurges => "never purging",
        Verdict::DoesNotStart => "not starting",
        Verdict::Unknown => "unknown",
    }
}

/// Text from manifests may hold characters that move a terminal's cursor; they are shown by their numbers.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\n' {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// A finding as `miette` takes it.
#[derive(Debug)]
struct Shown<'a> {
    finding: &'a Finding,
    message: String,
    help: String,
    excerpt: Excerpt,
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
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.finding.label.clone()), self.excerpt.label());
        Some(Box::new(std::iter::once(label)))
    }
}
