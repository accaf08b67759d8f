//! Nothing that is printed moves the cursor of a terminal: names come from other people's files.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::cleanup::scratch::golden;

/// Escape codes in every form, and characters that turn the direction of writing.
const ODD: &str = "a\u{1b}[31m\n\u{7}\u{9b}31m\u{202e}\u{1b}]0;x\u{7}b";

/// The same in a string of YAML.
const ODD_IN_YAML: &str = r"a\e[31m\n\a\u009b31m\u202e\e]0;x\ab";

fn is_odd(letter: char) -> bool {
    letter.is_control() && letter != '\n' || letter == '\u{202e}'
}

/// Both outputs of a run, which is safe to show.
fn said(folder: &Path, args: &[&OsStr]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_autopurge")).env_clear().current_dir(folder).args(args).output();
    let output = output.expect("it starts");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!said.chars().any(is_odd), "{args:?}: {said:?}");
    said
}

/// What was said, and that it names something odd.
fn odd(folder: &Path, args: &[&str]) {
    let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
    let said = said(folder, &args);
    assert!(said.contains("\\u{1b}[31m") || said.contains("a*[31m"), "{args:?}: {said}");
}

fn manifest() -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: \"{ODD_IN_YAML}\"}}\nspec:\n  template:\n    spec:\n      \
         containers:\n        - name: \"{ODD_IN_YAML}\"\n          image: bitnami/zookeeper:3.9.2\n          env:\n            \
         - {{name: ZOO_AUTOPURGE_INTERVAL, value: \"{ODD_IN_YAML}\"}}\n"
    )
}

#[test]
fn names_in_manifests_are_escaped() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("m.yaml"), manifest()).expect("a file");
    for format in ["full", "concise", "github", "junit", "checkstyle"] {
        odd(folder.path(), &["lint", "-v", "--format", format]);
    }
    for format in ["json", "sarif", "gitlab"] {
        said(folder.path(), &["lint", "-v", "--format", format].map(OsStr::new));
    }
    said(folder.path(), &["lint", "--diff", "--fail-on", "note"].map(OsStr::new));
    for shape in ["values", "set"] {
        odd(folder.path(), &["remedy", "--as", shape, "m.yaml"]);
    }
    for shape in ["strategic", "json-patch", "kustomize", "flux", "prometheus-rule"] {
        said(folder.path(), &["remedy", "--as", shape, "m.yaml"].map(OsStr::new));
    }
}

#[test]
fn what_is_skipped_is_told_in_a_line_of_its_own() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("m.yaml"), manifest()).expect("a file");
    let said = said(folder.path(), &["remedy", "--as", "values", "m.yaml"].map(OsStr::new));
    assert!(said.lines().all(|line| line.starts_with("autopurge: ")), "{said}");
}

#[test]
fn texts_of_a_configuration_are_escaped() {
    let folder = TempDir::new().expect("a folder");
    for text in [
        format!("select: [\"{ODD_IN_YAML}\"]\n"),
        format!("\"{ODD_IN_YAML}\": 1\n"),
        format!("rules: \"{ODD_IN_YAML}\"\n"),
        format!("baseline: \"{ODD_IN_YAML}\"\n"),
        "exclude: [a, \"[\"] # a\u{1b}[31m\u{202e}\n".to_owned(),
    ] {
        fs::write(folder.path().join("autopurge.yaml"), text).expect("a file");
        fs::write(folder.path().join("m.yaml"), manifest()).expect("a file");
        odd(folder.path(), &["lint"]);
    }
    let text = format!("exclude: [\"{ODD_IN_YAML}\"]\n");
    fs::write(folder.path().join("autopurge.yaml"), text).expect("a file");
    said(folder.path(), &["lint", "--show-config"].map(OsStr::new));
}

#[test]
fn rules_of_a_folder_are_escaped() {
    let folder = TempDir::new().expect("a folder");
    let checks = folder.path().join("house/checks");
    fs::create_dir_all(&checks).expect("a folder");
    let text =
        |title: &str| format!("id: purge-disabled\ntitle: \"{title}\"\nseverity: error\nmeans: x\nwhy: x\nfix: x\n");
    fs::write(checks.join("purge-disabled.yaml"), text(ODD_IN_YAML)).expect("a file");
    odd(folder.path(), &["explain", "purge-disabled", "--rules", "house"]);
    odd(folder.path(), &["rules", "--rules", "house"]);
    fs::write(checks.join("purge-disabled.yaml"), text("x") + &format!("\"{ODD_IN_YAML}\": 1\n")).expect("a file");
    odd(folder.path(), &["rules", "house"]);
    fs::write(checks.join(format!("{ODD}.yaml")), text("x")).expect("a file");
    odd(folder.path(), &["rules", "house"]);
}

#[test]
fn paths_are_escaped() {
    let folder = TempDir::new().expect("a folder");
    let file = format!("{ODD}.yaml");
    fs::write(folder.path().join(&file), manifest()).expect("a file");
    fs::create_dir_all(folder.path().join(ODD).join("version-2")).expect("a folder");
    for entry in fs::read_dir(golden().join("small/version-2")).expect("snapshots").map(|entry| entry.expect("a file"))
    {
        fs::copy(entry.path(), folder.path().join(ODD).join("version-2").join(entry.file_name())).expect("a copy");
    }
    fs::write(folder.path().join("empty.yaml"), "").expect("a file");
    odd(folder.path(), &["lint", &file]);
    odd(folder.path(), &["lint", "--exclude", "a*", &file]);
    odd(folder.path(), &["lint", "--create-baseline", &format!("{ODD}.json")]);
    odd(folder.path(), &["lint", "--fix", &file]);
    odd(folder.path(), &["lint", &format!("no{ODD}")]);
    odd(folder.path(), &["lint", ODD]);
    odd(folder.path(), &["remedy", "--as", "strategic", &format!("no{ODD}")]);
    odd(folder.path(), &["disk", ODD]);
    odd(folder.path(), &["disk", &format!("no{ODD}")]);
    odd(folder.path(), &["cleanup", ODD, "-n", "3"]);
    odd(folder.path(), &["cleanup", &format!("no{ODD}"), "-n", "3"]);
}
