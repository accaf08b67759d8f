//! Hooks under the real pre-commit, which builds them from this repository (`try-repo`).

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{path_with_program, ran, text};
use crate::tool::{repository, tool};

const OFF: &str = include_str!("../../fixtures/post-render/never-purges/input.yaml");
const ON: &str = include_str!("../../fixtures/post-render/already-purges/input.yaml");

/// A repository of somebody's, with one file added.
fn repository_with(path: &str, text: &str) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join(path);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, text).expect("a file");
    for args in [&["init", "--quiet"][..], &["add", "--all"]] {
        let (code, said) = ran(Command::new("git").args(args).current_dir(folder.path()));
        assert_eq!(code, Some(0), "{said}");
    }
    folder
}

/// What `pre-commit try-repo` of a hook says in somebody's repository.
fn tried(pre_commit: &Path, hook: &str, somebodys: &TempDir) -> (Option<i32>, String) {
    // A build that people wait for once is made quick here: it is the same program.
    let quick = [("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"), ("CARGO_PROFILE_RELEASE_LTO", "off")];
    let mut command = Command::new(pre_commit);
    command
        .args(["try-repo".as_ref(), repository().as_os_str(), hook.as_ref(), "--all-files".as_ref()])
        .current_dir(somebodys.path())
        .env("PATH", path_with_program())
        .env("CARGO_TARGET_DIR", repository().join("target/pre-commit"))
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("PRE_COMMIT_COLOR", "never")
        .envs(quick);
    ran(&mut command)
}

fn assert_tried(hook: &str, path: &str) {
    let Some(pre_commit) = tool("pre-commit/bin/pre-commit") else { return };
    let (code, said) = tried(&pre_commit, hook, &repository_with(path, OFF));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("Failed") && said.contains("purge-disabled"), "{said}");
    let (code, said) = tried(&pre_commit, hook, &repository_with(path, ON));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Passed"), "{said}");
}

#[test]
fn the_installed_program_judges_what_changes() {
    assert_tried("autopurge-lint-system", "zookeeper.yaml");
}

/// Also shows that the program can be built from what `git` knows of this repository. One test, because both builds share
/// a folder.
#[test]
fn hooks_that_are_built_judge_what_changes() {
    assert_tried("autopurge-lint", "zookeeper.yaml");
    assert_tried("autopurge-lint-manifests", "deploy/zookeeper.yaml");
}

/// A repository with two charts of which only one is right with the values for production.
fn two_charts() -> TempDir {
    let folder = repository_with("prod.yaml", "zookeeper:\n  autopurge:\n    purgeInterval: 4\n");
    for name in ["one", "two"] {
        let chart = folder.path().join("charts").join(name);
        fs::create_dir_all(&chart).expect("a folder");
        for file in ["Chart.yaml", "values.yaml"] {
            fs::copy(repository().join("fixtures/remedy/chart").join(file), chart.join(file)).expect("a copy");
        }
    }
    let (code, said) = ran(Command::new("git").args(["add", "--all"]).current_dir(folder.path()));
    assert_eq!(code, Some(0), "{said}");
    folder
}

/// pre-commit names every file of a chart; the chart is judged once.
#[test]
fn a_chart_of_which_several_files_change_is_judged_once() {
    let Some(pre_commit) = tool("pre-commit/bin/pre-commit") else { return };
    let (code, said) = tried(&pre_commit, "autopurge-lint-system", &two_charts());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("2 ZooKeeper servers in 2 charts"), "{said}");
}

/// A hook with values, of which nobody can say for which of the charts they are; the configuration says it.
#[test]
fn values_for_several_charts_of_a_hook_stand_in_the_configuration() {
    let Some(pre_commit) = tool("pre-commit/bin/pre-commit") else { return };
    let folder = two_charts();
    let run = |options: &str| {
        let hook = format!(
            "repos:\n  - repo: local\n    hooks:\n      - id: autopurge-lint\n        name: autopurge lint\n        \
             language: system\n        types_or: [yaml, json]\n        require_serial: true\n        entry: autopurge \
             lint --allow-empty {options}\n"
        );
        fs::write(folder.path().join(".pre-commit-config.yaml"), hook).expect("a file");
        let mut command = Command::new(&pre_commit);
        command.args(["run", "--all-files", "--verbose"]).current_dir(folder.path()).env("PATH", path_with_program());
        ran(&mut command)
    };
    let (code, said) = run("-f prod.yaml");
    assert!(code == Some(1) && said.contains("there are 2") && said.contains("autopurge.yaml"), "{said}");
    let charts = ["one", "two"].map(|name| format!("  - {{path: charts/{name}, values: [prod.yaml]}}\n"));
    fs::write(folder.path().join("autopurge.yaml"), format!("charts:\n{}", charts.concat())).expect("a file");
    let (code, said) = run("");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 already purging"), "{said}");
}

#[test]
fn other_files_are_nothing_to_judge() {
    let Some(pre_commit) = tool("pre-commit/bin/pre-commit") else { return };
    let (code, said) = tried(&pre_commit, "autopurge-lint-system", &repository_with("README.md", "# Hello\n"));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Skipped"), "{said}");
    let (code, said) = tried(&pre_commit, "autopurge-lint-system", &repository_with("any.yaml", "a: b\n"));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Passed"), "{said}");
}

/// A package of a chart is judged, too.
#[test]
fn hooks_get_every_file_that_is_judged() {
    let hooks: serde_json::Value = serde_yaml::from_str(&text(".pre-commit-hooks.yaml")).expect("YAML");
    for hook in [&hooks[0], &hooks[2]] {
        let pattern = hook["files"].as_str().expect("a pattern");
        let is_match = |name: &str| {
            let found =
                Command::new("sh").args(["-c", "printf %s \"$1\" | grep -qE \"$2\"", "sh", name, pattern]).status();
            found.expect("grep").success()
        };
        let names =
            ["a.yaml", "a.yml", "a.json", "a.tf", "helmfile.yaml.gotmpl", "charts/zookeeper-11.0.3.tgz", "a.tar.gz"];
        assert!(names.iter().all(|name| is_match(name)), "{hook}");
        assert!(["a.tgz.md", "README.md", "a.gz"].iter().all(|name| !is_match(name)), "{hook}");
    }
}

#[test]
fn hooks_stand_in_the_file() {
    let hooks: serde_json::Value = serde_yaml::from_str(&text(".pre-commit-hooks.yaml")).expect("YAML");
    let ids: Vec<&str> = hooks.as_array().unwrap().iter().filter_map(|hook| hook["id"].as_str()).collect();
    assert_eq!(ids, ["autopurge-lint", "autopurge-lint-manifests", "autopurge-lint-system"]);
}
