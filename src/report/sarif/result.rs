//! A finding, as SARIF calls it: a result.

use serde_json::{Value, json};

use super::{Artifacts, Context};
use crate::checks::{SuppressedBy, Suppression};
use crate::printable::plain;
use crate::report::model::{Finding, Fix, Replacement, Report};
use crate::report::place::Region;

pub(super) fn of(finding: &Finding, context: &Context<'_>) -> Value {
    let Context { report, artifacts, texts } = context;
    let mut result = json!({
        "ruleId": finding.check.id(),
        "level": finding.severity.as_str(),
        "message": {"text": message(finding)},
        "locations": [location(report, finding, artifacts)],
        "partialFingerprints": {"autopurge/v1": finding.fingerprint},
        // An empty list means that nothing suppresses it; a missing one would mean that suppressions were not checked.
        "suppressions": finding.suppression.iter().map(suppression).collect::<Vec<_>>(),
    });
    let rule = texts.iter().position(|text| text.id == finding.check.id());
    let fix = fix(finding, artifacts);
    if let Some(entries) = result.as_object_mut() {
        entries.extend(rule.map(|index| ("ruleIndex".to_owned(), index.into())));
        entries.extend(fix.map(|fix| ("fixes".to_owned(), json!([fix]))));
    }
    result
}

/// The first sentence is shown alone when space is limited.
fn message(finding: &Finding) -> String {
    let parts: Vec<&str> = finding.help.iter().map(String::as_str).collect();
    let text = format!("{}.\n\n{}", finding.message.trim_end_matches('.'), parts.join("\n\n"));
    plain(text.trim_end())
}

fn location(report: &Report, finding: &Finding, artifacts: &Artifacts<'_>) -> Value {
    // Services do not show a finding without a line, so one about a whole file gets the first line.
    let region = finding.place.region.map_or_else(|| json!({"startLine": 1}), region);
    let artifact = artifacts.location(&finding.place.path);
    let mut location = json!({"physicalLocation": {"artifactLocation": artifact, "region": region}});
    if let (Some(server), Some(entries)) = (report.server_of(finding), location.as_object_mut()) {
        let logical = json!([{"fullyQualifiedName": server.title(), "name": server.name, "kind": "resource"}]);
        entries.insert("logicalLocations".to_owned(), logical);
    }
    location
}

fn region(region: Region) -> Value {
    json!({
        "startLine": region.start.line,
        "startColumn": region.start.column,
        "endLine": region.end.line,
        "endColumn": region.end.column,
        "byteOffset": region.offset,
        "byteLength": region.length,
    })
}

/// The fix, if all of it is known and may be shown: half a fix would not be one.
fn fix(finding: &Finding, artifacts: &Artifacts<'_>) -> Option<Value> {
    let changes: Option<Vec<Value>> = finding.fix.iter().map(|fix| change(fix, artifacts)).collect();
    let changes = changes.filter(|changes| !changes.is_empty())?;
    Some(json!({"description": {"text": "Switch purging on."}, "artifactChanges": changes}))
}

fn change(fix: &Fix, artifacts: &Artifacts<'_>) -> Option<Value> {
    let replacements: Option<Vec<Value>> = fix.edits.iter().map(replacement).collect();
    let replacements = replacements.filter(|replacements| !replacements.is_empty())?;
    Some(json!({"artifactLocation": artifacts.location(&fix.path), "replacements": replacements}))
}

fn replacement(edit: &Replacement) -> Option<Value> {
    let text = edit.text.as_ref()?;
    Some(json!({"deletedRegion": region(edit.region), "insertedContent": {"text": text}}))
}

fn suppression(suppression: &Suppression) -> Value {
    let kind = match suppression.by {
        SuppressedBy::Comment | SuppressedBy::Annotation => "inSource",
        SuppressedBy::Config | SuppressedBy::Baseline => "external",
    };
    let mut value = json!({"kind": kind, "status": "accepted"});
    if let (Some(reason), Some(entries)) = (&suppression.reason, value.as_object_mut()) {
        entries.insert("justification".to_owned(), plain(reason).into());
    }
    value
}
