//! Input that wants to hurt: never a panic, never a wait.

use super::{bytes_to_json, fixture};
use autopurge::yaml::{Change, Document, Lines, comment_above, edit, from_str, split};
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Looks at everything that a document has.
fn exercise(stream: &[u8]) {
    let lines = Lines::new(stream);
    for span in split(stream) {
        if let Ok(Some(document)) = Document::parse(&stream[span.start..span.end], span.start) {
            let _ = (document.to_json(), document.is_json());
            patch(&document);
            for (key, value) in document.root().entries() {
                let _ = (key.text(), value.scalar(), value.pointers(), lines.position(stream, value.span().start));
            }
        }
    }
    let _ = std::str::from_utf8(stream).map(from_str::<serde_json::Value>);
}

/// Patches what it can; whether that is possible does not matter here.
fn patch(document: &Document<'_>) {
    let mut pointers = vec![String::new()];
    for (_, value) in document.root().entries().into_iter().take(2) {
        let _ = comment_above(document, value, "said");
        pointers.extend(value.pointers().into_iter().flatten().take(2));
    }
    for pointer in pointers {
        let list = format!("{pointer}/-");
        for (op, path) in [("replace", &pointer), ("add", &list), ("remove", &pointer)] {
            let operation = json!({"op": op, "path": path, "value": "x\ny\n"});
            let operation = serde_json::from_value(operation).unwrap();
            let _ = edit(document, &[Change { operation, comment: Some("said".to_owned()) }]);
        }
    }
}

/// Far more than it takes anywhere, and far less than what grows with the square of an input or worse.
fn quickly(work: impl FnOnce()) {
    let start = Instant::now();
    work();
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn deep_nesting_is_refused() {
    for text in [
        "[".repeat(10_000),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        format!("{}{}", "[".repeat(5_000), "]".repeat(5_000)),
    ] {
        quickly(|| assert!(bytes_to_json(text.as_bytes()).unwrap_err().contains("nested deeper")));
    }
    let chain: String = (1..5_000).map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1)).collect();
    quickly(|| assert!(bytes_to_json(format!("a0: &a0 x\n{chain}").as_bytes()).is_err()));
}

#[test]
fn deep_documents_are_patched_on_a_small_stack() {
    for case in ["33-flow-deep-1000.yaml", "35-block-deep-500.yaml"] {
        let stream = std::fs::read(fixture("cases").join(case)).unwrap();
        let thread = std::thread::Builder::new().stack_size(2_000_000).spawn(move || exercise(&stream));
        thread.unwrap().join().unwrap();
    }
}

#[test]
fn aliases_that_explode_are_refused() {
    let laughs = std::fs::read(fixture("cases/37-laughs.yaml")).unwrap();
    quickly(|| assert!(bytes_to_json(&laughs).unwrap_err().contains("aliases")));
    quickly(|| exercise(&laughs));
    let merges: String = (1..40).map(|n| format!("a{n}: &a{n}\n  <<: [*a{0}, *a{0}, *a{0}]\n", n - 1)).collect();
    quickly(|| exercise(format!("a0: &a0 {{x: 1}}\n{merges}").as_bytes()));
    assert!(bytes_to_json(b"a: &a [*a]").unwrap_err().contains("itself"));
    assert!(bytes_to_json(b"a: &a\n  <<: *a\n").is_err());
}

#[test]
fn long_lines_are_read() {
    let line = "x".repeat(5_000_000);
    for text in [format!("a: {line}"), format!("a: \"{line}\""), format!("a: |\n  {line}"), format!("a: '{line}'\n")] {
        quickly(|| assert_eq!(bytes_to_json(text.as_bytes()).unwrap()["a"].as_str().unwrap().len(), line.len()));
    }
}

#[test]
fn known_panics_of_the_parser_are_errors() {
    for text in ["[!,", "a: [!,", "{!}"] {
        assert!(bytes_to_json(text.as_bytes()).is_err(), "{text}");
    }
    for text in ["a: |\n  x", "a: >", "- |+"] {
        assert!(bytes_to_json(text.as_bytes()).is_ok(), "{text:?}");
    }
}

#[test]
fn truncated_cases_are_read_or_refused() {
    let whole = std::fs::read(fixture("cases/08-block-scalars.yaml")).unwrap();
    (0..whole.len()).for_each(|end| exercise(&whole[..end]));
}

static CASES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let files = std::fs::read_dir(fixture("cases")).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let mut cases: Vec<_> = files.filter(|case| case.len() < 2_000).collect();
    cases.sort();
    cases
});

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::sample::select(b"-:?,[]{}#&*!|>'\"%@` \t\n\ra0<.~\xef\xbb\xbf\xff".to_vec());
    let mutations = prop::collection::vec((any::<prop::sample::Index>(), bytes, 0..3_u8), 0..8);
    (any::<prop::sample::Index>(), mutations).prop_map(|(case, mutations)| {
        let mut bytes = CASES[case.index(CASES.len())].clone();
        for (place, byte, kind) in mutations {
            let at = place.index(bytes.len() + 1);
            match kind {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                _ => drop(bytes.drain(at..(at + 1).min(bytes.len()))),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_documents_never_panic(bytes in mutated()) {
        exercise(&bytes);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        exercise(&bytes);
    }
}
