//! The laws that hold for every document and every patch.

use super::edits::{assert_meant, spliced};
use super::json;
use autopurge::yaml::{Change, Document, Edit, Refusal, edit};
use json_patch::PatchOperation;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use std::fmt::Write;

const STRINGS: [&str; 24] = [
    "",
    "x",
    "yes",
    "0",
    "it's",
    "a: b",
    "a #b",
    "- x",
    "\u{e9}\u{6f22}\u{1F600}",
    "tab\there",
    "line\nline\n",
    "one\n\ntwo",
    " lead",
    "trail ",
    "\u{85}",
    "\u{feff}",
    "\"q\"",
    "back\\slash",
    "{a}",
    "*a",
    "0x1F",
    "~",
    "<<",
    "a,b",
];

fn string() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(STRINGS.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        4 => string().prop_map(Value::String),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => (-1e6..1e6_f64).prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(string(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// How a generated document is written.
#[expect(clippy::struct_excessive_bools, reason = "independent choices of a generator")]
#[derive(Clone, Debug)]
struct Looks {
    indented_lists: bool,
    comments: bool,
    crlf: bool,
    final_line_end: bool,
    json: bool,
    anchors: bool,
    bom: bool,
    choices: Vec<u8>,
}

fn looks() -> impl Strategy<Value = Looks> {
    let rare = || prop::bool::weighted(0.1);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), prop::bool::weighted(0.9), rare(), any::<bool>(), rare());
    (flags, prop::collection::vec(any::<u8>(), 1..30)).prop_map(
        |((indented_lists, comments, crlf, final_line_end, json, anchors, bom), choices)| Looks {
            indented_lists,
            comments,
            crlf,
            final_line_end,
            json,
            anchors,
            bom,
            choices,
        },
    )
}

/// Writes a value in many ways; the only judge of what it means is the reader.
struct Printer {
    looks: Looks,
    at: usize,
    /// Anchors so far; whether each is one of a mapping, once that is complete.
    anchors: Vec<Option<bool>>,
    text: String,
}

impl Printer {
    fn print(value: &Value, looks: &Looks) -> String {
        if looks.json {
            return if looks.comments {
                serde_json::to_string_pretty(value).unwrap() + "\n"
            } else {
                value.to_string()
            };
        }
        let mut printer = Self {
            looks: looks.clone(),
            at: 0,
            anchors: Vec::new(),
            text: if looks.bom { "\u{FEFF}" } else { "---\n# Source: x\n" }.to_owned(),
        };
        match value {
            Value::Object(map) if !map.is_empty() => printer.mapping(map, 0, false),
            Value::Array(items) if !items.is_empty() => printer.sequence(items, 0, false),
            _ => printer.scalar(value, 0),
        }
        let text = if looks.final_line_end { printer.text } else { printer.text.trim_end_matches('\n').to_owned() };
        if looks.crlf { text.replace('\n', "\r\n") } else { text }
    }

    fn choose(&mut self, count: u8) -> u8 {
        self.at += 1;
        self.looks.choices[self.at % self.looks.choices.len()] % count
    }

    fn comment(&mut self) {
        let comment = if self.looks.comments && self.choose(3) == 0 { "  # a: 'comment\n" } else { "\n" };
        self.text.push_str(comment);
        if self.looks.comments && self.choose(5) == 0 {
            self.text.push_str("\n# between\n");
        }
    }

    fn mapping(&mut self, map: &serde_json::Map<String, Value>, indent: usize, mut inline: bool) {
        for (key, value) in map {
            let lead = if inline { 0 } else { indent };
            inline = false;
            write!(self.text, "{:lead$}{}:", "", quoted(key)).unwrap();
            self.child(value, indent, false);
        }
        if let Some(anchor) =
            self.anchors.iter().rposition(|of_mapping| *of_mapping == Some(true)).filter(|_| self.sometimes(4))
        {
            writeln!(self.text, "{:indent$}<<: *a{anchor}", "").unwrap();
        }
    }

    fn sometimes(&mut self, count: u8) -> bool {
        self.looks.anchors && self.choose(count) == 0
    }

    /// An anchor in front of a value, sometimes with a tag.
    fn properties(&mut self, value: &Value) {
        if self.sometimes(3) {
            write!(self.text, " &a{}", self.anchors.len()).unwrap();
            self.anchors.push(None);
        }
        if value.is_string() && self.sometimes(6) {
            self.text.push_str(" !!str");
        }
    }

    /// A collection in brackets over several lines.
    fn lines_in_brackets(&mut self, value: &Value, indent: usize) {
        let pair = |(key, value): (&String, &Value)| format!("{}: {}", quoted(key), flow(value));
        let (open, close, parts) = match value {
            Value::Array(items) => ('[', ']', items.iter().map(flow).collect::<Vec<_>>()),
            Value::Object(map) => ('{', '}', map.iter().map(pair).collect()),
            _ => return,
        };
        self.text.push(open);
        self.comment();
        for (index, part) in parts.iter().enumerate() {
            let comma = if index + 1 < parts.len() || self.choose(2) == 0 { "," } else { "" };
            write!(self.text, "{:indent$}{part}{comma}", "").unwrap();
            self.comment();
        }
        write!(self.text, "{:indent$}{close}", "").unwrap();
        self.comment();
    }

    fn sequence(&mut self, items: &[Value], indent: usize, mut inline: bool) {
        for item in items {
            let lead = if inline { 0 } else { indent };
            inline = false;
            write!(self.text, "{:lead$}-", "").unwrap();
            self.child(item, indent, true);
        }
    }

    fn child(&mut self, value: &Value, indent: usize, in_list: bool) {
        let flow = self.choose(4) == 0;
        let anchor = self.anchors.iter().rposition(Option::is_some).filter(|_| self.sometimes(6));
        if let Some(anchor) = anchor {
            writeln!(self.text, " *a{anchor}").unwrap();
            return;
        }
        let own = self.anchors.len();
        if !in_list || !(value.is_object() || value.is_array()) {
            self.properties(value);
        }
        self.content(value, indent, in_list, flow);
        if let Some(anchor) = self.anchors.get_mut(own) {
            anchor.get_or_insert(value.is_object());
        }
    }

    fn content(&mut self, value: &Value, indent: usize, in_list: bool, flow: bool) {
        match value {
            Value::Object(_) | Value::Array(_)
                if flow && self.choose(2) == 0 && ![json!({}), json!([])].contains(value) =>
            {
                self.text.push(' ');
                self.lines_in_brackets(value, indent + 2);
            }
            Value::Object(map) if !map.is_empty() && !flow => {
                let gap = if self.choose(3) == 0 { 3 } else { 1 };
                if in_list {
                    write!(self.text, "{:gap$}", "").unwrap();
                    self.mapping(map, indent + gap + 1, true);
                } else {
                    self.comment();
                    self.mapping(map, indent + gap + 1, false);
                }
            }
            Value::Array(items) if !items.is_empty() && !flow => {
                if in_list {
                    self.text.push(' ');
                    self.sequence(items, indent + 2, true);
                } else {
                    self.comment();
                    let more = if self.looks.indented_lists { 2 } else { 0 };
                    self.sequence(items, indent + more, false);
                }
            }
            _ => {
                self.text.push(' ');
                self.scalar(value, indent + 2);
            }
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        let choice = self.choose(5);
        match value {
            Value::String(text) if choice == 0 && is_simple(text) => self.text.push_str(text),
            Value::String(text) if choice <= 1 && is_single_line(text) => {
                write!(self.text, "'{}'", text.replace('\'', "''")).unwrap();
            }
            Value::String(text) if choice <= 3 && is_block(text) => return self.block(text, indent, choice),
            Value::Null if choice == 0 => self.text.push('~'),
            Value::Null if choice == 1 => {}
            Value::String(text) => self.text.push_str(&quoted(text)),
            _ => self.text.push_str(&flow(value)),
        }
        self.comment();
    }

    fn block(&mut self, text: &str, indent: usize, choice: u8) {
        let chomp = match text.len() - text.trim_end_matches('\n').len() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        let header = if choice == 3 { '>' } else { '|' };
        let comment = if self.looks.comments { " # script" } else { "" };
        writeln!(self.text, "{header}{chomp}{comment}").unwrap();
        for line in text.trim_end_matches('\n').split('\n') {
            let indent = if line.is_empty() { 0 } else { indent };
            writeln!(self.text, "{:indent$}{line}", "").unwrap();
        }
        (1..text.len() - text.trim_end_matches('\n').len()).for_each(|_| self.text.push('\n'));
    }
}

fn is_simple(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_single_line(text: &str) -> bool {
    text.chars().all(|character| (' '..='~').contains(&character) || ('\u{c0}'..='\u{2000}').contains(&character))
}

fn is_block(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.split('\n').all(|line| is_single_line(line) && line.trim() == line)
}

fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|character| match character {
            '"' | '\\' => format!("\\{character}"),
            _ if is_single_line(&character.to_string()) => character.to_string(),
            _ => format!("\\U{:08X}", u32::from(character)),
        })
        .collect();
    format!("\"{escaped}\"")
}

fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let pairs: Vec<_> = map.iter().map(|(key, value)| format!("{}: {}", quoted(key), flow(value))).collect();
            format!("{{ {} }}", pairs.join(" , "))
        }
        _ => value.to_string(),
    }
}

/// Every place in a value.
fn places(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (token, child) in children {
        found.extend(places(child).into_iter().map(|place| format!("/{token}{place}")));
    }
    found
}

#[derive(Clone, Debug)]
struct Wish {
    place: Index,
    kind: u8,
    key: String,
    value: Value,
}

fn wish() -> impl Strategy<Value = Wish> {
    (any::<Index>(), 0..4_u8, string(), value()).prop_map(|(place, kind, key, value)| Wish { place, kind, key, value })
}

/// An operation that can be carried out.
fn operation(wish: &Wish, document: &Value) -> Value {
    let places = places(document);
    let place = &places[wish.place.index(places.len())];
    let token = wish.key.replace('~', "~0").replace('/', "~1");
    match (wish.kind, document.pointer(place).unwrap()) {
        (0, _) if !place.is_empty() => json!({"op": "remove", "path": place}),
        (1 | 2, Value::Array(items)) => {
            let index = wish.place.index(items.len() + 1);
            let token = if wish.kind == 1 { "-".to_owned() } else { index.to_string() };
            json!({"op": "add", "path": format!("{place}/{token}"), "value": wish.value})
        }
        (1 | 2, Value::Object(_)) => json!({"op": "add", "path": format!("{place}/{token}"), "value": wish.value}),
        _ => json!({"op": "replace", "path": place, "value": wish.value}),
    }
}

fn patch(wishes: &[Wish], document: &Value) -> Value {
    let mut state = document.clone();
    let mut patch = Vec::new();
    for wish in wishes {
        let operation = operation(wish, &state);
        let parsed: PatchOperation = serde_json::from_value(operation.clone()).unwrap();
        json_patch::patch(&mut state, &[parsed]).unwrap();
        patch.push(operation);
    }
    Value::from(patch)
}

fn edits(text: &str, patch: &Value, comment: Option<&str>) -> Result<Vec<Edit>, Refusal> {
    let document = Document::parse(text.as_bytes(), 0).unwrap().unwrap();
    let operations: Vec<PatchOperation> = serde_json::from_value(patch.clone()).unwrap();
    let change = |operation| Change { operation, comment: comment.map(str::to_owned) };
    edit(&document, &operations.into_iter().map(change).collect::<Vec<_>>())
}

/// Untouched: what is not in an edit is in the new text, in the same order.
fn assert_untouched(text: &str, edits: &[Edit], edited: &str) {
    let (mut at, mut rest) = (0, edited);
    for edit in edits {
        rest = rest.strip_prefix(&text[at..edit.span.start]).unwrap();
        rest = rest.strip_prefix(edit.text.as_str()).unwrap();
        at = edit.span.end;
    }
    assert_eq!(rest, &text[at..]);
}

fn collection() -> impl Strategy<Value = Value> {
    let map =
        prop::collection::btree_map(string(), value(), 1..5).prop_map(|map| Value::Object(map.into_iter().collect()));
    prop_oneof![4 => map, 1 => prop::collection::vec(value(), 1..5).prop_map(Value::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_what_was_meant(
        value in collection(), looks in looks(), wishes in prop::collection::vec(wish(), 1..4), comment in any::<bool>(),
    ) {
        let text = Printer::print(&value, &looks);
        // What is JSON for others may hold characters that YAML forbids.
        prop_assume!(!looks.json || json(&text).is_ok());
        let Ok(read) = json(&text) else { panic!("unreadable: {text}") };
        let patch = patch(&wishes, &read);
        let comment = comment.then_some("autopurge: \u{2028} said # this");
        match edits(&text, &patch, comment) {
            Ok(edits) => {
                let edited = spliced(&text, &edits);
                assert_untouched(&text, &edits, &edited);
                assert_meant(&text, &patch, &edited);
                if serde_json::from_str::<Value>(&text).is_ok() {
                    prop_assert!(serde_json::from_str::<Value>(&edited).is_ok(), "{edited}");
                }
            }
            // Whoever edits what is shared may be refused; whoever does not, may not.
            Err(_) if text.contains("*a") => {}
            Err(Refusal::FinalLineEnd) => prop_assert!(!text.ends_with('\n')),
            Err(refusal) => {
                let is_at_open_end = !text.ends_with('\n') && refusal == Refusal::Mismatch;
                prop_assert!(is_at_open_end, "{refusal}\n{patch}\n{text}");
            }
        }
    }

    #[test]
    fn every_string_survives_as_key_and_value(text in any::<String>()) {
        let token = text.replace('~', "~0").replace('/', "~1");
        for source in ["m:\n  b: 1\n", "m: {b: 1}\n", "{\"m\": {\"b\": 1}}", "m: {}\n", "m:\n  b: 'x' # c\n", "m:\n  b: |\n    x\n"] {
            for path in [format!("/m/{token}"), "/m/b".to_owned()] {
                let patch = json!([{"op": "add", "path": path, "value": text}]);
                let edited = spliced(source, &edits(source, &patch, None).unwrap());
                assert_meant(source, &patch, &edited);
            }
        }
    }

    #[test]
    fn doing_it_twice_changes_nothing(value in collection(), looks in looks(), new in string()) {
        let text = Printer::print(&value, &looks);
        // What is JSON for others may hold characters that YAML forbids.
        prop_assume!(!looks.json || json(&text).is_ok());
        let Ok(read) = json(&text) else { panic!("unreadable: {text}") };
        let places = places(&read);
        let patch = json!([{"op": "replace", "path": places.last().unwrap(), "value": new}]);
        if let Ok(once) = edits(&text, &patch, None) {
            let once = spliced(&text, &once);
            prop_assert_eq!(edits(&once, &patch, None), Ok(Vec::new()));
        }
    }
}
