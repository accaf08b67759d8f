//! Helm 3 and Helm 4 do not read all values alike: where nobody says which one it is, what both agree on counts.

use tempfile::TempDir;

use super::differential::{TEMPLATE, ZOOKEEPER, ZOOKEEPER_VALUES};
use super::program::{application, lint, lint_with_helm, report, verdicts, write};
use crate::tool::tool;

/// Helm 3 reads the first of them, Helm 4 both.
const TWO_DOCUMENTS: &str = "autopurge: {purgeInterval: 1}\n---\nautopurge: {purgeInterval: 0}\n";

fn chart() -> TempDir {
    let folder = TempDir::new().unwrap();
    let files = [
        ("zk/Chart.yaml", ZOOKEEPER),
        ("zk/values.yaml", ZOOKEEPER_VALUES),
        ("zk/templates/zk.yaml", TEMPLATE),
        ("two.yaml", TWO_DOCUMENTS),
    ];
    write(folder.path(), &files);
    folder
}

/// What is said of the one server.
fn verdict(folder: &TempDir, args: &[&str]) -> String {
    let verdicts = verdicts(&report(folder.path(), args));
    let [(_, verdict)] = verdicts.as_slice() else { panic!("{args:?}: {verdicts:?}") };
    verdict.clone()
}

#[test]
fn values_of_two_documents_are_unknown_until_somebody_says_which_helm_it_is() {
    let folder = chart();
    let args = ["zk", "-f", "two.yaml"];
    let ran = lint(folder.path(), &[&args[..], &["--fail-on", "warning"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let said = "Helm 3 renders a server that purges, Helm 4 a server that never purges";
    assert!(ran.stdout.replace("\n      ", " ").contains(said), "{}", ran.stdout);
    for (helm, expected) in [("3", "purges"), ("4", "never-purges")] {
        assert_eq!(verdict(&folder, &[&args[..], &["--helm", helm]].concat()), expected);
        write(folder.path(), &[("autopurge.yaml", &format!("helm: {helm}\n"))]);
        let ran = lint(folder.path(), &[&args[..], &["--format", "json"]].concat());
        assert!(ran.stdout.contains(&format!("\"verdict\":\"{expected}\"")), "{}", ran.stdout);
    }
}

#[test]
fn values_that_both_read_alike_need_nobody_to_say_it() {
    let folder = chart();
    write(folder.path(), &[("same.yaml", &TWO_DOCUMENTS.replace(": 0", ": 2"))]);
    assert_eq!(verdict(&folder, &["zk", "-f", "same.yaml"]), "purges");
    assert_eq!(verdict(&folder, &["zk"]), "never-purges");
}

#[test]
fn documents_of_a_charts_own_values_are_told_apart() {
    let folder = chart();
    let values = format!("{ZOOKEEPER_VALUES}---\nautopurge: {{purgeInterval: 5}}\n");
    write(folder.path(), &[("zk/values.yaml", &values)]);
    assert_eq!(verdict(&folder, &["zk"]), "unknown");
    assert_eq!(verdict(&folder, &["zk", "--helm", "3"]), "never-purges");
    assert_eq!(verdict(&folder, &["zk", "--helm", "4"]), "purges");
}

/// What one of them refuses it does not install.
#[test]
fn an_object_of_set_json_is_for_helm_4() {
    let folder = chart();
    let args = ["zk", "--set-json", r#"{"autopurge": {"purgeInterval": 6}}"#];
    assert_eq!(verdict(&folder, &args), "purges");
    assert_eq!(verdict(&folder, &[&args[..], &["--helm", "4"]].concat()), "purges");
    let refused = lint(folder.path(), &[&args[..], &["--helm", "3"]].concat());
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert_eq!(lint(folder.path(), &["zk", "--helm", "5"]).code, 2);
}

#[test]
fn a_fix_is_enough_for_every_helm_that_may_be_meant() {
    let folder = chart();
    write(folder.path(), &[("two.yaml", &TWO_DOCUMENTS.replace(": 1", ": 0"))]);
    let diff = |helm: &[&str]| lint(folder.path(), &[&["zk", "-f", "two.yaml", "--diff"], helm].concat()).stdout;
    assert!(diff(&["--helm", "3"]).contains("+autopurge: {purgeInterval: 1}"), "{}", diff(&["--helm", "3"]));
    assert_eq!(diff(&[]), "");
}

#[test]
fn a_fix_goes_into_the_document_that_decides() {
    let folder = chart();
    assert_eq!(lint(folder.path(), &["zk", "-f", "two.yaml", "--helm", "4", "--fix"]).code, 0);
    let fixed = std::fs::read_to_string(folder.path().join("two.yaml")).unwrap();
    assert_eq!(fixed, TWO_DOCUMENTS.replace(": 0", ": 1"));
}

#[test]
fn the_helm_that_renders_is_the_one_that_is_meant() {
    let folder = chart();
    for (program, code) in [("helm3/helm", 0), ("helm4/helm", 1)] {
        let Some(helm) = tool(program) else { continue };
        let ran = lint_with_helm(folder.path(), &helm, &["zk", "-f", "two.yaml", "--render"]);
        assert_eq!(ran.code, code, "{}", ran.stdout);
        assert!(!ran.stdout.contains("render-disagrees") && !ran.stdout.contains("unknown"), "{}", ran.stdout);
    }
}

#[test]
fn releases_of_gitops_files_are_read_by_both() {
    let folder = chart();
    let source = "    path: zk\n    repoURL: https://example.com/r.git\n    helm:\n      valueFiles: [../two.yaml]\n";
    write(folder.path(), &[(".git/config", ""), ("app.yaml", &application("zk", source))]);
    assert_eq!(verdict(&folder, &["app.yaml"]), "unknown");
    assert_eq!(verdict(&folder, &["app.yaml", "--helm", "3"]), "purges");
    assert_eq!(verdict(&folder, &["app.yaml", "--helm", "4"]), "never-purges");
}

#[test]
fn a_remedy_is_for_the_helm_that_is_meant() {
    let folder = chart();
    let remedy = |helm: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_autopurge"));
        let command = command.env_clear().current_dir(folder.path());
        let output =
            command.args(["remedy", "--as", "values", "zk", "-f", "two.yaml", "--helm", helm]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(remedy("3"), "");
    assert!(remedy("4").contains("purgeInterval: 1"), "{}", remedy("4"));
}
