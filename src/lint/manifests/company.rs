//! Objects in other files that the servers of a file refer to: the documents that contain them are read along with the
//! file, and what is found in them, or has to be changed there, belongs to those files.

use std::collections::BTreeMap;

use crate::checks::Examination;
use crate::gitops::Companion;
use crate::lint::FileEdits;
use crate::lint::release::InRepository;
use crate::manifests::Manifests;
use crate::report::{Elsewhere, Source, Written};
use crate::yaml::{Edit, Node, Span, spliced};

/// The texts of other files, by their paths below the repository's root, each with the path that is shown.
#[derive(Default)]
pub(super) struct Texts(BTreeMap<String, (String, String)>);

impl Texts {
    /// Those that the documents come from.
    pub(super) fn of(companions: &[Companion], file: InRepository<'_>) -> Self {
        let paths = companions.iter().flat_map(Companion::files);
        let text =
            |path: String| Some((path.clone(), (file.repository.shown(&path), file.repository.text(&path, file)?)));
        Self(paths.filter_map(text).collect())
    }
}

/// Documents of other files that were taken into a stream.
#[derive(Default)]
pub(super) struct Company<'a> {
    taken: Vec<Taken<'a>>,
    sources: BTreeMap<&'a str, Source<'a>>,
    file: Option<InRepository<'a>>,
}

struct Taken<'a> {
    /// Where it is in the stream.
    at: Span,
    companion: &'a Companion,
    /// Its number in its file; `None` if kustomize makes it.
    number: Option<usize>,
}

impl<'a> Company<'a> {
    /// Takes the documents into a stream.
    pub(super) fn join(
        companions: &'a [Companion],
        texts: &'a Texts,
        file: InRepository<'a>,
        manifests: &mut Manifests<'a>,
    ) -> Self {
        let taken = companions.iter().filter_map(|companion| {
            let at = manifests.borrow(companion.as_str().as_bytes())?;
            Some(Taken { at, companion, number: companion.number() })
        });
        let taken = taken.collect();
        let sources = texts.0.iter().map(|(path, (shown, text))| (path.as_str(), Source::new(shown, text.as_bytes())));
        Self { taken, sources: sources.collect(), file: Some(file) }
    }

    /// The document that a part of the stream is in, with that part as it is counted from the start of the document.
    fn taken(&self, span: Span) -> Option<(&Taken<'a>, Span)> {
        let taken = self.taken.iter().find(|taken| taken.at.start <= span.start && span.start <= taken.at.end)?;
        let inside = |at: usize| at.saturating_sub(taken.at.start);
        Some((taken, Span::new(inside(span.start), inside(span.end))))
    }

    /// Leaves out the fixes of what kustomize makes, and says what to change instead.
    pub(super) fn keep_made(&self, manifests: &Manifests<'_>, examination: &mut Examination<'_, '_>) {
        for finding in &mut examination.findings {
            let changes = finding.fix.iter().flat_map(|fix| fix.changes.iter().map(|change| (fix.document, change)));
            let mut made = changes.filter_map(|(document, change)| {
                let root = manifests.parsed_at(document)?.document.root();
                let (taken, _) = self.taken(root.span())?;
                let made = taken.companion.made()?;
                let node = nearest(root, change.operation.path().as_str());
                let file = self.written(node.span()).map_or("its files", |written| written.source.path());
                Some(format!(
                    "kustomize makes {made}, and autopurge does not change what it is made from; change {file}"
                ))
            });
            if let Some(why) = made.next() {
                finding.fix.clear();
                finding.incurable_because = Some(why);
            }
        }
    }

    /// The edits of the stream's own text, and those of other files.
    pub(super) fn divided(&self, edits: Vec<Edit>) -> (Vec<Edit>, BTreeMap<&str, Vec<Edit>>) {
        let mut others: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        let mut own = Vec::new();
        for edit in edits {
            match self.taken(edit.span) {
                None => own.push(edit),
                Some((taken, inside)) => {
                    let place = taken.companion.place(inside);
                    if let Some((path, _)) = self.sources.get_key_value(&*place.file) {
                        others.entry(path).or_default().push(Edit { span: place.span, text: edit.text });
                    }
                }
            }
        }
        (own, others)
    }

    /// The texts of other files with their edits, by their paths below the repository's root.
    pub(super) fn edited(&self, others: BTreeMap<&str, Vec<Edit>>) -> BTreeMap<String, String> {
        let edited = others.into_iter().filter_map(|(path, edits)| {
            let text = self.sources.get(path)?.text();
            Some((path.to_owned(), String::from_utf8_lossy(&spliced(text, &edits)).into_owned()))
        });
        edited.collect()
    }

    /// The edits of other files.
    pub(super) fn file_edits(&self, others: BTreeMap<&str, Vec<Edit>>) -> Vec<FileEdits> {
        let edits = others.into_iter().filter_map(|(path, edits)| {
            let path_from_here = self.file?.repository.path_from_here(path.as_ref());
            FileEdits::of(&path_from_here, self.sources.get(path)?.text(), edits)
        });
        edits.collect()
    }
}

/// The node at a pointer, or the last one on the way to it.
pub(super) fn nearest<'d>(root: Node<'d>, pointer: &str) -> Node<'d> {
    let mut pointer = pointer;
    loop {
        if let Some(node) = root.at(pointer) {
            return node;
        }
        let Some((shorter, _)) = pointer.rsplit_once('/') else { return root };
        pointer = shorter;
    }
}

impl Elsewhere for Company<'_> {
    fn written(&self, span: Span) -> Option<Written<'_>> {
        let (taken, inside) = self.taken(span)?;
        let place = taken.companion.place(inside);
        Some(Written { source: self.sources.get(&*place.file)?, document: taken.number, span: place.span })
    }

    fn sources(&self) -> Vec<&Source<'_>> {
        self.sources.values().collect()
    }
}
