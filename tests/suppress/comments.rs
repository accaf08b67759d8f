//! Comments, wherever YAML and HCL allow them; and the same words where they are none.

use autopurge::report::Source;
use autopurge::suppress::{Scope, in_hcl, in_yaml};

use super::{SERVER, findings};

const COMMENT: &str = "# autopurge: ignore[purge-disabled] purged by a cron job";

fn is_suppressed(stream: &str) -> bool {
    let (active, suppressed) = findings(stream);
    assert_eq!(active.len() + suppressed.len(), 1, "{active:?} {suppressed:?}\n{stream}");
    active.is_empty()
}

#[test]
fn words_in_scalars_suppress_nothing() {
    assert!(!is_suppressed(SERVER));
}

#[test]
fn comments_on_and_above_the_line_suppress() {
    let value = "              value: \"0\"\n";
    let entry = "            - name: ZOO_AUTOPURGE_INTERVAL\n";
    let table = [
        (value, format!("              value: \"0\" {COMMENT}\n")),
        (value, format!("              value: \"0\"\t{COMMENT}\r\n")),
        (value, format!("              {COMMENT}\n{value}")),
        (value, format!("{COMMENT}\n{value}")),
        (value, format!("              {COMMENT}\n\n              # another comment\n{value}")),
        (entry, format!("            {COMMENT}\n{entry}")),
        (entry, format!("            - name: ZOO_AUTOPURGE_INTERVAL {COMMENT}\n")),
        (value, "              value: \"0\" ## autopurge:ignore\n".to_owned()),
    ];
    for (line, replacement) in table {
        assert!(is_suppressed(&SERVER.replace(line, &replacement)), "{replacement}");
    }
}

#[test]
fn comments_elsewhere_do_not() {
    let table = [
        ("            - name: ZOO_CLIENT_PASSWORD\n", format!("            - name: ZOO_CLIENT_PASSWORD {COMMENT}\n")),
        ("            - name: ZOO_TICK_TIME\n", format!("            {COMMENT}\n            - name: ZOO_TICK_TIME\n")),
        ("spec:\n  template", format!("spec: {COMMENT}\n  template")),
    ];
    for (line, replacement) in table {
        let (active, suppressed) = findings(&SERVER.replacen(line, &replacement, 1));
        assert_eq!(active, ["purge-disabled", "unused-suppression"], "{replacement}");
        assert!(suppressed.is_empty());
    }
}

#[test]
fn a_comment_beside_a_block_scalar_covers_it() {
    let stream = "apiVersion: v1
kind: ConfigMap
metadata: {name: zk}
data:
  zoo.cfg: | HEADER
    # autopurge: ignore
    tickTime=2000
    autopurge.purgeInterval=0
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: zk}
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: zookeeper:3.8.4
          volumeMounts: [{name: config, mountPath: /conf}]
      volumes: [{name: config, configMap: {name: zk}}]
";
    assert!(is_suppressed(&stream.replace("HEADER", COMMENT)));
    assert!(is_suppressed(&stream.replace("  zoo.cfg: | HEADER", &format!("  {COMMENT}\n  zoo.cfg: |"))));
    assert!(!is_suppressed(&stream.replace(" HEADER", "")));
}

/// What the comments of a text cover, and their checks.
fn covered(text: &str, find: fn(&Source<'_>) -> Vec<autopurge::suppress::Directive>) -> Vec<(&str, usize)> {
    let source = Source::new("file", text.as_bytes());
    let scope = |scope: Scope| if let Scope::Bytes(span) = scope { span.of(text) } else { "an object" };
    find(&source).into_iter().map(|one| (scope(one.scope), one.terms.checks.len())).collect()
}

#[test]
fn comments_of_values_cover_their_lines() {
    let table: [(&str, &[(&str, usize)]); 9] = [
        ("a: 0 # autopurge: ignore\n", &[("a: 0 # autopurge: ignore", 0)]),
        ("# autopurge: ignore[purge-disabled]\na: 0\nb: 1\n", &[("a: 0", 1)]),
        ("a: '# autopurge: ignore'\n", &[]),
        ("a: x# autopurge: ignore\n", &[]),
        ("a: |\n  # autopurge: ignore\nb: 1\n", &[]),
        ("a: |\n  x\n# autopurge: ignore\nb: 1\n", &[("b: 1", 0)]),
        ("a: \"x\n  # autopurge: ignore\n  y\"\n", &[]),
        ("a: 0\n---\nb: 0 # autopurge: ignore\n", &[("b: 0 # autopurge: ignore", 0)]),
        ("a: 0\n# autopurge: ignore", &[("# autopurge: ignore", 0)]),
    ];
    for (text, expected) in table {
        assert_eq!(covered(text, in_yaml), expected, "{text}");
    }
}

#[test]
fn comments_of_a_broken_document_begin_their_lines() {
    let text = "a: {{ x }\n# autopurge: ignore\nb: # autopurge: ignore\n";
    assert_eq!(covered(text, in_yaml), [("b: # autopurge: ignore", 0)]);
}

#[test]
fn comments_of_hcl_cover_the_block_that_begins_there() {
    let block = "resource \"helm_release\" \"zk\" {\n  values = [<<EOF\n# autopurge: ignore\nEOF\n  ]\n}";
    let text = format!("# autopurge: ignore[purge-disabled]\n{block}\nx = 1 // autopurge: ignore\n");
    assert_eq!(covered(&text, in_hcl), [(block, 1), ("x = 1 // autopurge: ignore", 0)]);
}

/// Where the comments of a file lead, without looking at the same lines again for each of them.
#[test]
fn many_comments_lead_to_the_same_line() {
    let comments = "# autopurge: ignore[purge-disabled] x\n".repeat(20_000);
    let text = format!("{comments}\n# another\na: 1\n{comments}b: |\n  {COMMENT}\nc: [1, {{d: 2}}]\n{comments}");
    let found = in_yaml(&Source::new("a.yaml", text.as_bytes()));
    assert_eq!(found.len(), 60_000);
    let target = |index: usize| match &found[index].scope {
        Scope::Bytes(span) => span.of(&text),
        Scope::Object { .. } => "an object",
    };
    assert_eq!([target(0), target(19_999)], ["a: 1"; 2]);
    let block = format!("b: |\n  {COMMENT}");
    assert_eq!([target(20_000), target(39_999)], [block.as_str(); 2]);
    assert_eq!([target(40_000), target(59_999)], [""; 2]);
    let hcl = format!("{comments}a {{\n  b = [\n    1 // autopurge: ignore\n  ]\n}}\n");
    let found = in_hcl(&Source::new("a.tf", hcl.as_bytes()));
    assert_eq!(found.len(), 20_001);
    assert!(
        matches!(&found[0].scope, Scope::Bytes(span) if span.of(&hcl).starts_with("a {") && span.end + 1 == hcl.len())
    );
}
