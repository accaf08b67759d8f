//! A place in a file that a finding points to.

use std::sync::Arc;

use crate::report::{Mark, Place, Source};
use crate::yaml::{Document, Node, Position, Span, split};

/// A place in a file, with the file.
#[derive(Clone, Debug)]
pub(in crate::lint) struct FileLocation {
    /// The file.
    pub path: String,
    /// Its content.
    pub text: Arc<[u8]>,
    /// The bytes; `None` if the finding is about the whole file.
    pub span: Option<Span>,
}

impl FileLocation {
    /// A whole file.
    pub(in crate::lint) fn file(path: &str) -> Self {
        Self { path: path.to_owned(), text: Arc::default(), span: None }
    }

    /// The first line of a file.
    pub(in crate::lint) fn first_line(path: &str, text: &Arc<[u8]>) -> Self {
        let span = first_line(text, Span::new(0, text.len()));
        Self { path: path.to_owned(), text: Arc::clone(text), span: Some(span) }
    }

    /// The place as shown in a report: the value with the keys on its line, and nothing else.
    pub(in crate::lint) fn place(&self) -> Place {
        let Some(span) = self.span else { return Place::file(&self.path) };
        let shown = [span].into_iter().chain(keys_of(&self.text, span)).collect();
        Source::new(&self.path, &self.text).place(None, &Mark { span, context: span, shown })
    }

    /// The line and column, counted from 1.
    pub(in crate::lint) fn position(&self) -> Option<Position> {
        Some(Source::new(&self.path, &self.text).position(self.span?.start))
    }
}

/// The first line of a span, which is enough to point at.
pub(in crate::lint) fn first_line(text: &[u8], span: Span) -> Span {
    let length = span.of_bytes(text).split(|byte| matches!(byte, b'\n' | b'\r')).next().map_or(0, <[u8]>::len);
    Span::new(span.start, span.start.saturating_add(length))
}

/// The place of a value.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Placed {
    /// The place.
    pub location: FileLocation,
    /// Whether the value that decides is written there; otherwise it is where it belongs.
    pub is_written: bool,
    /// Whether the value that decides is shipped by the chart.
    pub is_default: bool,
}

impl Placed {
    /// The place, if the value is written there.
    pub(in crate::lint) fn written(&self) -> Option<&FileLocation> {
        Some(&self.location).filter(|_| self.is_written)
    }
}

/// The keys before a value on its line: its own, then those of the enclosing flow mappings, from the inside out.
fn keys_of(text: &[u8], value: Span) -> Vec<Span> {
    let before = text.get(..value.start).unwrap_or_default();
    let line = memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1);
    let mut rest = before.get(line..).unwrap_or_default();
    let mut keys = Vec::new();
    while let Some(key) = last_key(rest) {
        keys.push(Span::new(line + key.start, line + key.end));
        let Some(outer) = rest.get(..key.start).and_then(open_brace) else { break };
        rest = outer;
    }
    keys
}

/// The plain key at the end of a piece of a line, with its colon.
fn last_key(piece: &[u8]) -> Option<Span> {
    let key = piece.trim_ascii_end().strip_suffix(b":")?;
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.\"'".contains(byte);
    let start = key.iter().rposition(|byte| !is_word(byte)).map_or(0, |at| at + 1);
    let before = key.get(..start)?.trim_ascii_end();
    let is_start = before.ends_with(b"{") || before.ends_with(b",") || before.iter().all(|byte| b" -".contains(byte));
    (is_start && start < key.len()).then(|| Span::new(start, key.len()))
}

/// The text before the flow mapping that is still open at the end. Gives up at quotes, because they may contain
/// anything.
fn open_brace(piece: &[u8]) -> Option<&[u8]> {
    let mut closed = 0_usize;
    for (at, byte) in piece.iter().enumerate().rev() {
        match byte {
            b'"' | b'\'' => return None,
            b'}' | b']' => closed += 1,
            b'{' if closed == 0 => return piece.get(..at),
            b'{' | b'[' => closed = closed.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// The key of the last step of a path that a document has below a node, which is where the rest of the path would have
/// to be added. Without a document, the first one of the text is meant.
pub(in crate::lint) fn nearest_key(
    text: &[u8],
    (document, base): (Option<Span>, &str),
    path: &[String],
) -> Option<Span> {
    let span = document.or_else(|| split(text).into_iter().next())?;
    let document = Document::parse(span.of_bytes(text), span.start).ok()??;
    nearest_in(document.root().at(base)?, path)
}

fn nearest_in(mut node: Node<'_>, path: &[String]) -> Option<Span> {
    let mut found = None;
    for key in path {
        let entry = node.entries().into_iter().find(|(name, _)| name.text() == Some(key));
        let Some((name, value)) = entry else { break };
        (found, node) = (Some(name.span()), value);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{keys_of, nearest_key};
    use crate::yaml::Span;

    #[test]
    fn the_keys_of_a_value_stand_in_front_of_it() {
        let of = |text: &str| -> Vec<String> {
            let value = text.find('0').unwrap();
            let keys = keys_of(text.as_bytes(), Span::new(value, value + 1)).into_iter();
            keys.map(|span| String::from_utf8_lossy(span.of_bytes(text.as_bytes())).into_owned()).collect()
        };
        let table: [(&str, &[&str]); 9] = [
            ("a:\n  - purgeInterval: 0\n", &["purgeInterval"]),
            ("long text: 0\n", &[]),
            ("- 0\n", &[]),
            ("autopurge: {purgeInterval: 0}", &["purgeInterval", "autopurge"]),
            ("zk: { autopurge: { keep: 3, purgeInterval: 0 } }", &["purgeInterval", "autopurge", "zk"]),
            ("zk: {other: {a: [b]}, purgeInterval: 0}", &["purgeInterval", "zk"]),
            ("zk: {password: \"a: {\", purgeInterval: 0}", &["purgeInterval"]),
            ("zk: [{purgeInterval: 0}]", &["purgeInterval"]),
            ("{\"autopurge\": {\"purgeInterval\": 0}}", &["\"purgeInterval\"", "\"autopurge\""]),
        ];
        for (text, expected) in table {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_missing_belongs_below_the_last_key_that_is_there() {
        let text = b"a: 1\nzookeeper:\n  autopurge:\n    other: 1\n";
        let key = |path: &[&str]| {
            let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
            nearest_key(text, (None, ""), &path).map(|span| String::from_utf8_lossy(span.of_bytes(text)).into_owned())
        };
        assert_eq!(key(&["zookeeper", "autopurge", "purgeInterval"]).as_deref(), Some("autopurge"));
        assert_eq!(key(&["kafka", "zookeeper"]), None);
    }
}
