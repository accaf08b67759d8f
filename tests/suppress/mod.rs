//! Which findings count.

mod baselines;
mod comments;
mod lint;
mod objects;
mod post_render;
mod remedy;
mod useless;

use autopurge::checks::{Kept, Wanted, examine};
use autopurge::cure::{Comments, cure};
use autopurge::detect::{Trigger, read_stream};
use autopurge::report::{Part, Report, Source, State, Stream, Tool};
use autopurge::rules;
use autopurge::suppress::{BaselineFile, Extent, Policy};

/// A server that never purges. `ABOVE` stands above the variable, `BESIDE` behind its value.
const SERVER: &str = r##"apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: zk
  namespace: events
  annotations: {checksum: "1"}
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: bitnami/zookeeper:3.8.0
          env:
            - name: ZOO_CLIENT_PASSWORD
              value: "# autopurge: ignore"
            - name: ZOO_AUTOPURGE_INTERVAL
              value: "0"
            - name: ZOO_TICK_TIME
              value: |
                # autopurge: ignore
"##;

fn today() -> Policy {
    Policy { today: "2026-11-26".parse().expect("a day"), ..Policy::default() }
}

/// The report on some streams, and what is patched in them.
fn judge(
    streams: &[(&str, &str)],
    policy: &Policy,
    baseline: Option<BaselineFile<'_>>,
    extent: Extent,
) -> (Report, usize) {
    let rules = rules::built_in();
    let (mut parts, mut directives, mut edits): (Vec<Part>, Vec<_>, usize) = (Vec::new(), Vec::new(), 0);
    for (path, stream) in streams {
        let trigger = Trigger::new(&rules).expect("literals");
        let manifests = read_stream(stream.as_bytes(), &trigger, &rules).expect("YAML");
        let mut examination = examine(&manifests, &rules, Wanted { interval: 1, retain: None }, Kept::Elsewhere);
        directives.extend(policy.screen((&Source::new(path, stream.as_bytes()), &()), &manifests, &mut examination));
        let cure = cure(&manifests, &examination, &rules, Comments::Write).expect("a cure");
        edits += cure.edits.len();
        let (examination, state) = (&examination, State::Patched);
        parts.push(
            Stream { path, manifests: &manifests, elsewhere: &(), examination, cure: &cure, state, has_edits: false }
                .part(),
        );
    }
    policy.settle(&mut parts, &directives, baseline, extent);
    (Report::new(Tool::new("", Vec::new()), parts), edits)
}

/// The findings of one stream: those that count, and those that are suppressed.
fn findings(stream: &str) -> (Vec<String>, Vec<String>) {
    let (report, edits) = judge(&[("zk.yaml", stream)], &today(), None, Extent::Whole);
    let told = told(&report);
    let is_patched = edits > 0;
    assert_eq!(is_patched, told.0.iter().any(|check| check == "purge-disabled"), "{told:?}\n{stream}");
    told
}

/// The names of the checks whose findings count, and of those that are suppressed; sorted.
fn told(report: &Report) -> (Vec<String>, Vec<String>) {
    let names = |is_active: bool| {
        let findings = report.findings.iter().filter(|finding| finding.is_active() == is_active);
        let mut names: Vec<String> = findings.map(|finding| finding.check.id().to_owned()).collect();
        names.sort();
        names
    };
    (names(true), names(false))
}
