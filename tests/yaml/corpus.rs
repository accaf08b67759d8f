//! Real rendered charts; skipped aloud where they are not at hand.

use super::edits::spliced;
use super::{bytes_to_json, same};
use crate::corpus;
use autopurge::yaml::{Change, Document, Node, Refusal, Style, edit, split};
use json_patch::PatchOperation;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

fn scalars<'d>(node: Node<'d>, pointer: String, found: &mut Vec<(String, Node<'d>)>) {
    for (index, item) in node.items().enumerate() {
        scalars(item, format!("{pointer}/{index}"), found);
    }
    for (key, value) in node.entries() {
        let key = key.text().unwrap().replace('~', "~0").replace('/', "~1");
        scalars(value, format!("{pointer}/{key}"), found);
    }
    if node.scalar().is_some() {
        found.push((pointer, node));
    }
}

/// What stands at a scalar's place decodes to its text when it is read alone.
fn assert_span(node: Node<'_>, text: &str) {
    let written = &text[node.span().start..node.span().end];
    if node.is_alias() || matches!(node.style(), Style::Literal | Style::Folded) || written.contains('\n') {
        return;
    }
    let alone = format!("[{written}]\n");
    let alone = if node.style() == Style::Plain { format!("- {written}\n") } else { alone };
    let document = Document::parse(alone.as_bytes(), 0).unwrap().unwrap();
    assert_eq!(document.root().item(0).and_then(Node::text), node.text(), "{written}");
}

fn assert_edits(document: &Document<'_>, operation: &Value) {
    let operation: PatchOperation = serde_json::from_value(operation.clone()).unwrap();
    let mut expected = document.to_json().unwrap();
    json_patch::patch(&mut expected, std::slice::from_ref(&operation)).unwrap();
    let edits = edit(document, &[Change { operation: operation.clone(), comment: Some("c".to_owned()) }]);
    let edits = match edits {
        Err(Refusal::Shared) if document.text().contains('*') => return,
        edits => edits.unwrap_or_else(|refusal| panic!("{refusal}: {operation:?} in\n{}", document.text())),
    };
    let edited = spliced(document.text(), &edits);
    assert!(same(&bytes_to_json(edited.as_bytes()).unwrap(), &expected));
}

#[test]
fn real_charts_are_read_and_edited() {
    let Some(folder) = corpus::folder() else { return };
    let files = files(&folder.join("rendered"));
    assert!(!files.is_empty());
    let (mut documents, mut places) = (0, 0);
    for file in &files {
        let stream = std::fs::read(file).unwrap();
        for span in split(&stream) {
            let slice = &stream[span.start..span.end];
            let document = Document::parse(slice, 0).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let Some(document) = document else { continue };
            documents += 1;
            let mut found = Vec::new();
            scalars(document.root(), String::new(), &mut found);
            for (_, node) in &found {
                assert_span(*node, document.text());
            }
            if slice.len() > 30_000 {
                continue;
            }
            for turn in 0..2 {
                let Some((pointer, _)) = found.get((documents * 7919 + turn * 31) % found.len().max(1)) else {
                    continue;
                };
                assert_edits(&document, &json!({"op": "replace", "path": pointer, "value": "autopurge: yes\n"}));
                let parent = pointer.rsplit_once('/').unwrap().0;
                let is_list = document.root().at(parent).unwrap().items().len() > 0;
                let place = if is_list { format!("{parent}/-") } else { format!("{parent}/autopurge") };
                assert_edits(
                    &document,
                    &json!({"op": "add", "path": place, "value": {"name": "x", "list": [{"a": "1"}]}}),
                );
                places += 2;
            }
        }
    }
    println!("{} files, {documents} documents, {places} edits", files.len());
}
