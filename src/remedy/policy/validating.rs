//! `ValidatingAdmissionPolicy` with its binding.

use super::{Enforcement, Page, Policy};

/// The checks for servers that never purge and for those that do not start: name, test and message.
pub(super) const CHECKS: [(&str, &str, &str); 2] = [
    (
        "purge-disabled",
        "s.interval.startsWith('off') && !s.retain.startsWith('bad')",
        "' never deletes old snapshots: ' + (s.interval == 'off' ? 'nothing that it reads says otherwise' : s.interval.substring(4) + ' is 0 or missing')",
    ),
    (
        "purge-invalid",
        "s.interval.startsWith('bad') || s.retain.startsWith('bad')",
        "' does not start: ' + (s.interval.startsWith('bad') ? s.interval.substring(4) : s.retain.substring(4)) + ' is not a whole number'",
    ),
];

/// The undecided servers, for the audit log; an empty text leaves no note.
pub(super) const UNKNOWN: &str =
    "variables.servers.filter(s, s.interval == 'unknown' && !s.retain.startsWith('bad')).map(s, s.name).join(', ')";

/// The policy and its binding.
pub(super) fn documents(policy: &Policy, enforcement: Enforcement) -> [Page; 2] {
    let validations = CHECKS.map(|(check, test, said)| {
        Page::table([
            ("expression", format!("!variables.servers.exists(s, {test})").into()),
            ("message", check.into()),
            ("messageExpression", message(check, test, said).into()),
            ("reason", "Invalid".into()),
        ])
    });
    let annotation = Page::table([("key", "undecided".into()), ("valueExpression", UNKNOWN.into())]);
    let spec = Page::table([
        // A failing policy must not keep a cluster from working.
        ("failurePolicy", "Ignore".into()),
        ("matchConstraints", Page::table([("resourceRules", resource_rules(policy))])),
        ("matchConditions", named(&policy.conditions)),
        ("variables", named(&policy.variables)),
        ("validations", Page::List(validations.into())),
        ("auditAnnotations", Page::List(vec![annotation])),
    ]);
    let actions = if enforcement.is_enforced { ["Deny", "Audit"] } else { ["Warn", "Audit"] };
    let binding = Page::table([
        ("policyName", policy.name.as_str().into()),
        ("validationActions", actions.into_iter().map(Page::from).collect()),
    ]);
    [
        document("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", &policy.name, spec),
        document("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", &policy.name, binding),
    ]
}

pub(super) fn document(version: &str, kind: &str, name: &str, spec: Page) -> Page {
    Page::table([
        ("apiVersion", version.into()),
        ("kind", kind.into()),
        ("metadata", Page::table([("name", name.into())])),
        ("spec", spec),
    ])
}

/// The message about all servers of an object that match a test.
pub(super) fn message(check: &str, test: &str, said: &str) -> String {
    format!("'{check}: ' + variables.servers.filter(s, {test}).map(s,\n  s.name + {said}).join('; ')")
}

/// Expressions by name.
pub(super) fn named(all: &[(&str, String)]) -> Page {
    let item = |(name, expression): &(&str, String)| {
        Page::table([("name", (*name).into()), ("expression", expression.as_str().into())])
    };
    all.iter().map(item).collect()
}

/// The resources that a policy applies to.
pub(super) fn resource_rules(policy: &Policy) -> Page {
    let words = |words: &[&str]| -> Page { words.iter().map(|word| Page::from(*word)).collect() };
    let rule = |resources: &super::Resources| {
        let plurals: Vec<&str> = resources.kinds.iter().map(|(_, plural)| plural.as_str()).collect();
        Page::table([
            ("apiGroups", words(&[&resources.group])),
            ("apiVersions", words(&[resources.version.unwrap_or("*")])),
            ("operations", words(&["CREATE", "UPDATE"])),
            ("resources", words(&plurals)),
        ])
    };
    policy.resources.iter().map(rule).collect()
}
