//! Objects that can be referred to by name: those in a file, and those that a kustomization generates from files.

use std::hash::{DefaultHasher, Hash, Hasher};

use memchr::memmem;

use super::field::{Field, Page};
use super::path;
use super::text::Text;
use crate::kubernetes::agree;
use crate::yaml::{Span, split};

/// Kinds of objects that are referred to by name.
const KINDS: [&str; 7] =
    ["ConfigMap", "Secret", "HelmRepository", "OCIRepository", "GitRepository", "HelmChart", "HelmChartConfig"];

/// The generator lists of a kustomization, and the kinds that they produce.
const GENERATORS: [(&str, &str); 2] = [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")];

/// An object that can be referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Neighbour {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    group: String,
    /// The file that contains it.
    pub(super) file: String,
    pub(super) document: Span,
    /// Its position in the document.
    pub(super) pointer: String,
    /// Whether it is made by the generator at that position.
    pub(super) is_generated: bool,
    /// A digest of its content, apart from metadata.
    says: u64,
}

/// The object that is looked for.
#[derive(Clone, Copy)]
pub(super) struct Reference<'r> {
    pub(super) group: &'r str,
    pub(super) kind: &'r str,
    pub(super) name: &'r str,
    pub(super) namespace: Option<&'r str>,
}

impl Neighbour {
    /// An object without a namespace may be in any.
    pub(super) fn is_meant_by(&self, reference: Reference<'_>) -> bool {
        self.kind == reference.kind
            && self.group == reference.group
            && self.name == reference.name
            && agree(self.namespace.as_deref(), reference.namespace)
    }

    /// Whether both are copies of the same object.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.says == other.says
    }
}

/// The objects in a file that can be referred to. Broken documents are reported elsewhere.
pub(super) fn neighbours(path: &str, content: &str) -> Vec<Neighbour> {
    if path::is_kustomization(path::name(path)) {
        return generated(path, content);
    }
    let holds_kind = |bytes: &[u8]| KINDS.iter().any(|kind| memmem::find(bytes, kind.as_bytes()).is_some());
    if !holds_kind(content.as_bytes()) {
        return Vec::new();
    }
    let text = Text::of_file(path, content);
    let spans = split(content.as_bytes()).into_iter().filter(|span| holds_kind(span.of_bytes(content.as_bytes())));
    let pages = spans.filter_map(|span| Page::parse(&text, span).ok().flatten());
    pages.flat_map(|page| objects(&page, path)).collect()
}

fn objects(page: &Page<'_>, path: &str) -> Vec<Neighbour> {
    let named = page.objects().into_iter().filter_map(|object| {
        let metadata = object.get("metadata")?;
        let group = object.text_of("apiVersion")?.rsplit_once('/').map_or("", |(group, _)| group);
        Some(Neighbour {
            kind: object.text_of("kind").filter(|kind| KINDS.contains(kind))?.to_owned(),
            name: metadata.text_of("name")?.to_owned(),
            namespace: metadata.text_of("namespace").map(str::to_owned),
            group: group.to_owned(),
            file: path.to_owned(),
            document: page.span,
            pointer: object.pointer().to_owned(),
            is_generated: false,
            says: digest(&object, ""),
        })
    });
    named.collect()
}

/// What a kustomization's generators produce.
fn generated(path: &str, content: &str) -> Vec<Neighbour> {
    let text = Text::of_file(path, content);
    let span = split(content.as_bytes()).into_iter().next();
    let Some(page) = span.and_then(|span| Page::parse(&text, span).ok().flatten()) else { return Vec::new() };
    let root = page.root();
    let made = GENERATORS.into_iter().flat_map(|(list, kind)| {
        let items = root.get(list).map(|list| list.items()).unwrap_or_default();
        items.into_iter().map(move |item| (kind, item))
    });
    let named = made.filter_map(|(kind, item)| {
        Some(Neighbour {
            kind: kind.to_owned(),
            name: item.text_of("name")?.to_owned(),
            namespace: item.text_of("namespace").or_else(|| root.text_of("namespace")).map(str::to_owned),
            group: String::new(),
            file: path.to_owned(),
            document: page.span,
            pointer: item.pointer().to_owned(),
            is_generated: true,
            says: digest(&item, path),
        })
    });
    named.collect()
}

/// A digest of an object without the parts that only identify it. File names in it are relative to `place`.
fn digest(object: &Field<'_>, place: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    if let Ok(serde_json::Value::Object(mut object)) = object.node().to_json() {
        for key in ["metadata", "status", "apiVersion"] {
            object.remove(key);
        }
        serde_json::Value::Object(object).to_string().hash(&mut hasher);
    }
    hasher.finish()
}
