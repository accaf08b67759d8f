//! Kubernetes objects in a document, including those that other objects hold: lists, `OpenShift` templates, and what
//! fleets of clusters are handed.

use super::Hook;
use super::parameters::fillings;
use crate::yaml::{Document, Node};

/// A Kubernetes object.
#[derive(Clone, Copy)]
pub struct Resource<'d> {
    node: Node<'d>,
    kind: &'d str,
    api_version: &'d str,
}

/// Objects, and the templates among those that hold them.
#[derive(Default)]
struct Collected<'d> {
    objects: Vec<Resource<'d>>,
    templates: Vec<Node<'d>>,
}

/// The objects of a document, in order: itself, or those that it holds, also of nested ones. From then on, the texts of a
/// template's objects read with its parameters filled in.
#[must_use]
pub fn resources<'d>(document: &'d Document<'_>) -> Vec<Resource<'d>> {
    let Collected { objects, templates } = Collected::of(document);
    if !templates.is_empty() {
        document.fill_in(|| fillings(document, &templates));
    }
    objects
}

/// The templates of a document.
pub(super) fn templates<'d>(document: &'d Document<'_>) -> Vec<Node<'d>> {
    Collected::of(document).templates
}

/// `OpenShift`'s kind of objects with parameters.
const TEMPLATE: &str = "Template";

/// Nested lists are legal but pointless; anything deeper than this is not a manifest.
const DEEPEST_LIST: usize = 8;

impl<'d> Collected<'d> {
    fn of(document: &'d Document<'_>) -> Self {
        let mut collected = Self::default();
        collected.add(document.root(), ("", ""), 0);
        collected
    }

    /// Adds an object or those that it holds. In lists of one kind (`StatefulSetList`) the API server leaves out kind and
    /// version of the items, which `implied` gives.
    fn add(&mut self, node: Node<'d>, implied: (&'d str, &'d str), depth: usize) {
        let text = |key: &str, implied: &'d str| node.get(key).map_or(Some(implied), Node::as_str);
        let Some(kind) = text("kind", implied.0).filter(|kind| !kind.is_empty()) else { return };
        let api_version = text("apiVersion", implied.1).unwrap_or_default();
        let Some(held) = held_by(kind).and_then(|pointer| node.at(pointer)).filter(|_| depth < DEEPEST_LIST) else {
            return self.objects.push(Resource { node, kind, api_version });
        };
        self.templates.extend((kind == TEMPLATE).then_some(node));
        let implied = (kind.strip_suffix("List").unwrap_or_default(), api_version);
        if held.get("kind").is_some() {
            self.add(held, implied, depth + 1);
        }
        held.items().for_each(|item| self.add(item, implied, depth + 1));
    }
}

/// The JSON pointer under which objects of a kind hold others, in a list or a single one.
fn held_by(kind: &str) -> Option<&'static str> {
    match kind {
        TEMPLATE => Some("/objects"),
        // Crossplane's, for objects in other clusters.
        "Object" => Some("/spec/forProvider/manifest"),
        // Open Cluster Management's.
        "ManifestWork" => Some("/spec/workload/manifests"),
        // Of the Flux operator; the others are Hive's.
        "ResourceSet" | "SyncSet" | "SelectorSyncSet" => Some("/spec/resources"),
        kind if kind.ends_with("List") => Some("/items"),
        _ => None,
    }
}

/// Whether two namespaces or releases can be the same: one that is not written agrees with any other.
#[must_use]
pub fn agree(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl<'d> Resource<'d> {
    /// Whether objects of a kind hold others.
    #[must_use]
    pub fn is_holder(kind: &str) -> bool {
        held_by(kind).is_some()
    }

    /// The object's node.
    #[must_use]
    pub fn node(self) -> Node<'d> {
        self.node
    }

    /// `kind`; empty if it is not a string.
    #[must_use]
    pub fn kind(self) -> &'d str {
        self.kind
    }

    /// The API group of `apiVersion`, without the version; empty for the core group.
    #[must_use]
    pub fn group(self) -> &'d str {
        self.api_version.rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// The version of that group.
    #[must_use]
    pub fn version(self) -> &'d str {
        self.api_version.rsplit('/').next().unwrap_or_default()
    }

    /// `metadata.name`, empty where there is none.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.node.at("/metadata/name").and_then(Node::as_str).unwrap_or_default()
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

    /// The object as a hook of Helm; `None` if it belongs to its release like any other.
    #[must_use]
    pub fn hook(self) -> Option<Hook<'d>> {
        Hook::of(self)
    }
}
