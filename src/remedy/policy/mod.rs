//! Policies that let a cluster's API server enforce the rules: as CEL, for Kubernetes' own admission and for Kyverno.
//!
//! Admission sees one object at a time. What it cannot decide it lets pass, with a note in the audit log; the header of
//! the output lists these cases.

mod cel;
mod judge;
mod kyverno;
mod mount;
mod mutating;
mod recognise;
mod setting;
mod tag;
mod validating;

use super::page::Page;
use crate::rules::{Flavor, RuleSet};

/// What the policies should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enforcement {
    /// Refuse objects instead of warning and leaving a note in the audit log.
    pub is_enforced: bool,
    /// Switch purging on in the objects that have a variable for it, with this interval in hours.
    pub mutate: Option<i32>,
}

/// Who enforces the policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The API server: `ValidatingAdmissionPolicy`.
    Kubernetes,
    /// Kyverno: `ClusterPolicy` with the same expressions.
    Kyverno,
}

/// One policy, independent of the engine.
#[derive(Debug)]
struct Policy {
    name: String,
    /// A human-readable title.
    title: String,
    resources: Vec<Resources>,
    /// The conditions, by name, under which an object is examined.
    conditions: Vec<(&'static str, String)>,
    /// Named values, in the order in which they build on each other; the last one is `servers`, a list of `{name,
    /// interval, retain}`.
    variables: Vec<(&'static str, String)>,
}

/// Resources of one API group.
#[derive(Debug)]
struct Resources {
    group: String,
    /// `None`: all of them.
    version: Option<&'static str>,
    /// Kinds with their plurals, which occur in API paths.
    kinds: Vec<(String, String)>,
}

/// The policies for all rules.
#[must_use]
pub fn policies(rules: &RuleSet, engine: Engine, enforcement: Enforcement) -> String {
    let all = all(rules);
    let mut pages: Vec<Page> = match engine {
        Engine::Kubernetes => all.iter().flat_map(|policy| validating::documents(policy, enforcement)).collect(),
        Engine::Kyverno => all.iter().map(|policy| kyverno::document_of(policy, enforcement)).collect(),
    };
    if let (Some(interval), Some(workloads)) = (enforcement.mutate, all.first()) {
        pages.extend(mutating::documents(workloads, interval));
    }
    let texts: Vec<String> = pages.iter().map(Page::text).collect();
    head(rules, engine, enforcement) + &texts.join("---\n")
}

/// The policy for pods, and one for each kind of custom resource whose settings are known.
fn all(rules: &RuleSet) -> Vec<Policy> {
    let custom = rules.flavors.iter().filter(|flavor| is_told(flavor));
    let custom = custom.filter_map(|flavor| judge::resource(flavor, flavor.recognise.resource.as_ref()?));
    std::iter::once(judge::workloads(rules)).chain(custom).collect()
}

/// Whether an object shows what its servers do: the facts are verified, and nothing depends on the version of an
/// operator.
fn is_told(flavor: &Flavor) -> bool {
    flavor.verified && flavor.older.is_empty() && !flavor.settings.is_empty() && flavor.default.interval.is_some()
}

/// The comment at the head of the output: what to know before applying it.
fn head(rules: &RuleSet, engine: Engine, enforcement: Enforcement) -> String {
    let needs = match (engine, enforcement.mutate) {
        (Engine::Kubernetes, None) => "Needs Kubernetes 1.30 or later.",
        (Engine::Kubernetes, Some(_)) => "Needs Kubernetes 1.30 or later; the MutatingAdmissionPolicy 1.36 or later.",
        (Engine::Kyverno, None) => "Needs Kyverno 1.13 or later on Kubernetes 1.30 or later.",
        (Engine::Kyverno, Some(_)) => {
            "Needs Kyverno 1.13 or later; the MutatingAdmissionPolicy is the API server's, of Kubernetes 1.36 or later."
        }
    };
    let does = if enforcement.is_enforced { "Refuses" } else { "Warns about (and records in the audit log)" };
    let mut lines = vec![
        "Created by `autopurge remedy --as policy` from its rules. Create it again when the rules are newer:"
            .to_owned(),
        format!("these are from {}.", rules.date()),
        needs.to_owned(),
        format!(
            "{does} objects with a ZooKeeper server that never purges or does not start: those that are created, and"
        ),
        "those whose pod template (or spec) changes. Objects that a controller owns are left alone, and so are Helm's"
            .to_owned(),
        "hooks, unless they stay: a StatefulSet that a hook creates does.".to_owned(),
    ];
    if enforcement.mutate.is_some() {
        lines.extend(mutating::notes().map(str::to_owned));
    }
    lines.push(String::new());
    lines.push(
        "Admission sees one object at a time. It cannot decide, and lets pass with a note in the audit log, where"
            .to_owned(),
    );
    lines.extend(undecided(rules));
    lines.iter().map(|line| if line.is_empty() { "#\n".to_owned() } else { format!("# {line}\n") }).collect()
}

/// What admission cannot decide.
fn undecided(rules: &RuleSet) -> Vec<String> {
    let unverified = rules.flavors.iter().filter(|flavor| !is_told(flavor));
    let titles: Vec<&str> = unverified.map(|flavor| flavor.title.as_str()).collect();
    let mut lines: Vec<String> = [
        "- a mounted file may hold the settings: a ConfigMap, a Secret, any volume over the configuration's path;",
        "- a variable comes from somewhere else (envFrom, valueFrom), or refers to others, $(NAME);",
        "- the command is not known, has comments, or writes a configuration of its own;",
        "- a script is mounted over one of the image's own, or the command writes, copies or names the configuration;",
        "- a variable names a file, or properties go on over lines that end in a backslash;",
        "- the version of an operator decides, which its resources do not show;",
        "- an image's tag is the very version some builds of which read the setting and some do not.",
    ]
    .map(str::to_owned)
    .to_vec();
    lines.push(
        "Scripts that are mounted and named by the command are taken to leave the variables as they are.".to_owned(),
    );
    if !titles.is_empty() {
        lines.push(format!("It says nothing about: {}.", titles.join("; ")));
    }
    lines
}
