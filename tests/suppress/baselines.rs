//! Baselines: what was there does not count, what is new does.

use autopurge::suppress::{Baseline, BaselineFile, Extent};

use super::{SERVER, judge, today, told};

fn baseline_of(streams: &[(&str, &str)]) -> Baseline {
    let (report, _) = judge(streams, &today(), None, Extent::Whole);
    let text = Baseline::of(&report).render().expect("JSON");
    Baseline::parse(&text).expect("a baseline")
}

fn judged(streams: &[(&str, &str)], baseline: &Baseline, extent: Extent) -> (Vec<String>, Vec<String>) {
    let file = BaselineFile { path: "baseline.json", baseline };
    told(&judge(streams, &today(), Some(file), extent).0)
}

#[test]
fn old_findings_do_not_count_even_when_lines_move() {
    let baseline = baseline_of(&[("zk.yaml", SERVER)]);
    assert_eq!(baseline.count(), 1);
    let moved = format!("# more\n\n{SERVER}");
    let (active, suppressed) = judged(&[("zk.yaml", &moved)], &baseline, Extent::Whole);
    assert_eq!((active.len(), suppressed.len()), (0, 1));
}

#[test]
fn a_second_finding_alike_counts() {
    let baseline = baseline_of(&[("zk.yaml", SERVER)]);
    let twice = format!("{SERVER}---\n{SERVER}");
    let (active, suppressed) = judged(&[("zk.yaml", &twice)], &baseline, Extent::Whole);
    assert_eq!((active, suppressed.len()), (vec!["purge-disabled".to_owned()], 1));
    assert_eq!(baseline_of(&[("zk.yaml", &twice)]).count(), 2);
}

#[test]
fn what_is_gone_is_told_for_files_that_were_examined() {
    let baseline = baseline_of(&[("a/zk.yaml", SERVER), ("b/zk.yaml", SERVER)]);
    let cured = SERVER.replace("\"0\"", "\"1\"");
    let (active, suppressed) = judged(&[("a/zk.yaml", &cured), ("b/zk.yaml", SERVER)], &baseline, Extent::Whole);
    assert_eq!((active, suppressed.len()), (vec!["unused-suppression".to_owned()], 1));
    let (active, _) = judged(&[("b/zk.yaml", SERVER)], &baseline, Extent::Partial);
    assert!(active.is_empty(), "{active:?}");
}

#[test]
fn a_baseline_is_the_same_whoever_writes_it() {
    let streams = [("a.yaml", SERVER), ("b.yaml", SERVER)];
    let (there, _) = judge(&streams, &today(), None, Extent::Whole);
    let (back, _) = judge(&[streams[1], streams[0]], &today(), None, Extent::Whole);
    assert_eq!(Baseline::of(&there).render().expect("JSON"), Baseline::of(&back).render().expect("JSON"));
}

#[test]
fn what_is_no_baseline_is_refused() {
    for text in ["", "{}", "[]", r#"{"schema":"autopurge/report/v1","findings":[]}"#] {
        assert!(Baseline::parse(text).is_err(), "{text}");
    }
}
