//! Objects that other objects refer to by name.

use super::Resource;
use crate::yaml::{Node, base64};

/// The objects of a stream, to look references up in.
#[derive(Clone, Default)]
pub struct Objects<'d> {
    resources: Vec<Resource<'d>>,
}

/// What a reference leads to.
#[derive(Clone, Copy)]
pub enum Found<'d> {
    /// The one object that is meant.
    One(Resource<'d>),
    /// No such object here.
    None,
    /// More than one fits; nobody can say which is meant.
    Several,
}

impl<'d> Objects<'d> {
    /// Objects to look up.
    #[must_use]
    pub fn new(resources: Vec<Resource<'d>>) -> Self {
        Self { resources }
    }

    /// The object of a kind and name that a resource refers to: in its namespace and release, as far as both say
    /// which they are in.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str, from: Resource<'d>) -> Found<'d> {
        let agrees = |a: Option<&str>, b: Option<&str>| a.is_none() || b.is_none() || a == b;
        let mut fitting = self.resources.iter().filter(|resource| {
            resource.kind() == kind
                && resource.name() == name
                && agrees(resource.namespace(), from.namespace())
                && agrees(resource.release(), from.release())
        });
        match (fitting.next(), fitting.next()) {
            (None, _) => Found::None,
            (Some(resource), None) => Found::One(*resource),
            (Some(_), Some(_)) => Found::Several,
        }
    }

    /// All objects, in the order of the stream.
    pub fn all(&self) -> impl Iterator<Item = Resource<'d>> {
        self.resources.iter().copied()
    }
}

/// A value of a `ConfigMap` or Secret.
#[derive(Clone)]
pub enum Datum<'d> {
    /// As a text that can be read and edited.
    Text(Node<'d>),
    /// In base64, `binaryData` or `data` of a Secret: the scalar, and the text that it stands for.
    Encoded(Node<'d>, String),
    /// There, but not readable as either.
    Unreadable,
}

/// What a `ConfigMap` or Secret holds under a key.
#[must_use]
pub fn datum<'d>(object: Resource<'d>, key: &str) -> Option<Datum<'d>> {
    let (texts, encoded) = if object.kind() == "Secret" { ("stringData", "data") } else { ("data", "binaryData") };
    let value = |field: &str| object.node().get(field).and_then(|data| data.get(key));
    value(texts).map(Datum::Text).or_else(|| {
        let node = value(encoded)?;
        Some(node.text().and_then(base64).map_or(Datum::Unreadable, |text| Datum::Encoded(node, text)))
    })
}
