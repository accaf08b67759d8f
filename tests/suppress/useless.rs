//! `unused-suppression`: what it says, and where.

use autopurge::checks::Check;
use autopurge::suppress::Extent;

use super::{SERVER, judge, today};

fn messages(comment: &str) -> Vec<String> {
    let stream = SERVER.replace("value: \"0\"", &format!("value: \"0\" # {comment}"));
    let (report, _) = judge(&[("zk.yaml", &stream)], &today(), None, Extent::Whole);
    let told = report.findings.into_iter().filter(|finding| finding.check == Check::UnusedSuppression);
    told.map(|finding| {
        let region = finding.place.region.expect("a place");
        assert!(stream[region.span().start..].starts_with("autopurge: ignore"), "{region:?}");
        format!("{}: {} {}", region.start.line, finding.message, finding.help.join(" "))
    })
    .collect()
}

#[test]
fn what_is_wrong_with_a_suppression_is_said_at_its_place() {
    let table: [(&str, &[&str]); 10] = [
        ("autopurge: ignore[purge-disabled]", &[]),
        ("autopurge: ignore[purge-disabled] until 2026-11-26 today", &[]),
        ("autopurge: ignore[purge-unknown]", &["there is no `purge-unknown` here"]),
        ("autopurge: ignore[purge-disabled, purge-unknown]", &["there is no `purge-unknown` here"]),
        ("autopurge: ignore[purge-disabled] until 2020-01-31", &["expired on 2020-01-31", "counts again"]),
        ("autopurge: ignore[purge-unknown] until 2020-01-31", &["expired on 2020-01-31", "nothing left"]),
        ("autopurge: ignore purge-disabled until 2026-02-30 -- x", &["not understood", "`ignore[purge-disabled]`"]),
        ("autopurge: ignore(purge-disabled)", &["not understood", "`ignore[purge-disabled]`"]),
        ("autopurge: ignore[purge-disabled] -- x until 2026-12-31", &["not understood", "come before the reason"]),
        ("autopurge: ignore[purge-disabeld]", &["not understood", "did you mean `purge-disabled`"]),
    ];
    for (comment, words) in table {
        let messages = messages(comment);
        assert_eq!(messages.len(), usize::from(!words.is_empty()), "{comment}: {messages:?}");
        for word in words {
            assert!(
                messages.iter().all(|message| message.starts_with("17: ") && message.contains(word)),
                "{messages:?}"
            );
        }
    }
}

/// Somebody relies on them.
#[test]
fn what_is_meant_as_a_suppression_and_is_none_is_told() {
    for comment in ["Autopurge: Ignore[purge-disabled]", "autopurge: ignored[purge-disabled]", "autopurge: disable"] {
        let stream = SERVER.replace("value: \"0\"", &format!("value: \"0\" # {comment}"));
        let (report, edits) = judge(&[("zk.yaml", &stream)], &today(), None, Extent::Whole);
        let told: Vec<&str> = report.active().map(|finding| finding.check.id()).collect();
        assert!(
            told.contains(&"unused-suppression") && told.contains(&"purge-disabled") && edits > 0,
            "{comment}: {told:?}"
        );
    }
}

#[test]
fn annotations_that_are_meant_as_suppressions_and_are_none_are_told() {
    let table = [
        ("autopurge.dev/ignor: \"*\"", "did you mean `autopurge.dev/ignore`?"),
        ("autopurge.dev/ignore-util: 2027-01-31", "did you mean `autopurge.dev/ignore-until`?"),
        ("autopurge.dev/ignore-reason: x", "there is no `autopurge.dev/ignore` beside it"),
        ("autopurge.dev/ignore-until: 2027-01-31", "there is no `autopurge.dev/ignore` beside it"),
    ];
    for (annotation, word) in table {
        let stream = SERVER.replace("checksum: \"1\"", annotation);
        let (report, _) = judge(&[("zk.yaml", &stream)], &today(), None, Extent::Whole);
        let told: Vec<&str> = report.active().map(|finding| finding.message.as_str()).collect();
        assert!(told.len() == 2 && told.iter().any(|message| message.contains(word)), "{annotation}: {told:?}");
    }
}

#[test]
fn a_suppression_of_everything_does_not_hide_that_it_is_useless() {
    let stream = SERVER.replace("spec:\n  template", "spec: # autopurge: ignore\n  template");
    let (report, _) = judge(&[("zk.yaml", &stream)], &today(), None, Extent::Whole);
    assert!(report.active().any(|finding| finding.check == Check::UnusedSuppression));
}
