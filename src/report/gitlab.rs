//! GitLab's code quality report: findings in the widget of a merge request.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::collections::BTreeMap;

use serde::Serialize;

use super::fingerprint::fingerprint;
use super::model::{Finding, Report};
use crate::checks::Severity;

#[derive(Serialize)]
struct Entry<'a> {
    description: &'a str,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// A list of the findings that count, with a final line break; an empty list if there are none.
///
/// # Errors
/// If a value cannot be serialised as JSON, which is never the case here.
pub(super) fn render(report: &Report) -> Result<String, serde_json::Error> {
    // GitLab drops an entry with a fingerprint that it has already seen, so duplicates get different ones.
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let entries: Vec<Entry<'_>> = report
        .active()
        .map(|finding| {
            let count = seen.entry(&finding.fingerprint).or_default();
            *count = count.saturating_add(1);
            entry(finding, *count)
        })
        .collect();
    serde_json::to_string_pretty(&entries).map(|text| text + "\n")
}

fn entry(finding: &Finding, occurrence: usize) -> Entry<'_> {
    let print = &finding.fingerprint;
    let unique = if occurrence == 1 { print.clone() } else { fingerprint([print.as_str(), &occurrence.to_string()]) };
    let (begin, end) = finding.place.region.map_or((1, 1), |region| (region.start.line, region.end.line));
    Entry {
        description: &finding.message,
        check_name: finding.check.id(),
        fingerprint: unique,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location {
            path: finding.place.path.strip_prefix("./").unwrap_or(&finding.place.path),
            lines: Lines { begin, end },
        },
    }
}
