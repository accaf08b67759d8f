//! The same manifests in another shape get the same verdicts and the same cure.

use super::corpus;
use super::library::{HOURLY, Judged, judge, read};
use super::program::input_of;
use autopurge::yaml::split;
use serde_json::{Value, json};

/// Cases that are YAML in block style, so that every shape can be made of them.
const CASES: [&str; 14] = [
    "already-purges",
    "anchored-env-shared-with-a-client",
    "duplicate-env-last-wins",
    "env-file-unknown",
    "hooks-only",
    "init-container-and-job-only",
    "kind-list",
    "mounted-cfg-unknown",
    "never-purges",
    "no-env-list",
    "not-a-number",
    "old-image-not-curable",
    "posthog-label-18.2.1",
    "retain-asked-for",
];

/// Manifests by name: our own, and those of the corpus.
fn manifests() -> Vec<(String, Vec<u8>)> {
    let own = CASES.into_iter().map(|case| (case.to_owned(), input_of(case)));
    let files = corpus::files().unwrap_or_default();
    let real = files.iter().filter(|file| file.has_servers()).map(|file| (file.name.clone(), file.stream()));
    own.chain(real).collect()
}

/// Each manifest in another shape: the same servers, cured in the same way, and the laws hold.
fn assert_same(reshape: impl Fn(&[u8]) -> Vec<u8>) {
    for (name, stream) in manifests() {
        let shape = reshape(&stream);
        let (before, after) = (judge(&stream, HOURLY), judge(&shape, HOURLY));
        assert_eq!(verdicts(&before), verdicts(&after), "{name}");
        after.assert_laws(&shape, HOURLY);
    }
}

/// What each server is, does, and does after the cure; in an order that does not depend on the documents'.
fn verdicts(judged: &Judged) -> Vec<String> {
    let servers = judged.servers.iter().zip(&judged.after);
    let mut told: Vec<String> = servers.map(|(seen, after)| format!("{seen:?} {after:?}")).collect();
    told.sort();
    told
}

/// The documents of a stream without their separators. Directives go: what follows does not need them.
fn documents(stream: &[u8]) -> Vec<Vec<u8>> {
    split(stream).into_iter().map(|span| body(span.of_bytes(stream))).collect()
}

fn body(document: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(document).expect("UTF-8").trim_start_matches('\u{feff}');
    let kept = text.split_inclusive('\n').filter(|line| !line.starts_with('%'));
    let kept = kept.map(|line| match line.strip_prefix("---") {
        Some(rest) if rest.trim().is_empty() || rest.trim().starts_with('#') => "",
        Some(rest) => rest,
        None if line.trim() == "..." => "",
        None => line,
    });
    let mut text: String = kept.collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.into_bytes()
}

fn stream_of(documents: &[Vec<u8>]) -> Vec<u8> {
    documents.iter().flat_map(|document| [b"---\n".as_slice(), document, b"\n"]).collect::<Vec<_>>().concat()
}

#[test]
fn documents_in_another_order() {
    assert_same(|stream| {
        let mut documents = documents(stream);
        documents.reverse();
        stream_of(&documents)
    });
    assert_same(|stream| {
        let mut documents = documents(stream);
        let middle = documents.len() / 2;
        documents.rotate_left(middle);
        stream_of(&documents)
    });
}

#[test]
fn one_list_by_indentation() {
    assert_same(|stream| {
        let items = documents(stream).iter().filter_map(|document| item(document)).collect::<String>();
        format!("apiVersion: v1\nkind: List\nitems:\n{items}").into_bytes()
    });
}

/// A document as an item of a block list: the first line of its content gets the dash, the others move with it.
fn item(document: &[u8]) -> Option<String> {
    if !read(document).is_object() {
        return None;
    }
    let text = std::str::from_utf8(document).expect("UTF-8");
    let is_content = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
    let first = text.split_inclusive('\n').position(is_content).expect("content");
    let lines =
        text.split_inclusive('\n').enumerate().map(|(number, line)| match line.trim_end_matches(['\r', '\n']) {
            "" => line.to_owned(),
            _ if number == first => format!("  - {line}"),
            _ => format!("    {line}"),
        });
    Some(lines.collect())
}

#[test]
fn one_list_in_json() {
    let list = |stream: &[u8]| {
        let items: Vec<Value> = documents(stream).iter().map(|document| read(document)).collect();
        let items: Vec<Value> = items.into_iter().filter(Value::is_object).collect();
        json!({ "apiVersion": "v1", "kind": "List", "items": items })
    };
    assert_same(|stream| serde_json::to_vec(&list(stream)).expect("JSON"));
    assert_same(|stream| serde_json::to_vec_pretty(&list(stream)).expect("JSON"));
}

#[test]
fn every_document_in_json() {
    assert_same(|stream| stream_of(&json_documents(stream)));
    for (name, stream) in manifests() {
        for document in json_documents(&stream) {
            let cured = judge(&document, HOURLY).output;
            assert!(serde_json::from_slice::<Value>(&cured).is_ok(), "{name}: {}", String::from_utf8_lossy(&cured));
        }
    }
}

fn json_documents(stream: &[u8]) -> Vec<Vec<u8>> {
    let values = documents(stream).into_iter().map(|document| read(&document)).filter(Value::is_object);
    values.map(|value| serde_json::to_vec(&value).expect("JSON")).collect()
}

#[test]
fn line_ends_of_windows() {
    assert_same(|stream| {
        let text = std::str::from_utf8(stream).expect("UTF-8");
        text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()
    });
}

#[test]
fn without_the_last_line_end() {
    assert_same(|stream| {
        let text = std::str::from_utf8(stream).expect("UTF-8");
        text.trim_end_matches(['\r', '\n']).as_bytes().to_vec()
    });
}

#[test]
fn with_a_byte_order_mark() {
    assert_same(|stream| [b"\xef\xbb\xbf", stream].concat());
}

#[test]
fn behind_a_registry_of_ones_own() {
    assert_same(|stream| {
        let text = std::str::from_utf8(stream).expect("UTF-8");
        let moved = text.replace("docker.io/bitnami/", "bitnami/").replace("docker.io/signoz/", "signoz/");
        let moved = moved.replace("bitnami/zookeeper:", "registry.example.com:5000/proxy/docker.io/bitnami/zookeeper:");
        moved.replace("signoz/zookeeper:", "registry.example.com/signoz/zookeeper:").into_bytes()
    });
}

#[test]
fn objects_by_other_names() {
    for (name, stream) in manifests() {
        let text = std::str::from_utf8(&stream).expect("UTF-8");
        let renamed =
            ["posthog-posthog-", "posthog-", "sentry-", "zk-"].iter().fold(text.to_owned(), |text, prefix| {
                text.replace(&format!("name: {prefix}zookeeper"), "name: coordination")
            });
        let (before, after) = (judge(&stream, HOURLY), judge(renamed.as_bytes(), HOURLY));
        let nameless = |judged: &Judged| {
            let servers = judged.servers.iter().zip(&judged.after);
            servers
                .map(|(seen, after)| (seen.container.clone(), seen.verdict, seen.interval, *after))
                .collect::<Vec<_>>()
        };
        assert_eq!(nameless(&before), nameless(&after), "{name}");
        after.assert_laws(renamed.as_bytes(), HOURLY);
    }
}
