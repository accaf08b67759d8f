//! A value at a path of a values document, as the RFC 6902 operation that writes it there.

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, PatchOperation, ReplaceOperation};
use serde_json::{Value, json};

use crate::yaml::{Kind, Node};

/// The operation that sets a value at a path below a node (`base` is the node's JSON pointer), with the mappings on the
/// way that are missing. `None` where something that is no mapping stands in the way.
pub(super) fn assignment(node: Node<'_>, base: &str, path: &[String], value: Value) -> Option<PatchOperation> {
    let (mut here, mut pointer) = (node, base.to_owned());
    for (depth, key) in path.iter().enumerate() {
        let rest = path.get(depth + 1..).unwrap_or_default();
        if here.is_null() {
            // `zookeeper:` with nothing behind it gives way to a mapping.
            return replace(&pointer, wrapped(path.get(depth..).unwrap_or_default(), value));
        }
        let next = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        match (here.kind(), child(here, key)) {
            (Kind::Scalar, _) | (Kind::Sequence, None) => return None,
            (Kind::Mapping, None) => return add(&next, wrapped(rest, value)),
            (Kind::Mapping | Kind::Sequence, Some(found)) => (here, pointer) = (found, next),
        }
    }
    replace(&pointer, value)
}

fn child<'d>(node: Node<'d>, key: &str) -> Option<Node<'d>> {
    if node.kind() == Kind::Sequence { node.item(key.parse().ok()?) } else { node.get(key) }
}

/// A value inside of mappings, one for each key.
pub(super) fn wrapped(path: &[String], value: Value) -> Value {
    path.iter().rev().fold(value, |value, key| json!({ key: value }))
}

fn add(path: &str, value: Value) -> Option<PatchOperation> {
    Some(PatchOperation::Add(AddOperation { path: PointerBuf::parse(path).ok()?, value }))
}

fn replace(path: &str, value: Value) -> Option<PatchOperation> {
    Some(PatchOperation::Replace(ReplaceOperation { path: PointerBuf::parse(path).ok()?, value }))
}

#[cfg(test)]
mod tests {
    use super::assignment;
    use crate::yaml::{Change, Document, edit, splice};
    use serde_json::json;

    fn set(text: &str, path: &str) -> Option<String> {
        let document = Document::parse(text.as_bytes(), 0).unwrap()?;
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        let operation = assignment(document.root(), "", &path, json!(1))?;
        let edits = edit(&document, &[Change { operation, comment: None }]).unwrap();
        Some(String::from_utf8(splice(text.as_bytes(), &edits).collect::<Vec<_>>().concat()).unwrap())
    }

    #[test]
    fn values_are_written_wherever_their_path_ends() {
        let path = "zookeeper.autopurge.purgeInterval";
        let table = [
            (
                "zookeeper:\n  autopurge:\n    purgeInterval: 0 # no\n",
                "zookeeper:\n  autopurge:\n    purgeInterval: 1 # no\n",
            ),
            ("zookeeper:\n  replicas: 3\n", "zookeeper:\n  replicas: 3\n  autopurge:\n    purgeInterval: 1\n"),
            ("zookeeper:\nkafka: {}\n", "zookeeper:\n  autopurge:\n    purgeInterval: 1\nkafka: {}\n"),
            ("zookeeper: {}\n", "zookeeper: {autopurge: {purgeInterval: 1}}\n"),
            ("a: 1\n", "a: 1\nzookeeper:\n  autopurge:\n    purgeInterval: 1\n"),
        ];
        for (text, expected) in table {
            assert_eq!(set(text, path).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(set("zookeeper: 3\n", path), None);
    }
}
