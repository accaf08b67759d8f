//! Objects that a release refers to, in its own file and in the files around it.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use memchr::memmem;

use super::field::{Field, Page};
use super::files::Files;
use super::path;
use super::release::Position;
use super::text::Text;
use crate::kubernetes::agree;
use crate::yaml::{Span, split};

/// Kinds that something refers to by name.
const KINDS: [&str; 7] =
    ["ConfigMap", "Secret", "HelmRepository", "OCIRepository", "GitRepository", "HelmChart", "HelmChartConfig"];

/// The repository around the files that are read. Keeps of every folder which objects are in it, and no texts.
pub struct Surroundings<'f> {
    files: &'f dyn Files,
    folders: Mutex<HashMap<String, Arc<Vec<Neighbour>>>>,
}

/// An object that can be referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Neighbour {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    group: String,
    file: String,
    document: Span,
    index: usize,
}

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) struct Reference<'r> {
    pub(super) group: &'r str,
    pub(super) kind: &'r str,
    pub(super) name: &'r str,
    pub(super) namespace: Option<&'r str>,
}

/// What a reference leads to.
pub(super) enum Found {
    One(Neighbour),
    None,
    /// More than one; nobody can say which is meant.
    Several,
}

impl<'f> Surroundings<'f> {
    /// The repository that holds these files.
    #[must_use]
    pub fn new(files: &'f dyn Files) -> Self {
        Self { files, folders: Mutex::new(HashMap::new()) }
    }

    /// The objects in the files of one folder.
    fn folder(&self, folder: &str) -> Arc<Vec<Neighbour>> {
        let known = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder).cloned();
        known.unwrap_or_else(|| {
            let found = Arc::new(self.scan(folder));
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            folders.insert(folder.to_owned(), Arc::clone(&found));
            found
        })
    }

    fn scan(&self, folder: &str) -> Vec<Neighbour> {
        let names = self.files.list(folder).into_iter().filter(|name| is_yaml(name));
        let paths = names.filter_map(|name| path::join(folder, &name));
        paths.flat_map(|path| self.files.read(&path).map(|text| neighbours(&path, &text)).unwrap_or_default()).collect()
    }
}

/// A file that is read, and what is around it.
pub(super) struct Scope<'c> {
    pub(super) text: &'c Text,
    surroundings: &'c Surroundings<'c>,
    own: OnceCell<Vec<Neighbour>>,
    /// The only release that is wanted.
    wanted: Option<Position>,
}

impl<'c> Scope<'c> {
    pub(super) fn new(text: &'c Text, surroundings: &'c Surroundings<'c>, wanted: Option<Position>) -> Self {
        Self { text, surroundings, own: OnceCell::new(), wanted }
    }

    /// Whether something is to be read that has a number in the positions of its releases.
    pub(super) fn wants(&self, number: usize, of: impl Fn(Position) -> usize) -> bool {
        self.wanted.is_none_or(|wanted| of(wanted) == number)
    }

    /// The path of the file.
    pub(super) fn path(&self) -> &'c str {
        self.text.file()
    }

    pub(super) fn files(&self) -> &'c dyn Files {
        self.surroundings.files
    }

    /// Looks in the file itself, then in its folder, then in each folder above.
    pub(super) fn find(&self, reference: Reference<'_>) -> Found {
        let own = self.own.get_or_init(|| neighbours(self.path(), self.text.as_str()));
        let mut found = choose(own.iter(), reference);
        for folder in path::folders_above(self.path()) {
            if !matches!(found, Found::None) {
                break;
            }
            let objects = self.surroundings.folder(folder);
            found = choose(objects.iter().filter(|object| *object.file != *self.path()), reference);
        }
        found
    }

    /// Gives an object to a reader.
    pub(super) fn read<R>(&self, object: &Neighbour, reader: impl FnOnce(&Field<'_>) -> R) -> Option<R> {
        let text = if *object.file == *self.path() {
            self.text.clone()
        } else {
            Text::of_file(&object.file, &self.files().read(&object.file)?)
        };
        let page = Page::parse(&text, object.document).ok().flatten()?;
        let field = page.objects().into_iter().nth(object.index)?;
        Some(reader(&field))
    }
}

pub(super) fn is_yaml(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("yaml" | "yml" | "json"))
}

fn choose<'n>(objects: impl Iterator<Item = &'n Neighbour>, reference: Reference<'_>) -> Found {
    let mut fitting = objects.filter(|object| {
        object.kind == reference.kind
            && object.group == reference.group
            && object.name == reference.name
            && agree(object.namespace.as_deref(), reference.namespace)
    });
    match (fitting.next(), fitting.next()) {
        (None, _) => Found::None,
        (Some(object), None) => Found::One(object.clone()),
        (Some(_), Some(_)) => Found::Several,
    }
}

/// The objects in a file that can be referred to. Broken documents are somebody else's finding.
fn neighbours(path: &str, content: &str) -> Vec<Neighbour> {
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
    let objects = page.objects().into_iter().enumerate();
    let named = objects.filter_map(|(index, object)| {
        let metadata = object.get("metadata")?;
        let group = object.text_of("apiVersion")?.rsplit_once('/').map_or("", |(group, _)| group);
        Some(Neighbour {
            kind: object.text_of("kind").filter(|kind| KINDS.contains(kind))?.to_owned(),
            name: metadata.text_of("name")?.to_owned(),
            namespace: metadata.text_of("namespace").map(str::to_owned),
            group: group.to_owned(),
            file: path.to_owned(),
            document: page.span,
            index,
        })
    });
    named.collect()
}
