//! Files of manifests, as each overlay that includes them deploys their objects.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Way;
use super::companion::{Companion, changed, companions};
use super::identity::Identity;
use super::patch::Patch;
use super::tree::Tree;
use super::variant::{Fitting, Variant, are_same, patched};
use crate::gitops::field::Page;
use crate::gitops::files::Files;
use crate::gitops::path;
use crate::gitops::surroundings::{Scope, Surroundings};
use crate::gitops::text::{Place, Text};
use crate::kubernetes::ObjectName;
use crate::yaml::{Span, is_json_stream, split};

/// How a file is deployed.
#[derive(Default)]
pub struct Deployments {
    /// The documents of other files with objects that it refers to, as every overlay takes them.
    pub companions: Vec<Companion>,
    /// The file as each overlay deploys it; empty if none patches an object in it or one that it refers to.
    pub overlays: Vec<Deployment>,
}

/// A file as an overlay deploys it.
pub struct Deployment {
    /// The overlay: its folder, or the tool that adds the last patch. `None` if there are too many to be told apart.
    pub overlay: Option<String>,
    /// The stream: the same documents as in the file, and those of other files with objects that they refer to.
    pub stream: String,
    /// How many documents are those of the file.
    pub own: usize,
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

impl Part {
    /// The file that the document is of.
    fn file(&self) -> &str {
        match &self.written {
            Written::AsIn(text, _) | Written::Patched(text) => text.file(),
        }
    }
}

enum Written {
    /// As it is in a text, from this byte on.
    AsIn(Text, usize),
    /// Made of what several files say.
    Patched(Text),
}

/// An object that a patch may change in a way that is not followed.
#[derive(Clone, PartialEq, Eq)]
struct Doubt {
    document: usize,
    kind: String,
    name: String,
    why: String,
}

impl Deployment {
    /// Where a scalar of the stream is written; `None` if it is no scalar.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Place> {
        let part = self.parts.iter().find(|part| part.start <= span.start && span.end <= part.end)?;
        let inside = |at: usize| at.saturating_sub(part.start);
        let inside = Span::new(inside(span.start), inside(span.end));
        match &part.written {
            Written::AsIn(text, offset) => Some(text.place(inside.shifted(*offset))),
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

/// How a file is deployed. `path` is relative to the repository's root, and `missing` gives the objects that the servers
/// of a stream refer to and that are not in it.
#[must_use]
pub fn deployments(
    path: &str,
    content: &str,
    around: &Surroundings<'_>,
    missing: &dyn Fn(&str) -> BTreeSet<ObjectName>,
) -> Deployments {
    let text = Text::of_file(path, content);
    let scope = Scope::new(&text, around, None);
    let in_folder = || Deployments { companions: companions(&scope, &[], &missing(content)), overlays: Vec::new() };
    if !may_be_included(path, scope.files()) && !around.index().deploys_file(path) {
        return in_folder();
    }
    let Some(ways) = scope.ways() else {
        let undecided = Base::read(&text).undecided("more overlays deploy it than autopurge follows");
        return Deployments { companions: Vec::new(), overlays: vec![undecided] };
    };
    if ways.iter().all(|way| way.steps.is_empty()) {
        return in_folder();
    }
    let base = Base::read(&text);
    let variants = base.variants(ways);
    let found = base.companions(&scope, &variants, missing);
    let mut plans: Vec<Plan<'_>> = Vec::new();
    for plan in variants.iter().zip(&found).map(|(variant, companions)| Plan::new(&base, variant, companions)) {
        if !plans.iter().any(|other| other.is_same(&plan)) {
            plans.push(plan);
        }
    }
    let common = found.first().map(Vec::as_slice).unwrap_or_default().iter();
    let is_common = |it: &&Companion| {
        it.decided_by.is_none()
            && it.doubt.is_none()
            && found.iter().all(|all| all.iter().any(|other| other.is_same(it)))
    };
    let companions = common.filter(is_common).cloned().collect();
    let is_plain = plans.len() == 1 && plans.iter().all(Plan::is_plain);
    let overlays = if is_plain { Vec::new() } else { plans.iter().map(|plan| base.deployed(plan)).collect() };
    Deployments { companions, overlays }
}

/// Whether a kustomization beside the file or above it names it: kustomize takes no files from elsewhere. This is quick,
/// and most files are not named.
fn may_be_included(path: &str, files: &dyn Files) -> bool {
    let names = |folder: &str| path::KUSTOMIZATIONS.map(|name| path::join(folder, name));
    let kustomizations = path::folders_above(path).flat_map(names).flatten();
    kustomizations.filter_map(|path| files.read(&path)).any(|text| text.contains(path::name(path)))
}

/// What an overlay does to a file and to the documents with objects that it refers to.
struct Plan<'w> {
    variant: Variant<'w>,
    companions: Vec<Planned<'w>>,
    /// Objects of the file that generators change.
    doubts: Vec<Doubt>,
}

/// A document of another file, with the patches for its objects.
struct Planned<'w> {
    companion: &'w Companion,
    base: Base,
    patches: Vec<Vec<Fitting<'w>>>,
    /// An object of which it is not known what it is like, and why.
    doubt: Option<(ObjectName, String)>,
}

impl<'w> Plan<'w> {
    fn new(own: &Base, variant: &Variant<'w>, companions: &'w [Companion]) -> Self {
        let mut variant = variant.clone();
        let doubts = own.objects.iter().filter_map(|(at, object)| at.doubt(object, &mut variant)).collect();
        let planned = companions.iter().map(|companion| {
            companion.decided_by.iter().for_each(|outer| variant.reach(outer, None));
            let base = Base::of(&companion.text, vec![companion.document]);
            let objects = base.objects.iter();
            let patches = objects.map(|(_, object)| variant.patches_along(companion.chain.iter(), object)).collect();
            let patched_before = || {
                let before = companion.before_change();
                let object = base
                    .objects
                    .iter()
                    .find(|(_, object)| !before.is_empty() && !variant.patches_along(before.iter(), object).is_empty());
                let name = object.and_then(|(_, object)| config_name(object))?;
                Some((name, "it is patched before a generator changes it, which is not followed".to_owned()))
            };
            let doubt = companion.doubt.clone().or_else(patched_before);
            Planned { companion, base, patches, doubt }
        });
        let companions = planned.collect();
        Self { variant, companions, doubts }
    }

    /// Whether nothing is changed.
    fn is_plain(&self) -> bool {
        let is_plain = |it: &Planned<'_>| {
            it.patches.iter().all(Vec::is_empty) && it.companion.decided_by.is_none() && it.doubt.is_none()
        };
        self.variant.is_empty() && self.doubts.is_empty() && self.companions.iter().all(is_plain)
    }

    fn is_same(&self, other: &Self) -> bool {
        let is_same = |(own, other): (&Planned<'_>, &Planned<'_>)| {
            let mut both = own.patches.iter().zip(&other.patches);
            own.companion.is_same(other.companion)
                && own.doubt == other.doubt
                && both.all(|(own, other)| are_same(own, other))
        };
        self.variant.is_same(&other.variant)
            && self.doubts == other.doubts
            && self.companions.len() == other.companions.len()
            && self.companions.iter().zip(&other.companions).all(is_same)
    }
}

/// Documents before patching.
struct Base {
    documents: Vec<Document>,
    objects: Vec<(At, Identity)>,
}

struct Document {
    text: Text,
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

impl Base {
    /// The documents of a file.
    fn read(text: &Text) -> Self {
        Self::of(text, split(text.as_str().as_bytes()))
    }

    fn of(text: &Text, spans: Vec<Span>) -> Self {
        let document = |span| {
            let page = Page::parse(text, span).ok().flatten();
            let tree = page.and_then(|page| Tree::of(page.root().node(), text));
            Document { text: text.clone(), span, tree }
        };
        let documents: Vec<Document> = spans.into_iter().map(document).collect();
        let trees =
            documents.iter().enumerate().filter_map(|(number, document)| Some((number, document.tree.as_ref()?)));
        let objects = trees.flat_map(|(number, tree)| objects(number, tree)).collect();
        Self { documents, objects }
    }

    /// What each way does to the objects.
    fn variants<'w>(&self, ways: &'w [Way]) -> Vec<Variant<'w>> {
        let objects: Vec<Identity> = self.objects.iter().map(|(_, identity)| identity.clone()).collect();
        ways.iter().map(|way| Variant::of(way, &objects)).collect()
    }

    /// The documents with objects that the file refers to, as each of its variants deploys it.
    fn companions(
        &self,
        scope: &Scope<'_>,
        variants: &[Variant<'_>],
        missing: &dyn Fn(&str) -> BTreeSet<ObjectName>,
    ) -> Vec<Vec<Companion>> {
        let mut known: Vec<(&Variant<'_>, BTreeSet<ObjectName>)> = Vec::new();
        let found = variants.iter().map(|variant| {
            let same = known.iter().find(|(other, _)| other.is_same(variant)).map(|(_, wanted)| wanted.clone());
            let wanted = same.unwrap_or_else(|| {
                let plan = Plan { variant: variant.clone(), companions: Vec::new(), doubts: Vec::new() };
                let wanted = missing(&self.deployed(&plan).stream);
                known.push((variant, wanted.clone()));
                wanted
            });
            companions(scope, &variant.chain(), &wanted)
        });
        found.collect()
    }

    fn deployed(&self, plan: &Plan<'_>) -> Deployment {
        let mut draft = Draft::new(Some(plan.variant.title()));
        draft.add(self, |object| plan.variant.patches_of(object));
        draft.deployment.own = draft.documents;
        draft.deployment.doubts.extend(plan.doubts.iter().cloned());
        for Planned { base, patches, doubt, .. } in &plan.companions {
            let document = draft.documents;
            draft.deployment.doubts.extend(doubt.iter().map(|(object, why)| {
                let (kind, name) = (object.kind.to_owned(), object.name.clone());
                Doubt { document, kind, name, why: why.clone() }
            }));
            draft.add(base, |object| patches.get(object).map(Vec::as_slice).unwrap_or_default());
        }
        draft.finished()
    }

    /// The file as it is, of which it is not known what becomes of it.
    fn undecided(&self, why: &str) -> Deployment {
        let mut draft = Draft::new(None);
        draft.add(self, |_| &[]);
        draft.deployment.own = draft.documents;
        for (number, tree) in &draft.trees {
            let objects = items(tree).unwrap_or(std::slice::from_ref(tree));
            let doubts = objects.iter().filter_map(|object| doubt(object, *number, why.to_owned()));
            draft.deployment.doubts.extend(doubts);
        }
        draft.deployment
    }
}

/// A deployment that is being put together.
struct Draft {
    deployment: Deployment,
    /// How many documents it has so far.
    documents: usize,
    /// Those of them that could be read.
    trees: Vec<(usize, Tree)>,
}

impl Draft {
    fn new(overlay: Option<&str>) -> Self {
        let overlay = overlay.map(str::to_owned);
        let (stream, parts, doubts) = (String::new(), Vec::new(), Vec::new());
        let deployment = Deployment { overlay, stream, own: 0, parts, doubts };
        Self { deployment, documents: 0, trees: Vec::new() }
    }

    /// Adds documents, with the patches for each of their objects.
    fn add<'p>(&mut self, base: &Base, patches_of: impl Fn(usize) -> &'p [Fitting<'p>]) {
        let first = self.documents;
        let mut trees: Vec<Option<Tree>> = base.documents.iter().map(|_| None).collect();
        for (number, (at, _)) in base.objects.iter().enumerate() {
            let patches = patches_of(number);
            let (Some(tree), Some(own)) = (trees.get_mut(at.document), base.documents.get(at.document)) else {
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
                let why = format!("a patch of its overlay is not followed: {patch}: {why}");
                self.deployment.doubts.extend(doubt(object, first.saturating_add(at.document), why));
            }
            // What is deleted leaves an empty map behind.
            *object = outcome.tree.unwrap_or_else(|| Tree::Map(Vec::new()));
        }
        for (document, tree) in base.documents.iter().zip(trees) {
            match &tree {
                Some(tree) => self.deployment.add_text(tree.written(document.text.file())),
                None => self.deployment.add_raw(&document.text, document.span),
            }
            self.trees.extend(tree.or_else(|| document.tree.clone()).map(|tree| (self.documents, tree)));
            self.documents = self.documents.saturating_add(1);
        }
    }

    fn finished(self) -> Deployment {
        let doubts = spread(self.deployment.doubts, &self.trees);
        Deployment { doubts, ..self.deployment }
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

/// The name of a `ConfigMap` or Secret as it is written.
fn config_name(object: &Identity) -> Option<ObjectName> {
    let kind = ["ConfigMap", "Secret"].into_iter().find(|kind| *kind == object.kind)?;
    let ([name, _], [namespace, _]) = (object.names(), object.namespaces());
    Some(ObjectName { kind, name: name.to_owned(), namespace: namespace.map(str::to_owned) })
}

impl At {
    /// The doubt that a generator leaves of a `ConfigMap` or Secret which it changes.
    fn doubt(self, object: &Identity, variant: &mut Variant<'_>) -> Option<Doubt> {
        let object = config_name(object)?;
        let (outer, why) = changed(&variant.chain(), &object).map(|(outer, why)| (Arc::clone(outer), why))?;
        variant.reach(&outer, None);
        Some(Doubt { document: self.document, kind: object.kind.to_owned(), name: object.name, why })
    }

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
    fn add_raw(&mut self, text: &Text, span: Span) {
        let content = span.of(text.as_str());
        // The documents of a file follow each other as they do there; what comes from another file begins anew.
        let is_other = self.parts.last().is_some_and(|last| *last.file() != **text.file());
        if is_json_stream(text.as_str().as_bytes()) || is_other && !content.starts_with("---") {
            self.separate();
        } else if is_other && !self.stream.ends_with('\n') {
            self.stream.push('\n');
        }
        self.add(content, Written::AsIn(text.clone(), span.start));
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
fn spread(mut doubts: Vec<Doubt>, documents: &[(usize, Tree)]) -> Vec<Doubt> {
    let is_config = |doubt: &&Doubt| matches!(doubt.kind.as_str(), "ConfigMap" | "Secret");
    let configs: HashMap<String, String> =
        doubts.iter().filter(is_config).map(|doubt| (doubt.name.clone(), doubt.why.clone())).collect();
    for (number, document) in documents.iter().filter(|_| !configs.is_empty()) {
        for object in items(document).unwrap_or(std::slice::from_ref(document)) {
            let why = object.get("spec").and_then(|spec| spec.find_text(&|text| configs.get(text)));
            doubts.extend(why.and_then(|why| doubt(object, *number, why.clone())));
        }
    }
    doubts
}
