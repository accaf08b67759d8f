//! Files of manifests, as each overlay that includes them deploys their objects.

use super::Way;
use super::apply::{Applied, Lists, merge, operate};
use super::kustomization::{Body, Patch};
use super::selector::{Fits, Identity};
use super::tree::Tree;
use crate::gitops::field::Page;
use crate::gitops::files::Files;
use crate::gitops::path;
use crate::gitops::surroundings::{Scope, Surroundings};
use crate::gitops::text::{Place, Text};
use crate::yaml::{Span, is_json_stream, split};

/// A file as an overlay deploys it.
pub struct Deployment {
    /// The folder of the overlay.
    pub folder: String,
    /// The stream, with the same documents as the file.
    pub stream: String,
    /// The parts of it, in order and without gaps.
    parts: Vec<Part>,
    doubts: Vec<Doubt>,
}

/// A part of a stream.
struct Part {
    start: usize,
    end: usize,
    written: Written,
}

enum Written {
    /// As it is in the file, from this byte on.
    AsInFile(usize),
    /// Made of what several files say.
    Patched(Text),
}

/// An object that a patch may change in a way that is not followed.
struct Doubt {
    document: usize,
    kind: String,
    name: String,
    why: String,
}

impl Deployment {
    /// Where a scalar of the stream is written; `None` if it is no scalar. `path` is the file's own.
    #[must_use]
    pub fn place(&self, path: &str, span: Span) -> Option<Place> {
        let part = self.parts.iter().find(|part| part.start <= span.start && span.end <= part.end)?;
        let inside = |at: usize| at.saturating_sub(part.start);
        let inside = Span::new(inside(span.start), inside(span.end));
        match &part.written {
            Written::AsInFile(offset) => {
                let at = |at: usize| offset.saturating_add(at);
                Some(Text::of_file(path, "").place(Span::new(at(inside.start), at(inside.end))))
            }
            Written::Patched(text) => text.scalar_place(inside).cloned(),
        }
    }

    /// Why it is not known what an object is like.
    #[must_use]
    pub fn doubt(&self, document: usize, kind: &str, name: &str) -> Option<&str> {
        let is_it = |doubt: &&Doubt| doubt.document == document && doubt.kind == kind && doubt.name == name;
        self.doubts.iter().find(is_it).map(|doubt| doubt.why.as_str())
    }
}

/// How overlays deploy a file; empty if none patches an object in it. `path` is relative to the repository's root.
#[must_use]
pub fn deployments(path: &str, content: &str, around: &Surroundings<'_>) -> Vec<Deployment> {
    let text = Text::of_file(path, content);
    let scope = Scope::new(&text, around, None);
    if !may_be_included(path, scope.files()) {
        return Vec::new();
    }
    let ways = scope.ways().unwrap_or_default();
    if ways.iter().all(|way| way.steps.is_empty()) {
        return Vec::new();
    }
    let base = Base::read(&text);
    let mut variants: Vec<Variant<'_>> = Vec::new();
    for variant in ways.iter().map(|way| base.variant(way)) {
        if !variants.iter().any(|other| other.is_same(&variant)) {
            variants.push(variant);
        }
    }
    if variants.iter().all(|variant| variant.patches.is_empty()) {
        return Vec::new();
    }
    variants.iter().map(|variant| base.deployed(variant)).collect()
}

/// Whether a kustomization beside the file or above it names it: kustomize takes no files from elsewhere. This is quick,
/// and most files are not named.
fn may_be_included(path: &str, files: &dyn Files) -> bool {
    let names = |folder: &str| path::KUSTOMIZATIONS.map(|name| path::join(folder, name));
    let kustomizations = path::folders_above(path).flat_map(names).flatten();
    kustomizations.filter_map(|path| files.read(&path)).any(|text| text.contains(path::name(path)))
}

/// A file before patching.
struct Base<'t> {
    text: &'t Text,
    documents: Vec<Document>,
}

struct Document {
    span: Span,
    /// `None` if it is empty, broken or too large.
    tree: Option<Tree>,
}

/// An object in a file: the number of its document, and its index in a list.
type At = (usize, Option<usize>);

/// What an overlay does to a file.
struct Variant<'w> {
    folder: &'w str,
    /// In the order in which they are applied.
    patches: Vec<(At, &'w Patch, Fits)>,
}

impl Variant<'_> {
    fn is_same(&self, other: &Self) -> bool {
        let mut both = self.patches.iter().zip(&other.patches);
        self.patches.len() == other.patches.len()
            && both.all(|((at, one, _), (there, two, _))| at == there && std::ptr::eq(*one, *two))
    }
}

impl<'t> Base<'t> {
    fn read(text: &'t Text) -> Self {
        let document = |span| {
            let page = Page::parse(text, span).ok().flatten();
            Document { span, tree: page.and_then(|page| Tree::of(page.root().node(), text)) }
        };
        Self { text, documents: split(text.as_str().as_bytes()).into_iter().map(document).collect() }
    }

    fn variant<'w>(&self, way: &'w Way) -> Variant<'w> {
        let mut variant =
            Variant { folder: way.steps.last().map_or("", |(folder, _)| folder.as_str()), patches: Vec::new() };
        let objects: Vec<(At, Identity)> = self.objects().collect();
        for (_, kustomization) in &way.steps {
            for patch in &kustomization.patches {
                let fits = objects.iter().map(|(at, identity)| (*at, patch, patch.selector.fits(identity)));
                variant.patches.extend(fits.filter(|(_, _, fits)| *fits != Fits::No));
            }
        }
        variant
    }

    fn objects(&self) -> impl Iterator<Item = (At, Identity)> {
        let documents = self.documents.iter().enumerate();
        documents.filter_map(|(number, document)| Some((number, document.tree.as_ref()?))).flat_map(|(number, tree)| {
            let objects: Vec<(Option<usize>, &Tree)> = match items(tree) {
                Some(items) => items.iter().enumerate().map(|(index, item)| (Some(index), item)).collect(),
                None => vec![(None, tree)],
            };
            objects.into_iter().filter_map(move |(index, object)| Some(((number, index), Identity::of(object)?)))
        })
    }

    fn deployed(&self, variant: &Variant<'_>) -> Deployment {
        let mut deployment = Deployment {
            folder: variant.folder.to_owned(),
            stream: String::new(),
            parts: Vec::new(),
            doubts: Vec::new(),
        };
        for (number, document) in self.documents.iter().enumerate() {
            let patches = variant.patches.iter().filter(|((own, _), ..)| *own == number);
            let tree = document.tree.as_ref().filter(|_| patches.clone().next().is_some());
            match tree {
                Some(tree) => {
                    let tree = patched(tree, patches, number, &mut deployment.doubts);
                    deployment.add_text(tree.written(self.text.file()));
                }
                None => deployment.add_raw(self.text.as_str(), document.span),
            }
        }
        deployment
    }
}

impl Deployment {
    fn add_raw(&mut self, content: &str, span: Span) {
        if is_json_stream(content.as_bytes()) {
            self.separate();
        }
        self.add(span.of(content), Written::AsInFile(span.start));
    }

    fn add_text(&mut self, text: Text) {
        self.separate();
        let content = text.clone();
        self.add(content.as_str(), Written::Patched(text));
        self.stream.push('\n');
    }

    fn separate(&mut self) {
        if !self.stream.is_empty() && !self.stream.ends_with('\n') {
            self.stream.push('\n');
        }
        self.stream.push_str("---\n");
    }

    fn add(&mut self, content: &str, written: Written) {
        let start = self.stream.len();
        self.stream.push_str(content);
        self.parts.push(Part { start, end: self.stream.len(), written });
    }
}

/// The objects that a list holds.
fn items(tree: &Tree) -> Option<&[Tree]> {
    let is_list = tree.text_of("kind").is_some_and(|kind| kind.ends_with("List"));
    match tree.get("items").filter(|_| is_list) {
        Some(Tree::List(items)) => Some(items),
        _ => None,
    }
}

/// A document after patching; what is deleted leaves an empty map behind.
fn patched<'p>(
    tree: &Tree,
    patches: impl Iterator<Item = &'p (At, &'p Patch, Fits)>,
    document: usize,
    doubts: &mut Vec<Doubt>,
) -> Tree {
    let mut tree = tree.clone();
    for ((_, index), patch, fits) in patches {
        let object = match index {
            None => Some(&mut tree),
            Some(index) => match tree.get_mut("items") {
                Some(Tree::List(items)) => items.get_mut(*index),
                _ => None,
            },
        };
        let Some(object) = object else { continue };
        match applied(object, patch, *fits) {
            Ok(changed) => *object = changed,
            // Whatever else it does, it is hardly about purging.
            Err(_) if !patch.names_setting => {}
            Err(why) => {
                let why = format!("a patch of its overlay, {}, names a purge setting: {why}", patch.at);
                doubts.extend(doubt(object, document, why));
            }
        }
    }
    tree
}

fn doubt(object: &Tree, document: usize, why: String) -> Option<Doubt> {
    let name = object.get("metadata")?.text_of("name")?.to_owned();
    Some(Doubt { document, kind: object.text_of("kind")?.to_owned(), name, why })
}

/// The object with a patch applied; the reason if that is not supported.
fn applied(object: &Tree, patch: &Patch, fits: Fits) -> Result<Tree, String> {
    let mut changed = object.clone();
    let lists = Lists::of_version(object.text_of("apiVersion").unwrap_or_default());
    let applied = match (fits, &patch.body) {
        (Fits::Perhaps | Fits::No, _) => Err("it is not known whether it selects this object".to_owned()),
        (Fits::Yes, Body::Merge(patch, _)) => merge(&mut changed, patch, lists),
        (Fits::Yes, Body::Operations(operations)) => operate(&mut changed, operations),
        (Fits::Yes, Body::Unknown(why)) => Err(why.clone()),
    }?;
    if applied == Applied::Deleted {
        return Ok(Tree::Map(Vec::new()));
    }
    super::keep_names(object, &mut changed);
    Ok(changed)
}
