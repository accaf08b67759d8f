//! Patches to byte edits.

use super::{fixture, json, same};
use autopurge::yaml::{Change, Document, Edit, Refusal, comment_above, edit, edit_each};
use json_patch::PatchOperation;
use serde_json::{Value, json};

/// The text after the patch.
pub(super) fn edited(text: &str, patch: &Value, comment: Option<&str>) -> Result<String, Refusal> {
    let document = Document::parse(text.as_bytes(), 0).unwrap().unwrap();
    let operations: Vec<PatchOperation> = serde_json::from_value(patch.clone()).unwrap();
    let change = |operation| Change { operation, comment: comment.map(str::to_owned) };
    let edits = edit(&document, &operations.into_iter().map(change).collect::<Vec<_>>())?;
    Ok(spliced(text, &edits))
}

pub(super) fn spliced(text: &str, edits: &[Edit]) -> String {
    assert!(edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{edits:?}");
    let bytes = autopurge::yaml::spliced(text.as_bytes(), edits);
    String::from_utf8(bytes).unwrap()
}

/// The law "Meant".
pub(super) fn assert_meant(text: &str, patch: &Value, edited: &str) {
    let operations: Vec<PatchOperation> = serde_json::from_value(patch.clone()).unwrap();
    let mut expected = json(text).unwrap();
    json_patch::patch(&mut expected, &operations).unwrap();
    let found = json(edited).unwrap_or_else(|error| panic!("{error} in\n{edited}"));
    assert!(same(&found, &expected), "{text}\n{patch}\n{edited}\n{found}\n{expected}");
}

#[test]
fn several_patches_have_each_the_edits_that_it_has_alone() {
    let replace = |path: &str, value: &str| json!([{"op": "replace", "path": path, "value": value}]);
    let append = |path: &str, value: &str| json!([{"op": "add", "path": path, "value": value}]);
    let text = "a: [{x: '0', l: [p]}, {x: '0', l: [q]}]\nb: |\n  one\n  two\nc: &c {d: 0}\n";
    let apart = [replace("/a/0/x", "1"), replace("/a/1/x", "1"), replace("/b", "one\nthree\n"), json!([])];
    let twice = [replace("/a/0/x", "1"), append("/a/1/l/-", "r"), replace("/a/0/x", "1")];
    let in_one_place = [append("/a/0/l/-", "r"), append("/a/0/l/-", "s"), replace("/a/1/x", "1")];
    let taken_away = [json!([{"op": "remove", "path": "/a/0/x"}]), replace("/a/1/x", "1")];
    let refused = [replace("/nowhere", "1"), replace("/a/1/x", "1")];
    for text in [text, &format!("{text}e: *c\n")] {
        let document = Document::parse(text.as_bytes(), 0).unwrap().unwrap();
        for patches in [apart.as_slice(), &twice, &in_one_place, &taken_away, &refused] {
            let patches: Vec<Vec<Change>> = patches.iter().map(changes).collect();
            let alone = patches.iter().map(|patch| edit(&document, patch).unwrap_or_default());
            assert_eq!(edit_each(&document, &patches), alone.collect::<Vec<_>>(), "{patches:?}");
        }
    }
}

fn changes(patch: &Value) -> Vec<Change> {
    let operations: Vec<PatchOperation> = serde_json::from_value(patch.clone()).unwrap();
    operations.into_iter().map(|operation| Change { operation, comment: None }).collect()
}

#[test]
fn every_edit_of_the_table_is_right() {
    let table: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(fixture("edits.json")).unwrap()).unwrap();
    let (mut identical, mut refused, mut wrong) = (0, 0, Vec::new());
    for case in &table {
        let (name, source, patch) = (case["name"].as_str().unwrap(), case["source"].as_str().unwrap(), &case["patch"]);
        match (edited(source, patch, None), case["edited"].as_str()) {
            (Err(_), None) => refused += 1,
            (Ok(text), Some(expected)) => {
                assert_meant(source, patch, &text);
                if text == expected {
                    identical += 1;
                } else {
                    println!("{name}: {text:?}\n     instead of {expected:?}");
                }
            }
            (result, expected) => wrong.push(format!("{name}: {result:?} instead of {expected:?}")),
        }
    }
    println!("{} edits: {identical} identical to the byte, {refused} refused as they should be", table.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(table.len(), 119);
    assert!(identical >= 116, "only {identical} are identical to the byte");
}

fn check(text: &str, patch: &Value, expected: &str) {
    let found = edited(text, patch, None).unwrap_or_else(|refusal| panic!("{refusal} for {patch} in\n{text}"));
    assert_meant(text, patch, &found);
    assert_eq!(found, expected, "{patch}");
}

#[test]
fn a_quoted_digit_is_one_byte() {
    let text = "a:\n- value: \"0\"  # c\n";
    let document = Document::parse(text.as_bytes(), 100).unwrap().unwrap();
    let operation = serde_json::from_value(json!({"op": "replace", "path": "/a/0/value", "value": "1"})).unwrap();
    let edits = edit(&document, &[Change { operation, comment: None }]).unwrap();
    let place = 100 + text.find('0').unwrap();
    assert_eq!(edits.len(), 1);
    assert_eq!((edits[0].span.start, edits[0].span.end, edits[0].text.as_str()), (place, place + 1, "1"));
}

#[test]
fn quotes_stay_what_they_are() {
    let replace = |value: Value| json!([{"op": "replace", "path": "/a", "value": value}]);
    check("a: 'x'\n", &replace(json!("it's")), "a: 'it''s'\n");
    check("a: 'x'\n", &replace(json!("1\n2")), "a: \"1\\n2\"\n");
    check("a: \"0\"\n", &replace(json!("\u{85}")), "a: \"\\x85\"\n");
    check("a: \"0\"\n", &replace(json!(1)), "a: 1\n");
    check("a: x\n", &replace(json!("yes")), "a: \"yes\"\n");
    check("{\"a\": \"x\"}\n", &replace(json!("\u{85}")), "{\"a\": \"\\u0085\"}\n");
    check("a: !!str 0\n", &replace(json!("1")), "a: !!str \"1\"\n");
    check("a: !!int \"3\"\n", &replace(json!("x")), "a: \"x\"\n");
    check("a: !!int \"3\"\n", &replace(json!(4)), "a: 4\n");
    check("a: &x 3\nb: 1\n", &replace(json!("y")), "a: &x \"y\"\nb: 1\n");
}

#[test]
fn collections_come_and_go() {
    let replace = |value: Value| json!([{"op": "replace", "path": "/a", "value": value}]);
    check("a:\n  b: 1 # c\n  d: 2\ne: 3\n", &replace(json!({})), "a: {}\ne: 3\n");
    check("a:\n  b: 1\n  d: 2\n", &replace(json!({"b": 1, "x": [1]})), "a:\n  b: 1\n  x:\n  - 1\n");
    check("a: &q !!map\n  b: 1\n", &replace(json!("x")), "a: &q x\n");
    check("a: # why\n  b: 1\nc: 1\n", &replace(json!([1, 2])), "a: # why\n- 1\n- 2\nc: 1\n");
    check("a: x # why\nc: 1\n", &replace(json!({"k": {"l": "1"}})), "a: # why\n  k:\n    l: \"1\"\nc: 1\n");
    check("a: |\n  x\nc: 1\n", &replace(json!({"k": 1})), "a:\n  k: 1\nc: 1\n");
    check("a: | # h\n  x\n  y\nc: 1\n", &replace(json!(5)), "a: 5 # h\nc: 1\n");
    check("a:\n- x: 1\n  y: 2 # c\n", &json!([{"op": "replace", "path": "/a/0", "value": "z"}]), "a:\n- z # c\n");
    check(
        "a:\n-\n- 1\n",
        &json!([{"op": "replace", "path": "/a/0", "value": {"k": 1, "l": 2}}]),
        "a:\n- k: 1\n  l: 2\n- 1\n",
    );
    check("a: {b, c: }\n", &json!([{"op": "replace", "path": "/a/b", "value": 1}]), "a: {b: 1, c: }\n");
    check("a: {b, c: }\n", &json!([{"op": "replace", "path": "/a/c", "value": 1}]), "a: {b, c: 1}\n");
    check("a:\n  b: 1\n", &json!([{"op": "remove", "path": "/a/b"}]), "a: {}\n");
    check(
        "a:\n- 1\n- 2\n- 3\n",
        &json!([{"op": "remove", "path": "/a/2"}, {"op": "remove", "path": "/a/0"}]),
        "a:\n- 2\n",
    );
    check("a: [1, 2, 3]\n", &json!([{"op": "remove", "path": "/a/1"}]), "a: [1, 3]\n");
    check("a: [1, 2, 3]\n", &json!([{"op": "remove", "path": "/a/0"}]), "a: [2, 3]\n");
    check("a: 1\nb: 1\na: 2\n", &json!([{"op": "remove", "path": "/a"}]), "b: 1\n");
    check("x: 1\n", &json!([{"op": "replace", "path": "", "value": {"y": [1]}}]), "\"y\":\n- 1\n");
    check("a: x\nb: 1\n", &json!([{"op": "move", "from": "/a", "path": "/c"}]), "b: 1\nc: x\n");
    check("a: x\n", &json!([{"op": "copy", "from": "/a", "path": "/c"}]), "a: x\nc: x\n");
}

#[test]
fn operations_count_one_after_another() {
    let text = "env:\n- name: A\n  value: \"0\"\n- name: B\n  value: \"1\"\n";
    let patch = json!([
        {"op": "test", "path": "/env/0/name", "value": "A"},
        {"op": "test", "path": "/env/1/name", "value": "B"},
        {"op": "replace", "path": "/env/0/value", "value": "1"},
        {"op": "add", "path": "/env/0", "value": {"name": "C", "value": "2"}},
        {"op": "test", "path": "/env/1/value", "value": "1"},
        {"op": "add", "path": "/env/-", "value": {"name": "D", "value": "3"}},
    ]);
    let expected = "env:\n- name: C\n  value: \"2\"\n- name: A\n  value: \"1\"\n- name: B\n  value: \"1\"\n- name: D\n  value: \"3\"\n";
    check(text, &patch, expected);
    let wrong = json!([{"op": "test", "path": "/env/0/name", "value": "B"}]);
    assert_eq!(edited(text, &wrong, None), Err(Refusal::TestFailed { path: "/env/0/name".to_owned() }));
    let missing = json!([{"op": "replace", "path": "/env/7", "value": "B"}]);
    assert!(matches!(edited(text, &missing, None), Err(Refusal::NoSuchPlace { .. })));
}

#[test]
fn a_new_list_looks_like_the_lists_around() {
    let add = json!([{"op": "add", "path": "/spec/containers/0/env", "value": [{"name": "A", "value": "1"}]}]);
    check(
        "spec:\n  containers:\n  - name: zk\n    image: x\n",
        &add,
        "spec:\n  containers:\n  - name: zk\n    image: x\n    env:\n    - name: A\n      value: \"1\"\n",
    );
    check(
        "spec:\n  containers:\n    - name: zk\n      image: x\n",
        &add,
        "spec:\n  containers:\n    - name: zk\n      image: x\n      env:\n        - name: A\n          value: \"1\"\n",
    );
    let append = json!([{"op": "add", "path": "/a/-", "value": {"name": "B", "v": 1}}]);
    check("a:\n-   \"name\": x\n    v: 2\n", &append, "a:\n-   \"name\": x\n    v: 2\n-   name: B\n    v: 1\n");
    check("a:\n\n- x\n", &append, "a:\n\n- x\n- name: B\n  v: 1\n");
}

#[test]
fn texts_change_line_by_line() {
    let replace = |value: &str| json!([{"op": "replace", "path": "/a", "value": value}]);
    check(
        "a: |\r\n  x=1\r\n  y=2\r\nb: 1\r\n",
        &replace("x=1\nz=3\ny=2\n"),
        "a: |\r\n  x=1\r\n  z=3\r\n  y=2\r\nb: 1\r\n",
    );
    check("a: |-\n  x\n  y\n", &replace("x\ny\nz"), "a: |-\n  x\n  y\n  z\n");
    check("a: |+\n  x\n\nb: 1\n", &replace("x\ny\n\n"), "a: |+\n  x\n  y\n\nb: 1\n");
    check("a: |\n  x\n\n\nb: 1\n", &replace("y\n\nz\n"), "a: |\n  y\n\n  z\n\n\nb: 1\n");
    check("a: |\n  x\n", &replace(" y\n"), "a: \" y\\n\"\n");
    check("a: |2\n  x\n", &replace(" y\n"), "a: |2\n   y\n");
    check("a: |\n  x\n", &replace("y"), "a: |-\n  y\n");
    check("a: |\n  x\n", &replace("b\u{85}"), "a: \"b\\x85\"\n");
    check("a: |\n  x\n  y", &replace("x\nz"), "a: |\n  x\n  z");
    check("a: >\n  x one\n  two\nb: 1\n", &replace("x one three\n"), "a: >\n  x one\n  three\nb: 1\n");
    check("a: >-\n  x\nb: 1\n", &replace("1\n2"), "a: |-\n  1\n  2\nb: 1\n");
    let document = Document::parse(b"a: |\n  x\n  q=0\n  z\n", 0).unwrap().unwrap();
    let operation = serde_json::from_value(replace("x\nq=1\nz\n")[0].clone()).unwrap();
    let edits = edit(&document, &[Change { operation, comment: None }]).unwrap();
    assert_eq!((edits.len(), edits[0].text.as_str()), (1, "1"));
}

const ANCHORED: &str = "base: &b\n  x: \"0\"\n  l: [1]\nuse: *b\nm:\n  <<: *b\n  z: 1\n";

#[test]
fn shared_places_are_edited_once_if_all_readers_are_named() {
    let everywhere = |op: &str, path: &str, value: Value| {
        let operation = |root| json!({"op": op, "path": format!("/{root}/{path}"), "value": value});
        json!([operation("use"), operation("base"), operation("m")])
    };
    check(ANCHORED, &everywhere("replace", "x", json!("1")), &ANCHORED.replace("\"0\"", "\"1\""));
    check(ANCHORED, &everywhere("add", "l/-", json!(2)), &ANCHORED.replace("[1]", "[1, 2]"));
    check(ANCHORED, &everywhere("remove", "l", Value::Null), &ANCHORED.replace("  l: [1]\n", ""));
    let lone = json!([{"op": "replace", "path": "/base/x", "value": "1"}]);
    assert_eq!(edited(ANCHORED, &lone, None), Err(Refusal::Shared));
}

#[test]
fn one_reader_of_a_shared_place_can_leave() {
    let merged = json!([{"op": "replace", "path": "/m/x", "value": "1"}]);
    check(ANCHORED, &merged, &format!("{ANCHORED}  x: \"1\"\n"));
    check("a: &a x\nb: *a\n", &json!([{"op": "replace", "path": "/b", "value": "q"}]), "a: &a x\nb: q\n");
    let added = json!([{"op": "add", "path": "/m/n", "value": 1}]);
    check(ANCHORED, &added, &format!("{ANCHORED}  \"n\": 1\n"));
}

#[test]
fn the_rare_text_without_line_end_is_refused() {
    let add = json!([{"op": "add", "path": "/b", "value": 1}]);
    assert_eq!(edited("a: |\n  x", &add, None), Err(Refusal::FinalLineEnd));
    check("a: |-\n  x", &add, "a: |-\n  x\nb: 1");
}

fn commented(text: &str, patch: &Value) -> String {
    let patched = edited(text, patch, Some("changed\nthis")).unwrap();
    assert_meant(text, patch, &patched);
    patched
}

#[test]
fn comments_stand_behind_the_changed_line() {
    let replace = |value: Value| json!([{"op": "replace", "path": "/a", "value": value}]);
    assert_eq!(commented("a: \"0\"\r\n", &replace(json!("1"))), "a: \"1\" # changed\\nthis\r\n");
    assert_eq!(commented("a: \"0\"  # why\n", &replace(json!("1"))), "a: \"1\"  # why # changed\\nthis\n");
    assert_eq!(
        commented("a: |\n  x\n  y\nb: 1\n", &replace(json!("x\nz\n"))),
        "a: | # changed\\nthis\n  x\n  z\nb: 1\n"
    );
    assert_eq!(commented("{\"a\": 0}\n", &replace(json!(1))), "{\"a\": 1}\n");
    assert_eq!(commented("a: [0]\n", &replace(json!([1]))), "a: [1]\n");
    assert_eq!(commented("a: {b: 1}\n", &json!([{"op": "add", "path": "/a/c", "value": 2}])), "a: {b: 1, c: 2}\n");
    let item = json!([{"op": "add", "path": "/a/-", "value": {"name": "B", "v": 1}}]);
    assert_eq!(commented("a:\n- 1\nb: 1\n", &item), "a:\n- 1\n- name: B\n  v: 1 # changed\\nthis\nb: 1\n");
    assert_eq!(commented("a:\n- 1", &item), "a:\n- 1\n- name: B\n  v: 1 # changed\\nthis");
    let two = json!([{"op": "replace", "path": "/a", "value": 1}, {"op": "replace", "path": "/a", "value": 2}]);
    assert_eq!(commented("a: 0\n", &two), "a: 2 # changed\\nthis\n");
    assert_eq!(commented("a: \"x\n  y\"\n", &replace(json!("z"))), "a: \"z\" # changed\\nthis\n");
}

#[test]
fn comments_above_a_node() {
    let above = |text: &str, pointer: &str| {
        let document = Document::parse(text.as_bytes(), 0).unwrap().unwrap();
        let edit = comment_above(&document, document.root().at(pointer).unwrap(), "said");
        edit.map(|edit| spliced(text, &[edit]))
    };
    assert_eq!(above("---\na:\n  b: 1\n", "/a/b").as_deref(), Some("---\na:\n  # said\n  b: 1\n"));
    assert_eq!(above("# S\r\na: 1\r\n", "").as_deref(), Some("# S\r\n# said\r\na: 1\r\n"));
    assert_eq!(above("# said\na: 1\n", ""), None);
    assert_eq!(above("--- # c\na: 1\n", "").as_deref(), Some("--- # c\n# said\na: 1\n"));
    assert_eq!(above("--- {a: 1}\n", ""), None);
    assert_eq!(above("a: {b: 1}\n", "/a/b"), None);
    assert_eq!(above("{\"a\": 1}\n", ""), None);
    assert_eq!(above("\u{FEFF}a: 1\n", "").as_deref(), Some("\u{FEFF}# said\na: 1\n"));
}

#[test]
fn the_same_change_at_two_places_that_look_alike_is_made_twice() {
    let patch = json!([
        {"op": "add", "path": "/a/x", "value": 1},
        {"op": "remove", "path": "/a"},
        {"op": "add", "path": "/b/x", "value": 1},
    ]);
    check("a:\n  k: &n 1\nb:\n  k: 1\nc: &m q\nd: *m\n", &patch, "b:\n  k: 1\n  x: 1\nc: &m q\nd: *m\n");
}

#[test]
fn documents_with_more_around_them() {
    let add = json!([{"op": "add", "path": "/b", "value": 2}]);
    check("a: 1\n...\nnot read\n", &add, "a: 1\nb: 2\n...\nnot read\n");
    check("%YAML 1.1\n--- # c\na: 1\n", &add, "%YAML 1.1\n--- # c\na: 1\nb: 2\n");
    check("\u{FEFF}a: 1\n", &add, "\u{FEFF}a: 1\nb: 2\n");
    check("---\n\u{FEFF}a: 1\n", &add, "---\n\u{FEFF}a: 1\nb: 2\n");
    check("--- {a: 1}\n", &add, "--- {a: 1, b: 2}\n");
    check("a:\r- x\r", &json!([{"op": "add", "path": "/a/-", "value": "z"}]), "a:\r- x\r- z\r");
    check("? a\n: 1\n", &add, "? a\n: 1\nb: 2\n");
    check("? a\n: 1\n? c\n: 2\n", &json!([{"op": "remove", "path": "/a"}]), "? c\n: 2\n");
    check("? a\n: 1\n", &json!([{"op": "replace", "path": "/a", "value": {"k": 1}}]), "? a\n:\n  k: 1\n");
    check(
        "a: # c\n  # d\n  - 1\n\n# e\nz: 1\n",
        &json!([{"op": "remove", "path": "/a/0"}]),
        "a: [] # c\n  # d\n\n# e\nz: 1\n",
    );
    let replace = |value: Value| json!([{"op": "replace", "path": "/a", "value": value}]);
    check("a: &q\n  b: 1\nz: *q\n", &json!([{"op": "replace", "path": "/z", "value": 1}]), "a: &q\n  b: 1\nz: 1\n");
    check("a: \"x\" # c", &replace(json!({"k": "v"})), "a: # c\n  k: v");
    check("a: {}\n", &replace(json!([{"k": "v", "l": [1]}])), "a:\n- k: v\n  l:\n  - 1\n");
}
