//! The JSON report, `autopurge/report/v1`. It contains every server, including those without findings, so that a
//! verdict can be checked.
//!
//! Documents count from 0; lines and columns count from 1 and refer to the input, with columns in characters. v1 may
//! gain anything, but loses nothing.

use serde::Serialize;
use serde_json::Value;

use super::model::{Finding, Fix, Outcome, Replacement, Report, Server, Summary, Tool};
use super::place::Region;
use crate::checks::{Severity, Suppression};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: &'a Tool,
    summary: Summary,
    servers: &'a [Server],
    findings: Vec<FindingEntry<'a>>,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    check: &'static str,
    severity: Severity,
    path: &'a str,
    document: Option<usize>,
    #[serde(flatten)]
    region: RegionEntry,
    message: &'a str,
    help: String,
    server: Option<usize>,
    fix: Vec<FixEntry<'a>>,
    not_fixed_because: Option<&'a str>,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<&'a Suppression>,
}

/// All `None` if a finding is about a whole file.
#[derive(Serialize)]
struct RegionEntry {
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    byte_offset: Option<usize>,
    byte_length: Option<usize>,
}

#[derive(Serialize)]
struct FixEntry<'a> {
    /// Omitted if it is the same as the finding's.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    document: Option<usize>,
    patch: &'a [Value],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<EditEntry<'a>>,
}

#[derive(Serialize)]
struct EditEntry<'a> {
    #[serde(flatten)]
    region: RegionEntry,
    /// `None` if it would show more than the setting.
    text: Option<&'a str>,
}

/// The report, with a final line break.
///
/// # Errors
/// If a value cannot be serialised as JSON, which is never the case here.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let document = Document {
        schema: "autopurge/report/v1",
        tool: &report.tool,
        summary: report.summary(),
        servers: &report.servers,
        findings: report.findings.iter().map(finding).collect(),
    };
    serde_json::to_string(&document).map(|text| text + "\n")
}

fn finding(finding: &Finding) -> FindingEntry<'_> {
    FindingEntry {
        check: finding.check.id(),
        severity: finding.severity,
        path: &finding.place.path,
        document: finding.place.document,
        region: region(finding.place.region),
        message: &finding.message,
        help: help(finding),
        server: finding.server,
        fix: finding.fix.iter().map(|one| fix(one, &finding.place.path)).collect(),
        not_fixed_because: if let Outcome::Incurable(reason) = &finding.outcome { Some(reason) } else { None },
        fingerprint: &finding.fingerprint,
        suppression: finding.suppression.as_ref(),
    }
}

fn help(finding: &Finding) -> String {
    let parts: Vec<&str> = finding.help.iter().chain(&finding.relief).map(String::as_str).collect();
    parts.join("\n\n")
}

fn region(region: Option<Region>) -> RegionEntry {
    RegionEntry {
        line: region.map(|region| region.start.line),
        column: region.map(|region| region.start.column),
        end_line: region.map(|region| region.end.line),
        end_column: region.map(|region| region.end.column),
        byte_offset: region.map(|region| region.offset),
        byte_length: region.map(|region| region.length),
    }
}

fn fix<'a>(fix: &'a Fix, own: &str) -> FixEntry<'a> {
    let edit = |edit: &'a Replacement| EditEntry { region: region(Some(edit.region)), text: edit.text.as_deref() };
    FixEntry {
        path: (fix.path != own).then_some(&fix.path),
        document: fix.document,
        patch: &fix.patch,
        edits: fix.edits.iter().map(edit).collect(),
    }
}
