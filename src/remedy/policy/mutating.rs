//! `MutatingAdmissionPolicy`: sets the deciding variable, selected by the names of the container and the variable.

use super::validating::{document, named, resource_rules};
use super::{Page, Policy};

/// What to know before letting a cluster change objects.
pub(super) fn notes() -> [&'static str; 5] {
    [
        "The MutatingAdmissionPolicy sets the variable of a server in a pod template that never purges; custom resources are",
        "not changed. A changed pod template restarts the pods. Argo CD shows such objects as out of sync, because Git says",
        "something else; annotate the Application so that it compares with what admission makes of Git:",
        "  argocd.argoproj.io/compare-options: ServerSideDiff=true,IncludeMutationWebhook=true",
        "Setting the chart's value is the better fix.",
    ]
}

/// The policy and its binding.
pub(super) fn documents(workloads: &Policy, interval: i32) -> [Page; 2] {
    let name = format!("{}-switch-on", workloads.name);
    let expression = format!(
        "object.kind == 'Pod' ?\n  Object{{spec: {}}} :\n  \
         Object{{spec: Object.spec{{template: Object.spec.template{{spec: {}}}}}}}",
        pod("Object.spec", interval),
        pod("Object.spec.template.spec", interval)
    );
    let mutation = Page::table([
        ("patchType", "ApplyConfiguration".into()),
        ("applyConfiguration", Page::table([("expression", expression.into())])),
    ]);
    let spec = Page::table([
        ("failurePolicy", "Ignore".into()),
        ("reinvocationPolicy", "IfNeeded".into()),
        ("matchConstraints", Page::table([("resourceRules", resource_rules(workloads))])),
        ("matchConditions", named(&workloads.conditions)),
        ("variables", named(&workloads.variables)),
        ("mutations", Page::List(vec![mutation])),
    ]);
    let version = "admissionregistration.k8s.io/v1";
    let binding = Page::table([("policyName", name.as_str().into())]);
    [
        document(version, "MutatingAdmissionPolicy", &name, spec),
        document(version, "MutatingAdmissionPolicyBinding", &name, binding),
    ]
}

/// The `spec` of a pod, reduced to what changes.
fn pod(type_name: &str, interval: i32) -> String {
    let lists = [("containers", "!"), ("initContainers", "")];
    let lists =
        lists.map(|(list, not)| format!("{list}: {}", containers(&format!("{type_name}.{list}"), not, interval)));
    format!("{type_name}{{{}}}", lists.join(",\n    "))
}

/// The containers to change, each with the variable that switches purging on: only sidecars, or with `not` only the
/// others. Places that are not variables have a slash or a blank in their names.
fn containers(type_name: &str, not: &str, interval: i32) -> String {
    let test =
        "(s.interval.startsWith('off ') || s.interval.startsWith('bad ')) && !s.interval.substring(4).matches('[ /]')";
    let is_sidecar = "variables.pod.?initContainers.orValue([]).exists(c, c.name == s.name)";
    format!(
        "variables.servers.filter(s, {test} && {not}{is_sidecar}).map(s,\n    \
         {type_name}{{name: s.name, env: [{type_name}.env{{name: s.interval.substring(4), value: '{interval}'}}]}})"
    )
}
