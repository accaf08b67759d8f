//! A stream of manifests. Only the documents that can matter are parsed.

use std::collections::BTreeSet;

use memchr::memmem;
use thiserror::Error;

use crate::helm;
use crate::kubernetes::{Objects, Resource, Workload, resources};
use crate::rules::RuleSet;
use crate::yaml::{Document, ParseError, Span, escapes, split};

/// A stream with its documents.
pub struct Manifests<'s> {
    stream: &'s [u8],
    spans: Vec<Span>,
    parsed: Vec<Manifest<'s>>,
    /// The numbers of the documents that were read, including the broken ones.
    tried: BTreeSet<usize>,
}

/// One document that was parsed.
pub struct Manifest<'s> {
    /// Its number in the stream, from 0.
    pub index: usize,
    /// Its nodes.
    pub document: Document<'s>,
}

/// A document that can matter but cannot be parsed.
#[derive(Debug, Error)]
#[error("cannot read document {}{}: {}", index.saturating_add(1), in_parentheses(template.as_deref()), cause.message)]
pub struct BrokenDocument {
    /// Its number in the stream, from 0.
    pub index: usize,
    /// Its place.
    pub span: Span,
    /// The template that it was rendered from, if it says so.
    pub template: Option<String>,
    /// What is wrong.
    pub cause: ParseError,
}

/// The first broken document of a stream in which no document can be read; `None` if one can, or if it is empty.
#[must_use]
pub fn fault_of_all(stream: &[u8]) -> Option<BrokenDocument> {
    let mut first = None;
    for (index, span) in split(stream).into_iter().enumerate() {
        let slice = span.of_bytes(stream);
        match Document::parse(slice, span.start) {
            Ok(Some(_)) => return None,
            Ok(None) => {}
            Err(cause) => first = first.or(Some(BrokenDocument { index, span, template: template_in(slice), cause })),
        }
    }
    first
}

fn in_parentheses(template: Option<&str>) -> String {
    template.map(|template| format!(" ({template})")).unwrap_or_default()
}

impl<'s> Manifests<'s> {
    /// Parses the documents of a stream that may contain a literal (`hits` are their offsets, ascending), except those
    /// of a kind that runs no pods. Broken documents are returned separately: a server may hide there.
    #[must_use]
    pub fn parse(stream: &'s [u8], hits: &[usize], rules: &RuleSet) -> (Self, Vec<BrokenDocument>) {
        let spans = if hits.is_empty() { Vec::new() } else { split(stream) };
        let mut hits = hits.iter().peekable();
        let mut may_matter = |span: &Span| {
            while hits.next_if(|&&hit| hit < span.start).is_some() {}
            hits.peek().is_some_and(|&&hit| hit < span.end) && may_hold_server(span.of_bytes(stream), rules)
        };
        let wanted = spans.iter().enumerate().filter(|(_, span)| may_matter(span)).map(|(index, _)| index).collect();
        let mut manifests = Self { stream, spans, parsed: Vec::new(), tried: BTreeSet::new() };
        let broken = manifests.try_all(wanted);
        (manifests, broken)
    }

    /// Parses more documents, which need not contain a literal: those that contain the words that `wants` asks for.
    /// Returns the broken ones that have not been returned before.
    #[must_use]
    pub fn read_more(&mut self, wants: impl Fn(&dyn Fn(&str) -> bool) -> bool) -> Vec<BrokenDocument> {
        let is_wanted = |(index, span): &(usize, &Span)| {
            let slice = span.of_bytes(self.stream);
            let holds = |text: &str| memmem::find(slice, text.as_bytes()).is_some();
            !self.tried.contains(index) && wants(&holds)
        };
        let wanted = self.spans.iter().enumerate().filter(is_wanted).map(|(index, _)| index).collect();
        let broken = self.try_all(wanted);
        self.parsed.sort_by_key(|manifest| manifest.index);
        broken
    }

    /// Parses documents, and returns those that are broken.
    fn try_all(&mut self, wanted: Vec<usize>) -> Vec<BrokenDocument> {
        let mut broken = Vec::new();
        for index in wanted {
            self.tried.insert(index);
            match self.read(index) {
                Ok(manifest) => self.parsed.extend(manifest),
                Err(fault) => broken.push(fault),
            }
        }
        broken
    }

    /// The objects in the parsed documents.
    #[must_use]
    pub fn objects(&self) -> Objects<'_> {
        Objects::new(self.parsed.iter().flat_map(|manifest| resources(&manifest.document)).collect())
    }

    /// The parsed documents, in order.
    #[must_use]
    pub fn parsed(&self) -> &[Manifest<'s>] {
        &self.parsed
    }

    /// The document with a number, if it was parsed.
    #[must_use]
    pub fn parsed_at(&self, index: usize) -> Option<&Manifest<'s>> {
        let at = self.parsed.binary_search_by_key(&index, |manifest| manifest.index).ok()?;
        self.parsed.get(at)
    }

    /// The stream.
    #[must_use]
    pub fn stream(&self) -> &'s [u8] {
        self.stream
    }

    /// How many documents the stream has.
    #[must_use]
    pub fn count(&self) -> usize {
        if self.spans.is_empty() { split(self.stream).len() } else { self.spans.len() }
    }

    /// The number of the document that contains a byte.
    #[must_use]
    pub fn index_at(&self, offset: usize) -> Option<usize> {
        self.spans.partition_point(|span| span.start <= offset).checked_sub(1)
    }

    /// Parses one more document; `None` if it is empty.
    ///
    /// # Errors
    /// If it is broken.
    pub fn read(&self, index: usize) -> Result<Option<Manifest<'s>>, BrokenDocument> {
        let span = self.spans.get(index).copied().unwrap_or(Span { start: 0, end: 0 });
        let slice = self.stream.get(span.start..span.end).unwrap_or_default();
        let broken = |cause| BrokenDocument { index, span, template: template_in(slice), cause };
        let document = Document::parse(slice, span.start).map_err(broken)?;
        Ok(document.map(|document| Manifest { index, document }))
    }
}

/// Whether a document may be or contain an object that runs servers, decided without parsing it: most documents give
/// their kind in a separate line, and a `Service` that mentions a server runs none. In doubt it may.
fn may_hold_server(slice: &[u8], rules: &RuleSet) -> bool {
    let is_holding = |kind: &str| Resource::is_holder(kind) || Workload::is_kind(kind) || rules.has_resource(kind);
    let literals = || rules.flavors.iter().flat_map(|flavor| flavor.literals.iter());
    told_kind(slice).is_none_or(is_holding)
        && (escapes(slice).next().is_some() || literals().any(|literal| may_show_server(slice, literal)))
}

/// The kind of a document whose top level is so plain that nothing else in it can be the kind: within quotes or
/// brackets a line at column 0 may mean anything, the last of several keys counts, and a key may be written in many
/// ways.
fn told_kind(slice: &[u8]) -> Option<&str> {
    let (mut kind, mut may_go_on) = (None, false);
    for line in lines(slice).map(<[u8]>::trim_ascii_end) {
        match line.first() {
            None | Some(b'#') => continue,
            Some(b' ' | b'\t') if may_go_on => return None,
            Some(b' ' | b'\t' | b'-') => {}
            Some(first) if first.is_ascii_alphabetic() => {}
            Some(_) => return None,
        }
        may_go_on = false;
        if let Some(rest) = line.strip_prefix(b"kind") {
            let word = rest.strip_prefix(b":").and_then(only_word)?;
            (kind, may_go_on) = (Some(word).filter(|_| kind.is_none()), true);
            kind?;
        } else if kind.is_none() && line.iter().any(|byte| b"\"'[{".contains(byte)) && !ends_in_quoted_word(line) {
            return None;
        }
    }
    kind.filter(|_| !has_odd_line_ends(slice))
}

/// The lines of a document, each with its line feed.
fn lines(slice: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = slice;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
        let (line, behind) = rest.split_at_checked(end)?;
        rest = behind;
        (!line.is_empty()).then_some(line)
    })
}

/// Whether a line is a key with one word in quotes, which ends there: `apiVersion: "v1"`.
fn ends_in_quoted_word(line: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./".contains(byte);
    let value = memmem::find(line, b": ").and_then(|at| Some((line.get(..at)?, line.get(at.saturating_add(2)..)?)));
    value.is_some_and(|(key, value)| match value {
        [b'"', word @ .., b'"'] | [b'\'', word @ .., b'\''] => key.iter().chain(word).all(is_plain),
        _ => false,
    })
}

/// Whether lines may end without a line feed: at a lone `\r`, U+0085, U+2028 or U+2029.
fn has_odd_line_ends(slice: &[u8]) -> bool {
    let is_end = |at: usize| match slice.get(at..).unwrap_or_default() {
        [b'\r', next @ ..] => next.first() != Some(&b'\n'),
        bytes => matches!(bytes, [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..]),
    };
    memchr::memchr3_iter(b'\r', 0xC2, 0xE2, slice).any(is_end)
}

/// Whether a document contains a literal at the beginning of a word, or within what may be the name of an image: clients
/// name their server `release-zookeeper`, and mirrors their image `registry/apache-zookeeper`.
fn may_show_server(slice: &[u8], literal: &str) -> bool {
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    memmem::find_iter(slice, literal.as_bytes()).any(|at| {
        let (before, behind) = slice.split_at_checked(at).unwrap_or((slice, &[]));
        let line = memchr::memrchr(b'\n', before).and_then(|end| before.get(end..)).unwrap_or(before);
        let behind = behind.get(literal.len()..).unwrap_or_default();
        !before.last().is_some_and(goes_on) || may_name_image(line, behind)
    })
}

/// Whether a word may belong to the name of an image, judging by what stands before it on its line and by what follows:
/// the key, an anchor, a path, or nothing, because the key stands on another line.
fn may_name_image(line: &[u8], behind: &[u8]) -> bool {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    let value = line.trim_ascii();
    let value = value.strip_prefix(b": ").unwrap_or(value);
    let is_alone = || !value.iter().any(is_blank);
    let is_path = || line.rsplit(is_blank).next().is_some_and(|word| word.contains(&b'/'));
    memmem::find(line, b"image").is_some()
        || line.contains(&b'&')
        || !behind.starts_with(b":2181") && (is_alone() || is_path())
}

/// The word, quoted or not, that is all that follows a key.
fn only_word(behind: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(behind.strip_prefix(b" ")?).ok()?.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let word = quoted.unwrap_or(text);
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then_some(word)
}

fn template_in(slice: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(slice);
    helm::source_comment(&text).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{may_show_server, told_kind};

    #[test]
    fn words_count_at_their_beginning_and_in_names_of_images() {
        let table = [
            ("a: zookeeper\n", true),
            ("a: b/zookeeper:3\n", true),
            ("image: apache-zookeeper:3\n", true),
            ("- {name: zk, image: 'my/apache-zookeeper:3'}\n", true),
            ("image: &zk\n", false),
            ("a: &zk apache-zookeeper\n", true),
            ("image:\n  apache-zookeeper:3\n", true),
            ("? image\n: apache-zookeeper:3\n", true),
            ("value: registry/apache-zookeeper:3\n", true),
            ("image: kafka\nvalue: release-zookeeper:2181\n", false),
            ("value: tcp://release-zookeeper:2181\n", false),
            ("name: wait-for-zookeeper\n", false),
            ("- wait-for-zookeeper\n", false),
        ];
        for (text, expected) in table {
            assert_eq!(may_show_server(text.as_bytes(), "zookeeper"), expected, "{text:?}");
        }
    }

    #[test]
    fn a_kind_is_told_where_nothing_else_can_be_it() {
        let table = [
            ("apiVersion: v1\nkind: Service\nmetadata: {name: \"zk\"}\n", Some("Service")),
            ("kind: Service\n", Some("Service")),
            ("apiVersion: \"v1\"\nkind: \"Service\"\n", Some("Service")),
            ("apiVersion: 'a.b/v1'\nkind: Service\n", Some("Service")),
            ("a: \"v1\nkind: Service\nb: c\"\nkind: Pod\n", None),
            ("a: \"v1\" \"\nkind: Service\n", None),
            ("a: \"\nkind: Service\n\"\n", None),
            ("\"a: \"b\"\nkind: Service\n", None),
            ("---\r\n# Source: a/{b}\r\nkind: 'Service'\r\nspec:\r\n- a\r\n", Some("Service")),
            ("kind: Service # x\n", None),
            ("kind: Service\nkind: Pod\n", None),
            ("kind: Service\n\"kind\": Pod\n", None),
            ("kind: Service\nkind : Pod\n", None),
            ("kind: Service\n? kind\n: Pod\n", None),
            ("kind: Service\n!!str kind: Pod\n", None),
            ("kind: Service\n<<: {kind: Pod}\n", None),
            ("kind: Service\n...\nkind: Pod\n", None),
            ("kind: Service\n\n  List\n", None),
            ("kind: Service\rkind: Pod\n", None),
            ("kind: Service\nmetadata: a\u{2028}kind: Pod\n", None),
            ("a: \"\nkind: Service\n\"\n", None),
            ("a: [\nkind: Service\n]\n", None),
            ("{kind: Pod}\n", None),
            ("a: b\n", None),
        ];
        for (text, expected) in table {
            assert_eq!(told_kind(text.as_bytes()), expected, "{text:?}");
        }
    }
}
