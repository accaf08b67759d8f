//! Files of manifests, as each overlay that includes them deploys their objects.

use std::collections::HashMap;

use super::identity::Identity;
use super::patch::Patch;
use super::tree::Tree;
use super::variant::{Variant, patched, variants};
use crate::gitops::field::Page;
use crate::gitops::files::Files;
use crate::gitops::path;
use crate::gitops::surroundings::{Scope, Surroundings};
use crate::gitops::text::{Place, Text};
use crate::yaml::{Span, is_json_stream, split};

/// A file as an overlay deploys it.
pub struct Deployment {
    /// The overlay: its folder, or the tool that adds the last patch. `None` if there are too many to be told apart.
    pub overlay: Option<String>,
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
    if !may_be_included(path, scope.files()) && !around.index().deploys_file(path) {
        return Vec::new();
    }
    let base = || Base::read(&text);
    let Some(ways) = scope.ways() else {
        return vec![base().undecided("more overlays deploy it than autopurge follows")];
    };
    if ways.iter().all(|way| way.steps.is_empty()) {
        return Vec::new();
    }
    let base = base();
    let objects: Vec<Identity> = base.objects.iter().map(|(_, identity)| identity.clone()).collect();
    let variants = variants(ways, &objects);
    if variants.iter().all(Variant::is_empty) {
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
    objects: Vec<(At, Identity)>,
}

struct Document {
    span: Span,
    /// `None` if it is empty, broken or too large.
    tree: Option<Tree>,
}

/// Where an object is.
#[derive(Clone, Copy)]
struct At {
    document: usize,
    /// Its index, if the document is a list.
    item: Option<usize>,
}

impl<'t> Base<'t> {
    fn read(text: &'t Text) -> Self {
        let document = |span| {
            let page = Page::parse(text, span).ok().flatten();
            Document { span, tree: page.and_then(|page| Tree::of(page.root().node(), text)) }
        };
        let documents: Vec<Document> = split(text.as_str().as_bytes()).into_iter().map(document).collect();
        let trees =
            documents.iter().enumerate().filter_map(|(number, document)| Some((number, document.tree.as_ref()?)));
        let objects = trees.flat_map(|(number, tree)| objects(number, tree)).collect();
        Self { text, documents, objects }
    }

    fn deployed(&self, variant: &Variant<'_>) -> Deployment {
        let mut trees: Vec<Option<Tree>> = self.documents.iter().map(|_| None).collect();
        let mut doubts = Vec::new();
        for (number, (at, _)) in self.objects.iter().enumerate() {
            let patches = variant.patches_of(number);
            let (Some(tree), Some(own)) = (trees.get_mut(at.document), self.documents.get(at.document)) else {
                continue;
            };
            if patches.is_empty() {
                continue;
            }
            if tree.is_none() {
                tree.clone_from(&own.tree);
            }
            let Some(object) = tree.as_mut().and_then(|tree| at.object(tree)) else { continue };
            let outcome = patched(object, patches, Patch::may_decide);
            for (patch, why) in outcome.unfollowed {
                doubts.extend(doubt(
                    object,
                    at.document,
                    format!("a patch of its overlay is not followed: {patch}: {why}"),
                ));
            }
            // What is deleted leaves an empty map behind.
            *object = outcome.tree.unwrap_or_else(|| Tree::Map(Vec::new()));
        }
        let written = self.documents.iter().zip(&trees);
        let all = written.clone().filter_map(|(document, patched)| patched.as_ref().or(document.tree.as_ref()));
        let doubts = spread(doubts, &all.collect::<Vec<_>>());
        let mut deployment =
            Deployment { overlay: Some(variant.title().to_owned()), stream: String::new(), parts: Vec::new(), doubts };
        for (document, tree) in written {
            match tree {
                Some(tree) => deployment.add_text(tree.written(self.text.file())),
                None => deployment.add_raw(self.text.as_str(), document.span),
            }
        }
        deployment
    }

    /// The file as it is, of which it is not known what becomes of it.
    fn undecided(&self, why: &str) -> Deployment {
        let mut deployment = Deployment { overlay: None, stream: String::new(), parts: Vec::new(), doubts: Vec::new() };
        for (number, document) in self.documents.iter().enumerate() {
            deployment.add_raw(self.text.as_str(), document.span);
            for object in document.tree.iter().flat_map(|tree| items(tree).unwrap_or(std::slice::from_ref(tree))) {
                deployment.doubts.extend(doubt(object, number, why.to_owned()));
            }
        }
        deployment
    }
}

/// The objects of a document.
fn objects(document: usize, tree: &Tree) -> Vec<(At, Identity)> {
    let objects: Vec<(Option<usize>, &Tree)> = match items(tree) {
        Some(items) => items.iter().enumerate().map(|(index, item)| (Some(index), item)).collect(),
        None => vec![(None, tree)],
    };
    let known = objects.into_iter();
    known.filter_map(|(item, object)| Some((At { document, item }, Identity::of(object)?))).collect()
}

impl At {
    fn object(self, document: &mut Tree) -> Option<&mut Tree> {
        match (self.item, document) {
            (None, document) => Some(document),
            (Some(index), document) => match document.get_mut("items") {
                Some(Tree::List(items)) => items.get_mut(index),
                _ => None,
            },
        }
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

fn doubt(object: &Tree, document: usize, why: String) -> Option<Doubt> {
    let name = object.get("metadata")?.text_of("name")?.to_owned();
    Some(Doubt { document, kind: object.text_of("kind")?.to_owned(), name, why })
}

/// Doubts of configuration are doubts of whatever names it as well.
fn spread(mut doubts: Vec<Doubt>, documents: &[&Tree]) -> Vec<Doubt> {
    let is_config = |doubt: &&Doubt| matches!(doubt.kind.as_str(), "ConfigMap" | "Secret");
    let configs: HashMap<String, String> =
        doubts.iter().filter(is_config).map(|doubt| (doubt.name.clone(), doubt.why.clone())).collect();
    for (number, document) in documents.iter().enumerate().filter(|_| !configs.is_empty()) {
        for object in items(document).unwrap_or(std::slice::from_ref(*document)) {
            let why = object.get("spec").and_then(|spec| spec.find_text(&|text| configs.get(text)));
            doubts.extend(why.and_then(|why| doubt(object, number, why.clone())));
        }
    }
    doubts
}
