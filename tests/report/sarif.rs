//! SARIF, looked at by Microsoft's own validator, which `tests/tools.sh` fetches.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use autopurge::report::{Format, Report};
use serde_json::Value;
use tempfile::TempDir;

use super::{part, program, rendered, sample, tool};
use crate::post_render::discreet::canaries;

/// The only note that counts: results whose rule is not described. The others are about taste and size.
const UNDESCRIBED: &str = "SARIF2012";

/// Errors and warnings that the validator has about a log: rule and message.
fn complaints(multitool: &PathBuf, log: &str) -> Vec<String> {
    let folder = TempDir::new().expect("a folder");
    let (input, output) = (folder.path().join("log.sarif"), folder.path().join("validation.sarif"));
    fs::write(&input, log).expect("a file");
    let run = Command::new(multitool)
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
        .env("DOTNET_BUNDLE_EXTRACT_BASE_DIR", folder.path())
        .args(["validate", "--level", "Error;Warning;Note", "--log", "ForceOverwrite", "--output"])
        .args([&output, &input])
        .output()
        .expect("the validator runs");
    let text = fs::read_to_string(&output).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&run.stdout)));
    let report: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).expect("JSON");
    let results = report["runs"][0]["results"].as_array().expect("results");
    let counting = results.iter().filter(|result| result["level"] != "note" || result["ruleId"] == UNDESCRIBED);
    counting.map(|result| format!("{} {}", result["ruleId"], result["message"])).collect()
}

#[test]
fn logs_are_valid() {
    let Some(multitool) = crate::tool::tool("sarif-multitool/Sarif.Multitool") else { return };
    let streams = canaries();
    let parts = streams.iter().enumerate().map(|(number, text)| part(&format!("m {number}.yaml"), text.as_bytes()));
    let reports = [sample::report(), sample::clean(), Report::new(tool(), parts.collect())];
    let own = program::printed(program::repository().path(), "sarif", &[]);
    for log in reports.iter().map(|report| rendered(Format::Sarif, report)).chain([own]) {
        let complaints = complaints(&multitool, &log);
        assert!(complaints.is_empty(), "{complaints:#?}\n{log}");
    }
}

#[test]
fn the_validator_finds_mistakes() {
    let Some(multitool) = crate::tool::tool("sarif-multitool/Sarif.Multitool") else { return };
    let log = rendered(Format::Sarif, &sample::report()).replace("\"startLine\": 3", "\"startLine\": -3");
    assert!(!complaints(&multitool, &log).is_empty());
}
