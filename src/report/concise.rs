//! One line per finding, as compilers print them, so that editors and `grep` can handle it.

use super::model::{Finding, Report};
use super::summary::summary;
use crate::checks::Severity;
use crate::printable::one_line;

/// `path:line:column: severity[check] message` for each finding that counts, then a summary line.
pub(super) fn render(report: &Report, has_notes: bool) -> String {
    let is_shown = |finding: &&Finding| has_notes || finding.severity > Severity::Note;
    let lines: String = report.active().filter(is_shown).map(line).collect();
    lines + &summary(report)
}

/// `path:line:column: severity[check] message`, and a line break.
#[must_use]
pub fn line(finding: &Finding) -> String {
    let Finding { check, severity, place, message, .. } = finding;
    let region = place.region.map(|region| format!("{}:{}:", region.start.line, region.start.column));
    let (path, region) = (one_line(&place.path), region.unwrap_or_default());
    format!("{path}:{region} {}[{}] {}\n", severity.as_str(), check.id(), one_line(message))
}
