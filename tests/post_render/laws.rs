//! The laws, on generated manifests.

use autopurge::checks::Wanted;
use autopurge::cure::Comments;
use proptest::prelude::*;

use super::generated::streams;
use super::library::{Asked, HOURLY, Judged, judge};

fn asked() -> impl Strategy<Value = Asked> {
    (
        prop::sample::select(vec![1, 1, 24]),
        prop::option::weighted(0.3, Just(5)),
        prop::sample::select(vec![Comments::Write, Comments::Omit]),
    )
        .prop_map(|(interval, retain, comments)| Asked { wanted: Wanted { interval, retain }, comments })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn laws_hold_whatever_is_written(stream in streams(), asked in asked()) {
        let text = stream.render();
        judge(&text, asked).assert_laws(&text, asked);
    }

    #[test]
    fn verdicts_are_what_the_containers_mean(stream in streams()) {
        let text = stream.render();
        let judged = judge(&text, HOURLY);
        let verdicts: Vec<&str> = judged.servers.iter().map(|seen| seen.verdict).collect();
        prop_assert_eq!(verdicts, stream.verdicts());
    }

    #[test]
    fn whoever_reads_a_variable_is_cured(stream in streams()) {
        let text = stream.render();
        let asked = Asked { wanted: Wanted { interval: 1, retain: Some(5) }, comments: Comments::Omit };
        let judged = judge(&text, asked);
        for (number, seen) in judged.servers.iter().enumerate() {
            if matches!(seen.verdict, "never-purges" | "does-not-start") {
                prop_assert!(is_cured_or_explained(&judged, number), "{:?}\n{}", judged, String::from_utf8_lossy(&text));
            }
        }
    }
}

/// It purges afterwards, or a finding says why not: nothing can be patched, or what decides is out of sight.
fn is_cured_or_explained(judged: &Judged, number: usize) -> bool {
    let is_explained = judged
        .said
        .iter()
        .any(|said| said.server == Some(number) && (said.refused.is_some() || said.check == "purge-unknown"));
    judged.after[number].as_str() == "purges" || is_explained
}
