//! Finds where a chart's label is written, by release. Each document is read once, and only when a server needs it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::helm::ChartLabel;
use crate::kubernetes::{Resource, agree, resources};
use crate::manifests::{Manifest, Manifests};
use crate::yaml::Span;

/// A label and the documents that contain its text.
pub(super) struct WrittenLabel {
    /// Its name and version.
    pub(super) label: ChartLabel,
    /// Indices of documents, ascending.
    documents: Vec<usize>,
    /// What has been read from them so far.
    known: RefCell<Known>,
}

/// The objects with the label in the documents that have been read.
#[derive(Default)]
struct Known {
    /// How many documents have been read.
    count: usize,
    /// By release, in stream order, with the namespace if one is written.
    objects: BTreeMap<Option<String>, Vec<(Option<String>, Labelled)>>,
}

/// An object's label.
#[derive(Clone, Copy)]
pub(super) struct Labelled {
    /// The index of the document.
    pub(super) document: usize,
    /// The label's key.
    pub(super) key: Span,
    /// The label's value.
    pub(super) span: Span,
}

impl WrittenLabel {
    /// A label that no document is known to contain yet.
    pub(super) fn new(label: ChartLabel) -> Self {
        Self { label, documents: Vec::new(), known: RefCell::default() }
    }

    /// Adds a document that contains the label's text; must not come before those already known.
    pub(super) fn add(&mut self, document: usize) {
        if self.documents.last() != Some(&document) {
            self.documents.push(document);
        }
    }

    /// The first object in the server's release that carries the label. Reads documents until it is found.
    pub(super) fn of_release(&self, server: Resource<'_>, manifests: &Manifests<'_>) -> Option<Labelled> {
        let mut known = self.known.borrow_mut();
        loop {
            if let Some(found) = known.of_release(server) {
                return Some(found);
            }
            let document = *self.documents.get(known.count)?;
            known.count = known.count.saturating_add(1);
            match manifests.parsed_at(document) {
                Some(manifest) => known.add(manifest, &self.label),
                None => manifests.read(document).ok().flatten().iter().for_each(|read| known.add(read, &self.label)),
            }
        }
    }
}

impl Known {
    fn add(&mut self, manifest: &Manifest<'_>, label: &ChartLabel) {
        for object in resources(&manifest.document) {
            let Some((key, span)) = place(object, label) else { continue };
            let labelled = Labelled { document: manifest.index, key, span };
            let of_release = self.objects.entry(object.release().map(str::to_owned)).or_default();
            of_release.push((object.namespace().map(str::to_owned), labelled));
        }
    }

    fn of_release(&self, server: Resource<'_>) -> Option<Labelled> {
        let own = server.namespace();
        let objects = self.objects.get(&server.release().map(str::to_owned))?;
        objects.iter().find(|(namespace, _)| agree(namespace.as_deref(), own)).map(|(_, labelled)| *labelled)
    }
}

/// The key and value of the label on an object.
fn place(object: Resource<'_>, label: &ChartLabel) -> Option<(Span, Span)> {
    let mut labels = object.labels().into_iter();
    let (key, value) = labels.find(|(key, value)| {
        let is_key = key.text().is_some_and(ChartLabel::is_key);
        is_key && value.as_str().and_then(ChartLabel::parse).as_ref() == Some(label)
    })?;
    Some((key.span(), value.span()))
}
