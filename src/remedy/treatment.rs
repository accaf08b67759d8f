//! The cure for one object: the object before and after, and the operations in between.

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, PatchOperation, RemoveOperation, ReplaceOperation, TestOperation};
use serde_json::Value;

use crate::checks::{Examination, Finding, Severity};
use crate::cure::Cure;
use crate::kubernetes::{Resource, resources};
use crate::manifests::{Manifest, Manifests};
use crate::yaml::Node;

/// An object that a remedy changes.
#[derive(Debug, Clone)]
pub struct Treatment {
    /// The object that is to be patched.
    pub object: Object,
    /// The object as it is.
    pub before: Value,
    /// The object as it has to be.
    pub after: Value,
    /// The RFC 6902 operations that lead from one to the other, including tests of names.
    pub operations: Vec<PatchOperation>,
}

/// The names that identify an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`, if it is written.
    pub namespace: Option<String>,
}

/// An error that no patch cures.
#[derive(Debug, Clone)]
pub struct Untreated {
    /// What is wrong.
    pub message: String,
    /// Why nothing cures it.
    pub reason: String,
}

/// The treatments of a stream's objects, in the order of the stream, and the errors that no patch cures, or that are
/// suppressed.
#[must_use]
pub fn treatments(
    manifests: &Manifests<'_>,
    examination: &Examination<'_, '_>,
    cure: &Cure,
) -> (Vec<Treatment>, Vec<Untreated>) {
    let made: Vec<&Finding> = examination
        .findings
        .iter()
        .zip(&cure.refused)
        .filter(|(_, refused)| refused.is_none())
        .map(|(f, _)| f)
        .collect();
    let treated = manifests.parsed().iter().flat_map(|manifest| of_document(manifest, &made)).collect();
    let untreated = examination.findings.iter().zip(&cure.refused).filter_map(|(finding, refused)| {
        let reason = refused.as_ref().or(finding.incurable_because.as_ref());
        let is_held_back = finding.suppression.is_some() && !finding.fix.is_empty();
        let reason = reason.filter(|_| finding.severity == Severity::Error || is_held_back)?;
        Some(Untreated { message: finding.message.clone(), reason: reason.clone() })
    });
    (treated, untreated.collect())
}

fn of_document(manifest: &Manifest<'_>, findings: &[&Finding]) -> Vec<Treatment> {
    let mut operations: Vec<PatchOperation> = Vec::new();
    let fixes = findings.iter().flat_map(|finding| &finding.fix).filter(|fix| fix.document == manifest.index);
    for change in fixes.flat_map(|fix| &fix.changes) {
        if !operations.contains(&change.operation) {
            operations.push(change.operation.clone());
        }
    }
    resources(&manifest.document).into_iter().filter_map(|resource| of_resource(resource, &operations)).collect()
}

fn of_resource(resource: Resource<'_>, operations: &[PatchOperation]) -> Option<Treatment> {
    // The pointer of an item of a `List`; empty for the document itself.
    let prefix = resource.node().pointers()?.into_iter().next()?;
    let own: Vec<PatchOperation> = operations.iter().filter_map(|operation| below(operation, &prefix)).collect();
    if own.is_empty() {
        return None;
    }
    let before = resource.node().to_json().ok()?;
    let mut after = before.clone();
    json_patch::patch(&mut after, &own).ok()?;
    Some(Treatment { object: Object::of(resource), before, after, operations: own })
}

/// An operation made relative to the object at a pointer; `None` if it concerns another object.
fn below(operation: &PatchOperation, prefix: &str) -> Option<PatchOperation> {
    let path =
        operation.path().as_str().strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    let path = PointerBuf::parse(path).ok()?;
    Some(match operation.clone() {
        PatchOperation::Test(TestOperation { value, .. }) => PatchOperation::Test(TestOperation { path, value }),
        PatchOperation::Add(AddOperation { value, .. }) => PatchOperation::Add(AddOperation { path, value }),
        PatchOperation::Replace(ReplaceOperation { value, .. }) => {
            PatchOperation::Replace(ReplaceOperation { path, value })
        }
        PatchOperation::Remove(_) => PatchOperation::Remove(RemoveOperation { path }),
        // Fixes do not use these.
        PatchOperation::Move(_) | PatchOperation::Copy(_) => return None,
    })
}

impl Object {
    fn of(resource: Resource<'_>) -> Self {
        let text = |pointer: &str| resource.node().at(pointer).and_then(Node::as_str).unwrap_or_default();
        Self {
            api_version: text("/apiVersion").to_owned(),
            kind: resource.kind().to_owned(),
            name: resource.name().to_owned(),
            namespace: resource.namespace().map(str::to_owned),
        }
    }

    /// Kind and name, for messages.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }
}
