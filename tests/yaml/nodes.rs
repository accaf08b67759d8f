//! Reading nodes.

use autopurge::yaml::{Document, Kind, Node, Scalar, Style};

const STREAM: &str = "\
base: &b !!map
  x: \"0\"
use: *b
m:
  x: own
  <<: *b
  z: [1, {k: v}]
text: |
  a
  b

# comment
none:
dup: 1
dup: 2
";

fn document(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes(), 0).unwrap().unwrap()
}

fn source<'s>(text: &'s str, node: Node<'_>) -> &'s str {
    &text[node.span().start..node.span().end]
}

#[test]
fn nodes_know_their_place_and_style() {
    let document = document(STREAM);
    let at = |pointer| document.root().at(pointer).unwrap();
    assert_eq!(source(STREAM, at("/base")), "x: \"0\"");
    assert_eq!(source(STREAM, at("/use")), "*b");
    assert!(at("/use").is_alias() && !at("/base").is_alias());
    assert_eq!((at("/use").kind(), at("/use").style()), (Kind::Mapping, Style::Block));
    assert_eq!(source(STREAM, at("/m/z")), "[1, {k: v}]");
    assert_eq!(source(STREAM, at("/text")), "|\n  a\n  b");
    assert_eq!(at("/text").style(), Style::Literal);
    assert_eq!(source(STREAM, at("/none")), "");
    assert_eq!(at("/none").span().start, STREAM.find("none:").unwrap() + 5);
    assert_eq!(source(STREAM, at("/dup")), "2");
    assert_eq!(source(STREAM, at("/base/x")), "\"0\"");
}

#[test]
fn values_are_those_that_helm_reads() {
    let document = document(STREAM);
    let at = |pointer| document.root().at(pointer).unwrap();
    assert_eq!(at("/m/x").as_str(), Some("0"));
    assert_eq!(at("/use/x").text(), Some("0"));
    assert_eq!(
        (at("/dup").text(), at("/dup").as_str(), at("/dup").scalar()),
        (Some("2"), None, Some(Scalar::Integer(2)))
    );
    assert!(at("/none").is_null() && at("/none").text() == Some(""));
    assert_eq!(at("/m/z").items().len(), 2);
    assert_eq!(at("/m/z/1/k").as_str(), Some("v"));
    assert!(document.root().at("/m/z/01").is_none() && document.root().at("m").is_none());
    let keys: Vec<_> = at("/m").entries().iter().map(|(key, _)| key.text().unwrap()).collect();
    assert_eq!(keys, ["x", "z"]);
}

#[test]
fn pointers_name_every_reader() {
    let document = document(STREAM);
    let pointers = |pointer| document.root().at(pointer).unwrap().pointers().unwrap();
    assert_eq!(pointers("/base/x"), ["/base/x", "/use/x", "/m/x"]);
    assert_eq!(pointers("/use"), ["/base", "/use"]);
    assert_eq!(pointers("/dup"), ["/dup"]);
    assert_eq!(pointers("/m/z/1/k"), ["/m/z/1/k"]);
    assert_eq!(document.root().pointers().unwrap(), [""]);
}

#[test]
fn spans_count_from_the_start_of_the_stream() {
    let stream = "\u{FEFF}---\na: 1\n---\nb: ü # x\nc: d";
    let spans = autopurge::yaml::split(stream.as_bytes());
    let slice = &stream.as_bytes()[spans[1].start..spans[1].end];
    let document = Document::parse(slice, spans[1].start).unwrap().unwrap();
    assert_eq!(source(stream, document.root().get("c").unwrap()), "d");
    let first = Document::parse(&stream.as_bytes()[..spans[0].end], 0).unwrap().unwrap();
    assert_eq!(source(stream, first.root().get("a").unwrap()), "1");
    assert_eq!(document.span(), spans[1]);
}

#[test]
fn nothing_is_no_document() {
    for text in ["", "\n", "# c\n", "---\n", "--- # c\n", "\u{FEFF}"] {
        assert!(Document::parse(text.as_bytes(), 0).unwrap().is_none(), "{text:?}");
    }
    assert!(Document::parse(b"~", 0).unwrap().is_some());
}

#[test]
fn errors_say_where() {
    let error = Document::parse(b"a: [1\nb: 2\n", 100).unwrap_err();
    assert!(error.offset > 100 && error.message.starts_with("broken YAML"), "{error:?}");
    assert_eq!(Document::parse(b"a: \xff", 100).unwrap_err().offset, 103);
    assert_eq!(Document::parse(b"ab: \x07", 100).unwrap_err().offset, 104);
    let document = Document::parse(b"a: .inf", 100).unwrap().unwrap();
    assert_eq!(document.to_json().unwrap_err().offset, 103);
}

/// Go's reader refuses the directive where Helm cuts it off; joined with its document both read the same.
#[test]
fn directives_are_read_with_their_document() {
    for (text, a) in [("%YAML 1.1\n---\na: yes\n", "true"), ("%TAG !e! tag:x,2000:\n---\na: !e!foo bar\n", "\"bar\"")] {
        assert_eq!(document(text).to_json().unwrap()["a"].to_string(), a);
    }
    // Helm refuses 1.2 here; the original of the grammar in C does not, and neither do we.
    assert!(Document::parse(b"%YAML 1.2\n---\na: yes\n", 0).is_ok());
}
