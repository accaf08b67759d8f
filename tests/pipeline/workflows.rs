//! Workflows, checked by actionlint; what they ask of other files is there.

use std::process::Command;

use serde_json::Value;

use super::{ran, text};
use crate::tool::{repository, tool};

#[test]
fn workflows_are_right() {
    let Some(actionlint) = tool("actionlint") else { return };
    let (code, said) = ran(Command::new(actionlint).arg("-no-color").current_dir(repository()));
    assert_eq!(code, Some(0), "{said}");
}

/// A tag can be moved to other code, a commit cannot.
#[test]
fn actions_are_named_by_their_commit() {
    for path in [".github/workflows/ci.yml", ".github/workflows/release.yml"] {
        let workflow = text(path);
        let used = workflow.lines().filter_map(|line| line.split_once("uses: ")).map(|(_, action)| action);
        for action in used.filter(|action| !action.starts_with("./")) {
            let (commit, version) = action.split_once('@').and_then(|(_, rest)| rest.split_once(" # v")).expect(action);
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}: {action}");
            assert_eq!(version.split('.').count(), 3, "{path}: {action}");
        }
        let checkouts = workflow.matches("uses: actions/checkout@").count();
        assert_eq!(checkouts, workflow.matches("persist-credentials: false").count(), "{path}");
        assert!(workflow.contains("\npermissions: {}\n"), "{path}: each job says what it may");
    }
}

/// Whether a job waits for another one.
fn waits_for(jobs: &Value, job: &str, other: &str) -> bool {
    let needs = &jobs[job]["needs"];
    let needs: Vec<&str> = match needs.as_str() {
        Some(one) => vec![one],
        None => needs.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    };
    needs.iter().any(|need| *need == other || waits_for(jobs, need, other))
}

#[test]
fn nothing_is_published_before_everything_is_checked() {
    let workflow: Value = serde_yaml::from_str(&text(".github/workflows/release.yml")).expect("YAML");
    let jobs = &workflow["jobs"];
    assert_eq!(jobs["check"]["uses"], "./.github/workflows/ci.yml");
    for job in ["build", "release", "image", "crate"] {
        for check in ["check", "versions"] {
            assert!(waits_for(jobs, job, check), "{job} does not wait for {check}");
        }
    }
}

#[test]
fn the_versions_of_a_release_agree() {
    let versions =
        |version: &str| ran(Command::new("bash").args(["packaging/versions.sh", version]).current_dir(repository()));
    assert_eq!(versions(env!("CARGO_PKG_VERSION")), (Some(0), String::new()));
    let (code, said) = versions("0.0.9");
    assert_eq!((code, said.lines().count()), (Some(1), 6), "{said}");
}

/// The names of archives are said in four places.
#[test]
fn archives_have_one_name() {
    let release = text(".github/workflows/release.yml");
    for target in
        ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-apple-darwin", "aarch64-apple-darwin"]
    {
        assert!(release.contains(&format!("target: {target} }}")), "{target} is not built");
        assert!(text("packaging/install.sh").contains(&format!("echo {target} ;;")), "{target} is not installed");
    }
    assert!(text("packaging/pack.sh").contains("autopurge-$version-$target.tar.gz"));
    assert!(text("packaging/install.sh").contains("name=autopurge-$version-$target.tar.gz"));
    assert!(text("Cargo.toml").contains("autopurge-{ version }-{ target }.tar.gz"));
}

#[test]
fn scripts_are_shell() {
    for script in [
        "x",
        "tests/run.sh",
        "tests/tools.sh",
        "packaging/build.sh",
        "packaging/pack.sh",
        "packaging/install.sh",
        "packaging/versions.sh",
        "action/install.sh",
        "action/lint.sh",
    ] {
        let (code, said) = ran(Command::new("bash").args(["-n", script]).current_dir(repository()));
        assert_eq!(code, Some(0), "{script}: {said}");
    }
}

/// What `x` offers is what it does.
#[test]
fn every_chore_that_is_listed_is_there() {
    let script = text("x");
    let listed =
        script.lines().filter_map(|line| line.strip_prefix("./x ")).filter_map(|line| line.split_whitespace().next());
    for chore in listed {
        assert!(script.contains(&format!("\n{chore})")), "{chore}");
    }
}
