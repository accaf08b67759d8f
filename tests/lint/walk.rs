//! Which files of a tree are looked at.

use tempfile::TempDir;

use super::program::{lint, report, write};

const SERVER: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: zookeeper, image: bitnami/zookeeper:3.9.2}\n";

fn paths(folder: &TempDir, args: &[&str]) -> Vec<String> {
    let report = report(folder.path(), args);
    let servers = report["servers"].as_array().expect("servers");
    servers.iter().map(|server| server["path"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_git_ignores_is_left_out_unless_it_is_named() {
    let folder = TempDir::new().unwrap();
    let files = [
        (".git/HEAD", ""),
        (".gitignore", "out/\n"),
        ("out/zk.yaml", SERVER),
        ("a/zk.yaml", SERVER),
        (".k8s/zk.yml", SERVER),
    ];
    write(folder.path(), &files);
    assert_eq!(paths(&folder, &[]), [".k8s/zk.yml", "a/zk.yaml"]);
    assert_eq!(paths(&folder, &["out/zk.yaml"]), ["out/zk.yaml"]);
    assert_eq!(paths(&folder, &["--exclude", "a/**", "--exclude", "*.yml"]), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_end() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("a/zk.yaml", SERVER)]);
    std::os::unix::fs::symlink("..", folder.path().join("a/up")).unwrap();
    std::os::unix::fs::symlink("self", folder.path().join("self")).unwrap();
    assert_eq!(paths(&folder, &["."]), ["a/zk.yaml"]);
}

#[test]
fn a_file_that_is_named_is_judged_whatever_its_name() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("rendered.txt", SERVER)]);
    assert_eq!(paths(&folder, &["rendered.txt"]), ["rendered.txt"]);
    assert_eq!(lint(folder.path(), &["."]).code, 3);
    assert_eq!(lint(folder.path(), &[".", "--allow-empty"]).code, 0);
}

/// A mistake in a glob is told even where it would not have been needed.
#[test]
fn an_invalid_glob_is_an_error_beside_a_named_file() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("zk.yaml", SERVER)]);
    for path in ["zk.yaml", "."] {
        let ran = lint(folder.path(), &["--exclude", "[", path]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{path}");
        assert!(ran.stderr.contains("\"[\" is not a valid glob: unclosed character class"), "{}", ran.stderr);
    }
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let folder = TempDir::new().unwrap();
    let ran = lint(folder.path(), &["nowhere"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nowhere"), "{}", ran.stderr);
}
