//! The editor: an edited document, read again, is what RFC 6902 makes of the original.
#![no_main]

use autopurge::yaml::{Change, Document, edit, spliced};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// Which operation, at which place, with which new value; and the document.
type Input<'i> = (u8, u16, &'i str, &'i str);

/// The pointers of all places in a value.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, format!("{at}/{index}"), found));
        }
        Value::Object(fields) => fields.iter().for_each(|(key, item)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            pointers(item, format!("{at}/{key}"), found);
        }),
        _ => {}
    }
    found.push(at);
}

fn value(kind: u8, text: &str) -> Value {
    match kind / 4 % 4 {
        0 => json!(text),
        1 => json!(text.len()),
        2 => json!([text]),
        _ => json!({ "key": text }),
    }
}

fuzz_target!(|input: Input<'_>| {
    let (kind, place, new, text) = input;
    let Ok(Some(document)) = Document::parse(text.as_bytes(), 0) else { return };
    let Ok(original) = document.to_json() else { return };
    let mut places = Vec::new();
    pointers(&original, String::new(), &mut places);
    let path = &places[usize::from(place) % places.len()];
    let operation = match kind % 4 {
        0 => json!([{"op": "replace", "path": path, "value": value(kind, new)}]),
        1 => json!([{"op": "remove", "path": path}]),
        2 => json!([{"op": "add", "path": format!("{path}/-"), "value": value(kind, new)}]),
        _ => json!([{"op": "add", "path": format!("{path}/added"), "value": value(kind, new)}]),
    };
    let operations: json_patch::Patch = serde_json::from_value(operation).expect("a patch");
    let change = |operation: &json_patch::PatchOperation| Change { operation: operation.clone(), comment: Some("changed".to_owned()) };
    let changes: Vec<Change> = operations.iter().map(change).collect();
    let Ok(edits) = edit(&document, &changes) else { return };
    let edited: Vec<u8> = spliced(text.as_bytes(), &edits);
    let mut expected = original;
    json_patch::patch(&mut expected, &operations).expect("it was edited");
    let again = Document::parse(&edited, 0).expect("it was verified");
    let again = again.map_or(Value::Null, |document| document.to_json().expect("it was verified"));
    assert_eq!(again, expected);
});
