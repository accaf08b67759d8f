//! Images and servers that the values of a chart without a model name, wherever its templates use them.

use serde_json::Value;

use super::fill::fill_text;
use super::path::path_of;
use super::text::is_empty;

/// How deep values are looked into; no real chart is as deep.
const MOST_DEPTH: usize = 32;

/// The images that tables of values name, but for those that are switched off and those of containers that only wait
/// for a server: under `image`, `zookeeperImage` or `img`, and whatever is in a table called `images`.
pub(super) fn named_anywhere(values: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(values, MOST_DEPTH, &mut found);
    found.iter().map(|image| filled(image, values)).collect()
}

fn collect(values: &Value, depth: usize, found: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match values {
        Value::Object(map) if !is_off(values) => {
            for (key, value) in map.iter().filter(|(key, _)| !is_helper(key)) {
                if is_image(key) {
                    found.extend(names(value).map(str::to_owned));
                }
                if key == "images" {
                    let inner = value.as_object().into_iter().flatten().filter(|(key, _)| !is_helper(key));
                    found.extend(inner.flat_map(|(_, image)| names(image)).map(str::to_owned));
                }
                collect(value, depth, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth, found)),
        _ => {}
    }
}

pub(super) fn is_off(table: &Value) -> bool {
    table.get("enabled").is_some_and(|is| is_empty(Some(is)))
}

/// Whether a key is that of a container which ends before a server would start.
pub(super) fn is_helper(key: &str) -> bool {
    ["init", "wait"].iter().any(|word| key.to_ascii_lowercase().starts_with(word))
}

fn is_image(key: &str) -> bool {
    matches!(key, "image" | "img") || key.ends_with("Image")
}

/// What a value says of an image: its name, or a table with it.
fn names(image: &Value) -> impl Iterator<Item = &str> {
    let places = [Some(image), image.get("repository"), image.get("name")];
    places.into_iter().flatten().filter_map(Value::as_str)
}

/// An image whose name is a template text of its own, which templates pass to `tpl`.
fn filled(image: &str, values: &Value) -> String {
    fill_text(image, values).text
}

/// The image that the chart's own values name at the top level, or in a table called `image`.
pub(super) fn of_the_chart(values: &Value) -> Vec<String> {
    values.get("image").into_iter().flat_map(names).map(str::to_owned).collect()
}

/// The images at the values that an action hands to a function: `include "x" (dict "image" .Values.images.zookeeper)`,
/// `index .Values.images "zookeeper"`, `tpl .Values.image .`. `None` if it names no value.
pub(super) fn handed_in(action: &str, values: &Value) -> Option<Vec<String>> {
    let mut words = action.split([' ', '(', ')', '|']).filter(|word| !word.is_empty()).peekable();
    let is_index = words.peek() == Some(&"index");
    let mut found: Option<Vec<String>> = None;
    while let Some(word) = words.next() {
        let Some(path) = word.trim_start_matches('$').strip_prefix(".Values.") else { continue };
        let mut at = path_of(path).of(values);
        while let Some(key) = words.next_if(|word| is_index && word.starts_with('"')) {
            at = at.and_then(|table| table.get(key.trim_matches('"')));
        }
        let images = at.into_iter().flat_map(names).map(|image| filled(image, values));
        found.get_or_insert_default().extend(images);
    }
    found
}

/// The path of a table with one of some names that values switch on or size, as a chart does that brings a server.
pub(super) fn switched_on_at(values: &Value, names: &[String]) -> Option<String> {
    table_at(values, names, "", MOST_DEPTH)
}

fn table_at(values: &Value, names: &[String], before: &str, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let map = values.as_object().filter(|_| !is_off(values))?;
    map.iter().find_map(|(key, value)| {
        let path = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        let is_one = names.iter().any(|name| key.eq_ignore_ascii_case(name)) && runs(value);
        if is_one { Some(path) } else { table_at(value, names, &path, depth) }
    })
}

/// Whether a table speaks of a server and not of where one is.
fn runs(table: &Value) -> bool {
    let Some(map) = table.as_object().filter(|_| !is_off(table)) else { return false };
    let is_elsewhere = |key: &str| {
        let key = key.to_ascii_lowercase();
        let words = ["host", "url", "connect", "address", "external", "endpoint", "quorum", "servers", "nodes"];
        words.iter().any(|word| key.contains(word))
    };
    let sizes = |(key, value): (&String, &Value)| match key.as_str() {
        "enabled" => value == &Value::Bool(true),
        "replicaCount" | "replicas" => value.as_f64().is_some_and(|count| count > 0.0),
        "persistence" => value.is_object(),
        _ => false,
    };
    !map.keys().any(|key| is_elsewhere(key)) && map.iter().any(sizes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{handed_in, named_anywhere, switched_on_at};

    #[test]
    fn values_name_images_in_many_ways() {
        let table = [
            (json!({"a": {"image": "zk:1"}, "b": {"enabled": false, "image": "no"}}), vec!["zk:1"]),
            (
                json!({"images": {"zookeeper": "zk:1", "kafka": {"repository": "k"}, "initImage": "no"}}),
                vec!["k", "zk:1"],
            ),
            (json!({"zookeeperImage": "zk", "zk": {"img": {"name": "zk2"}}}), vec!["zk2", "zk"]),
            (json!({"image": "{{ .Values.registry }}/zk", "registry": "r"}), vec!["r/zk"]),
        ];
        for (values, expected) in table {
            let mut named = named_anywhere(&values);
            named.sort();
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!(named, expected, "{values}");
        }
    }

    #[test]
    fn functions_get_the_values_that_an_action_names() {
        let values =
            json!({"images": {"zookeeper": {"repository": "zk"}, "kafka": "k"}, "img": "{{ .Values.images.kafka }}"});
        let table = [
            ("template \"v\" (dict \"image\" .Values.images.zookeeper \"root\" .)", Some(vec!["zk"])),
            ("index .Values.images \"kafka\" | quote", Some(vec!["k"])),
            ("index $.Values.images \"other\"", Some(vec![])),
            ("tpl .Values.img .", Some(vec!["k"])),
            ("include \"v\" .", None),
        ];
        for (action, expected) in table {
            let expected = expected.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(handed_in(action, &values), expected, "{action}");
        }
    }

    #[test]
    fn a_table_of_a_servers_name_is_one_if_it_is_sized() {
        let table = [
            (json!({"zookeeper": {"enabled": true}}), Some("zookeeper")),
            (json!({"kafka": {"zookeeper": {"replicaCount": 3}}}), Some("kafka.zookeeper")),
            (json!({"kafka": {"enabled": false, "zookeeper": {"replicaCount": 3}}}), None),
            (json!({"zookeeper": {"enabled": false, "replicaCount": 3}}), None),
            (json!({"zookeeper": {"enabled": true, "host": "zk"}}), None),
            (json!({"externalZookeeper": {"enabled": true}}), None),
            (json!({"zookeeper": "zk:2181"}), None),
            (json!({"zookeeper": {"timeout": 3}}), None),
        ];
        for (values, expected) in table {
            assert_eq!(switched_on_at(&values, &["zookeeper".to_owned()]).as_deref(), expected, "{values}");
        }
    }
}
