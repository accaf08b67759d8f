//! A place in a file that a finding points at.

use std::sync::Arc;

use crate::report::{Mark, Place, Source};
use crate::yaml::{Document, Node, Position, Span, split};

/// A place in a file, with the file.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Spot {
    /// The file.
    pub path: String,
    /// What it holds.
    pub text: Arc<[u8]>,
    /// The bytes; nothing where the finding is about all of it.
    pub span: Option<Span>,
}

impl Spot {
    /// A whole file.
    pub(in crate::lint) fn file(path: &str) -> Self {
        Self { path: path.to_owned(), text: Arc::default(), span: None }
    }

    /// The first line of a file.
    pub(in crate::lint) fn first_line(path: &str, text: &Arc<[u8]>) -> Self {
        let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().map_or(0, <[u8]>::len);
        Self { path: path.to_owned(), text: Arc::clone(text), span: Some(Span::new(0, line)) }
    }

    /// What a report says of it. The key of a value is shown beside it, and nothing else.
    pub(in crate::lint) fn place(&self) -> Place {
        let Some(span) = self.span else { return Place::file(&self.path) };
        let shown = [span].into_iter().chain(key_of(&self.text, span)).collect();
        Source::new(&self.path, &self.text).place(None, &Mark { span, context: span, shown })
    }

    /// Line and column, from 1.
    pub(in crate::lint) fn position(&self) -> Option<Position> {
        Some(Source::new(&self.path, &self.text).position(self.span?.start))
    }
}

/// The key in front of a value that stands on the key's line.
fn key_of(text: &[u8], value: Span) -> Option<Span> {
    let before = text.get(..value.start)?;
    let line = memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1);
    let lead = text.get(line..value.start)?;
    let start = lead.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'-'))?;
    let colon = lead.iter().rposition(|byte| *byte == b':')?;
    let is_key = lead.get(start..colon)?.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.\"'".contains(byte));
    (is_key && start < colon).then(|| Span::new(line + start, line + colon))
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
    use super::{key_of, nearest_key};
    use crate::yaml::Span;

    #[test]
    fn the_key_of_a_value_stands_in_front_of_it() {
        let text = b"a:\n  - purgeInterval: 0\nlong text: x\n";
        let of = |start: usize| key_of(text, Span::new(start, start + 1)).map(|span| span.of_bytes(text).to_vec());
        assert_eq!(of(22), Some(b"purgeInterval".to_vec()));
        assert_eq!(of(35), None);
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
