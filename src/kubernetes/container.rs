//! Containers: what they run and what is in their environment.

use super::{EnvFrom, Image, ObjectRef};
use crate::yaml::Node;

/// One container of a pod.
#[derive(Clone, Copy)]
pub struct Container<'d> {
    node: Node<'d>,
    /// The image that is filled in if none is written.
    image: Option<Image<'d>>,
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
    /// The value is written here.
    Written(Node<'d>),
    /// Neither value nor reference, which means an empty value.
    Missing,
    /// The value comes from a key of another object, or, without a reference, from the pod itself.
    From(Option<ObjectRef<'d>>),
}

impl<'d> EnvVar<'d> {
    /// The variable of an entry.
    #[must_use]
    pub fn of(entry: Node<'d>) -> Self {
        let value = match (entry.get("valueFrom").filter(|from| !from.is_null()), entry.get("value")) {
            (Some(from), _) => EnvValue::From(ObjectRef::of_value(from)),
            (None, Some(value)) if !value.is_null() => EnvValue::Written(value),
            (None, _) => EnvValue::Missing,
        };
        Self { node: entry, value }
    }
}

impl<'d> Container<'d> {
    /// The container at a node.
    #[must_use]
    pub fn new(node: Node<'d>) -> Self {
        Self { node, image: None }
    }

    /// The same container with the image that is filled in when it is deployed.
    pub(super) fn with_image(self, image: Image<'d>) -> Self {
        Self { image: Some(image), ..self }
    }

    /// The container's node.
    #[must_use]
    pub fn node(self) -> Node<'d> {
        self.node
    }

    /// Its name; empty if there is none.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.node.get("name").and_then(Node::as_str).unwrap_or_default()
    }

    /// Whether, as an init container, it keeps running next to the other containers.
    pub(super) fn is_sidecar(self) -> bool {
        self.node.get("restartPolicy").and_then(Node::as_str) == Some("Always")
    }

    /// Its image, if one is written or filled in.
    #[must_use]
    pub fn image(self) -> Option<Image<'d>> {
        self.image.or_else(|| self.node.get("image").and_then(Node::as_str).map(Image::parse))
    }

    /// The words of `command` and `args`, separated by single blanks, without shell comments; `None` if the image's own
    /// command and arguments are used.
    #[must_use]
    pub fn command_text(self) -> Option<String> {
        let parts = self.command_parts();
        let texts: Vec<String> = parts.iter().filter_map(|part| part.text()).map(plain_words).collect();
        let text = texts.join(" ").trim().to_owned();
        if text.is_empty() { None } else { Some(text) }
    }

    /// The entry that sets a variable: of several with the same name, Kubernetes uses the last one.
    #[must_use]
    pub fn env(self, name: &str) -> Option<EnvVar<'d>> {
        self.env_entries(name).next().map(EnvVar::of)
    }

    /// The entries of a variable in `env`, the last one first.
    pub fn env_entries(self, name: &str) -> impl Iterator<Item = Node<'d>> {
        let is_named = move |entry: &Node<'d>| entry.get("name").and_then(Node::as_str) == Some(name);
        self.node.get("env").into_iter().flat_map(|list| list.items().rev()).filter(is_named)
    }

    /// The names of all variables in `env`, with their entries.
    pub fn env_names(self) -> impl Iterator<Item = (&'d str, Node<'d>)> {
        let entries: Vec<Node<'d>> =
            self.node.get("env").into_iter().flat_map(|list| list.items().collect::<Vec<_>>()).collect();
        entries.into_iter().filter_map(|entry| Some((entry.get("name")?.as_str()?, entry)))
    }

    /// The items of `envFrom`, in order.
    #[must_use]
    pub fn env_from(self) -> Vec<EnvFrom<'d>> {
        self.node.get("envFrom").map(|list| list.items().filter_map(EnvFrom::of).collect()).unwrap_or_default()
    }

    /// `volumeMounts`, in order.
    #[must_use]
    pub fn volume_mounts(self) -> Vec<Node<'d>> {
        self.node.get("volumeMounts").map(|list| list.items().collect()).unwrap_or_default()
    }

    /// The texts of `command` and `args`.
    #[must_use]
    pub fn command_parts(self) -> Vec<Node<'d>> {
        let parts = ["command", "args"].into_iter().filter_map(|key| self.node.get(key));
        parts.flat_map(|list| list.items().collect::<Vec<_>>()).collect()
    }

    /// Whether `command` itself is written; arguments alone leave the image's entrypoint in place.
    #[must_use]
    pub fn has_command(self) -> bool {
        self.node.get("command").is_some_and(|command| command.items().len() > 0)
    }
}

/// The words of a shell text, separated by single blanks, with `;` for line breaks, without comments and without quotes
/// around single words.
#[must_use]
pub fn plain_words(text: &str) -> String {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(without_comment).filter(|line| !line.is_empty());
    let mut words = String::with_capacity(joined.len());
    for (number, line) in lines.enumerate() {
        words.push_str(if number > 0 { " ; " } else { "" });
        for (number, word) in line.split_ascii_whitespace().map(unquoted).enumerate() {
            words.push_str(if number > 0 { " " } else { "" });
            words.push_str(word);
        }
    }
    words
}

/// A word without the quotes around the whole of it.
fn unquoted(word: &str) -> &str {
    let inner = |quote| word.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote));
    ['"', '\''].into_iter().find_map(inner).unwrap_or(word)
}

/// A line of a shell text without its comment, which starts at a `#` that begins a word outside of quotes.
fn without_comment(line: &str) -> &str {
    line.get(..comment_in(line).unwrap_or(line.len())).unwrap_or_default().trim()
}

/// Where the comment of a line of a shell text begins.
#[must_use]
pub fn comment_in(line: &str) -> Option<usize> {
    if !line.contains('#') {
        return None;
    }
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') if before.is_whitespace() => return Some(at),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        before = character;
    }
    None
}
