//! Which file is taken, and how its paths are seen from the working folder.

use std::path::{Path, PathBuf};

use autopurge::config::{Config, find, misnamed};

use super::folder;

#[test]
fn the_nearest_file_up_to_the_root_of_the_repository_is_taken() {
    let files =
        [("autopurge.yaml", ""), ("repo/.git/HEAD", ""), ("repo/a/b/values.yaml", ""), ("repo/c/autopurge.yaml", "")];
    let outer = folder(&files);
    let found = |path: &str| find(&outer.path().join(path));
    assert_eq!(found("repo/a/b"), None, "beyond the repository is somebody else's file");
    assert_eq!(found("repo/c"), Some(PathBuf::from("autopurge.yaml")));
    std::fs::write(outer.path().join("repo/autopurge.yaml"), "").expect("a file");
    assert_eq!(found("repo/a/b"), Some(PathBuf::from("../../autopurge.yaml")));
    assert_eq!(found("repo"), Some(PathBuf::from("autopurge.yaml")));
    assert_eq!(found("repo/c"), Some(PathBuf::from("autopurge.yaml")));
}

#[test]
fn a_file_with_the_other_ending_is_noticed_where_one_would_be_found() {
    let folder = folder(&[("repo/.git/HEAD", ""), ("repo/a/x", ""), ("repo/autopurge.yml", ""), ("autopurge.yml", "")]);
    assert_eq!(misnamed(&folder.path().join("repo/a")), Some(PathBuf::from("../autopurge.yml")));
    assert_eq!(find(&folder.path().join("repo/a")), None);
    assert_eq!(misnamed(&folder.path().join("repo/.git")), Some(PathBuf::from("../autopurge.yml")));
}

#[test]
fn a_worktree_is_a_repository_too() {
    let folder = folder(&[("autopurge.yaml", ""), (".git", "gitdir: elsewhere"), ("a/x", "")]);
    assert_eq!(find(&folder.path().join("a")), Some(PathBuf::from("../autopurge.yaml")));
}

#[test]
fn outside_of_a_repository_only_the_working_folder_counts() {
    let folder = folder(&[("autopurge.yaml", ""), ("a/x", "")]);
    assert_eq!(find(&folder.path().join("a")), None);
    assert_eq!(find(folder.path()), Some(PathBuf::from("autopurge.yaml")));
}

#[test]
fn paths_count_from_the_folder_of_the_file() {
    let text = "rules: rules\n";
    let folder = folder(&[("autopurge.yaml", text), ("deploy/x", "")]);
    let deploy = folder.path().join("deploy");
    let config = Config::load(Path::new("../autopurge.yaml"), &deploy).expect("a configuration");
    assert_eq!(config.base.way_to(Path::new("x")), Path::new("deploy/x"));
    assert_eq!(config.base.way_to(&folder.path().join("deploy/../y")), Path::new("y"));
    assert_eq!(config.at(Path::new("rules")), Path::new("../rules"));
}
