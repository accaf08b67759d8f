//! The shell steps of `action.yml`, with the variables that GitHub sets.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{path_with_program, ran, text};
use crate::tool::repository;

fn action() -> Value {
    serde_yaml::from_str(&text("action.yml")).expect("YAML")
}

/// A runner's folder with the files that GitHub gives to each step.
struct Runner {
    folder: TempDir,
}

impl Runner {
    fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for name in ["output", "path", "summary"] {
            fs::write(folder.path().join(name), "").expect("a file");
        }
        fs::create_dir(folder.path().join("temp")).expect("a folder");
        Self { folder }
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect("a file")
    }

    /// Runs a step of the action with inputs, in a folder that was checked out.
    fn step(&self, number: usize, inputs: &[(&str, &str)], workspace: &Path) -> (Option<i32>, String) {
        let action = action();
        let step = &action["runs"]["steps"][number];
        let path = |name: &str| self.folder.path().join(name);
        let mut command = Command::new(step["shell"].as_str().expect("a shell"));
        // As GitHub runs `shell: bash`.
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().expect("a script")]);
        command
            .current_dir(workspace)
            .env("PATH", path_with_program())
            .env("RUNNER_TEMP", path("temp"))
            .env("GITHUB_OUTPUT", path("output"))
            .env("GITHUB_PATH", path("path"))
            .env("GITHUB_STEP_SUMMARY", path("summary"))
            .envs(variables(&action, step, inputs));
        ran(&mut command)
    }
}

/// A step's variables, with what GitHub puts in for its expressions.
fn variables(action: &Value, step: &Value, inputs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let input = |name: &str| {
        let given = inputs.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        given.unwrap_or_else(|| action["inputs"][name]["default"].as_str().expect("a default").to_owned())
    };
    let value = |written: &str| match written.trim_start_matches("${{ ").trim_end_matches(" }}") {
        "github.action_path" => repository().display().to_string(),
        expression => input(expression.strip_prefix("inputs.").expect("an input")),
    };
    let variables = step["env"].as_object().expect("variables").iter();
    variables.map(|(name, written)| (name.clone(), value(written.as_str().expect("a text")))).collect()
}

fn workspace(case: &str) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let input = repository().join("fixtures/post-render").join(case).join("input.yaml");
    fs::copy(input, folder.path().join("zookeeper.yaml")).expect("a copy");
    folder
}

#[test]
fn findings_are_annotated_reported_and_summed_up() {
    let runner = Runner::new();
    let (code, said) = runner.step(1, &[], workspace("never-purges").path());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("::error file=zookeeper.yaml,line=13"), "{said}");
    let output = runner.file("output");
    assert!(output.contains("exit-code=1\n"), "{output}");
    let report = output.lines().find_map(|line| line.strip_prefix("report=")).expect("a report");
    let report: Value = serde_json::from_str(&fs::read_to_string(report).expect("a report")).expect("JSON");
    assert_eq!(report["version"], "2.1.0");
    assert!(runner.file("summary").contains("    zookeeper.yaml:13"), "{}", runner.file("summary"));
}

#[test]
fn nothing_to_say_is_a_success() {
    let runner = Runner::new();
    let inputs = [("paths", "zookeeper.yaml\n"), ("format", "junit"), ("args", "--fail-on\nwarning")];
    let (code, said) = runner.step(1, &inputs, workspace("already-purges").path());
    assert_eq!(code, Some(0), "{said}");
    assert!(runner.file("output").contains("autopurge.junit\n"));
    assert!(runner.file("summary").starts_with("### autopurge\n"));
}

/// No report is written then: to upload it would fail once more, with another error.
#[test]
fn an_error_is_summed_up_and_has_no_report() {
    let runner = Runner::new();
    fs::write(runner.folder.path().join("temp/autopurge.sarif"), "of an earlier step").expect("a file");
    let (code, said) = runner.step(1, &[("paths", "nope")], workspace("never-purges").path());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("nope: No such file"), "{said}");
    assert_eq!(runner.file("output"), "exit-code=2\n");
    let summary = runner.file("summary");
    assert!(summary.contains("nope: No such file") && !summary.contains("Nothing to say"), "{summary}");
}

#[test]
fn nothing_examined_is_summed_up() {
    let runner = Runner::new();
    let folder = TempDir::new().expect("a folder");
    let (code, said) = runner.step(1, &[], folder.path());
    assert_eq!(code, Some(3), "{said}");
    let summary = runner.file("summary");
    assert!(summary.contains("no charts, manifests or GitOps files found"), "{summary}");
}

/// What comes from a pull request may be any text; it is a path, and never a command.
#[test]
fn inputs_are_never_run() {
    let runner = Runner::new();
    let folder = workspace("never-purges");
    let inputs = [("paths", "$(touch owned)\n; touch owned")];
    let (code, said) = runner.step(1, &inputs, folder.path());
    assert_eq!(code, Some(2), "{said}");
    assert!(!folder.path().join("owned").exists());
    for step in action()["runs"]["steps"].as_array().expect("steps") {
        assert!(!step["run"].as_str().expect("a script").contains("${{"), "an expression in a script");
    }
}

#[test]
fn a_program_in_path_is_taken_where_it_is_asked_for() {
    let runner = Runner::new();
    let (code, said) = runner.step(0, &[("version", "path")], repository());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("autopurge "), "{said}");
}

#[test]
fn the_default_version_is_this_one() {
    assert_eq!(action()["inputs"]["version"]["default"], env!("CARGO_PKG_VERSION"));
}
