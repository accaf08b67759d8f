//! Objects in other files that are deployed along with a file: those of its kustomizations or, without any, those in
//! its folder, which `kubectl apply -f` takes together.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::generator::{Behavior, Generator, Made};
use super::kustomization::{Kustomization, of_folder};
use crate::gitops::neighbour::{Neighbour, Reference};
use crate::gitops::path;
use crate::gitops::surroundings::Scope;
use crate::gitops::text::{Place, Text};
use crate::kubernetes::ObjectName;
use crate::yaml::{Span, split};

/// Kustomizations that include each other more deeply than this are not followed.
const DEEPEST: usize = 16;
/// Nor are more than these looked through for one object.
const MOST_KUSTOMIZATIONS: usize = 500;
/// In a folder with more files than this, none is looked at.
const MOST_FILES: usize = 1_000;
/// If an object may be in more documents than this, the others are not read: it is unclear anyway which is meant.
const MOST_CANDIDATES: usize = 4;

/// A document with an object that a file refers to.
#[derive(Clone, Debug)]
pub struct Companion {
    pub(super) text: Text,
    pub(super) document: Span,
    /// The kustomizations that change it, innermost first.
    pub(super) chain: Vec<Arc<Kustomization>>,
    /// The kustomization that decides what the object is like, if that is not the innermost one.
    pub(super) decided_by: Option<Arc<Kustomization>>,
    /// An object of which it is not known what it is like, and why.
    pub(super) doubt: Option<(ObjectName, String)>,
    /// The object, if kustomize makes it.
    made: Option<String>,
}

impl Companion {
    /// The document, as it is deployed if nothing patches it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.document.of(self.text.as_str())
    }

    /// Where a part of the document is written; the part is counted from the start of the document.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        self.text.place(span.shifted(self.document.start))
    }

    /// The number of the document in its file; `None` if kustomize makes it.
    #[must_use]
    pub fn number(&self) -> Option<usize> {
        let spans = || split(self.text.as_str().as_bytes());
        self.text.is_file().then(|| spans().iter().position(|span| *span == self.document).unwrap_or_default())
    }

    /// The files that it is written in, or made from.
    #[must_use]
    pub fn files(&self) -> BTreeSet<String> {
        self.text.files().into_iter().map(ToString::to_string).collect()
    }

    /// Kind and name of the object, if kustomize makes it.
    #[must_use]
    pub fn made(&self) -> Option<&str> {
        self.made.as_deref()
    }

    /// The kustomizations that may patch what a generator makes before another one changes that.
    pub(super) fn before_change(&self) -> &[Arc<Kustomization>] {
        let is_last = |it: &Arc<Kustomization>| self.decided_by.as_ref().is_some_and(|last| Arc::ptr_eq(it, last));
        let count = self.chain.iter().position(is_last).filter(|_| self.made.is_some());
        self.chain.get(..count.unwrap_or_default()).unwrap_or_default()
    }

    /// Whether both are the same document, deployed in the same way.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.text == other.text && self.document == other.document
    }
}

/// The documents with objects that a file refers to, if these kustomizations deploy it, innermost first.
pub(super) fn companions<'o>(
    scope: &Scope<'_>,
    chain: &[Arc<Kustomization>],
    wanted: impl IntoIterator<Item = &'o ObjectName>,
) -> Vec<Companion> {
    let mut all: Vec<Companion> = Vec::new();
    let is_listed = chain.iter().any(|kustomization| kustomization.is_listing());
    for object in wanted {
        let found = if is_listed { on_way(scope, chain, object) } else { in_folder(scope, chain, object) };
        for companion in found {
            if !all.iter().any(|other| other.is_same(&companion)) {
                all.push(companion);
            }
        }
    }
    all
}

/// In the folder of a file that no kustomization includes, unless Helm fills it in. What deploys the folder changes them
/// all.
fn in_folder(scope: &Scope<'_>, chain: &[Arc<Kustomization>], object: &ObjectName) -> Vec<Companion> {
    let folder = path::parent(scope.path());
    if is_of_chart(scope) || scope.files().list(folder).len() > MOST_FILES {
        return Vec::new();
    }
    let objects = scope.objects_in(folder);
    let found = objects.iter().filter(|it| is_meant(it, object) && *it.file != *scope.path() && !it.is_generated);
    let found = found.filter(|it| !scope.is_patch(&it.file)).take(MOST_CANDIDATES);
    found.filter_map(|it| of_file(scope, it, chain)).collect()
}

/// Whether a file is in the folder of a chart's templates.
fn is_of_chart(scope: &Scope<'_>) -> bool {
    let is_templates = |folder: &&str| path::name(folder) == "templates";
    let mut templates = path::folders_above(scope.path()).filter(is_templates);
    templates.any(|folder| path::join(path::parent(folder), "Chart.yaml").is_some_and(|path| scope.files().has(&path)))
}

/// In the innermost kustomization that has it: what names an object there means that one.
fn on_way(scope: &Scope<'_>, chain: &[Arc<Kustomization>], object: &ObjectName) -> Vec<Companion> {
    for level in 0..chain.len() {
        let mut search = Search { scope, object, left: MOST_KUSTOMIZATIONS, found: Vec::new() };
        search.visit(chain.get(level..).unwrap_or_default(), DEEPEST);
        search.found.truncate(MOST_CANDIDATES);
        for companion in search.found.iter_mut().filter(|companion| level > 0 && companion.decided_by.is_none()) {
            companion.decided_by = chain.get(level).cloned();
        }
        if !search.found.is_empty() {
            return search.found;
        }
    }
    Vec::new()
}

struct Search<'a, 's> {
    scope: &'a Scope<'s>,
    object: &'a ObjectName,
    left: usize,
    found: Vec<Companion>,
}

impl Search<'_, '_> {
    /// Looks in everything that the first of these kustomizations includes; the others include it in turn.
    fn visit(&mut self, chain: &[Arc<Kustomization>], levels: usize) {
        let (Some(own), Some(levels), Some(left)) = (chain.first(), levels.checked_sub(1), self.left.checked_sub(1))
        else {
            return;
        };
        self.left = left;
        let mut seen = BTreeSet::new();
        for resource in own.resources.iter().filter(|resource| seen.insert(resource.as_str())) {
            if self.scope.files().has(resource) {
                self.look_in(resource, chain);
                continue;
            }
            let Some(inner) = of_folder(resource, self.scope.files()) else { continue };
            let inner = self.scope.kustomization_at(&inner);
            if !chain.iter().any(|outer| Arc::ptr_eq(outer, &inner)) {
                let longer: Vec<Arc<Kustomization>> = [inner].into_iter().chain(chain.iter().cloned()).collect();
                self.visit(&longer, levels);
            }
        }
        let makes = |it: &&Generator| it.behavior == Behavior::Create && it.is_of(self.object);
        let made = own.generators.iter().filter(makes).map(|it| generated(it, (self.scope, self.object), chain));
        self.found.extend(made);
    }

    fn look_in(&mut self, file: &str, chain: &[Arc<Kustomization>]) {
        if file == self.scope.path() {
            return;
        }
        let objects = self.scope.objects_in(path::parent(file));
        for found in objects.iter().filter(|it| it.file == file && is_meant(it, self.object)) {
            self.found.extend(of_file(self.scope, found, chain).map(|companion| {
                let changed = changed(chain, self.object);
                let (decided_by, why) = changed.map(|(outer, why)| (Arc::clone(outer), why)).unzip();
                Companion { doubt: why.map(|why| (self.object.clone(), why)), decided_by, ..companion }
            }));
        }
    }
}

/// The last kustomization that changes an object of a file with a generator, and why it is not known what comes of it.
pub(super) fn changed<'c>(
    chain: &'c [Arc<Kustomization>],
    object: &ObjectName,
) -> Option<(&'c Arc<Kustomization>, String)> {
    let (outer, it) = changing(chain, object).last()?;
    let why = format!("a generator in {} changes {} {}, which is not followed", it.place(), it.kind, it.name);
    Some((outer, why))
}

fn is_meant(found: &Neighbour, object: &ObjectName) -> bool {
    let ObjectName { kind, name, namespace } = object;
    found.is_meant_by(Reference { group: "", kind, name, namespace: namespace.as_deref() })
}

fn of_file(scope: &Scope<'_>, found: &Neighbour, chain: &[Arc<Kustomization>]) -> Option<Companion> {
    let text = Text::of_file(&found.file, &scope.files().read(&found.file)?);
    let (document, chain) = (found.document, chain.to_vec());
    Some(Companion { text, document, chain, decided_by: None, doubt: None, made: None })
}

/// The generators that change an object which is there already, with their kustomizations.
fn changing<'c, 'o>(
    chain: &'c [Arc<Kustomization>],
    object: &'o ObjectName,
) -> impl Iterator<Item = (&'c Arc<Kustomization>, &'c Generator)> + use<'c, 'o> {
    let all = chain.iter().flat_map(|outer| outer.generators.iter().map(move |it| (outer, it)));
    all.filter(move |(_, it)| it.behavior != Behavior::Create && it.is_of(object))
}

/// What a generator of the first kustomization makes, and those of the others make of it.
fn generated(
    generator: &Generator,
    (scope, object): (&Scope<'_>, &ObjectName),
    chain: &[Arc<Kustomization>],
) -> Companion {
    let files = scope.files();
    let changed = |made: Made| changing(chain, object).try_fold(made, |made, (_, it)| it.changed(made, files));
    let made = generator.made(files).and_then(changed);
    let title = format!("{} {}", generator.kind, generator.name);
    let doubt = made.as_ref().err().map(|why| (object.clone(), format!("kustomize makes {title}, and {why}")));
    let text = generator.object(&made.unwrap_or_default());
    let document = Span::new(0, text.as_str().len());
    // What is changed further out is not what the innermost kustomization deploys.
    let decided_by = changing(chain.get(1..).unwrap_or_default(), object).last().map(|(outer, _)| Arc::clone(outer));
    Companion { text, document, chain: chain.to_vec(), decided_by, doubt, made: Some(title) }
}
