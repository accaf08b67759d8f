//! Workflows, checked by actionlint; what they ask of other files is there.

use std::process::Command;

use super::{ran, text};
use crate::tool::{repository, tool};

#[test]
fn workflows_are_right() {
    let Some(actionlint) = tool("actionlint") else { return };
    let (code, said) = ran(Command::new(actionlint).arg("-no-color").current_dir(repository()));
    assert_eq!(code, Some(0), "{said}");
}

/// The names of archives are said in four places.
#[test]
fn archives_have_one_name() {
    let release = text(".github/workflows/release.yml");
    for target in
        ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl", "x86_64-apple-darwin", "aarch64-apple-darwin"]
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
        "packaging/pack.sh",
        "packaging/install.sh",
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
