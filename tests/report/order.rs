//! Reports of many inputs are the same in whatever order the inputs were judged.

use autopurge::report::{Format, Report};

use super::{part, rendered, tool};

const SERVER: &str = r#"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: NAME}
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: bitnami/zookeeper:3.8.0
          env:
            - name: ZOO_AUTOPURGE_INTERVAL
              value: "VALUE"
"#;

fn stream(name: &str, value: &str) -> Vec<u8> {
    SERVER.replace("NAME", name).replace("VALUE", value).into_bytes()
}

#[test]
fn the_order_of_parts_does_not_matter() {
    let parts = || vec![part("b.yaml", &stream("b", "0")), part("a.yaml", &stream("a", "24")), part("c.yaml", b"a: b")];
    let mut reversed = parts();
    reversed.reverse();
    let (there, back) = (Report::new(tool(), parts()), Report::new(tool(), reversed));
    for format in Format::ALL {
        assert_eq!(rendered(format, &there), rendered(format, &back), "{}", format.name());
    }
    assert_eq!(there.summary().inputs, 3);
    for finding in &there.findings {
        let server = there.server_of(finding).expect("a server");
        assert_eq!(server.path, finding.place.path);
    }
}

#[test]
fn fingerprints_stay_when_lines_move_and_tell_servers_apart() {
    let fingerprints = |path: &str, stream: &[u8]| -> Vec<String> {
        part(path, stream).findings.into_iter().map(|finding| finding.fingerprint).collect()
    };
    let before = fingerprints("a.yaml", &stream("zk", "0"));
    assert!(!before.is_empty());
    let moved = [b"# more\n\n".as_slice(), &stream("zk", "0")].concat();
    assert_eq!(before, fingerprints("a.yaml", &moved));
    assert_ne!(before, fingerprints("b.yaml", &stream("zk", "0")));
    assert_ne!(before, fingerprints("a.yaml", &stream("other", "0")));
}

#[test]
fn fingerprints_tell_the_settings_apart_that_nothing_reads() {
    let unread = "            - {name: ZK_PURGE_INTERVAL, value: \"1\"}\n            - {name: ZOOKEEPER_AUTOPURGE_PURGE_INTERVAL, value: \"1\"}\n";
    let stream = [stream("zk", "0"), unread.into()].concat();
    let findings = part("a.yaml", &stream).findings.into_iter();
    let mut fingerprints: Vec<String> = findings.map(|finding| finding.fingerprint).collect();
    let count = fingerprints.len();
    fingerprints.sort();
    fingerprints.dedup();
    assert!(count >= 3 && fingerprints.len() == count, "{count} findings, {fingerprints:?}");
}
