//! Kyverno's `ClusterPolicy`, which evaluates the same expressions.

use super::validating::{CHECKS, document, message, named};
use super::{Enforcement, Page, Policy};
use crate::remedy::page::Entry;

/// The policy.
pub(super) fn document_of(policy: &Policy, enforcement: Enforcement) -> Page {
    let action = if enforcement.is_enforced { "Enforce" } else { "Audit" };
    let expressions = CHECKS.map(|(check, test, said)| {
        Page::table([
            ("expression", format!("!variables.servers.exists(s, {test})").into()),
            ("message", check.into()),
            ("messageExpression", message(check, test, said).into()),
        ])
    });
    let cel = Page::table([("variables", named(&policy.variables)), ("expressions", Page::List(expressions.into()))]);
    let rule = Page::table([
        ("name", policy.name.as_str().into()),
        ("match", Page::table([("any", Page::List(vec![Page::table([("resources", resources(policy))])]))])),
        ("celPreconditions", named(&policy.conditions)),
        ("validate", Page::table([("failureAction", action.into()), ("cel", cel)])),
    ]);
    let spec = Page::table([
        // Warns whoever applies the object, as the API server's own policies do.
        ("emitWarning", Page::Bare("true".to_owned())),
        ("background", Page::Bare("false".to_owned())),
        ("failurePolicy", "Ignore".into()),
        ("rules", Page::List(vec![rule])),
    ]);
    // The rules already name the controllers.
    let annotations = Page::Table(vec![
        Entry::new("policies.kyverno.io/title", policy.title.as_str().into()),
        Entry::new("pod-policies.kyverno.io/autogen-controllers", "none".into()),
    ]);
    let mut page = document("kyverno.io/v1", "ClusterPolicy", &policy.name, spec);
    if let Page::Table(entries) = &mut page
        && let Some(metadata) = entries.iter_mut().find(|entry| entry.key == "metadata")
    {
        metadata.value = metadata.value.clone().with("annotations", annotations);
    }
    page
}

/// Kinds as Kyverno names them: `group/version/Kind`.
fn resources(policy: &Policy) -> Page {
    let kinds = policy.resources.iter().flat_map(|resources| {
        resources.kinds.iter().map(|(kind, _)| match resources.group.as_str() {
            "" => format!("{}/{kind}", resources.version.unwrap_or("*")),
            group => format!("{group}/{}/{kind}", resources.version.unwrap_or("*")),
        })
    });
    Page::table([
        ("kinds", kinds.map(Page::from).collect()),
        ("operations", ["CREATE", "UPDATE"].into_iter().map(Page::from).collect()),
    ])
}
