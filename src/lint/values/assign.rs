//! Assigns a value to a path in a values document, as an RFC 6902 operation and as text edits.

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, PatchOperation, ReplaceOperation};
use serde_json::{Value, json};

use crate::helm::Step;
use crate::yaml::{Change, Document, Edit, Kind, Node, Span, edit, pointer, split};

/// A value to write, and where: below a node of a document, at a path.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) struct Assignment<'a> {
    /// The JSON pointer of the node that contains the values.
    pub base: &'a str,
    /// The path from there.
    pub steps: &'a [Step],
    /// The value to put there.
    pub value: &'a Value,
}

/// The edits that write a value, and the equivalent operation.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Written {
    /// The edits of the text.
    pub edits: Vec<Edit>,
    /// The equivalent operation on the document that is edited.
    pub operation: Value,
}

impl Assignment<'_> {
    /// The edits of a text that write the value into one of its documents, by default the first one; the reason if that
    /// is not possible.
    pub(in crate::lint) fn write(&self, text: &[u8], document: Option<Span>) -> Result<Written, String> {
        let first = || split(text).into_iter().find(|span| matches!(parse(text, *span), Ok(Some(_)) | Err(_)));
        let Some(span) = document.or_else(first) else { return Ok(self.written_anew(text)) };
        let Some(parsed) = parse(text, span)? else { return Ok(self.written_anew(text)) };
        let operation = self.operation(parsed.root()).ok_or_else(|| format!("{} is in the way", self.obstacle()))?;
        let json = serde_json::to_value(&operation).unwrap_or_default();
        let edits = edit(&parsed, &[Change { operation, comment: None }]).map_err(|refusal| refusal.to_string())?;
        Ok(Written { edits, operation: json })
    }

    /// A text without values may have comments; the first values go after them.
    fn written_anew(&self, text: &[u8]) -> Written {
        let gap = if text.is_empty() || text.ends_with(b"\n") { "" } else { "\n" };
        let end = text.len();
        let block = format!("{gap}{}", block(self.steps, self.value, ""));
        let value = Step::wrap(self.steps, self.value.clone());
        Written {
            edits: vec![Edit { span: Span::new(end, end), text: block }],
            operation: json!({"op": "add", "path": "", "value": value}),
        }
    }

    /// The operation that writes the value, along with missing tables on the path. `None` if something that is not a
    /// table is in the way.
    fn operation(&self, root: Node<'_>) -> Option<PatchOperation> {
        let mut here = root;
        let mut pointer = String::new();
        let base = self.base.split('/').skip(1).map(|key| Step::Key(pointer::decode(key).into_owned()));
        let steps: Vec<Step> = base.chain(self.steps.iter().cloned()).collect();
        for (depth, step) in steps.iter().enumerate() {
            let rest = steps.get(depth..).unwrap_or_default();
            if here.is_null() {
                // `zookeeper:` with nothing after it is replaced by a table.
                return replace(&pointer, Step::wrap(rest, self.value.clone()));
            }
            let next = format!("{pointer}/{}", token(step));
            match (here.kind(), child(here, step)) {
                (_, Some(found)) => (here, pointer) = (found, next),
                (Kind::Mapping, None) => return add(&next, Step::wrap(rest.get(1..)?, self.value.clone())),
                (Kind::Sequence, None) if *step == Step::Index(here.items().len()) => {
                    return add(&next, Step::wrap(rest.get(1..)?, self.value.clone()));
                }
                (Kind::Scalar | Kind::Sequence, None) => return None,
            }
        }
        replace(&pointer, self.value.clone())
    }

    fn obstacle(&self) -> String {
        self.steps.iter().map(token).collect::<Vec<_>>().join(".")
    }
}

fn parse(text: &[u8], span: Span) -> Result<Option<Document<'_>>, String> {
    Document::parse(span.of_bytes(text), span.start).map_err(|error| error.to_string())
}

fn child<'d>(node: Node<'d>, step: &Step) -> Option<Node<'d>> {
    match (node.kind(), step) {
        (Kind::Sequence, Step::Index(index)) => node.item(*index),
        // A pointer does not distinguish keys from indices.
        (Kind::Sequence, Step::Key(key)) => node.item(key.parse().ok()?),
        (Kind::Mapping, Step::Key(key)) => node.get(key),
        (Kind::Mapping, Step::Index(index)) => node.get(&index.to_string()),
        (Kind::Scalar, _) => None,
    }
}

fn token(step: &Step) -> String {
    match step {
        Step::Key(key) => pointer::encode(key),
        Step::Index(index) => index.to_string(),
    }
}

/// A value in its tables and lists as lines of YAML, the first of which has this indentation.
fn block(steps: &[Step], value: &Value, indent: &str) -> String {
    match steps.split_first() {
        Some((Step::Key(key), [])) => format!("{indent}{}: {value}\n", name(key)),
        Some((Step::Key(key), rest)) => {
            format!("{indent}{}:\n{}", name(key), block(rest, value, &format!("{indent}  ")))
        }
        Some((Step::Index(_), rest)) => format!("{indent}- {}\n", Step::wrap(rest, value.clone())),
        None => String::new(),
    }
}

/// A key, quoted if YAML could read it as something else.
fn name(key: &str) -> String {
    let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    let is_special =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&key.to_ascii_lowercase().as_str());
    if is_word && !is_special { key.to_owned() } else { Value::from(key).to_string() }
}

fn add(path: &str, value: Value) -> Option<PatchOperation> {
    Some(PatchOperation::Add(AddOperation { path: PointerBuf::parse(path).ok()?, value }))
}

fn replace(path: &str, value: Value) -> Option<PatchOperation> {
    Some(PatchOperation::Replace(ReplaceOperation { path: PointerBuf::parse(path).ok()?, value }))
}

#[cfg(test)]
mod tests {
    use super::Assignment;
    use crate::helm::{Step, ValuesPath};
    use crate::yaml::spliced;
    use serde_json::{Value, json};

    fn set(text: &str, steps: &[Step], value: &Value) -> Option<String> {
        let written = Assignment { base: "", steps, value }.write(text.as_bytes(), None).ok()?;
        Some(String::from_utf8(spliced(text.as_bytes(), &written.edits)).unwrap())
    }

    fn path(text: &str) -> ValuesPath {
        text.parse().unwrap()
    }

    #[test]
    fn values_are_written_wherever_their_path_ends() {
        let path = path("zookeeper.autopurge.purgeInterval");
        let table = [
            (
                "zookeeper:\n  autopurge:\n    purgeInterval: 0 # no\n",
                "zookeeper:\n  autopurge:\n    purgeInterval: 1 # no\n",
            ),
            ("zookeeper:\n  replicas: 3\n", "zookeeper:\n  replicas: 3\n  autopurge:\n    purgeInterval: 1\n"),
            ("zookeeper:\nkafka: {}\n", "zookeeper:\n  autopurge:\n    purgeInterval: 1\nkafka: {}\n"),
            ("zookeeper: {}\n", "zookeeper: {autopurge: {purgeInterval: 1}}\n"),
            ("a: 1\n", "a: 1\nzookeeper:\n  autopurge:\n    purgeInterval: 1\n"),
            ("# only comments", "# only comments\nzookeeper:\n  autopurge:\n    purgeInterval: 1\n"),
            ("", "zookeeper:\n  autopurge:\n    purgeInterval: 1\n"),
        ];
        for (text, expected) in table {
            assert_eq!(set(text, &path.steps, &json!(1)).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(set("zookeeper: 3\n", &path.steps, &json!(1)), None);
    }

    #[test]
    fn items_are_added_at_the_end_of_their_list() {
        let path = |index: usize| path(&format!("zookeeper.extraEnvVars[{index}]"));
        let (item, one) = (json!({"name": "A", "value": "1"}), "zookeeper:\n  extraEnvVars:\n    - name: B\n");
        let added = set(one, &path(1).steps, &item);
        assert_eq!(added, Some(format!("{one}    - name: A\n      value: \"1\"\n")));
        assert_eq!(set(one, &path(5).steps, &item), None);
        let first = set("", &path(0).steps, &item);
        assert_eq!(first.as_deref(), Some("zookeeper:\n  extraEnvVars:\n    - {\"name\":\"A\",\"value\":\"1\"}\n"));
    }
}
