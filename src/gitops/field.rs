//! Nodes of a text with the path that leads to them: as a JSON pointer for edits, with dots for display.

use super::release::Content;
use super::release::{Form, Layer, Located, Site, Values};
use super::text::{Place, Text};
use crate::yaml::{Document, Kind, Node, ParseError, Span, pointer};

/// A parsed document of a text.
pub(super) struct Page<'t> {
    pub(super) text: &'t Text,
    pub(super) span: Span,
    document: Document<'t>,
}

impl<'t> Page<'t> {
    /// Parses one document; `None` if it is empty.
    pub(super) fn parse(text: &'t Text, span: Span) -> Result<Option<Self>, ParseError> {
        let document = text.document(span)?;
        Ok(document.map(|document| Self { text, span, document }))
    }

    pub(super) fn root(&self) -> Field<'_> {
        Field { page: self, node: self.document.root(), pointer: String::new(), way: String::new() }
    }

    /// The objects of the document: itself, or the items of a `List`. Their displayed paths start anew.
    pub(super) fn objects(&self) -> Vec<Field<'_>> {
        let root = self.root();
        let is_list = root.text_of("kind").is_some_and(|kind| kind.ends_with("List"));
        let items = root.get("items").filter(|_| is_list);
        let objects = items.map_or_else(|| vec![root], |items| items.items());
        objects.into_iter().map(|object| Field { way: String::new(), ..object }).collect()
    }

    /// The object at a pointer.
    pub(super) fn object_at(&self, pointer: &str) -> Option<Field<'_>> {
        let node = self.document.root().at(pointer)?;
        Some(Field { page: self, node, pointer: pointer.to_owned(), way: String::new() })
    }
}

/// A node and how it is reached.
#[derive(Clone)]
pub(super) struct Field<'d> {
    page: &'d Page<'d>,
    node: Node<'d>,
    pointer: String,
    way: String,
}

/// A node that may not exist yet.
pub(super) struct Gap<'d> {
    page: &'d Page<'d>,
    pointer: String,
    way: String,
}

impl<'d> Field<'d> {
    pub(super) fn node(&self) -> Node<'d> {
        self.node
    }

    pub(super) fn page(&self) -> &'d Page<'d> {
        self.page
    }

    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The path from the object as displayed: `spec.sources[0].helm`.
    pub(super) fn way(&self) -> &str {
        &self.way
    }

    pub(super) fn place(&self) -> Place {
        self.page.text.place(self.node.span())
    }

    /// The value of a key, unless it is null.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key).filter(|node| !node.is_null())?;
        let Gap { pointer, way, .. } = self.gap(key);
        Some(Self { page: self.page, node, pointer, way })
    }

    /// The value under nested keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |field, key| field.get(key))
    }

    /// The place of a key, whether it exists or not.
    pub(super) fn gap(&self, key: &str) -> Gap<'d> {
        Gap { page: self.page, pointer: child_pointer(&self.pointer, key), way: child_way(&self.way, key) }
    }

    /// The place under nested keys.
    pub(super) fn gap_at(&self, keys: &[&str]) -> Gap<'d> {
        let here = Gap { page: self.page, pointer: self.pointer.clone(), way: self.way.clone() };
        keys.iter().fold(here, |gap, key| Gap {
            page: gap.page,
            pointer: child_pointer(&gap.pointer, key),
            way: child_way(&gap.way, key),
        })
    }

    pub(super) fn items(&self) -> Vec<Self> {
        let item = |(index, node)| Self {
            page: self.page,
            node,
            pointer: format!("{}/{index}", self.pointer),
            way: format!("{}[{index}]", self.way),
        };
        self.node.items().enumerate().map(item).collect()
    }

    /// The entries of a mapping, with their keys.
    pub(super) fn entries(&self) -> Vec<(Located, Self)> {
        let entries = self.node.entries().into_iter().filter(|(_, value)| !value.is_null());
        let located = entries.filter_map(|(key, node)| {
            let text = key.text()?;
            let Gap { page, pointer, way } = self.gap(text);
            Some((
                Located { text: text.to_owned(), place: page.text.place(key.span()) },
                Self { page, node, pointer, way },
            ))
        });
        located.collect()
    }

    pub(super) fn is_mapping(&self) -> bool {
        self.node.kind() == Kind::Mapping
    }

    /// The text of a scalar, whatever its type.
    pub(super) fn text(&self) -> Option<&'d str> {
        self.node.text()
    }

    /// The text of the scalar under a key.
    pub(super) fn text_of(&self, key: &str) -> Option<&'d str> {
        self.node.get(key).filter(|node| !node.is_null()).and_then(Node::text)
    }

    /// The text of a scalar, and where it is written.
    pub(super) fn located(&self) -> Option<Located> {
        Some(Located { text: self.text()?.to_owned(), place: self.place() })
    }

    /// The displayed path, with the node's place.
    pub(super) fn named(&self) -> Located {
        Located { text: self.way.clone(), place: self.place() }
    }

    /// A boolean, as Kubernetes reads it.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.text_of(key) == Some("true")
    }

    /// The node as values.
    pub(super) fn values(&self) -> Values {
        Values { text: self.page.text.clone(), document: self.page.span, pointer: self.pointer.clone() }
    }

    /// The text in a scalar.
    pub(super) fn inner_text(&self) -> Option<Text> {
        self.page.text.of_scalar(self.node)
    }

    /// The text that a scalar encodes in base64.
    pub(super) fn decoded_text(&self) -> Option<Text> {
        self.page.text.of_base64(self.node)
    }

    /// The text in a scalar, as values.
    pub(super) fn inner_values(&self) -> Option<Values> {
        self.inner_text().map(Values::of_text)
    }

    pub(super) fn layer(&self) -> Layer {
        Layer { at: self.way.clone(), content: Content::Values(self.values()) }
    }

    pub(super) fn site(&self, form: Form) -> Site {
        Gap { page: self.page, pointer: self.pointer.clone(), way: self.way.clone() }.site(form)
    }
}

impl Gap<'_> {
    pub(super) fn site(self, form: Form) -> Site {
        let Self { page, pointer, way } = self;
        Site { at: way, text: page.text.clone(), document: page.span, pointer, form }
    }
}

impl Values {
    /// The values in a text: those of its first document.
    pub(super) fn of_text(text: Text) -> Self {
        let document = Span::new(0, text.as_str().len());
        Self { text, document, pointer: String::new() }
    }
}

fn child_pointer(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", pointer::encode(key))
}

fn child_way(way: &str, key: &str) -> String {
    if way.is_empty() { key.to_owned() } else { format!("{way}.{key}") }
}
