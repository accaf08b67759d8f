//! Nasty documents: what Go's reader makes of each is in `cases.json`.

use super::{bytes_to_json, fixture, same};
use autopurge::yaml::split;
use serde_json::Value;

/// Read here and refused by Helm: `\\/`, which the original of the grammar in C knows as well.
const LENIENT: [&str; 1] = ["61-dq-escapes.yaml"];
/// Refused here and read by Helm: nested deeper than the limit.
const TOO_DEEP: &str = "34-flow-deep-10000.yaml";

#[derive(Debug)]
struct Expected {
    start: usize,
    end: usize,
    json: Result<String, String>,
}

fn table() -> serde_json::Map<String, Value> {
    serde_json::from_str(&std::fs::read_to_string(fixture("cases.json")).unwrap()).unwrap()
}

fn expected(documents: &Value) -> Vec<Expected> {
    let offset = |document: &Value, key| usize::try_from(document[key].as_u64().unwrap()).unwrap();
    let text = |document: &Value, key| document[key].as_str().map(str::to_owned);
    let json = |document| text(document, "json").ok_or_else(|| text(document, "error").unwrap());
    let of =
        |document| Expected { start: offset(document, "start"), end: offset(document, "end"), json: json(document) };
    documents.as_array().unwrap().iter().map(of).collect()
}

/// The text decides where `serde_json` refuses to read so deep.
fn agrees(found: &Value, expected: &str) -> bool {
    serde_json::from_str(expected).map_or_else(|_| *found.to_string() == *expected, |expected| same(found, &expected))
}

#[test]
fn every_case_reads_as_go_reads_it() {
    let (mut count, mut wrong) = (0, Vec::new());
    for (name, documents) in &table() {
        let stream = std::fs::read(fixture("cases").join(name)).unwrap();
        for document in expected(documents) {
            count += 1;
            let found = bytes_to_json(&stream[document.start..document.end]);
            let agree = match (&found, &document.json) {
                (Ok(found), Ok(expected)) => agrees(found, expected),
                (Err(_), Err(_)) => true,
                (Ok(_), Err(_)) => LENIENT.contains(&name.as_str()),
                (Err(_), Ok(_)) => name == TOO_DEEP,
            };
            if !agree {
                let short = |text: String| text.chars().take(200).collect::<String>();
                wrong.push(format!(
                    "{name}: {}\n  Go: {}",
                    short(format!("{found:?}")),
                    short(format!("{:?}", document.json))
                ));
            }
        }
    }
    println!("{count} documents, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A document of ours that spans several of Go's holds comments, blanks or directives in all but the last of them.
#[test]
fn documents_are_where_go_finds_them() {
    for (name, documents) in &table() {
        let stream = std::fs::read(fixture("cases").join(name)).unwrap();
        let spans = split(&stream);
        let expected = expected(documents);
        for span in &spans {
            let within: Vec<_> = expected.iter().filter(|one| span.start <= one.start && one.end <= span.end).collect();
            let (last, before) = within.split_last().unwrap_or_else(|| panic!("{name}: {span:?} has no counterpart"));
            assert_eq!((within[0].start, last.end), (span.start, span.end), "{name}");
            for prologue in before {
                let text = String::from_utf8_lossy(&stream[prologue.start..prologue.end]).into_owned();
                let is_prologue = |line: &str| line.trim().is_empty() || line.starts_with(['#', '%']);
                assert!(text.lines().all(is_prologue), "{name}: {text}");
            }
        }
        let tiled: Vec<u8> = spans.iter().flat_map(|span| &stream[span.start..span.end]).copied().collect();
        assert_eq!(tiled, stream, "{name}");
    }
}
