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

/// What was examined, and what was found (`--format json`).
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Document<'a> {
    /// `autopurge/report/v1`.
    schema: &'static str,
    /// The program that made the report.
    tool: &'a Tool,
    /// The numbers.
    summary: Summary,
    /// Every server found, including those without findings.
    servers: &'a [Server],
    /// Ordered by path, offset and check.
    findings: Vec<FindingEntry<'a>>,
}

/// What a check found.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Finding"))]
struct FindingEntry<'a> {
    /// The id of the check.
    check: &'static str,
    /// How serious it is.
    severity: Severity,
    /// The file, `-` for standard input.
    path: &'a str,
    /// The number of the document, from 0; `null` if the file has none.
    document: Option<usize>,
    #[serde(flatten)]
    region: RegionEntry,
    /// What is wrong, in one line.
    message: &'a str,
    /// Consequences and advice; an empty line between two paragraphs.
    help: String,
    /// The server in question, by its index in `servers`.
    server: Option<usize>,
    /// What cures it; empty if nothing does.
    fix: Vec<FixEntry<'a>>,
    /// Why it cannot be fixed, if somebody may expect that it can.
    not_fixed_because: Option<&'a str>,
    /// Identifies the finding, even if its line number changes.
    fingerprint: &'a str,
    /// Why it does not count, if it is suppressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<&'a Suppression>,
}

/// All `null` if a finding is about a whole file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RegionEntry {
    /// Line of the first character, from 1.
    line: Option<usize>,
    /// Column of the first character, from 1.
    column: Option<usize>,
    /// Line of the character after the last one.
    end_line: Option<usize>,
    /// Column of the character after the last one.
    end_column: Option<usize>,
    /// Bytes before it.
    byte_offset: Option<usize>,
    /// Its length in bytes.
    byte_length: Option<usize>,
}

/// Changes of one document or file. A finding is cured if all of its fixes are applied.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Fix"))]
struct FixEntry<'a> {
    /// The file. Omitted if it is the same as the finding's.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    /// The number of the document, from 0; `null` if the file has none.
    document: Option<usize>,
    /// RFC 6902 operations on the document.
    patch: &'a [Value],
    /// The same as byte edits of the file, sorted and disjoint.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<EditEntry<'a>>,
}

/// A part of a file and its replacement.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Edit"))]
struct EditEntry<'a> {
    #[serde(flatten)]
    region: RegionEntry,
    /// The new text; `null` if it would show more than the setting.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema for other programs is generated from the types.
    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::schema::keep_document::<Document<'_>>("report");
    }
}
