//! Turns nodes into values as Helm does: `decode.go` of Go's `yaml.v2`, then `sigs.k8s.io/yaml`. Plain JSON is one form
//! of value; callers who need more, such as positions, implement [`Build`].

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use super::document::Document;
use super::effective::{self, is_merge};
use super::scalar::{self, Scalar};
use super::tree::{Content, Id, Kind, Lexeme, Tree};
use super::{MAX_DEPTH, ParseError, Span};

/// Makes values from the nodes of a document. Spans are those of [`Node::span`](super::Node::span).
pub trait Build {
    /// The type of a value.
    type Value;
    /// A table that is still being filled.
    type Table: Default;
    /// How deep values may be nested; large ones need more stack per level.
    const LEVELS: usize = MAX_DEPTH;

    /// A scalar; an error if the form cannot represent it.
    fn scalar(&self, scalar: Scalar<'_>, span: Span) -> Result<Self::Value, String>;
    /// A list of values that were built.
    fn list(&self, items: Vec<Self::Value>, span: Span) -> Self::Value;
    /// Adds an entry to a table; a later one with the same key wins.
    fn insert(&self, table: &mut Self::Table, key: String, value: Self::Value);
    /// A complete table.
    fn table(&self, table: Self::Table, span: Span) -> Self::Value;
    /// The value of an alias, which is that of its anchor; `span` is where the alias is.
    fn alias(&self, value: Self::Value, span: Span) -> Self::Value;
}

/// Plain JSON.
struct Json;

impl Build for Json {
    type Value = Value;
    type Table = Map<String, Value>;

    fn scalar(&self, scalar: Scalar<'_>, _: Span) -> Result<Value, String> {
        json(scalar)
    }

    fn list(&self, items: Vec<Value>, _: Span) -> Value {
        Value::Array(items)
    }

    fn insert(&self, table: &mut Self::Table, key: String, value: Value) {
        table.insert(key, value);
    }

    fn table(&self, table: Self::Table, _: Span) -> Value {
        Value::Object(table)
    }

    fn alias(&self, value: Value, _: Span) -> Value {
        value
    }
}

/// The value of a node.
pub(super) fn value(document: &Document<'_>, id: Id) -> Result<Value, ParseError> {
    build(document, id, &Json)
}

/// The value of a node, made by the caller's [`Build`].
pub(super) fn build<B: Build>(document: &Document<'_>, id: Id, build: &B) -> Result<B::Value, ParseError> {
    Decoder::new(document, build).value(id)
}

/// Whether a node reads as `expected`; the same as comparing [`value`], but mostly without building it.
pub(super) fn reads_as(document: &Document<'_>, id: Id, expected: &Value) -> Result<bool, ParseError> {
    Decoder::new(document, &Json).reads_as(id, expected)
}

struct Decoder<'d, B> {
    build: &'d B,
    document: &'d Document<'d>,
    tree: &'d Tree,
    /// Nodes decoded, counted each time they are read.
    decoded: u64,
    /// How many of them were reached through an alias.
    aliased: u64,
    /// The aliases being followed.
    open: Vec<Id>,
    depth: usize,
}

/// Recursion with plain loops and no closures: a thousand levels have to fit on a small stack, even unoptimised.
impl<'d, B: Build> Decoder<'d, B> {
    const fn new(document: &'d Document<'d>, build: &'d B) -> Self {
        Self { build, document, tree: document.tree(), decoded: 0, aliased: 0, open: Vec::new(), depth: 0 }
    }

    fn value(&mut self, id: Id) -> Result<B::Value, ParseError> {
        self.count(id)?;
        let tree = self.tree;
        match &tree.record(id).content {
            Content::Alias(target) => {
                self.open(id)?;
                let value = self.value(*target)?;
                self.open.pop();
                Ok(self.build.alias(value, self.span(id)))
            }
            Content::Scalar(lexeme) => self.scalar(id, lexeme),
            Content::Sequence { items, .. } => self.sequence(id, items),
            Content::Mapping { .. } => {
                let mut table = B::Table::default();
                self.overlay(id, &mut table)?;
                Ok(self.build.table(table, self.span(id)))
            }
        }
    }

    fn scalar(&self, id: Id, lexeme: &Lexeme) -> Result<B::Value, ParseError> {
        let typed = scalar::resolve(lexeme).map_err(|message| self.error(message, id))?;
        self.build.scalar(typed, self.span(id)).map_err(|message| self.error(message, id))
    }

    fn sequence(&mut self, id: Id, items: &[Id]) -> Result<B::Value, ParseError> {
        let mut values = Vec::with_capacity(items.len());
        self.descend(id)?;
        for &item in items {
            values.push(self.value(item)?);
        }
        self.ascend();
        Ok(self.build.list(values, self.span(id)))
    }

    /// Adds the entries of a mapping to a table, over those that it has.
    fn overlay(&mut self, mapping: Id, table: &mut B::Table) -> Result<(), ParseError> {
        let tree = self.tree;
        self.descend(mapping)?;
        for &(key, value) in tree.pairs(mapping) {
            if is_merge(tree, key) {
                self.merge(value, table)?;
            } else {
                let name = self.key(key)?;
                let value = self.value(value)?;
                self.build.insert(table, name.into_owned(), value);
            }
        }
        self.ascend();
        Ok(())
    }

    fn merge(&mut self, value: Id, table: &mut B::Table) -> Result<(), ParseError> {
        let tree = self.tree;
        let is_list = matches!(tree.record(value).content, Content::Sequence { .. });
        let sources = if is_list { effective::merged(tree, value) } else { vec![value] };
        for source in sources {
            self.count(source)?;
            if tree.kind(source) != Kind::Mapping {
                return Err(self.error("`<<` needs a mapping or a list of mappings", source));
            }
            let is_alias = tree.target(source) != source;
            if is_alias {
                self.open(source)?;
            }
            self.overlay(source, table)?;
            if is_alias {
                self.open.pop();
            }
        }
        Ok(())
    }

    fn key(&mut self, key: Id) -> Result<Cow<'d, str>, ParseError> {
        self.count(key)?;
        let lexeme = self.tree.lexeme(key).ok_or_else(|| self.error("a key of a mapping is a collection", key))?;
        let typed = scalar::resolve(lexeme).map_err(|message| self.error(message, key))?;
        scalar::key(typed).map_err(|message| self.error(message, key))
    }

    /// Starts to follow an alias. An error ends all decoding, so only success has to undo this.
    fn open(&mut self, alias: Id) -> Result<(), ParseError> {
        if self.open.contains(&alias) {
            return Err(self.error("an anchor holds an alias of itself", alias));
        }
        self.open.push(alias);
        Ok(())
    }

    fn descend(&mut self, id: Id) -> Result<(), ParseError> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > B::LEVELS {
            return Err(self.error(format!("nested deeper than {} levels", B::LEVELS), id));
        }
        Ok(())
    }

    const fn ascend(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Go's limit: documents that are mostly aliases are refused, large ones sooner.
    fn count(&mut self, id: Id) -> Result<(), ParseError> {
        self.decoded = self.decoded.saturating_add(1);
        if !self.open.is_empty() {
            self.aliased = self.aliased.saturating_add(1);
        }
        let is_suspicious = self.aliased > 100 && self.decoded > 1_000;
        if is_suspicious && exceeds_ratio(self.aliased, self.decoded) {
            return Err(self.error("the document consists of aliases mostly", id));
        }
        Ok(())
    }

    fn span(&self, id: Id) -> Span {
        self.tree.record(id).span.shifted(self.document.base())
    }

    fn error(&self, message: impl Into<String>, id: Id) -> ParseError {
        ParseError::new(message, self.span(id).start)
    }
}

impl Decoder<'_, Json> {
    fn reads_as(&mut self, id: Id, expected: &Value) -> Result<bool, ParseError> {
        let tree = self.tree;
        match (&tree.record(id).content, expected) {
            (Content::Sequence { items, .. }, Value::Array(values)) if items.len() == values.len() => {
                self.count(id)?;
                self.descend(id)?;
                for (&item, value) in items.iter().zip(values) {
                    if !self.reads_as(item, value)? {
                        return Ok(false);
                    }
                }
                self.ascend();
                Ok(true)
            }
            (Content::Mapping { .. }, Value::Object(map)) if tree.pairs(id).len() == map.len() => {
                self.has_entries(id, map)
            }
            (Content::Scalar(lexeme), Value::String(expected)) => {
                self.count(id)?;
                let typed = scalar::resolve(lexeme).map_err(|message| self.error(message, id))?;
                Ok(matches!(typed, Scalar::String(text) if text == *expected))
            }
            _ => Ok(self.value(id)? == *expected),
        }
    }

    /// Whether a mapping has exactly the entries of `map`.
    fn has_entries(&mut self, mapping: Id, map: &Map<String, Value>) -> Result<bool, ParseError> {
        let tree = self.tree;
        if tree.pairs(mapping).iter().any(|&(key, _)| is_merge(tree, key)) {
            return Ok(self.value(mapping)?.as_object() == Some(map));
        }
        self.count(mapping)?;
        self.descend(mapping)?;
        let mut seen = Vec::with_capacity(map.len());
        for &(key, value) in tree.pairs(mapping) {
            let name = self.key(key)?;
            let Some(expected) = map.get(&*name) else { return Ok(false) };
            if !self.reads_as(value, expected)? {
                return Ok(false);
            }
            seen.push(name);
        }
        self.ascend();
        seen.sort_unstable();
        seen.dedup();
        Ok(seen.len() == map.len())
    }
}

/// Whether too many nodes are aliased: more than 99 % of up to 400,000, falling to 10 % of 4,000,000. Computed in
/// thousandths of a percent.
fn exceeds_ratio(aliased: u64, decoded: u64) -> bool {
    let above = decoded.clamp(400_000, 4_000_000).saturating_sub(400_000);
    let allowed = 99_000_u64.saturating_sub(above.saturating_mul(89_000) / 3_600_000);
    aliased.saturating_mul(100_000) > decoded.saturating_mul(allowed)
}

fn json(typed: Scalar<'_>) -> Result<Value, String> {
    Ok(match typed {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(value),
        Scalar::Integer(value) => value.into(),
        Scalar::Unsigned(value) => value.into(),
        Scalar::Float(value) => {
            let number = Number::from_f64(value).map(Value::Number);
            number.ok_or("Helm cannot read a number that is infinite or undefined")?
        }
        Scalar::String(text) => Value::String(text.into_owned()),
    })
}
