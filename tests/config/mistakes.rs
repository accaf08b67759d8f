//! Mistakes: all of them in one go, each with its line and what was probably meant.

use super::{load, refused};

#[test]
fn every_mistake_is_told_at_once() {
    let message = refused(
        "exclud: [examples]\nfail-on: warnings\ninterval: 2\nretain: 1h\ninterval: 0\nignore:\n- purge-disabeld\n- retain-below-minimum\n- purge-unknwon\nsuppressions:\n- {path: a, reson: x, until: 2027-02-30}\n- {reason: none}\ncharts:\n- values: [[a]]\n",
    );
    for word in [
        "autopurge.yaml has 12 mistakes",
        "unknown key `exclud`; did you mean `exclude`?",
        "must be one of error, warning, note, never, not `warnings`",
        "`interval` is given twice",
        "must be a whole number of hours, from 1 to 596, not 0",
        "must be a whole number from 3 to 2147483647, not \"1h\"",
        "did you mean `purge-disabled`?",
        "did you mean `purge-unknown`?",
        "unknown key `reson`; did you mean `reason`?",
        "`2027-02-30` is not a date",
        "a suppression needs a `path`, an `object` or `checks`",
        "must be a text, not a list",
        "a chart needs its `path`",
        "autopurge.yaml",
    ] {
        assert!(message.contains(word), "{word} is missing in\n{message}");
    }
}

#[test]
fn what_is_no_configuration_is_refused() {
    let table = [
        ("- a", "expected keys and values"),
        ("a", "expected keys and values"),
        ("a: [", "mistake"),
        ("format: json", "unknown key `format`; known keys: "),
        ("exclude: examples", "must be a list, not \"examples\""),
        ("exclude:", "must be a list, not null"),
        ("retain: 2", "must be a whole number from 3 to 2147483647, not 2"),
        ("interval: 1.5", "must be a whole number of hours, from 1 to 596, not 1.5"),
        ("helm: v3", "must be the number 3 or 4, not \"v3\""),
        ("suppressions: [{path: \"a{b\"}]", "unclosed alternate group"),
        ("suppressions: [{path: \"a[\"}]", "unclosed character class"),
        ("exclude: [a, \"[\"]", "unclosed character class"),
        ("exclude: [\"a{b\"]", "unclosed alternate group"),
        ("exclude: {a: b}", "must be a list, not keys and values"),
        ("exclude: [1]", "must be a text, not 1"),
        ("exclude: ['']", "it is empty"),
        ("exclude: ['#a']", "`#` begins a comment"),
        ("suppressions: [a]", "must be keys and values, not \"a\""),
        ("suppressions: [{path: a, path: b}]", "`path` is given twice"),
        ("fail-on: Error", "must be one of error, warning, note, never, not `Error`"),
        ("ignore: [purge-disabled]\nignore: [purge-invalid]", "`ignore` is given twice"),
        ("ignore: [x]", "docs/configuration.md"),
        ("a: &a [*a]", "mistake"),
    ];
    for (text, word) in table {
        let message = refused(text);
        assert!(message.contains(word), "{word} is missing in\n{message}");
    }
}

#[test]
fn aliases_without_end_end() {
    let bomb: String = (1..12).map(|n| format!("a{n}: &a{n} [{}]\n", format!("*a{}, ", n - 1).repeat(12))).collect();
    refused(&format!("a0: &a0 [x]\n{bomb}"));
}

#[test]
fn everything_may_be_said_and_nothing_has_to_be() {
    for text in ["", "# nothing\n", "{}", "---\n"] {
        assert!(load(text).expect("a configuration").rules.is_empty(), "{text}");
    }
    let config = load(
        "exclude: [examples, '*.tgz']\nselect: [purge-disabled, purge-unknown]\nignore: [purge-unknown]\nfail-on: warning\ninterval: 6\nretain: 5\nrules: rules\nbaseline: .autopurge-baseline.json\nsuppressions:\n- {path: deploy/**, object: StatefulSet/zk, checks: [purge-disabled], reason: a cron job, until: 2027-01-31}\n- checks: [purge-unknown]\ncharts:\n- {path: charts/zk, values: [a.yaml, b.yaml], set: ['a.b=1']}\n",
    );
    let config = config.expect("a configuration");
    assert_eq!(config.rules.len(), 2);
    let line = |number: usize| config.rules[number].place.region.expect("a place").start.line;
    assert_eq!((line(0), line(1)), (10, 11));
}
