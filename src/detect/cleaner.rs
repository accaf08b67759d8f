//! Cron jobs and sidecars that purge for a server: `zkCleanup.sh` or `PurgeTxnLog` on its volume or in its pods.

use std::collections::BTreeSet;

use super::Site;
use super::idle::script;
use super::read::ServerContext;
use super::recognise::holds_phrase;
use crate::kubernetes::{Container, PodContainer, Resource, Workload, agree};
use crate::shell::{Command, Effect, Text, all_commands, loose_words};
use crate::yaml::Node;
use crate::zookeeper::PURGE_PROGRAMS;

/// Something else that deletes the old snapshots of a server that does not do so itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mitigation {
    /// Kind and name of everything that does so, as shown in messages.
    pub by: Vec<String>,
    /// The pods that are covered.
    pub pods: PodsCovered,
}

/// Which pods of a server are covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PodsCovered {
    /// All of them.
    All,
    /// Some of them, by ordinal.
    Ordinals(BTreeSet<u64>),
}

impl PodsCovered {
    fn none() -> Self {
        Self::Ordinals(BTreeSet::new())
    }

    fn is_none(&self) -> bool {
        matches!(self, Self::Ordinals(ordinals) if ordinals.is_empty())
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Ordinals(mut own), Self::Ordinals(others)) => {
                own.extend(others);
                Self::Ordinals(own)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

/// What purges for a server: a container in the same pod, or else the cron jobs that do.
pub(super) fn mitigation(server: ServerContext<'_, '_, '_>) -> Option<Mitigation> {
    sidecar(server.site).or_else(|| cron_jobs(server))
}

/// Whether a container runs one of the programs, by itself or in another pod. What only names one does not.
fn purges(container: &Container<'_>) -> bool {
    let parts: Vec<&str> = container.command_parts().into_iter().filter_map(Node::text).collect();
    let text = parts.join(" ");
    if !mentions_a_purge(&|word| text.contains(word)) {
        return false;
    }
    // A text that cannot be read to its end is believed.
    let commands = all_commands(&Text::of_source(&script(&parts)));
    commands.is_none_or(|commands| {
        commands.iter().any(|command| !matches!(command.effect(), Effect::None) && is_purge(command))
    })
}

/// Whether a text names a program that purges: one of `ZooKeeper`'s, or this one.
pub(super) fn mentions_a_purge(holds: &dyn Fn(&str) -> bool) -> bool {
    PURGE_PROGRAMS.into_iter().any(holds) || holds(env!("CARGO_PKG_NAME"))
}

fn is_purge(command: &Command) -> bool {
    let words: Vec<&str> = command.program_words().iter().map(|word| word.text.as_str()).collect();
    let line = words.join(" ");
    names_a_purge(&line) && (!holds_phrase(&line, OWN_CLEANUP) || words.contains(&"--delete"))
}

/// What of this program deletes snapshots.
const OWN_CLEANUP: &str = concat!(env!("CARGO_PKG_NAME"), " cleanup");

/// Whether a text holds a command that purges.
pub(super) fn names_a_purge(text: &str) -> bool {
    PURGE_PROGRAMS.into_iter().chain([OWN_CLEANUP]).any(|program| holds_phrase(text, program))
}

/// Another container of the same pod that purges and shares a data volume with the server.
fn sidecar(site: Site<'_>) -> Option<Mitigation> {
    let Site::Pod(pod) = site else { return None };
    let PodContainer { workload, container } = pod;
    let own = data_mounts(pod);
    let is_other = |other: &Container<'_>| other.node() != container.node() && purges(other);
    let shares = |other: &Container<'_>| {
        data_mounts(PodContainer { container: *other, ..pod }).iter().any(|name| own.contains(name))
    };
    let sidecar = workload.containers().find(|other| is_other(other) && shares(other))?;
    Some(Mitigation { by: vec![format!("container {}", sidecar.name())], pods: PodsCovered::All })
}

/// The names of the volumes that a container mounts, except those that hold only API objects, such as a `ConfigMap`.
fn data_mounts(pod: PodContainer<'_>) -> Vec<&str> {
    let objects = ["configMap", "secret", "projected", "downwardAPI"];
    let holds_objects = |name: &str| {
        pod.workload.volume(name).is_some_and(|volume| objects.into_iter().any(|kind| volume.get(kind).is_some()))
    };
    let names = pod.container.volume_mounts().into_iter().filter_map(|mount| mount.get("name")?.as_str());
    names.filter(|name| !holds_objects(name)).collect()
}

fn cron_jobs(server: ServerContext<'_, '_, '_>) -> Option<Mitigation> {
    let mut by = Vec::new();
    let mut pods = PodsCovered::none();
    for job in server.objects.of_kind("CronJob") {
        let covered = covered_by(server, job);
        if !covered.is_none() {
            by.push(format!("CronJob {}", job.name()));
            pods = pods.and(covered);
        }
    }
    let is_everywhere = match (&pods, server.site) {
        (PodsCovered::All, _) | (_, Site::Custom { .. }) => true,
        (PodsCovered::Ordinals(covered), Site::Pod(pod)) => {
            pod.workload.ordinals().all(|ordinal| covered.contains(&ordinal))
        }
    };
    let pods = if is_everywhere { PodsCovered::All } else { pods };
    (!by.is_empty()).then_some(Mitigation { by, pods })
}

/// The pods of a server for which a cron job purges, with any of its containers.
fn covered_by(server: ServerContext<'_, '_, '_>, job: Resource<'_>) -> PodsCovered {
    let spec = job.node().at("/spec/jobTemplate/spec/template/spec");
    let is_suspended = job.node().at("/spec/suspend").and_then(Node::text) == Some("true");
    let Some(spec) = spec.filter(|_| !is_suspended) else { return PodsCovered::none() };
    let pods = Workload::of_custom(job, spec);
    let is_near = agree(job.namespace(), server.site.resource().namespace());
    let covered = pods.containers().filter(purges).filter_map(|container| {
        let by_claim = by_claim(server, PodContainer { workload: pods, container }).filter(|_| is_near);
        by_claim.or_else(|| by_exec(server.site, job, &container.command_text()?))
    });
    covered.fold(PodsCovered::none(), PodsCovered::and)
}

/// Through a volume claim: one that the server's pods share, or those of a `StatefulSet`,
/// `<template>-<name>-<ordinal>`.
fn by_claim(server: ServerContext<'_, '_, '_>, purging: PodContainer<'_>) -> Option<PodsCovered> {
    let site = server.site;
    let mounted = data_mounts(purging);
    let claims = |workload: Workload<'_>, mounted: &[&str]| -> Vec<String> {
        let volumes = mounted.iter().filter_map(|name| workload.volume(name));
        volumes.filter_map(|volume| Some(volume.at("/persistentVolumeClaim/claimName")?.text()?.to_owned())).collect()
    };
    let theirs = claims(purging.workload, &mounted);
    let name = site.resource().name();
    let templates = match site {
        Site::Pod(pod) => {
            let own = data_mounts(pod);
            if claims(pod.workload, &own).iter().any(|claim| theirs.contains(claim)) {
                return Some(PodsCovered::All);
            }
            own
        }
        Site::Custom { .. } => {
            let pod = server.flavor.recognise.resource.as_ref().and_then(|resource| resource.pod.as_ref());
            pod.into_iter().map(|pod| pod.claim.as_str()).collect()
        }
    };
    let ordinal = |claim: &String| {
        templates.iter().find_map(|template| ordinal_of(claim.strip_prefix(template)?.strip_prefix('-')?, name))
    };
    let ordinals: BTreeSet<u64> = theirs.iter().filter_map(ordinal).collect();
    (!ordinals.is_empty()).then_some(PodsCovered::Ordinals(ordinals))
}

/// The ordinal of a pod of a `StatefulSet`: 2 for `zk-2`.
fn ordinal_of(pod: &str, name: &str) -> Option<u64> {
    pod.strip_prefix(name)?.strip_prefix('-')?.parse().ok()
}

/// Through `kubectl exec` into a pod, its controller, or the pods that a selector matches.
fn by_exec(site: Site<'_>, job: Resource<'_>, text: &str) -> Option<PodsCovered> {
    if !["kubectl", "oc"].iter().any(|program| holds_phrase(text, program)) || !holds_phrase(text, "exec") {
        return None;
    }
    let words: Vec<&str> = loose_words(text).collect();
    let namespace = option(&words, &["-n", "--namespace"]).filter(|text| text.parse::<u64>().is_err());
    if !agree(namespace.or(job.namespace()), site.resource().namespace()) {
        return None;
    }
    if words.iter().any(|word| names_all(word, site.resource())) || selects(&words, site) {
        return Some(PodsCovered::All);
    }
    let name = site.resource().name();
    let pod = |word: &&str| ordinal_of(word.strip_prefix("pod/").unwrap_or(word), name);
    let ordinals: BTreeSet<u64> = words.iter().filter_map(pod).collect();
    (!ordinals.is_empty()).then_some(PodsCovered::Ordinals(ordinals))
}

/// The value of an option, `-n x` or `--namespace=x`.
fn option<'t>(words: &[&'t str], names: &[&str]) -> Option<&'t str> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        for name in names {
            if word == name {
                return words.next().copied();
            }
            if let Some(value) = word.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                return Some(value);
            }
        }
    }
    None
}

/// Whether a word names the controller (`statefulset/zk`), its pods in a loop (`zk-$i`), or a bare pod.
fn names_all(word: &str, resource: Resource<'_>) -> bool {
    let name = resource.name();
    let (kind, own) = word.split_once('/').unwrap_or(("", word));
    let kind = kind.split('.').next().unwrap_or(kind);
    let is_kind = match resource.kind() {
        "StatefulSet" => matches!(kind, "sts" | "statefulset" | "statefulsets"),
        "Deployment" => matches!(kind, "deploy" | "deployment" | "deployments"),
        "DaemonSet" => matches!(kind, "ds" | "daemonset" | "daemonsets"),
        "Pod" => matches!(kind, "" | "po" | "pod" | "pods"),
        _ => false,
    };
    let is_loop =
        word.strip_prefix("pod/").unwrap_or(word).strip_prefix(name).is_some_and(|rest| rest.starts_with("-$"));
    (is_kind && own == name) || is_loop
}

/// Whether a label selector among the words matches the server's pods.
fn selects(words: &[&str], site: Site<'_>) -> bool {
    let Site::Pod(PodContainer { workload, .. }) = site else { return false };
    let Some(selector) = option(words, &["-l", "--selector"]).filter(|text| !text.is_empty()) else { return false };
    selector.split(',').all(|term| {
        let pair = term.split_once("==").or_else(|| term.split_once('='));
        pair.is_some_and(|(key, value)| workload.pod_label(key) == Some(value))
    })
}
