//! Documents of a stream.

use autopurge::yaml::split;
use proptest::prelude::*;

fn pieces(stream: &str) -> Vec<&str> {
    split(stream.as_bytes()).into_iter().map(|span| &stream[span.start..span.end]).collect()
}

#[test]
fn a_document_starts_at_its_separator() {
    assert_eq!(pieces("a: 1\n---\nb: 2\n--- # c\nc: 3"), ["a: 1\n", "---\nb: 2\n", "--- # c\nc: 3"]);
    assert_eq!(pieces("---\r\na: 1\r\n---\r\nb: 2\r\n"), ["---\r\na: 1\r\n", "---\r\nb: 2\r\n"]);
    assert_eq!(pieces("a: |\n  ---\n  b\n----\n---x\n"), ["a: |\n  ---\n  b\n----\n---x\n"]);
}

#[test]
fn what_precedes_the_first_separator_belongs_to_it() {
    assert_eq!(pieces("# Source: x\n\n---\na: 1\n"), ["# Source: x\n\n---\na: 1\n"]);
    assert_eq!(pieces("%YAML 1.1\n---\na: 1\n"), ["%YAML 1.1\n---\na: 1\n"]);
    assert_eq!(pieces("\u{FEFF}---\na: 1\n---\n"), ["\u{FEFF}---\na: 1\n", "---\n"]);
}

#[test]
fn directives_belong_to_the_document_behind_them() {
    assert_eq!(pieces("a: 1\n...\n%TAG ! x\n# c\n---\nb: 2\n"), ["a: 1\n...\n", "%TAG ! x\n# c\n---\nb: 2\n"]);
    assert_eq!(pieces("a: 1\n%YAML 1.1\n---\nb: 2\n"), ["a: 1\n", "%YAML 1.1\n---\nb: 2\n"]);
}

#[test]
fn empty_documents_count() {
    assert_eq!(pieces("---\n---\n# c\n---\na: 1\n---"), ["---\n", "---\n# c\n", "---\na: 1\n", "---"]);
    assert!(pieces("").is_empty());
    assert_eq!(pieces("\n# c\n"), ["\n# c\n"]);
}

#[test]
fn objects_of_json_need_no_separators() {
    assert_eq!(pieces("{\"a\": 1}\n{\"b\":\n 2}{}\n"), ["{\"a\": 1}", "\n{\"b\":\n 2}", "{}\n"]);
    assert_eq!(pieces(" {\"a\": \"}{\"}\n"), [" {\"a\": \"}{\"}\n"]);
    assert_eq!(pieces("{\"a\": 1}\n{\"b\": 2}\n---\nc: 3\n"), ["{\"a\": 1}", "\n{\"b\": 2}\n", "---\nc: 3\n"]);
    // Nobody reads on behind what is no JSON, and YAML has no such streams.
    assert_eq!(pieces("{\"a\": 1}\n{b: 2}\n"), ["{\"a\": 1}", "\n{b: 2}\n"]);
    assert_eq!(pieces("{a: 1}\n{\"b\": 2}\n"), ["{a: 1}\n{\"b\": 2}\n"]);
    assert_eq!(pieces("---\n{\"a\": 1}\n{\"b\": 2}\n"), ["---\n{\"a\": 1}\n{\"b\": 2}\n"]);
}

proptest! {
    #[test]
    fn the_spans_tile_the_stream(parts in prop::collection::vec(prop::sample::select(vec![
        "---", "\n", "\r", " ", "a: 1", "# c", "%YAML 1.1", "...", "\u{FEFF}", "-", "\t", "{}", "{\"a\": {}}",
    ]), 0..40)) {
        let stream = parts.concat();
        prop_assert_eq!(pieces(&stream).concat(), stream);
    }
}
