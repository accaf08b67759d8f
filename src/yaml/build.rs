//! Builds a tree from the events of the YAML parser. Handles what the parser leaves to its caller: byte order marks, a
//! missing final line break, limits, and spans that cover the node and nothing else.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufReader;

use libyaml_safer::{Encoding, Event, EventData, MappingStyle, Mark, Parser, ScalarStyle, SequenceStyle};

use super::tree::{Content, Id, Lexeme, Record, Style, Tag, Tree};
use super::{ParseError, Span, extent, guard, scalar};

/// How deep collections may be nested.
pub const MAX_DEPTH: usize = 1_000;
/// How many nodes a document may have.
pub const MAX_NODES: usize = 2_000_000;

/// Bytes handed to the parser at a time. Larger pieces make it touch more memory.
const PIECE: usize = 2 * 1024;

const BOM: char = '\u{FEFF}';

/// Parses the first document in `text`; the tree is empty if there is none. Offsets in errors count from the start of
/// `text`.
pub(super) fn build(text: &str) -> Result<Tree, ParseError> {
    let input = Input::new(text)?;
    let builder = Builder {
        text,
        skipped: input.skipped,
        stand_in: input.stand_in,
        tree: Tree::for_text(text),
        open: Vec::new(),
        anchors: BTreeMap::new(),
    };
    let outcome = guard::catch(|| builder.run(&input.text));
    outcome.unwrap_or_else(|| Err(ParseError::new("this is so broken that the YAML parser gave up", 0)))
}

/// The text as the parser sees it.
struct Input<'s> {
    text: Cow<'s, str>,
    /// Leading bytes of the document that the parser does not see.
    skipped: usize,
    /// Replaces byte order marks within the document.
    stand_in: Option<char>,
}

impl<'s> Input<'s> {
    /// The parser panics on a final block scalar without a line break, so every text gets one. Go checks for a byte
    /// order mark only at the start of its buffer; at the start of a later line it is text. To keep the parser from
    /// dropping it there, another three-byte character takes its place.
    fn new(text: &'s str) -> Result<Self, ParseError> {
        let body = text.strip_prefix(BOM).unwrap_or(text);
        let skipped = text.len().saturating_sub(body.len());
        let mut input = Self { text: Cow::Borrowed(body), skipped, stand_in: None };
        if body.contains(BOM) {
            let free = ('\u{E000}'..='\u{F8FF}').find(|&character| !body.contains(character));
            let free = free.ok_or_else(|| ParseError::new("too many byte order marks and private characters", 0))?;
            input.text = Cow::Owned(body.replace(BOM, free.encode_utf8(&mut [0; 4])));
            input.stand_in = Some(free);
        }
        if !body.ends_with('\n') {
            input.text.to_mut().push('\n');
        }
        Ok(input)
    }
}

struct Open {
    id: Id,
    key: Option<Id>,
}

struct Builder<'s> {
    text: &'s str,
    skipped: usize,
    stand_in: Option<char>,
    tree: Tree,
    open: Vec<Open>,
    anchors: BTreeMap<String, Id>,
}

impl Builder<'_> {
    /// Stops after the first document: Helm reads no further.
    fn run(mut self, input: &str) -> Result<Tree, ParseError> {
        let mut parser = Parser::new();
        parser.set_encoding(Encoding::Utf8);
        // The parser decodes all available input at once, at four bytes per character, so it gets a small piece at a
        // time.
        parser.set_input(BufReader::with_capacity(PIECE, input.as_bytes()));
        loop {
            let event = parser.parse().map_err(|error| self.explain(&error))?;
            match event.data {
                EventData::StreamEnd | EventData::DocumentEnd { .. } => return Ok(self.tree),
                EventData::StreamStart { .. } | EventData::DocumentStart { .. } => {}
                _ => self.node(event)?,
            }
        }
    }

    fn explain(&self, error: &libyaml_safer::Error) -> ParseError {
        let forbidden = |character: char| character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}');
        let offset = match error.problem_mark() {
            Some(mark) => self.offset(mark),
            None => self.text.find(forbidden).unwrap_or_default(),
        };
        let context = error.context().map(|context| format!(" ({context})")).unwrap_or_default();
        ParseError::new(format!("broken YAML: {}{context}", error.problem()), offset)
    }

    /// The parser counts bytes, without the byte order mark.
    fn offset(&self, mark: Mark) -> usize {
        usize::try_from(mark.index).unwrap_or(usize::MAX).saturating_add(self.skipped).min(self.text.len())
    }

    fn node(&mut self, event: Event) -> Result<(), ParseError> {
        let marks = Span::new(self.offset(event.start_mark), self.offset(event.end_mark));
        match event.data {
            EventData::Alias { anchor } => {
                let target = self.anchors.get(&anchor).copied();
                let unknown = || ParseError::new("an alias has no anchor in front of it", marks.start);
                self.insert(marks, marks.start, Content::Alias(target.ok_or_else(unknown)?))?;
            }
            EventData::Scalar { anchor, tag, value, plain_implicit, style, .. } => {
                let properties = Properties { anchor, tag };
                let style = scalar_style(style);
                let lexeme =
                    Lexeme { style, text: value.into(), tag: properties.meaning(), is_implicit: plain_implicit };
                self.scalar(marks, &properties, lexeme)?;
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let style = if style == SequenceStyle::Flow { Style::Flow } else { Style::Block };
                self.start(marks, &Properties { anchor, tag }, Content::Sequence { style, items: Vec::new() })?;
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let style = if style == MappingStyle::Flow { Style::Flow } else { Style::Block };
                self.start(marks, &Properties { anchor, tag }, Content::Mapping { style, pairs: Vec::new() })?;
            }
            _ => self.end(marks.end),
        }
        Ok(())
    }

    fn scalar(&mut self, marks: Span, properties: &Properties, mut lexeme: Lexeme) -> Result<(), ParseError> {
        self.decode(&mut lexeme);
        let is_nothing = lexeme.style == Style::Plain && lexeme.text.is_empty();
        let mut span = marks;
        if is_nothing {
            span.start = self.nothing(marks, properties);
            span.end = span.start;
        } else {
            span.start = extent::behind_properties(self.text, marks.start, properties.count());
        }
        if lexeme.style.is_block_scalar() {
            span.end = extent::block_scalar_end(self.text, span);
            extent::unread_added_line_end(self.text, marks.end, &mut lexeme);
        }
        let outer = if is_nothing && properties.count() == 0 { span.start } else { marks.start };
        let id = self.insert(span, outer, Content::Scalar(lexeme))?;
        self.anchor(properties, id);
        Ok(())
    }

    /// Where an absent scalar would be. After a key without `:`, the parser reports the next token.
    fn nothing(&self, marks: Span, properties: &Properties) -> usize {
        let key = self.open.last().and_then(|open| open.key).map(|key| self.tree.record(key).span.end);
        match key {
            Some(key) if properties.count() == 0 && !Span::new(key, marks.end).of(self.text).contains(':') => key,
            _ => marks.end,
        }
    }

    fn decode(&self, lexeme: &mut Lexeme) {
        if let Some(stand_in) = self.stand_in {
            lexeme.text = lexeme.text.replace(stand_in, "\u{FEFF}").into();
        }
        if let Some(decoded) =
            Some(lexeme.tag).filter(|&tag| tag == Tag::Binary).and_then(|_| scalar::binary(&lexeme.text))
        {
            lexeme.text = decoded.into();
            lexeme.tag = Tag::String;
        }
    }

    fn start(&mut self, marks: Span, properties: &Properties, content: Content) -> Result<(), ParseError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(ParseError::new(format!("nested deeper than {MAX_DEPTH} levels"), marks.start));
        }
        let start = extent::behind_properties(self.text, marks.start, properties.count());
        let id = self.insert(Span::new(start, start), marks.start, content)?;
        self.anchor(properties, id);
        self.open.push(Open { id, key: None });
        Ok(())
    }

    /// The parser ends a block collection at the next token, after comments that belong elsewhere.
    fn end(&mut self, mark: usize) {
        let Some(Open { id, .. }) = self.open.pop() else { return };
        let start = self.tree.record(id).span.start;
        let is_bracketed = self.tree.style(id) == Style::Flow
            && self.text.get(start..).is_some_and(|text| text.starts_with(['[', '{']));
        let last = match &self.tree.record(id).content {
            Content::Mapping { pairs, .. } => pairs.last().map(|&(key, value)| [key, value].to_vec()),
            Content::Sequence { items, .. } => items.last().map(|&item| [item].to_vec()),
            Content::Scalar(_) | Content::Alias(_) => None,
        };
        let ends = last.into_iter().flatten().map(|child| self.tree.record(child).span.end);
        let end = if is_bracketed { mark } else { ends.max().unwrap_or(start) };
        if let Some(record) = self.tree.record_mut(id) {
            record.span.end = end;
        }
    }

    fn insert(&mut self, span: Span, outer: usize, content: Content) -> Result<Id, ParseError> {
        if self.tree.len() >= MAX_NODES {
            return Err(ParseError::new(
                format!(
                    "more than {MAX_NODES} nodes in one document: give it in parts, namespace by namespace for instance"
                ),
                span.start,
            ));
        }
        let parent = self.open.last().map(|open| open.id);
        let id = self.tree.push(Record { span, outer, parent, content });
        let Some(open) = self.open.last_mut() else { return Ok(id) };
        match self.tree.record_mut(open.id).map(|record| &mut record.content) {
            Some(Content::Sequence { items, .. }) => items.push(id),
            Some(Content::Mapping { pairs, .. }) => match open.key.take() {
                Some(key) => pairs.push((key, id)),
                None => open.key = Some(id),
            },
            Some(Content::Scalar(_) | Content::Alias(_)) | None => {}
        }
        Ok(id)
    }

    fn anchor(&mut self, properties: &Properties, id: Id) {
        if let Some(anchor) = &properties.anchor {
            self.anchors.insert(anchor.clone(), id);
        }
    }
}

/// The anchor and tag of a node.
struct Properties {
    anchor: Option<String>,
    tag: Option<String>,
}

impl Properties {
    fn count(&self) -> usize {
        usize::from(self.anchor.is_some()).saturating_add(usize::from(self.tag.is_some()))
    }

    fn meaning(&self) -> Tag {
        Tag::new(self.tag.as_deref())
    }
}

const fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        _ => Style::Plain,
    }
}
