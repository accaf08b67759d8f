//! Objects that other objects refer to by name.

use std::collections::BTreeMap;
use std::fmt;

use super::index::Index;
use super::owner::controller;
use super::{ObjectRef, Resource, agree};
use crate::yaml::{Node, base64};

/// The objects of a stream, for looking up references.
#[derive(Clone, Default)]
pub struct Objects<'d> {
    resources: Vec<Resource<'d>>,
    by_kind: BTreeMap<&'d str, Vec<Resource<'d>>>,
    /// By their own kind and name.
    pub(super) named: Index<'d>,
    /// By kind and name of their controller.
    pub(super) controlled: Index<'d>,
}

/// The result of looking up a reference.
#[derive(Clone, Copy)]
pub enum Lookup<'d> {
    /// Exactly one object matches.
    One(Resource<'d>),
    /// There is no such object.
    None,
    /// More than one object matches, so it is unclear which is meant.
    Several,
}

impl<'d> Objects<'d> {
    /// Objects to look up, in the order of the stream.
    #[must_use]
    pub fn new(resources: Vec<Resource<'d>>) -> Self {
        let mut by_kind: BTreeMap<&str, Vec<Resource<'d>>> = BTreeMap::new();
        for resource in &resources {
            by_kind.entry(resource.kind()).or_default().push(*resource);
        }
        let named = Index::new(&resources, |resource| Some((resource.kind(), resource.name())));
        let controlled = Index::new(&resources, |resource| controller(resource, &named));
        Self { resources, by_kind, named, controlled }
    }

    /// The object of a kind and name that a resource refers to: in its namespace and release, as far as both name
    /// theirs.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str, from: Resource<'d>) -> Lookup<'d> {
        let is_of_release = |resource: &Resource<'d>| agree(resource.release(), from.release());
        let mut fitting = self.named.near((kind, name), from).filter(is_of_release);
        match (fitting.next(), fitting.next()) {
            (None, _) => Lookup::None,
            (Some(resource), None) => Lookup::One(resource),
            (Some(_), Some(_)) => Lookup::Several,
        }
    }

    /// The object that a resource refers to, if exactly one matches.
    #[must_use]
    pub fn referred(&self, reference: ObjectRef<'_>, from: Resource<'d>) -> Option<Resource<'d>> {
        match self.find(reference.kind, reference.name, from) {
            Lookup::One(object) => Some(object),
            Lookup::None | Lookup::Several => None,
        }
    }

    /// All objects, in the order of the stream.
    pub fn all(&self) -> impl Iterator<Item = Resource<'d>> {
        self.resources.iter().copied()
    }

    /// The objects of a kind, in the order of the stream.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = Resource<'d>> {
        self.by_kind.get(kind).into_iter().flatten().copied()
    }
}

/// Where a text is kept: a key of a `ConfigMap` or Secret.
#[derive(Clone)]
pub struct Holder<'d> {
    /// The object.
    pub object: Resource<'d>,
    /// The key in it.
    pub key: String,
}

impl<'d> Holder<'d> {
    /// The holder of an object's key.
    #[must_use]
    pub fn new(object: Resource<'d>, key: &str) -> Self {
        Self { object, key: key.to_owned() }
    }
}

impl fmt::Display for Holder<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} (key {})", self.object.kind(), self.object.name(), self.key)
    }
}

/// A text in a `ConfigMap` or Secret.
#[derive(Clone)]
pub struct HeldText<'d> {
    /// The scalar that contains it.
    pub node: Node<'d>,
    /// Where it is kept.
    pub holder: Holder<'d>,
    /// The decoded text, if the node contains it in base64.
    pub decoded: Option<String>,
}

impl<'d> HeldText<'d> {
    /// The text of a value; `None` if it cannot be decoded.
    #[must_use]
    pub fn of(holder: Holder<'d>, datum: Datum<'d>) -> Option<Self> {
        match datum {
            Datum::Text(node) => Some(Self { node, holder, decoded: None }),
            Datum::Encoded(node, text) => Some(Self { node, holder, decoded: Some(text) }),
            Datum::Unreadable => None,
        }
    }

    /// The text; empty if the value is none.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.decoded.as_deref().or(self.node.text()).unwrap_or_default()
    }
}

/// A value of a `ConfigMap` or Secret.
#[derive(Clone)]
pub enum Datum<'d> {
    /// Plain text that can be read and edited.
    Text(Node<'d>),
    /// In base64 (`binaryData`, or `data` of a Secret): the scalar and its decoded text.
    Encoded(Node<'d>, String),
    /// It exists, but cannot be decoded.
    Unreadable,
}

/// The value of a `ConfigMap` or Secret under a key.
#[must_use]
pub fn datum<'d>(object: Resource<'d>, key: &str) -> Option<Datum<'d>> {
    let (texts, encoded) = if object.kind() == "Secret" { ("stringData", "data") } else { ("data", "binaryData") };
    let value = |field: &str| object.node().get(field).and_then(|data| data.get(key));
    value(texts).map(Datum::Text).or_else(|| {
        let node = value(encoded)?;
        Some(node.text().and_then(base64).map_or(Datum::Unreadable, |text| Datum::Encoded(node, text)))
    })
}
