//! Manifests within files of other tools, which apply them without Helm.

use super::surroundings::{Scope, Surroundings};
use super::terraform;
use super::text::{Place, Text};
use crate::yaml::{Node, ParseError, Span, split};

/// A manifest of a file.
pub(super) struct Manifest {
    /// The text, which is YAML.
    pub(super) text: Text,
    /// Why it is not known what it is like.
    pub(super) doubt: Option<String>,
}

/// The manifests of a file, as a stream.
pub struct Embedded {
    /// The stream.
    pub stream: String,
    parts: Vec<Part>,
}

struct Part {
    /// Where it is in the stream.
    span: Span,
    manifest: Manifest,
}

/// The manifests in a file of another tool. `path` is relative to the repository's root.
///
/// # Errors
/// When the file cannot be read, and may hold manifests.
pub fn embedded(path: &str, content: &str, around: &Surroundings<'_>) -> Result<Embedded, ParseError> {
    let text = Text::of_file(path, content);
    let scope = Scope::new(&text, around, None);
    Ok(Embedded::of(terraform::manifests(&scope)?))
}

impl Manifest {
    /// Whether both say the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (self.text.as_str(), &self.doubt) == (other.text.as_str(), &other.doubt)
    }

    /// Whether it holds data for others of which a part is not known. Without it, it is not known what they get.
    fn has_gaps(&self) -> bool {
        let is_known = |node: Node<'_>| self.text.place(node.span()).is_known;
        !self.text.is_known()
            && split(self.text.as_str().as_bytes()).into_iter().any(|span| {
                let document = self.text.document(span).ok().flatten();
                document.is_some_and(|document| {
                    let fields = ["/data", "/stringData", "/binaryData"].into_iter();
                    fields.filter_map(|field| document.root().at(field)).any(|node| !is_known(node))
                })
            })
    }
}

impl Embedded {
    fn of(manifests: Vec<Manifest>) -> Self {
        let mut embedded = Self { stream: String::new(), parts: Vec::new() };
        for manifest in manifests.into_iter().filter(|manifest| !manifest.has_gaps()) {
            embedded.stream.push_str("---\n");
            let start = embedded.stream.len();
            embedded.stream.push_str(manifest.text.as_str());
            embedded.parts.push(Part { span: Span::new(start, embedded.stream.len()), manifest });
            embedded.stream.push('\n');
        }
        embedded
    }

    /// Where a part of the stream is written.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Place> {
        let part = self.part(span)?;
        let inside = |at: usize| at.saturating_sub(part.span.start);
        Some(part.manifest.text.place(Span::new(inside(span.start), inside(span.end))))
    }

    /// Why it is not known what the manifest is like that has a part of the stream.
    #[must_use]
    pub fn doubt(&self, span: Span) -> Option<&str> {
        self.part(span)?.manifest.doubt.as_deref()
    }

    fn part(&self, span: Span) -> Option<&Part> {
        self.parts.iter().find(|part| part.span.start <= span.start && span.start < part.span.end)
    }
}
