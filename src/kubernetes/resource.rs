//! Kubernetes objects in a document, including those in lists and in `OpenShift` templates.

use super::parameters::fillings;
use crate::yaml::{Document, Node};

/// A Kubernetes object.
#[derive(Clone, Copy)]
pub struct Resource<'d> {
    node: Node<'d>,
}

/// The objects of a document, in order: itself, or the items of a `List`, also of nested ones. From then on, the texts
/// of a template's objects read with its parameters filled in.
#[must_use]
pub fn resources<'d>(document: &'d Document<'_>) -> Vec<Resource<'d>> {
    let (found, templates) = collected(document);
    if !templates.is_empty() {
        document.fill_in(|| fillings(document, &templates));
    }
    found
}

/// The templates of a document.
pub(super) fn templates<'d>(document: &'d Document<'_>) -> Vec<Node<'d>> {
    collected(document).1
}

/// The objects of a document, and the templates that contain them.
fn collected<'d>(document: &'d Document<'_>) -> (Vec<Resource<'d>>, Vec<Node<'d>>) {
    let (mut found, mut templates) = (Vec::new(), Vec::new());
    collect(document.root(), (&mut found, &mut templates), 0);
    (found, templates)
}

/// `OpenShift`'s kind of objects with parameters.
const TEMPLATE: &str = "Template";

/// Nested lists are legal but pointless; anything deeper than this is not a manifest.
const DEEPEST_LIST: usize = 8;

fn collect<'d>(node: Node<'d>, (found, templates): (&mut Vec<Resource<'d>>, &mut Vec<Node<'d>>), depth: usize) {
    let Some(kind) = node.get("kind").and_then(Node::as_str) else { return };
    match list_of(kind).and_then(|key| node.get(key)) {
        Some(list) if depth < DEEPEST_LIST => {
            templates.extend((kind == TEMPLATE).then_some(node));
            list.items().for_each(|item| collect(item, (found, templates), depth + 1));
        }
        _ => found.push(Resource { node }),
    }
}

/// The key under which objects of a kind contain other objects.
fn list_of(kind: &str) -> Option<&'static str> {
    match kind {
        TEMPLATE => Some("objects"),
        kind if kind.ends_with("List") => Some("items"),
        _ => None,
    }
}

/// Whether two namespaces or releases can be the same: one that is not written agrees with any other.
#[must_use]
pub fn agree(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl<'d> Resource<'d> {
    /// Whether objects of a kind contain others: lists and `OpenShift` templates.
    #[must_use]
    pub fn is_holder(kind: &str) -> bool {
        list_of(kind).is_some()
    }

    /// The object's node.
    #[must_use]
    pub fn node(self) -> Node<'d> {
        self.node
    }

    /// `kind`; empty if it is not a string.
    #[must_use]
    pub fn kind(self) -> &'d str {
        self.string("/kind")
    }

    /// The API group of `apiVersion`, without the version; empty for the core group.
    #[must_use]
    pub fn group(self) -> &'d str {
        self.string("/apiVersion").rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// The version of that group.
    #[must_use]
    pub fn version(self) -> &'d str {
        self.string("/apiVersion").rsplit('/').next().unwrap_or_default()
    }

    /// `metadata.name`, empty where there is none.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.string("/metadata/name")
    }

    /// `metadata.namespace`, if it is written.
    #[must_use]
    pub fn namespace(self) -> Option<&'d str> {
        self.node.at("/metadata/namespace").and_then(Node::as_str)
    }

    /// A label's value.
    #[must_use]
    pub fn label(self, key: &str) -> Option<&'d str> {
        self.node.at("/metadata/labels").and_then(|labels| labels.get(key)).and_then(Node::as_str)
    }

    /// An annotation's value.
    #[must_use]
    pub fn annotation(self, key: &str) -> Option<&'d str> {
        self.node.at("/metadata/annotations").and_then(|annotations| annotations.get(key)).and_then(Node::as_str)
    }

    /// All labels, keys and values.
    #[must_use]
    pub fn labels(self) -> Vec<(Node<'d>, Node<'d>)> {
        self.node.at("/metadata/labels").map(Node::entries).unwrap_or_default()
    }

    /// The Helm release that the object belongs to, according to Helm's annotation or the charts' labels.
    #[must_use]
    pub fn release(self) -> Option<&'d str> {
        self.annotation("meta.helm.sh/release-name")
            .or_else(|| self.label("app.kubernetes.io/instance"))
            .or_else(|| self.label("release"))
    }

    /// Whether Helm runs the object as a hook (a test, a job before or after an upgrade) and does not keep it.
    #[must_use]
    pub fn is_hook(self) -> bool {
        self.annotation("helm.sh/hook").is_some()
    }

    fn string(self, pointer: &str) -> &'d str {
        self.node.at(pointer).and_then(Node::as_str).unwrap_or_default()
    }
}
