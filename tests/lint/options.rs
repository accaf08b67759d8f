//! Options that contradict each other, and what they leave to be said.

use tempfile::TempDir;

use super::program::{lint, write};

const SERVER: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: zookeeper, image: bitnami/zookeeper:3.9.2}\n";

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("zk.yaml", SERVER)]);
    folder
}

/// A run without checks would look like a pass.
#[test]
fn without_any_check_nothing_is_judged() {
    let folder = folder();
    let none = ["--select", "purge-disabled", "--ignore", "purge-disabled"];
    let ran = lint(folder.path(), &none);
    assert!(ran.code == 2 && ran.stderr.contains("no check is left"), "{} {}", ran.code, ran.stderr);
    assert_eq!(lint(folder.path(), &[&none[..], &["--show-config"]].concat()).code, 0);
    write(folder.path(), &[("autopurge.yaml", "ignore: [purge-disabled]\n")]);
    assert_eq!(lint(folder.path(), &[]).code, 0);
    assert_eq!(lint(folder.path(), &["--select", "purge-disabled"]).code, 1, "what was typed goes first");
    write(folder.path(), &[("autopurge.yaml", "ignore: [purge-disabled]\nselect: [purge-disabled]\n")]);
    assert_eq!(lint(folder.path(), &[]).code, 2);
}

#[test]
fn two_outputs_never_share_a_file() {
    let folder = folder();
    let absolute = folder.path().join("x.json").to_string_lossy().into_owned();
    for other in ["x.json", "./x.json", &absolute] {
        let ran = lint(folder.path(), &["--format", "json", "-o", "x.json", "--format", "sarif", "-o", other]);
        assert!(ran.code == 2 && ran.stderr.contains("cannot both go to"), "{other}: {}", ran.stderr);
        let ran = lint(folder.path(), &["--format", "json", "-o", "x.json", "--create-baseline", other]);
        assert!(ran.code == 2 && ran.stderr.contains("cannot both go to"), "{other}: {}", ran.stderr);
    }
    assert!(!folder.path().join("x.json").exists());
}

#[test]
fn quiet_leaves_out_hints_and_the_summary() {
    let folder = folder();
    for args in [&["-q"][..], &["-q", "-v"]] {
        let ran = lint(folder.path(), args);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{args:?}");
        assert!(ran.stdout.contains("purge-disabled") && !ran.stdout.contains("autopurge:"), "{}", ran.stdout);
    }
    assert!(lint(folder.path(), &[]).stdout.contains("autopurge: 1 ZooKeeper server"));
}

#[test]
fn a_configuration_with_the_other_ending_is_noticed() {
    let folder = folder();
    write(folder.path(), &[("autopurge.yml", "fail-on: never\n")]);
    let ran = lint(folder.path(), &[]);
    let told = "autopurge: autopurge.yml is not read: the configuration's name is autopurge.yaml\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (1, told));
    for silent in ["--no-config", "-q"] {
        assert_eq!(lint(folder.path(), &[silent]).stderr, "", "{silent}");
    }
}

#[test]
fn a_missing_file_of_a_value_is_not_a_matter_of_commas() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("Chart.yaml", "apiVersion: v2\nname: zookeeper\nversion: 1.0.0\n")]);
    let ran = lint(folder.path(), &["--set-file", "a=nofile", "."]);
    assert!(ran.code == 2 && ran.stderr.contains("Check the path"), "{} {}", ran.code, ran.stderr);
    let ran = lint(folder.path(), &["--set", "a", "."]);
    assert!(ran.code == 2 && ran.stderr.contains("escape commas"), "{} {}", ran.code, ran.stderr);
}
