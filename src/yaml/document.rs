//! One document: its text and its nodes.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::node::Node;
use super::tree::{Content, Id, Lexeme, Style, Tag, Tree};
use super::{ParseError, Span, build, json};

/// A parsed document. Borrows its text and owns its nodes.
#[derive(Debug)]
pub struct Document<'s> {
    text: &'s str,
    base: usize,
    tree: Tree,
    /// The values of scalars with placeholders, once [`Self::fill_in`] has set them.
    filled: OnceLock<BTreeMap<Id, Lexeme>>,
}

/// The value of a scalar once its placeholders are filled in.
pub struct Filling<'d> {
    /// The scalar.
    pub node: Node<'d>,
    /// What takes the place of the node's own text.
    pub text: String,
    /// The text is not in quotes, so its type has to be resolved.
    pub is_plain: bool,
}

impl<'s> Document<'s> {
    /// Parses the first document in `slice`, which starts `base` bytes into the stream; Helm reads no further either.
    /// `None` if there is nothing but comments and blanks.
    ///
    /// Fails on text that is not UTF-8, on broken YAML, and on more than [`MAX_DEPTH`](super::MAX_DEPTH) levels or
    /// [`MAX_NODES`](super::MAX_NODES) nodes.
    pub fn parse(slice: &'s [u8], base: usize) -> Result<Option<Self>, ParseError> {
        let text = std::str::from_utf8(slice)
            .map_err(|error| ParseError::new("this is not UTF-8", base.saturating_add(error.valid_up_to())))?;
        let tree =
            build::build(text).map_err(|error| ParseError { offset: error.offset.saturating_add(base), ..error })?;
        Ok((!is_empty(&tree)).then_some(Self { text, base, tree, filled: OnceLock::new() }))
    }

    /// The top node.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node::new(self, Tree::ROOT)
    }

    /// Every node, in the order in which they start; keys and aliases too.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.tree.ids().map(|id| Node::new(self, id))
    }

    /// The nodes that start within a span, in order.
    pub fn nodes_in(&self, span: Span) -> impl Iterator<Item = Node<'_>> {
        let first = self.tree.first_from(span.start.saturating_sub(self.base));
        let nodes = self.tree.ids().skip(first).map(|id| Node::new(self, id));
        nodes.take_while(move |node| node.span().start < span.end)
    }

    /// Makes scalars with placeholders read as their filled-in values; only the first call has an effect.
    /// [`Node::written`], [`Node::source`] and [`Self::to_json`] still give what is in the text.
    pub fn fill_in<'d>(&'d self, fillings: impl FnOnce() -> Vec<Filling<'d>>) {
        self.filled.get_or_init(|| {
            let lexeme = |Filling { node, text, is_plain }: Filling<'_>| {
                let style = if is_plain { Style::Plain } else { Style::DoubleQuoted };
                (node.target().id(), Lexeme { style, text: text.into(), tag: Tag::None, is_implicit: is_plain })
            };
            fillings().into_iter().map(lexeme).collect()
        });
    }

    /// The filled-in value of a scalar with placeholders.
    pub(super) fn filled(&self, id: Id) -> Option<&Lexeme> {
        self.filled.get()?.get(&id)
    }

    /// The whole slice, separator and comments included.
    #[must_use]
    pub const fn text(&self) -> &'s str {
        self.text
    }

    /// The byte range of the slice in its stream.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(0, self.text.len()).shifted(self.base)
    }

    /// The value that Helm reads: scalars typed as in Go, the last of duplicate keys, merge keys applied where they
    /// appear.
    pub fn to_json(&self) -> Result<serde_json::Value, ParseError> {
        self.root().to_json()
    }

    /// Whether Helm reads this value; the same as comparing with [`Self::to_json`], but faster.
    pub(super) fn reads_as(&self, expected: &serde_json::Value) -> Result<bool, ParseError> {
        json::reads_as(self, Tree::ROOT, expected)
    }

    /// Whether the document is written as JSON, and so has to stay JSON: no comments, no YAML quoting. A separator and
    /// comments around it do not count.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.tree.style(Tree::ROOT) == Style::Flow && self.reads_as_json()
    }

    /// Whether the text parses as JSON. A scalar may do so without being meant as JSON.
    pub(super) fn reads_as_json(&self) -> bool {
        let root = self.tree.record(Tree::ROOT).span;
        serde_json::from_str::<serde::de::IgnoredAny>(root.of(self.text)).is_ok()
    }

    pub(super) const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Whether the document contains aliases.
    #[must_use]
    pub fn has_aliases(&self) -> bool {
        !self.tree.aliases().is_empty()
    }

    pub(super) const fn base(&self) -> usize {
        self.base
    }
}

/// Whether there is no node at all, or only an empty scalar without anchor or tag.
fn is_empty(tree: &Tree) -> bool {
    let root = tree.record(Tree::ROOT);
    let is_nothing = match &root.content {
        Content::Scalar(lexeme) => lexeme.style == Style::Plain && lexeme.text.is_empty() && lexeme.tag == Tag::None,
        _ => false,
    };
    tree.len() == 0 || is_nothing && root.outer == root.span.start
}
