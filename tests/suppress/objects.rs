//! Annotations, and suppressions of the configuration.

use std::path::Path;

use autopurge::checks::{Check, Selection};
use autopurge::report::Place;
use autopurge::suppress::{Base, Extent, Policy, Rule, Terms};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{SERVER, findings, judge, today, told};

fn annotated(annotations: &str) -> String {
    SERVER.replace("{checksum: \"1\"}", annotations)
}

#[test]
fn an_annotation_speaks_of_its_object() {
    for annotations in [
        "{autopurge.dev/ignore: purge-disabled}",
        "{autopurge.dev/ignore: \"purge-unknown, purge-disabled\"}",
        "{autopurge.dev/ignore: \"*\", autopurge.dev/ignore-reason: a cron job, autopurge.dev/ignore-until: 2026-11-26}",
    ] {
        let (active, suppressed) = findings(&annotated(annotations));
        assert!(!active.contains(&"purge-disabled".to_owned()), "{annotations} {active:?}");
        assert_eq!(suppressed, ["purge-disabled"], "{annotations}");
    }
}

#[test]
fn an_annotation_speaks_of_nothing_else() {
    let other = annotated("{autopurge.dev/ignore: purge-disabled}");
    let (active, suppressed) = findings(&format!("{other}---\n{}", SERVER.replace("name: zk", "name: zk-2")));
    assert_eq!((active.len(), suppressed.len()), (1, 1));
    for annotations in [
        "{autopurge.dev/ignore: purge-unknown}",
        "{autopurge.dev/ignore: purge-disabeld}",
        "{autopurge.dev/ignore: \"\"}",
        "{autopurge.dev/ignore: true}",
        "{autopurge.dev/ignore: \"*\", autopurge.dev/ignore-until: 2026-11-25}",
        "{autopurge.dev/ignore: \"*\", autopurge.dev/ignore-until: tomorrow}",
    ] {
        let (active, _) = findings(&annotated(annotations));
        assert_eq!(active, ["purge-disabled", "unused-suppression"], "{annotations}");
    }
}

fn globs(glob: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, glob).expect("a glob");
    builder.build().expect("globs")
}

fn rule(path: Option<&str>, object: Option<&str>, checks: &[Check]) -> Rule {
    let terms = Terms { checks: checks.to_vec(), reason: Some("it is so".to_owned()), ..Terms::default() };
    Rule { place: Place::file("autopurge.yaml"), paths: path.map(globs), object: object.map(str::to_owned), terms }
}

fn with(rules: Vec<Rule>) -> Policy {
    Policy { rules, ..today() }
}

#[test]
fn rules_of_the_configuration_have_to_fit_in_everything_that_they_name() {
    let disabled = [Check::PurgeDisabled];
    let table = [
        (rule(Some("deploy/**"), None, &[]), true),
        (rule(Some("zk.yaml"), None, &disabled), true),
        (rule(Some("/zk.yaml"), None, &[]), false),
        (rule(Some("deploy"), None, &[]), true),
        (rule(Some("*.tgz"), None, &[]), false),
        (rule(None, Some("StatefulSet/zk"), &[]), true),
        (rule(None, Some("StatefulSet/events/zk"), &disabled), true),
        (rule(None, Some("*/zk"), &[]), true),
        (rule(None, Some("StatefulSet/other"), &[]), false),
        (rule(None, None, &disabled), true),
        (rule(None, None, &[Check::PurgeUnknown]), false),
        (rule(Some("zk.yaml"), Some("StatefulSet/other"), &[]), false),
        (rule(Some("other.yaml"), Some("StatefulSet/zk"), &[]), false),
    ];
    for (rule, expected) in table {
        let policy = with(vec![rule.clone()]);
        let (report, edits) = judge(&[("deploy/zk.yaml", SERVER)], &policy, None, Extent::Whole);
        let (active, suppressed) = told(&report);
        assert_eq!(suppressed.len() == 1 && edits == 0, expected, "{rule:?}");
        assert_eq!(active.contains(&"unused-suppression".to_owned()), !expected, "{rule:?}");
    }
}

#[test]
fn globs_count_from_the_folder_of_the_configuration() {
    let policy = Policy {
        base: Base::new(Path::new(".."), Path::new("/nowhere/deploy")),
        ..with(vec![rule(Some("/deploy/zk.yaml"), None, &[])])
    };
    let (report, _) = judge(&[("./zk.yaml", SERVER)], &policy, None, Extent::Whole);
    assert_eq!(told(&report).1, ["purge-disabled"]);
    for path in ["/deploy/zk.yaml", "../deploy/zk.yaml", "-"] {
        judge(&[(path, SERVER)], &policy, None, Extent::Whole);
    }
}

#[test]
fn checks_that_are_not_selected_are_neither_told_nor_patched() {
    let policy = Policy { selection: Selection::new(&[], &[Check::PurgeDisabled]), ..today() };
    let (report, edits) = judge(&[("zk.yaml", SERVER)], &policy, None, Extent::Whole);
    assert_eq!((told(&report).0.len(), edits), (0, 0));
    let commented = SERVER.replace("value: \"0\"", "value: \"0\" # autopurge: ignore[purge-disabled]");
    let (report, _) = judge(&[("zk.yaml", &commented)], &policy, None, Extent::Whole);
    assert!(report.findings.is_empty(), "nobody looked whether it is of use");
}
