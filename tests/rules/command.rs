//! `autopurge rules`: lists, validates, and writes the tables of the documentation.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::post_render::program::{fixtures, run};
use crate::tool::repository;

#[test]
fn our_own_rules_hold() {
    let (rules, cases, charts) = (repository().join("rules"), fixtures(), repository().join("fixtures/identity"));
    let [rules, cases, charts] = [&rules, &cases, &charts].map(|path| path.to_str().unwrap());
    let ran = run(&["rules", rules, "--fixtures", cases, "--fixtures", charts], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told = String::from_utf8(ran.stdout).unwrap();
    assert!(told.ends_with("all valid\n"), "{told}");
}

#[test]
fn every_rule_is_listed() {
    let told = String::from_utf8(run(&["rules"], b"").stdout).unwrap();
    for folder in ["flavors", "charts", "checks"] {
        for entry in fs::read_dir(repository().join("rules").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let id = path.file_stem().unwrap().to_str().unwrap();
            assert!(told.contains(&format!("\n  {id} ")), "{id} in\n{told}");
        }
    }
}

/// `UPDATE_DOCS=1 cargo test` writes the table.
#[test]
fn the_table_of_flavors_is_in_the_documentation() {
    let path = repository().join("docs/flavors.md");
    let table = String::from_utf8(run(&["rules", "--markdown"], b"").stdout).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &table).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), table, "{} is not up to date", path.display());
}

/// A flavor for an image of one's own, with or without something in it that is wrong.
fn flavor(id: &str, change: (&str, &str)) -> String {
    let text = format!(
        "id: {id}\ntitle: Ours\nchecked: 2026-11-01\nliterals: [ours/coordination]\nrecognise:\n  images: [ours/coordination]\n\
         settings:\n  - {{store: env, interval: OUR_INTERVAL, empty: default, patch: true}}\ndefault: {{interval: 0, retain: 3}}\n\
         sources:\n  - {{repository: ours/images, path: start.sh, revision: main, shows: the variable}}\n"
    );
    text.replace(change.0, change.1)
}

fn pod(image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      image: {image}\n"
    )
}

fn write(folder: &Path, files: &[(&str, String)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn a_users_rules_hold_with_their_cases() {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        &[
            ("flavors/ours.yaml", flavor("ours", ("", ""))),
            ("fixtures/flavor-ours/input.yaml", pod("registry.example/ours/coordination:1")),
            ("fixtures/flavor-ours-not/input.yaml", pod("registry.example/theirs/coordination:1")),
        ],
    );
    let ran = run(&["rules", folder.path().to_str().unwrap()], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), "1 flavor, 0 charts, 0 check texts: all valid\n");
    let listed = run(&["rules", "--rules", folder.path().to_str().unwrap()], b"");
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.lines().any(|line| line.trim_start().starts_with("ours ")), "{listed}");
}

#[test]
fn a_check_is_guessed_by_its_misspelt_name() {
    let ran = run(&["explain", "purge-disable"], b"");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did you mean `purge-disabled`?"), "{}", ran.stderr);
}

#[test]
fn everything_that_is_wrong_with_a_users_rules_is_told_at_once() {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        &[
            (
                "flavors/no-source.yaml",
                flavor(
                    "no-source",
                    (
                        "sources:\n  - {repository: ours/images, path: start.sh, revision: main, shows: the variable}\n",
                        "sources: []\n",
                    ),
                ),
            ),
            ("flavors/no-case.yaml", flavor("no-case", ("", ""))),
            ("flavors/another-name.yaml", flavor("wrong-name", ("", ""))),
            (
                "flavors/not-recognised.yaml",
                flavor("not-recognised", ("images: [ours/coordination]", "images: [ours/coordination-two]")),
            ),
            ("fixtures/flavor-not-recognised/input.yaml", pod("bitnami/zookeeper:3.9")),
            ("fixtures/flavor-not-recognised-not/input.yaml", pod("ours/coordination-two:1")),
        ],
    );
    let ran = run(&["rules", folder.path().to_str().unwrap()], b"");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for words in [
        "facts need a source",
        "the file's name says \"another-name\"",
        "there is no example",
        "flavor not-recognised: its example is recognised as bitnami",
        "flavor not-recognised: the counterexample is recognised as this flavor",
    ] {
        assert!(ran.stderr.contains(words), "{words} in\n{}", ran.stderr);
    }
}

/// A chart model that is told from others by its repository and by a value.
fn chart(id: &str) -> String {
    format!(
        "id: {id}\ntitle: Ours\nchecked: 2026-11-01\nname: coordination\nrepository: ours/charts\n\
         identity:\n  repositories: [charts.ours.example]\n  values: [purge.{id}]\nassessed_through: 1.0.0\n\
         versions:\n  - range: '>=0.1.0'\n\
         sources:\n  - {{repository: ours/charts, path: values.yaml, revision: main, shows: the value}}\n"
    )
}

fn chart_yaml(name: &str) -> String {
    format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n")
}

fn depending_on(repository: &str) -> String {
    let dependency = format!("{{name: coordination, version: 1.0.0, repository: \"{repository}\"}}");
    format!("{}dependencies:\n  - {dependency}\n", chart_yaml("parent"))
}

#[test]
fn cases_of_charts_are_charts_or_depend_on_them() {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        &[
            ("charts/one.yaml", chart("one")),
            ("charts/two.yaml", chart("two").replace("charts.ours.example", "charts.two.example")),
            ("fixtures/chart-one/Chart.yaml", chart_yaml("coordination")),
            ("fixtures/chart-one/values.yaml", "purge: {one: 1}\n".to_owned()),
            ("fixtures/chart-one-not/Chart.yaml", depending_on("https://charts.two.example")),
            ("fixtures/chart-two/Chart.yaml", depending_on("https://charts.two.example/stable")),
            ("fixtures/chart-two-not/Chart.yaml", depending_on("https://charts.other.example")),
        ],
    );
    let ran = run(&["rules", folder.path().to_str().unwrap()], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_chart_that_is_taken_for_another_is_told() {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        &[
            ("charts/one.yaml", chart("one")),
            ("charts/two.yaml", chart("two").replace("charts.ours.example", "charts.two.example")),
            ("fixtures/chart-one/Chart.yaml", depending_on("https://charts.two.example")),
            ("fixtures/chart-one-not/Chart.yaml", depending_on("https://charts.ours.example")),
            ("fixtures/chart-two/Chart.yaml", chart_yaml("something-else")),
        ],
    );
    let ran = run(&["rules", folder.path().to_str().unwrap()], b"");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for words in [
        "chart one: its example is recognised as two",
        "chart one: the counterexample is recognised as this chart",
        "chart two: nothing is recognised in its example",
        "there is no example chart-two-not/Chart.yaml in ",
    ] {
        assert!(ran.stderr.contains(words), "{words} in\n{}", ran.stderr);
    }
}

/// The rules in force are not those that somebody wrote down, if a name in them means nothing.
#[test]
fn names_of_nothing_and_ranges_that_overlap_are_told_with_their_lines() {
    let server = "versions:\n  - range: '>=0.1.0'\n    servers: [{flavor: offical, container: {image: {fixed: a}}}]\n";
    let dependency =
        "versions:\n  - range: '>=0.1.0'\n    dependencies: [{chart: bitnami-zookeper, version: '>=1.0.0'}]\n";
    let with = |versions: &str| chart("one").replace("versions:\n  - range: '>=0.1.0'\n", versions);
    let ranges =
        |ranges: [&str; 2]| with(&format!("versions:\n  - range: '{}'\n  - range: '{}'\n", ranges[0], ranges[1]));
    let instead_of =
        flavor("ours", ("images: [ours/coordination]\n", "images: [ours/coordination]\n  instead_of: [offical]\n"));
    let apart = "this range does not begin after the one before it";
    for (path, text, words) in [
        ("charts/one.yaml", with(server), "there is no flavor \"offical\""),
        ("charts/one.yaml", with(dependency), "there is no chart model \"bitnami-zookeper\""),
        ("flavors/ours.yaml", instead_of, "there is no flavor \"offical\""),
        ("charts/one.yaml", ranges([">=0.1.0", "<=1.0.0"]), apart),
        ("charts/one.yaml", ranges([">=0.5.0, <=1.0.0", ">=0.1.0, <0.5.0"]), apart),
        ("charts/one.yaml", ranges(["<=1.0.0", ">=1.0.0"]), apart),
    ] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[(path, text.clone())]);
        let folder = folder.path().to_str().unwrap();
        for args in [&["post-render", "--rules", folder][..], &["rules", "--rules", folder]] {
            run(args, pod("bitnami/zookeeper:3.9").as_bytes()).assert_stopped(2, &[words, path, "here"]);
        }
        let ran = run(&["rules", folder], b"");
        assert_eq!(ran.code, 1, "{text}");
        ran.assert_says(&[words]);
    }
    for (path, text) in [
        ("charts/one.yaml", with(&server.replace("offical", "official"))),
        ("charts/one.yaml", ranges(["<1.0.0", ">=1.0.0"])),
        ("charts/one.yaml", ranges(["=0.9.0", ">0.9.0"])),
    ] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[(path, text)]);
        let ran = run(&["rules", "--rules", folder.path().to_str().unwrap()], b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
}

/// Reports for programs carry the severity of a check, not what people read of it.
#[test]
fn a_severity_that_is_none_is_told() {
    let text = fs::read_to_string(repository().join("rules/checks/purge-disabled.yaml")).unwrap();
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("checks/purge-disabled.yaml", text.replace("severity: error", "severity: eror"))]);
    let ran = run(&["explain", "--rules", folder.path().to_str().unwrap(), "purge-disabled"], b"");
    ran.assert_stopped(2, &["eror", "checks/purge-disabled.yaml"]);
    let ran = run(&["explain", "setting-not-read"], b"");
    assert!(String::from_utf8(ran.stdout).unwrap().contains("\nSeverity: error where it claims purging"));
}

/// Of two rules that refer to each other the broken one is told, and not the other as well.
#[test]
fn a_rule_that_is_broken_is_not_missed_elsewhere() {
    let folder = TempDir::new().unwrap();
    let dependency = "versions:\n  - range: '>=0.1.0'\n    dependencies: [{chart: two, version: '>=1.0.0'}]\n";
    let one = chart("one").replace("versions:\n  - range: '>=0.1.0'\n", dependency);
    write(
        folder.path(),
        &[("charts/one.yaml", one), ("charts/two.yaml", chart("two").replace("'>=0.1.0'", "'>=0.1'"))],
    );
    let ran = run(&["rules", "--rules", folder.path().to_str().unwrap()], b"");
    ran.assert_stopped(2, &["leaves room"]);
}

#[test]
fn rules_may_refer_to_those_of_another_folder() {
    let (base, own) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let path = |folder: &TempDir| folder.path().to_str().unwrap().to_owned();
    write(base.path(), &[("flavors/ours.yaml", flavor("ours", ("", "")))]);
    let other = flavor("other", ("images: [ours/coordination]", "images: [ours/other]\n  instead_of: [ours]"));
    write(
        own.path(),
        &[
            ("flavors/other.yaml", other.replace("literals: [ours/coordination]", "literals: [ours/other]")),
            ("fixtures/flavor-other/input.yaml", pod("ours/other:1")),
            ("fixtures/flavor-other-not/input.yaml", pod("ours/coordination:1")),
        ],
    );
    let alone = run(&["rules", &path(&own)], b"");
    assert!(alone.code == 1 && alone.stderr.contains("there is no flavor \"ours\""), "{}", alone.stderr);
    let with_base = run(&["rules", &path(&own), "--rules", &path(&base)], b"");
    assert_eq!(with_base.code, 0, "{}", with_base.stderr);
    // What is wrong with a folder is told in full even if it is in force, too.
    write(own.path(), &[("flavors/a.yaml", flavor("b", ("", ""))), ("flavors/c.yaml", flavor("d", ("", "")))]);
    let itself = run(&["rules", &path(&own), "--rules", &path(&own)], b"");
    assert!(itself.code == 1 && itself.stderr.matches("they have to agree").count() == 2, "{}", itself.stderr);
}
