//! Objects that can be changed: trees in which every scalar knows where it is written.

use crate::gitops::text::{Joint, Place, Text};
use crate::yaml::{Kind, Node, Scalar, quoted};

/// Trees with more nodes or levels come from aliases that multiply.
const MOST: usize = 50_000;
const DEEPEST: usize = 100;

/// A node.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Scalar(Leaf),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

/// A scalar.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// As written in flow style.
    written: String,
    text: String,
    is_null: bool,
    place: Place,
    /// The content of a string, traced byte by byte.
    inner: Option<Text>,
}

impl Tree {
    /// The tree of a node in a text; `None` if it is too large.
    pub(super) fn of(node: Node<'_>, text: &Text) -> Option<Self> {
        Reader { text, left: MOST }.read(node, DEEPEST)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter_mut().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Scalar(leaf) = self { Some(&leaf.text) } else { None }
    }

    /// The text of the scalar under a key.
    pub(super) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// A text in the place of a scalar.
    pub(super) fn saying(&self, text: &str) -> Option<Self> {
        let Self::Scalar(leaf) = self else { return None };
        let place = leaf.place.clone();
        let (written, text) = (quoted(text), text.to_owned());
        Some(Self::Scalar(Leaf { written, text, is_null: false, place, inner: None }))
    }

    /// What is found for the text of one of its scalars, the first for which there is something.
    pub(super) fn find_text<R>(&self, find: &impl Fn(&str) -> Option<R>) -> Option<R> {
        match self {
            Self::Scalar(leaf) => find(&leaf.text),
            Self::List(items) => items.iter().find_map(|item| item.find_text(find)),
            Self::Map(entries) => entries.iter().find_map(|(_, value)| value.find_text(find)),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(leaf) if leaf.is_null)
    }

    /// Puts a value under a key, replacing what is there.
    pub(super) fn put(&mut self, key: &str, value: Self) -> Option<()> {
        let Self::Map(entries) = self else { return None };
        match entries.iter_mut().find(|(own, _)| own == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.to_owned(), value)),
        }
        Some(())
    }

    /// Removes a key.
    pub(super) fn remove(&mut self, key: &str) -> Option<Self> {
        let Self::Map(entries) = self else { return None };
        let index = entries.iter().position(|(own, _)| own == key)?;
        Some(entries.remove(index).1)
    }

    /// The tree as a text in which every scalar leads to where it is written.
    pub(super) fn written(&self, file: &str) -> Text {
        let (mut content, mut joints) = (String::new(), Vec::new());
        self.write(&mut content, &mut joints);
        Text::joined(file, &content, joints)
    }

    fn write(&self, content: &mut String, joints: &mut Vec<Joint>) {
        match self {
            Self::Scalar(leaf) => {
                let start = content.len();
                content.push_str(&leaf.written);
                let (place, inner) = (leaf.place.clone(), leaf.inner.clone());
                joints.push(Joint { start, end: content.len(), place, inner });
            }
            Self::List(items) => {
                content.push('[');
                for item in items {
                    item.write(content, joints);
                    content.push_str(",\n");
                }
                content.push(']');
            }
            Self::Map(entries) => {
                content.push('{');
                for (key, value) in entries {
                    content.push_str(&quoted(key));
                    content.push_str(": ");
                    value.write(content, joints);
                    content.push_str(",\n");
                }
                content.push('}');
            }
        }
    }
}

struct Reader<'t> {
    text: &'t Text,
    left: usize,
}

impl Reader<'_> {
    fn read(&mut self, node: Node<'_>, levels: usize) -> Option<Tree> {
        let levels = levels.checked_sub(1)?;
        self.left = self.left.checked_sub(1)?;
        Some(match node.kind() {
            Kind::Scalar => Tree::Scalar(self.leaf(node)),
            Kind::Sequence => Tree::List(node.items().map(|item| self.read(item, levels)).collect::<Option<_>>()?),
            Kind::Mapping => {
                let entries = node.entries().into_iter();
                let entries = entries.map(|(key, value)| Some((key.text()?.to_owned(), self.read(value, levels)?)));
                Tree::Map(entries.collect::<Option<_>>()?)
            }
        })
    }

    fn leaf(&self, node: Node<'_>) -> Leaf {
        let text = node.text().unwrap_or_default();
        let is_plain = !matches!(node.scalar(), Some(Scalar::String(_)) | None);
        let is_null = node.is_null();
        Leaf {
            written: match (is_null, is_plain) {
                (true, _) => "null".to_owned(),
                (false, true) => text.to_owned(),
                (false, false) => quoted(text),
            },
            text: text.to_owned(),
            is_null,
            place: self.text.place(node.span()),
            inner: self.text.of_scalar(node),
        }
    }
}
