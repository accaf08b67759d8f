//! Suppressions in annotations: `autopurge.dev/ignore: "purge-disabled, purge-unknown"` on the object, optionally with
//! `autopurge.dev/ignore-reason` and `autopurge.dev/ignore-until`.
//!
//! Annotations survive what comments do not: templates, `kubectl apply`, a round trip through a cluster.

use memchr::memmem;

use super::directive::{Directive, Scope, Terms};
use super::matching::Object;
use super::syntax::{expire, name_checks};
use crate::checks::SuppressedBy;
use crate::kubernetes::{Resource, resources};
use crate::nearest::nearest;
use crate::report::{Mark, Source};
use crate::yaml::{Document, Node, Span, split};

/// What the names of these annotations begin with.
const OURS: &str = "autopurge.dev/";
/// The annotation that lists the checks; `*` for all of them.
pub const IGNORE: &str = "autopurge.dev/ignore";
/// The annotation with the reason why a finding does not count.
pub const REASON: &str = "autopurge.dev/ignore-reason";
/// The annotation with the last day, YYYY-MM-DD.
pub const UNTIL: &str = "autopurge.dev/ignore-until";

/// The suppressions on the objects of a file.
#[must_use]
pub fn in_file(source: &Source<'_>) -> Vec<Directive> {
    let is_asked = |span: &Span| memmem::find(span.of_bytes(source.text()), OURS.as_bytes()).is_some();
    if !is_asked(&Span::new(0, source.text().len())) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, span) in split(source.text()).into_iter().enumerate().filter(|(_, span)| is_asked(span)) {
        let Ok(Some(document)) = Document::parse(span.of_bytes(source.text()), span.start) else { continue };
        found.extend(resources(&document).into_iter().flat_map(|object| on(object, number, source)));
    }
    found
}

/// The suppression on an object in the document with this index, and what is meant as one.
pub(super) fn on(resource: Resource<'_>, document: usize, source: &Source<'_>) -> Vec<Directive> {
    let Some(annotations) = resource.node().at("/metadata/annotations") else { return Vec::new() };
    let object = Object {
        kind: resource.kind().to_owned(),
        namespace: resource.namespace().map(str::to_owned),
        name: resource.name().to_owned(),
    };
    let directive = |node: Node<'_>, terms: Terms| {
        let span = node.span();
        let place = source.place(Some(document), &Mark { span, context: span, shown: vec![span] });
        let scope = Scope::Object { span: resource.node().span(), object: object.clone() };
        Directive { by: SuppressedBy::Annotation, place, scope, terms }
    };
    let written = annotations.get(IGNORE).map(|node| directive(node, terms(node, annotations)));
    let misspelt = annotations.entries().into_iter().filter_map(|(key, _)| {
        let mistake = mistake(key.text()?, written.is_some())?;
        Some(directive(key, Terms { mistake: Some(mistake), ..Terms::default() }))
    });
    written.iter().cloned().chain(misspelt).collect()
}

fn terms(list: Node<'_>, annotations: Node<'_>) -> Terms {
    let mut terms = Terms::default();
    match list.as_str().map(str::trim) {
        None => terms.mistake = Some("its value is not a string".to_owned()),
        Some("*") => {}
        Some(list) => name_checks(&mut terms, list),
    }
    if let Some(day) = annotations.get(UNTIL).and_then(Node::text) {
        expire(&mut terms, day.trim());
    }
    terms.reason = annotations.get(REASON).and_then(Node::as_str).map(str::to_owned);
    terms
}

/// What is wrong with the name of an annotation, if it is meant as one of these.
fn mistake(name: &str, is_suppressed: bool) -> Option<String> {
    match name {
        IGNORE => None,
        REASON | UNTIL if is_suppressed => None,
        REASON | UNTIL => Some(format!("there is no `{IGNORE}` beside it")),
        _ if name.starts_with(OURS) => {
            let meant = nearest(name, [IGNORE, REASON, UNTIL]).unwrap_or(IGNORE);
            Some(format!("there is no such annotation; did you mean `{meant}`?"))
        }
        _ => None,
    }
}
