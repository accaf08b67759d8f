//! SARIF 2.1.0, for code scanning services and editors.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

mod result;
mod rule;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::Report;
use super::uri;
use crate::rules::CheckText;

/// The name of the folder that relative paths start from.
const ROOT: &str = "%SRCROOT%";

/// A log with one run, with a final line break.
///
/// # Errors
/// If a value cannot be serialised as JSON, which is never the case here.
pub(super) fn render(report: &Report) -> Result<String, serde_json::Error> {
    let texts = report.tool.texts()?;
    let context = Context { report, artifacts: Artifacts::of(report), texts: &texts };
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver(report, &texts)},
            "automationDetails": {"id": "autopurge/"},
            "invocations": [{"executionSuccessful": true}],
            "columnKind": "unicodeCodePoints",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "originalUriBaseIds": {ROOT: {"description": {"text": "The folder in which autopurge was started."}}},
            "artifacts": context.artifacts.entries(),
            "results": report.findings.iter().map(|one| result::of(one, &context)).collect::<Vec<_>>(),
            "properties": {"summary": report.summary()},
        }],
    });
    serde_json::to_string_pretty(&log).map(|text| text + "\n")
}

fn driver(report: &Report, texts: &[CheckText]) -> Value {
    let tool = &report.tool;
    json!({
        "name": tool.name,
        "version": tool.version,
        "semanticVersion": tool.version,
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": texts.iter().map(rule::of).collect::<Vec<_>>(),
        "properties": {"rulesDate": tool.rules_date},
    })
}

/// What results refer to.
struct Context<'a> {
    report: &'a Report,
    artifacts: Artifacts<'a>,
    texts: &'a [CheckText],
}

/// The files that were examined or that findings point into, by path.
struct Artifacts<'a> {
    paths: Vec<&'a str>,
}

impl<'a> Artifacts<'a> {
    fn of(report: &'a Report) -> Self {
        let inputs = report.inputs.iter().map(|input| input.path.as_str());
        let places = report.findings.iter().map(|finding| finding.place.path.as_str());
        let fixes = report.findings.iter().flat_map(|finding| &finding.fix).map(|fix| fix.path.as_str());
        let paths: BTreeSet<&str> = inputs.chain(places).chain(fixes).collect();
        Self { paths: paths.into_iter().collect() }
    }

    fn entries(&self) -> Vec<Value> {
        self.paths.iter().map(|path| json!({"location": location(path), "roles": ["analysisTarget"]})).collect()
    }

    /// A file, as results refer to it.
    fn location(&self, path: &str) -> Value {
        let mut location = location(path);
        if let (Ok(index), Some(entry)) = (self.paths.binary_search(&path), location.as_object_mut()) {
            entry.insert("index".to_owned(), index.into());
        }
        location
    }
}

/// Relative paths are relative to the folder of the run, except those that leave it; standard input has no file.
fn location(path: &str) -> Value {
    if path == "-" {
        return json!({"uri": "stdin"});
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    match path {
        _ if path.starts_with('/') => json!({"uri": format!("file://{}", uri::of_path(path))}),
        _ if path.starts_with("../") => json!({"uri": uri::of_path(path)}),
        _ => json!({"uri": uri::of_path(path), "uriBaseId": ROOT}),
    }
}
