//! Containers: what they run and what is in their environment.

use super::Image;
use crate::yaml::Node;

/// One container of a pod.
#[derive(Clone, Copy)]
pub struct Container<'d> {
    node: Node<'d>,
}

/// An entry of `env`.
#[derive(Clone, Copy)]
pub struct EnvVar<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// What it sets.
    pub value: EnvValue<'d>,
}

/// What an entry of `env` sets its variable to.
#[derive(Clone, Copy)]
pub enum EnvValue<'d> {
    /// A text written here.
    Written(Node<'d>),
    /// Neither value nor reference: the empty text.
    Missing,
    /// The value stands somewhere else; `valueFrom`.
    From(Node<'d>),
}

impl<'d> Container<'d> {
    /// The container at a node.
    #[must_use]
    pub fn new(node: Node<'d>) -> Self {
        Self { node }
    }

    /// The container's node.
    #[must_use]
    pub fn node(self) -> Node<'d> {
        self.node
    }

    /// Its name, empty where there is none.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.node.get("name").and_then(Node::as_str).unwrap_or_default()
    }

    /// Its image, where one is written.
    #[must_use]
    pub fn image(self) -> Option<Image<'d>> {
        self.node.get("image").and_then(Node::as_str).map(Image::parse)
    }

    /// The words of `command` and `args` with one blank between them; `None` where the image's own are left.
    #[must_use]
    pub fn command_text(self) -> Option<String> {
        let parts: Vec<&str> = ["command", "args"]
            .into_iter()
            .filter_map(|key| self.node.get(key))
            .flat_map(|list| list.items().filter_map(Node::text).collect::<Vec<_>>())
            .collect();
        let words: Vec<&str> = parts.iter().flat_map(|part| part.split_whitespace()).collect();
        if words.is_empty() { None } else { Some(words.join(" ")) }
    }

    /// The entry that sets a variable: Kubernetes takes the last one of a name.
    #[must_use]
    pub fn env(self, name: &str) -> Option<EnvVar<'d>> {
        let entries: Vec<Node<'d>> = self.node.get("env")?.items().collect();
        let entry = entries.into_iter().rev().find(|entry| entry.get("name").and_then(Node::as_str) == Some(name))?;
        let value = match (entry.get("valueFrom").filter(|from| !from.is_null()), entry.get("value")) {
            (Some(from), _) => EnvValue::From(from),
            (None, Some(value)) if !value.is_null() => EnvValue::Written(value),
            (None, _) => EnvValue::Missing,
        };
        Some(EnvVar { node: entry, value })
    }

    /// The names of all variables in `env`, with their entries.
    pub fn env_names(self) -> impl Iterator<Item = (&'d str, Node<'d>)> {
        let entries: Vec<Node<'d>> =
            self.node.get("env").into_iter().flat_map(|list| list.items().collect::<Vec<_>>()).collect();
        entries.into_iter().filter_map(|entry| Some((entry.get("name")?.as_str()?, entry)))
    }

    /// What `envFrom` takes variables from: the references, in order.
    #[must_use]
    pub fn env_from(self) -> Vec<Node<'d>> {
        self.node.get("envFrom").map(|list| list.items().collect()).unwrap_or_default()
    }

    /// Where a volume is mounted so that it holds a file: the mounts whose path is the file's or a folder above it.
    #[must_use]
    pub fn mounts_over(self, path: &str) -> Vec<Node<'d>> {
        let mounts = self.node.get("volumeMounts").map(|list| list.items().collect::<Vec<_>>()).unwrap_or_default();
        mounts.into_iter().filter(|mount| covers(mount.get("mountPath").and_then(Node::as_str), path)).collect()
    }
}

fn covers(mount: Option<&str>, path: &str) -> bool {
    let Some(mount) = mount.map(|mount| mount.trim_end_matches('/')) else { return false };
    path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
