//! Runs `autopurge lint` in a folder and reads its report.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// What a run left behind.
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// `autopurge lint ARGS` in a folder, with an empty environment.
pub(super) fn lint(folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopurge"));
    ran(&command.env_clear().current_dir(folder).arg("lint").args(args).output().expect("autopurge starts"))
}

/// The same, with a text on standard input.
pub(super) fn lint_stdin(folder: &Path, args: &[&str], stdin: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopurge"));
    let command = command.env_clear().current_dir(folder).arg("lint").args(args);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("autopurge starts");
    // One that ends without reading it is fine.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    ran(&child.wait_with_output().expect("autopurge ends"))
}

/// The same, with a Helm for `--render`.
pub(super) fn lint_with_helm(folder: &Path, helm: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopurge"));
    let command = command.env_clear().env("HELM_BIN", helm).env("HOME", folder).current_dir(folder);
    ran(&command.arg("lint").args(args).output().expect("autopurge starts"))
}

fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ran =
        Ran { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) };
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    ran
}

/// The report of `autopurge lint ARGS` in a folder.
pub(super) fn report(folder: &Path, args: &[&str]) -> Value {
    let args = [args, &["--format", "json", "--fail-on", "never", "--allow-empty", "--no-config"]].concat();
    let ran = lint(folder, &args);
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}: {}", ran.stdout))
}

/// Index and verdict of each release in a folder.
pub(super) fn told(folder: &Path) -> Vec<String> {
    let report = report(folder, &["."]);
    let servers = report["servers"].as_array().expect("servers").iter();
    servers.map(|server| format!("{} {}", server["release"]["index"], server["verdict"])).collect()
}

/// The text of a file in a folder.
pub(super) fn text(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).expect("a file of text")
}

/// The servers of a report by the keys of their values, with what they do.
pub(super) fn verdicts(report: &Value) -> Vec<(String, String)> {
    let servers = report["servers"].as_array().expect("servers");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    servers.iter().map(|server| (text(&server["chart"]["prefix"]), text(&server["verdict"]))).collect()
}

/// A copy of a folder that can be written to.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::write(&target, std::fs::read(entry.path()).expect("a file")).expect("a writable folder");
        }
    }
}

/// Writes files into a folder, with the folders on the way to them.
pub(super) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a writable folder");
    }
}

/// An Application of Argo CD.
pub(super) fn application(name: &str, source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  source:\n{source}"
    )
}
