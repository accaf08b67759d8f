//! JUnit's XML: a test for every server that was examined, so that those without findings show up as passed.

use std::collections::BTreeMap;

use super::model::{Finding, Report};
use super::xml;
use crate::checks::Severity;
use crate::printable::plain;

/// A test: a server with the findings about it, or a finding that is not about a server.
struct Case<'a> {
    name: String,
    path: &'a str,
    findings: Vec<&'a Finding>,
}

/// A `testsuite` for each input with a test for each of its servers. Findings of severity `fail_on` or higher make it
/// fail, others are written to its output; a test with only suppressed findings is skipped.
pub(super) fn render(report: &Report, fail_on: Option<Severity>) -> String {
    let mut suites: BTreeMap<&str, Vec<Case<'_>>> =
        report.inputs.iter().map(|input| (input.path.as_str(), Vec::new())).collect();
    for case in cases(report) {
        suites.entry(case.path).or_default().push(case);
    }
    for (path, cases) in &mut suites {
        if cases.is_empty() {
            // Some readers consider a file without tests broken.
            cases.push(Case { name: "no ZooKeeper server".to_owned(), path, findings: Vec::new() });
        }
    }
    let counts = counts(suites.values().flatten(), fail_on);
    let suites: String = suites.iter().map(|(path, cases)| suite(path, cases, fail_on)).collect();
    format!("{}<testsuites name=\"autopurge\"{counts}>\n{suites}</testsuites>\n", xml::HEAD)
}

fn cases(report: &Report) -> Vec<Case<'_>> {
    let mut by_server: BTreeMap<Option<usize>, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_server.entry(finding.server).or_default().push(finding);
    }
    let alone = by_server.remove(&None).unwrap_or_default();
    let of_servers = report.servers.iter().enumerate().map(|(number, server)| Case {
        name: server.title(),
        path: &server.path,
        findings: by_server.remove(&Some(number)).unwrap_or_default(),
    });
    let mut cases: Vec<Case<'_>> = of_servers.collect();
    cases.extend(alone.into_iter().map(|finding| Case {
        name: finding.check.id().to_owned(),
        path: &finding.place.path,
        findings: vec![finding],
    }));
    cases
}

/// How a test ended.
#[derive(PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    Skipped,
}

impl Case<'_> {
    fn end(&self, fail_on: Option<Severity>) -> End {
        if self.findings.iter().any(|finding| finding.is_active() && fails(finding, fail_on)) {
            End::Failed
        } else if !self.findings.is_empty() && self.findings.iter().all(|finding| !finding.is_active()) {
            End::Skipped
        } else {
            End::Passed
        }
    }
}

fn fails(finding: &Finding, fail_on: Option<Severity>) -> bool {
    fail_on.is_some_and(|fail_on| finding.severity >= fail_on)
}

fn counts<'a>(cases: impl Iterator<Item = &'a Case<'a>>, fail_on: Option<Severity>) -> String {
    let ends: Vec<End> = cases.map(|case| case.end(fail_on)).collect();
    let count = |end| ends.iter().filter(|one| **one == end).count().to_string();
    let (tests, failures, skipped) = (ends.len().to_string(), count(End::Failed), count(End::Skipped));
    xml::attributes(&[
        ("tests", &tests),
        ("failures", &failures),
        ("errors", "0"),
        ("skipped", &skipped),
        ("time", "0"),
    ])
}

fn suite(path: &str, cases: &[Case<'_>], fail_on: Option<Severity>) -> String {
    let tests: String = cases.iter().map(|case| test(case, fail_on)).collect();
    let counts = counts(cases.iter(), fail_on);
    format!("  <testsuite{}{counts}>\n{tests}  </testsuite>\n", xml::attributes(&[("name", path)]))
}

fn test(case: &Case<'_>, fail_on: Option<Severity>) -> String {
    let attributes =
        xml::attributes(&[("name", &case.name), ("classname", case.path), ("file", case.path), ("time", "0")]);
    let children: String = match case.end(fail_on) {
        End::Skipped => case.findings.first().map(|finding| skipped(finding)).into_iter().collect(),
        End::Failed | End::Passed => {
            let (failing, others): (Vec<&Finding>, Vec<&Finding>) =
                case.findings.iter().filter(|finding| finding.is_active()).partition(|one| fails(one, fail_on));
            failing.into_iter().map(failure).chain(output(&others)).collect()
        }
    };
    if children.is_empty() {
        return format!("    <testcase{attributes}/>\n");
    }
    format!("    <testcase{attributes}>\n{children}    </testcase>\n")
}

fn skipped(finding: &Finding) -> String {
    let reason = finding.suppression.as_ref().and_then(|suppression| suppression.reason.as_deref());
    let message = format!("{} is suppressed: {}", finding.check.id(), reason.unwrap_or("no reason given"));
    format!("      <skipped{}/>\n", xml::attributes(&[("message", &message)]))
}

fn failure(finding: &Finding) -> String {
    let attributes = xml::attributes(&[("type", finding.check.id()), ("message", &finding.message)]);
    format!("      <failure{attributes}>{}</failure>\n", xml::content(&text(finding)))
}

fn output(findings: &[&Finding]) -> Option<String> {
    let texts: Vec<String> = findings.iter().map(|finding| text(finding)).collect();
    (!texts.is_empty()).then(|| format!("      <system-out>{}</system-out>\n", xml::content(&texts.join("\n\n"))))
}

/// Place, severity and advice.
fn text(finding: &Finding) -> String {
    let place = finding.place.region.map(|region| format!(":{}:{}", region.start.line, region.start.column));
    let (path, place) = (&finding.place.path, place.unwrap_or_default());
    let first = format!("{path}{place}: {}: {}", finding.severity.as_str(), finding.message);
    let parts: Vec<&str> = [first.as_str()].into_iter().chain(finding.help.iter().map(String::as_str)).collect();
    plain(&parts.join("\n"))
}
