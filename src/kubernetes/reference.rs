//! References of containers to `ConfigMaps` and Secrets.

use crate::yaml::Node;

/// A reference to a `ConfigMap` or Secret, or to one of its keys.
#[derive(Clone, Copy)]
pub struct ObjectRef<'d> {
    /// `ConfigMap` or `Secret`.
    pub kind: &'static str,
    /// The object's name.
    pub name: &'d str,
    /// The key, if it refers to one.
    pub key: Option<&'d str>,
    /// Whether the container starts without it.
    pub is_optional: bool,
}

/// A `ConfigMap` or Secret by its name, as an object refers to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    /// `ConfigMap` or `Secret`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The namespace of the object that refers to it, if one is written.
    pub namespace: Option<String>,
}

/// An item of `envFrom`: all keys of an object become variables.
#[derive(Clone, Copy)]
pub struct EnvFrom<'d> {
    /// What their names begin with.
    pub prefix: &'d str,
    /// The object.
    pub object: ObjectRef<'d>,
}

impl<'d> ObjectRef<'d> {
    /// What a `valueFrom` refers to, unless that is the pod itself.
    #[must_use]
    pub fn of_value(value_from: Node<'d>) -> Option<Self> {
        Self::at(value_from, [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")])
    }

    fn at(node: Node<'d>, fields: [(&str, &'static str); 2]) -> Option<Self> {
        let (reference, kind) = fields.into_iter().find_map(|(field, kind)| Some((node.get(field)?, kind)))?;
        let text = |field: &str| reference.get(field).and_then(Node::as_str);
        let is_optional = reference.get("optional").and_then(Node::text) == Some("true");
        Some(Self { kind, name: text("name")?, key: text("key"), is_optional })
    }
}

impl<'d> EnvFrom<'d> {
    /// The item at a node.
    pub(super) fn of(item: Node<'d>) -> Option<Self> {
        let object = ObjectRef::at(item, [("configMapRef", "ConfigMap"), ("secretRef", "Secret")])?;
        Some(Self { prefix: item.get("prefix").and_then(Node::as_str).unwrap_or_default(), object })
    }
}
