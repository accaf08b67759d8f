//! The nodes of one document as they are written. What they mean to Helm is decided elsewhere.

use super::Span;

/// What a node is, looking through aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Keys and values.
    Mapping,
    /// A list, in block or flow style.
    Sequence,
    /// A single value.
    Scalar,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// A collection by indentation.
    Block,
    /// A collection in brackets.
    Flow,
    /// A scalar without quotes.
    Plain,
    /// A scalar in `'`.
    SingleQuoted,
    /// A scalar in `"`.
    DoubleQuoted,
    /// A block scalar with `|`.
    Literal,
    /// A block scalar with `>`.
    Folded,
}

impl Style {
    /// Whether this is a block scalar, `|` or `>`.
    #[must_use]
    pub const fn is_block_scalar(self) -> bool {
        matches!(self, Self::Literal | Self::Folded)
    }
}

/// The tags that change how Go types a scalar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tag {
    #[default]
    None,
    String,
    Boolean,
    Integer,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    Other,
}

impl Tag {
    /// From the long form that the parser reports. `!` alone means "no tag" to Go.
    pub(super) fn new(tag: Option<&str>) -> Self {
        match tag.map(|tag| tag.strip_prefix("tag:yaml.org,2002:").unwrap_or(tag)) {
            None | Some("!" | "") => Self::None,
            Some("str") => Self::String,
            Some("bool") => Self::Boolean,
            Some("int") => Self::Integer,
            Some("float") => Self::Float,
            Some("null") => Self::Null,
            Some("timestamp") => Self::Timestamp,
            Some("binary") => Self::Binary,
            Some("merge") => Self::Merge,
            Some(_) => Self::Other,
        }
    }
}

/// The index of a node in its tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(usize);

/// A scalar as the parser decoded it.
#[derive(Debug)]
pub(super) struct Lexeme {
    pub(super) style: Style,
    pub(super) text: Box<str>,
    pub(super) tag: Tag,
    /// Plain, or tagged with just `!`: its type has to be resolved.
    pub(super) is_implicit: bool,
}

#[derive(Debug)]
pub(super) enum Content {
    Mapping { style: Style, pairs: Vec<(Id, Id)> },
    Sequence { style: Style, items: Vec<Id> },
    Scalar(Lexeme),
    Alias(Id),
}

/// One node. Offsets count from the start of the document's text.
#[derive(Debug)]
pub(super) struct Record {
    /// The node without its anchor and tag.
    pub(super) span: Span,
    /// Where its anchor or tag starts; without them, where the node itself starts.
    pub(super) outer: usize,
    pub(super) parent: Option<Id>,
    pub(super) content: Content,
}

static NOTHING: Record = Record {
    span: Span::new(0, 0),
    outer: 0,
    parent: None,
    content: Content::Sequence { style: Style::Flow, items: Vec::new() },
};

/// All nodes of a document, in the order in which they start; the first is the root.
#[derive(Debug, Default)]
pub(super) struct Tree {
    records: Vec<Record>,
    aliases: Vec<Id>,
    /// Whether any scalar could be a merge key. Hardly any document has one, and every lookup in a mapping asks.
    has_merges: bool,
}

impl Tree {
    pub(super) const ROOT: Id = Id(0);
    /// The largest initial capacity, in nodes.
    const ROOM: usize = 1_500;

    /// An empty tree with room for the nodes of a typical manifest: two per line.
    pub(super) fn for_text(text: &str) -> Self {
        Self { records: Vec::with_capacity((text.len() / 12).min(Self::ROOM)), ..Self::default() }
    }

    pub(super) fn push(&mut self, record: Record) -> Id {
        let id = Id(self.records.len());
        match &record.content {
            Content::Alias(_) => self.aliases.push(id),
            Content::Scalar(lexeme) => self.has_merges |= &*lexeme.text == "<<",
            Content::Mapping { .. } | Content::Sequence { .. } => {}
        }
        self.records.push(record);
        id
    }

    /// Whether any scalar reads `<<`.
    pub(super) const fn has_merges(&self) -> bool {
        self.has_merges
    }

    /// The nodes that are written as `*name`.
    pub(super) fn aliases(&self) -> &[Id] {
        &self.aliases
    }

    /// The last node that starts before an offset.
    pub(super) fn last_before(&self, offset: usize) -> Option<Id> {
        self.first_from(offset).checked_sub(1).map(Id)
    }

    /// How many nodes start before an offset.
    pub(super) fn first_from(&self, offset: usize) -> usize {
        self.records.partition_point(|record| record.span.start < offset)
    }

    /// The nodes that contain or touch an offset: those that start before it, innermost first, then those that start at
    /// it.
    pub(super) fn around(&self, offset: usize) -> impl Iterator<Item = Id> {
        let before = self.last_before(offset);
        let next = before.map_or(0, |Id(last)| last.saturating_add(1));
        let starting = (next..self.records.len()).map(Id).take_while(move |id| self.record(*id).span.start == offset);
        let holding = before.into_iter().flat_map(|last| self.ancestors(last));
        holding.chain(starting).filter(move |id| self.record(*id).span.touches(offset))
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn record(&self, id: Id) -> &Record {
        self.records.get(id.0).unwrap_or(&NOTHING)
    }

    pub(super) fn record_mut(&mut self, id: Id) -> Option<&mut Record> {
        self.records.get_mut(id.0)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = Id> + use<> {
        (0..self.records.len()).map(Id)
    }

    /// The node that an alias refers to; any other node is its own target. An alias never refers to an alias.
    pub(super) fn target(&self, id: Id) -> Id {
        if let Content::Alias(target) = self.record(id).content { target } else { id }
    }

    /// The content, looking through an alias.
    pub(super) fn content(&self, id: Id) -> &Content {
        match &self.record(id).content {
            Content::Alias(target) => &self.record(*target).content,
            content => content,
        }
    }

    /// The pairs of a mapping as they are written; empty for anything else.
    pub(super) fn pairs(&self, id: Id) -> &[(Id, Id)] {
        if let Content::Mapping { pairs, .. } = self.content(id) { pairs } else { &[] }
    }

    /// The items of a sequence; empty for anything else.
    pub(super) fn items(&self, id: Id) -> &[Id] {
        if let Content::Sequence { items, .. } = self.content(id) { items } else { &[] }
    }

    pub(super) fn kind(&self, id: Id) -> Kind {
        match self.content(id) {
            Content::Mapping { .. } => Kind::Mapping,
            Content::Sequence { .. } => Kind::Sequence,
            Content::Scalar(_) | Content::Alias(_) => Kind::Scalar,
        }
    }

    pub(super) fn style(&self, id: Id) -> Style {
        match self.content(id) {
            Content::Mapping { style, .. } | Content::Sequence { style, .. } => *style,
            Content::Scalar(lexeme) => lexeme.style,
            Content::Alias(_) => Style::Plain,
        }
    }

    /// The scalar, looking through an alias.
    pub(super) fn lexeme(&self, id: Id) -> Option<&Lexeme> {
        if let Content::Scalar(lexeme) = self.content(id) { Some(lexeme) } else { None }
    }

    /// The node and its ancestors, innermost first.
    pub(super) fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(Some(id), |&id| self.record(id).parent)
    }
}
