//! `autopurge snapshot compare --format table|json`

use serde_json::Value;

use super::tools::snapshot;
use super::writer::{self, Node};

fn compare(format: &str, left: &str, right: &str) -> String {
    let ran = snapshot(&["compare", "-l", left, "-r", right, "--format", format, "--top", "4"], "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

const LEFT: &str = "small/version-2/snapshot.51c";
const RIGHT: &str = "small/version-2/snapshot.596";

#[test]
fn people_see_what_has_grown_most() {
    let expected = "          snapshot.51c  snapshot.596     growth
nodes             1215          1314        +99
data          97.3 KiB       102 KiB   +4.4 KiB
snapshot       275 KiB       295 KiB  +19.9 KiB

   growth  nodes       now  Grown most
+18.8 KiB    +88   229 KiB  /clickhouse/tables/0
 +9.7 KiB    +44   110 KiB  /clickhouse/tables/0/posthog.sharded_events
 +9.1 KiB    +44   119 KiB  /clickhouse/tables/0/posthog.events
 +5.7 KiB    +30  31.4 KiB  /clickhouse/tables/0/posthog.sharded_events/blocks

  growth  nodes      now  ClickHouse tables
+9.7 KiB    +44  110 KiB  /clickhouse/tables/0/posthog.sharded_events
+9.1 KiB    +44  119 KiB  /clickhouse/tables/0/posthog.events

   growth  nodes       now  All tables by kind
+10.0 KiB    +54  62.4 KiB  blocks
 +5.4 KiB    +20   102 KiB  parts
 +2.5 KiB     +8  36.4 KiB  log
      0 B      0   3.4 KiB  queue
   +897 B     +6  24.8 KiB  rest
 +1.1 KiB    +11  66.4 KiB  (elsewhere)

Nodes whose data changed at the same size: 2
  /clickhouse/tables/0/posthog.events/replicas/chi-posthog-posthog-0-0/flags
  /clickhouse/tables/0/posthog.events/replicas/chi-posthog-posthog-0-0/log_pointer
";
    assert_eq!(compare("table", LEFT, RIGHT), expected);
}

#[test]
fn programs_see_the_same() {
    let report: Value = serde_json::from_str(&compare("json", LEFT, RIGHT)).unwrap();
    assert_eq!(report["schema"], "autopurge/snapshot-compare/v1");
    assert_eq!(report["whole"]["after"]["nodes"], 1314);
    // All that is not a node, or the size of a seal, takes 588 bytes of the file of 302917.
    assert_eq!(report["whole"]["after"]["snapshot_bytes"], 302_917 - 588);
    assert_eq!(report["growth"][1]["path"], "/clickhouse/tables/0/posthog.sharded_events");
    assert_eq!(report["growth"].as_array().unwrap().len(), 4);
    assert_eq!(report["clickhouse"]["kinds"]["blocks"]["growth_bytes"], 10_270);
    assert_eq!(report["changed_in_place"]["count"], 2);
}

#[test]
fn shrinking_is_growth_with_a_minus() {
    let report: Value = serde_json::from_str(&compare("json", RIGHT, LEFT)).unwrap();
    assert_eq!(report["whole"]["growth_bytes"], -20_334);
    assert_eq!(report["growth"][0]["path"], "/clickhouse/tables/0");
}

#[test]
fn a_later_snapshot_before_an_earlier_one_is_told() {
    for format in ["text", "json"] {
        let said = |left, right| snapshot(&["compare", left, right, "--format", format], "").stderr;
        assert!(said(RIGHT, LEFT).starts_with("warning: snapshot.596 is later than snapshot.51c"), "{format}");
        assert_eq!(said(LEFT, RIGHT), "", "{format}");
    }
}

#[test]
fn snapshots_that_are_alike_show_nothing() {
    let report: Value = serde_json::from_str(&compare("json", RIGHT, "nodigest/snapshot.596")).unwrap();
    assert_eq!(report["whole"]["growth_bytes"], 0);
    assert_eq!(report["growth"].as_array().unwrap().len(), 0);
    assert_eq!(report["changed_in_place"]["count"], 0);
}

#[test]
fn a_name_cannot_move_the_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let (left, right) = (folder.path().join("snapshot.1"), folder.path().join("snapshot.2"));
    std::fs::write(&left, writer::snapshot(&[Node::new("", "")])).unwrap();
    std::fs::write(&right, writer::snapshot(&[Node::new("", ""), Node::new("/a\u{1b}[2J\n", "x")])).unwrap();
    let printed = compare("table", left.to_str().unwrap(), right.to_str().unwrap());
    assert!(printed.contains("/a\\u{1b}[2J\\n"), "{printed}");
    assert!(!printed.contains('\u{1b}'), "{printed}");
}
