//! Checkstyle's XML, for Jenkins, reviewdog and many editors.

use std::collections::BTreeMap;

use super::model::{Finding, Report};
use super::xml;
use crate::checks::Severity;

/// A `file` for each input and each file with findings that count, with an `error` element for each of these.
pub(super) fn render(report: &Report) -> String {
    let mut files: BTreeMap<&str, Vec<&Finding>> =
        report.inputs.iter().map(|input| (input.path.as_str(), Vec::new())).collect();
    for finding in report.active() {
        files.entry(&finding.place.path).or_default().push(finding);
    }
    let files: String = files.into_iter().map(|(path, findings)| file(path, &findings)).collect();
    format!("{}<checkstyle version=\"4.3\">\n{files}</checkstyle>\n", xml::HEAD)
}

fn file(path: &str, findings: &[&Finding]) -> String {
    let errors: String = findings.iter().map(|finding| error(finding)).collect();
    format!("  <file{}>\n{errors}  </file>\n", xml::attributes(&[("name", path)]))
}

fn error(finding: &Finding) -> String {
    let position = finding.place.region.map(|region| region.start);
    let line = position.map_or(0, |position| position.line).to_string();
    let column = position.map(|position| position.column.to_string());
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    };
    let source = format!("autopurge.{}", finding.check.id());
    let mut pairs = vec![("line", line.as_str())];
    pairs.extend(column.as_ref().map(|column| ("column", column.as_str())));
    pairs.extend([("severity", severity), ("message", &finding.message), ("source", &source)]);
    format!("    <error{}/>\n", xml::attributes(&pairs))
}
