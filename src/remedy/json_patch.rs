//! RFC 6902 patches, one array per object. Positions change from one chart version to the next, so each is preceded by
//! a `test` of the container's or variable's name: the patch fails rather than change something else.

use json_patch::{PatchOperation, TestOperation};
use serde_json::Value;

use super::{Object, Treatment};

/// The patches as documents of a YAML stream; for a single object, plain JSON.
///
/// # Errors
/// None in practice; the serializer's signature requires it.
pub fn documents(treatments: &[Treatment]) -> Result<String, serde_json::Error> {
    let texts: Result<Vec<String>, _> = treatments.iter().map(document).collect();
    Ok(texts?.join("---\n"))
}

fn document(treatment: &Treatment) -> Result<String, serde_json::Error> {
    let operations = treatment.operations.iter().flat_map(|operation| guarded(operation, &treatment.before));
    let operations: Result<Vec<Value>, _> = operations.map(|operation| serde_json::to_value(&operation)).collect();
    let lines: Vec<String> = operations?.iter().map(|operation| format!("  {operation}")).collect();
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// Before a multi-line text is replaced, tests that it is the one that was read: a newer chart may have changed
/// anything in it.
fn guarded(operation: &PatchOperation, before: &Value) -> Vec<PatchOperation> {
    let path = operation.path();
    let old = before.pointer(path.as_str()).filter(|old| old.as_str().is_some_and(|text| text.contains('\n')));
    let is_replaced = matches!(operation, PatchOperation::Replace(_));
    let test = old
        .filter(|_| is_replaced)
        .map(|old| PatchOperation::Test(TestOperation { path: path.to_owned(), value: old.clone() }));
    test.into_iter().chain([operation.clone()]).collect()
}

/// The command that applies a patch to the object in the cluster. `None` if a name is not valid in Kubernetes, because
/// the command will be pasted into a shell.
#[must_use]
pub fn command(treatment: &Treatment, kind_of_patch: &str) -> Option<String> {
    let Object { kind, name, namespace, .. } = &treatment.object;
    let is_name = |text: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        !text.starts_with('-') && !text.is_empty() && text.bytes().all(is_inner)
    };
    let namespace = namespace.as_deref();
    let flag = namespace.map(|namespace| format!("-n {namespace} ")).unwrap_or_default();
    let is_safe = [kind.as_str(), name, namespace.unwrap_or("x")].into_iter().all(is_name);
    let kind = kind.to_lowercase();
    is_safe.then(|| format!("kubectl {flag}patch {kind} {name} --type {kind_of_patch} --patch-file FILE"))
}
