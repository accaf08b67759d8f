//! The persistent volume claims that a server keeps its data in.

use crate::checks::Subject;
use crate::detect::Site;
use crate::kubernetes::{PodContainer, Workload};
use crate::yaml::Node;

/// The claims of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The name of the server's object.
    pub server: String,
    /// Its namespace, if it is written.
    pub namespace: Option<String>,
    /// Regular expressions that match the whole names of its claims.
    pub patterns: Vec<String>,
}

/// The claims that a server's container mounts: only the one with the data directory if that is known, else all of
/// them. `None` if there are none to be found.
#[must_use]
pub fn claims(subject: &Subject<'_, '_>) -> Option<Claims> {
    let Site::Pod(pod) = subject.server.site else { return None };
    let found: Vec<(String, &str)> = mounted(pod);
    let data = subject.server.flavor.runbook.as_ref().map(|runbook| runbook.data.as_str());
    let holds_data = |(_, path): &&(String, &str)| data.is_some_and(|data| is_below(data, path));
    let mut chosen: Vec<&(String, &str)> = found.iter().filter(holds_data).collect();
    if chosen.is_empty() {
        chosen = found.iter().collect();
    }
    let patterns: Vec<String> = chosen.into_iter().map(|(pattern, _)| pattern.clone()).collect();
    let resource = pod.workload.resource;
    (!patterns.is_empty()).then(|| Claims {
        server: resource.name().to_owned(),
        namespace: resource.namespace().map(str::to_owned),
        patterns,
    })
}

/// Claims with the paths at which they are mounted.
fn mounted<'d>(pod: PodContainer<'d>) -> Vec<(String, &'d str)> {
    let PodContainer { workload, container } = pod;
    let claim = |mount: Node<'d>| {
        let (name, path) = (mount.get("name")?.as_str()?, mount.get("mountPath")?.as_str()?);
        Some((templated(workload, name).or_else(|| named(workload, name))?, path))
    };
    let mut found: Vec<(String, &str)> = container.volume_mounts().into_iter().filter_map(claim).collect();
    found.dedup();
    found
}

/// The claims that a `StatefulSet` makes from a template: one per pod.
fn templated(workload: Workload<'_>, name: &str) -> Option<String> {
    let templates = workload.resource.node().at("/spec/volumeClaimTemplates")?;
    let is_it = |template: Node<'_>| template.at("/metadata/name").and_then(Node::as_str) == Some(name);
    templates.items().any(is_it).then(|| format!("{}-{}-[0-9]+", escaped(name), escaped(workload.resource.name())))
}

fn named(workload: Workload<'_>, name: &str) -> Option<String> {
    workload.volume(name)?.at("/persistentVolumeClaim/claimName").and_then(Node::as_str).map(escaped)
}

fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A name as a regular expression. Of the special characters, only dots are valid in Kubernetes names; others are
/// dropped, so that they cannot break the expression.
fn escaped(name: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    name.chars().filter(|c| is_name(*c)).collect::<String>().replace('.', "[.]")
}
