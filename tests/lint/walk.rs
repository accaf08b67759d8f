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

#[test]
fn globs_of_the_command_line_mean_what_they_mean_in_gitignore() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("a/x.yaml", SERVER), ("a/z.yaml", SERVER), ("b/x.yaml", SERVER)]);
    let at = |path: &str| folder.path().join(path).to_string_lossy().into_owned();
    let left = |globs: &[&str], path: &str| {
        let globs = globs.iter().flat_map(|glob| ["--exclude", glob]);
        paths(&folder, &globs.chain([path]).collect::<Vec<_>>())
    };
    for path in [".", "./", "../", &at("")] {
        let all = if path == "../" { left(&[], ".") } else { left(&[], path) };
        assert_eq!(all, ["a/x.yaml", "a/z.yaml", "b/x.yaml"], "{path}");
    }
    for path in [".", &at(""), "a/.."] {
        assert_eq!(left(&["*.yaml", "!z.yaml"], path), ["a/z.yaml"], "{path}");
        assert_eq!(left(&["/a"], path), ["b/x.yaml"], "{path}");
        assert_eq!(left(&["a/*", "!a/z.yaml", "b/**"], path), ["a/z.yaml"], "{path}");
    }
}

#[test]
fn globs_without_effect_are_noticed() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("a/x.yaml", SERVER)]);
    for (glob, word) in [("", "it is empty"), (" ", "it is empty"), ("#a", "`#` begins a comment")] {
        let ran = lint(folder.path(), &["--exclude", glob]);
        assert!(ran.code == 2 && ran.stderr.contains(word), "{glob}: {}", ran.stderr);
    }
    let ran = lint(folder.path(), &["--exclude", "a", "a"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("--exclude does not leave out a, because it is named"),
        "{}",
        ran.stderr
    );
    assert_eq!(lint(folder.path(), &["--exclude", "a", "a", "-q"]).stderr, "");
}

/// Services that get reports look for files in the repository, and fingerprints hold the path.
#[test]
fn paths_are_shown_from_the_working_folder_however_they_are_written() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("a/x.yaml", SERVER), ("b/x.yaml", SERVER), (".git/HEAD", "")]);
    let link = folder.path().with_extension("link");
    std::os::unix::fs::symlink(folder.path(), &link).unwrap();
    let at = |root: &std::path::Path, path: &str| root.join(path).to_string_lossy().into_owned();
    let a = folder.path().join("a");
    for path in ["a", "./a/x.yaml", "b/../a", &at(folder.path(), "a/x.yaml"), &at(folder.path(), "a"), &at(&link, "a")]
    {
        assert_eq!(paths(&folder, &[path]), ["a/x.yaml"], "{path}");
    }
    let from_a = |path: &str| {
        let report = report(&a, &[path]);
        let servers = report["servers"].as_array().expect("servers").clone();
        servers.iter().map(|one| one["path"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(from_a(".."), ["../b/x.yaml", "x.yaml"]);
    assert_eq!(from_a("../a"), ["x.yaml"]);
    assert_eq!(from_a("../b/x.yaml"), ["../b/x.yaml"]);
    assert_eq!(from_a(&at(folder.path(), "b")), [at(folder.path(), "b/x.yaml")]);
    std::fs::remove_file(&link).unwrap();
    assert_eq!(paths(&folder, &["a", &at(folder.path(), "a"), "./a/x.yaml"]), ["a/x.yaml"], "one file is one");
}

/// `-` is standard input; a file of that name is none.
#[test]
fn a_file_that_is_called_a_dash_is_a_file() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("-", SERVER)]);
    assert_eq!(paths(&folder, &["./-"]), ["./-"]);
    let told = |format: &str| lint(folder.path(), &["--format", format, "./-"]).stdout;
    assert!(told("full").contains("[./-:"), "{}", told("full"));
    assert!(told("github").contains("file=-,"), "{}", told("github"));
    assert!(told("sarif").contains("\"uri\": \"-\"") && !told("sarif").contains("stdin"), "{}", told("sarif"));
    let ran = lint(folder.path(), &["--fix", "./-"]);
    assert!(ran.stderr.contains("fixed ./-"), "{}", ran.stderr);
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
