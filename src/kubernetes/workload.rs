//! Objects that keep pods running.

use std::ops::Range;

use super::hook::{Hook, HookUpgrade};
use super::{Container, Resource};
use crate::yaml::Node;

/// A kind with a pod template under `spec.template` whose pods are kept running.
#[derive(Debug, Clone, Copy)]
pub struct Controller {
    /// Its API group; empty for the core group.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// The kind in API paths.
    pub plural: &'static str,
}

impl Controller {
    const fn new(group: &'static str, kind: &'static str, plural: &'static str) -> Self {
        Self { group, kind, plural }
    }
}

/// All of them. Jobs and cron jobs end, so they serve nobody.
pub const CONTROLLERS: [Controller; 8] = [
    Controller::new("", "ReplicationController", "replicationcontrollers"),
    Controller::new("apps", "StatefulSet", "statefulsets"),
    Controller::new("apps", "Deployment", "deployments"),
    Controller::new("apps", "DaemonSet", "daemonsets"),
    Controller::new("apps", "ReplicaSet", "replicasets"),
    Controller::new("apps.openshift.io", "DeploymentConfig", "deploymentconfigs"),
    Controller::new("argoproj.io", "Rollout", "rollouts"),
    Controller::new("apps.kruise.io", "CloneSet", "clonesets"),
];

fn is_controller(kind: &str) -> bool {
    CONTROLLERS.iter().any(|controller| controller.kind == kind)
}

/// Strimzi's own controller, which lists its pods in full.
const POD_SET: &str = "StrimziPodSet";

/// An object that keeps pods running, with its pods' `spec`.
#[derive(Clone, Copy)]
pub struct Workload<'d> {
    /// The workload itself: kind, name, labels.
    pub resource: Resource<'d>,
    pod_spec: Node<'d>,
}

/// How a changed pod template reaches the pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollout {
    /// The controller replaces the pods one after another.
    Rolling,
    /// The controller stops all pods, then starts the new ones.
    Recreate,
    /// The controller waits until a pod is deleted.
    OnDelete,
    /// The controller replaces the pods from this ordinal on and leaves the others alone.
    Partition(u64),
    /// A bare pod cannot be changed: it has to be deleted and recreated.
    BarePod,
    /// Helm made the object as a hook: an upgrade does not change it, but deletes and recreates it, or leaves it alone.
    Hook(HookUpgrade),
}

impl<'d> Workload<'d> {
    /// Whether objects of a kind keep pods running.
    #[must_use]
    pub fn is_kind(kind: &str) -> bool {
        kind == "Pod" || kind == POD_SET || is_controller(kind)
    }

    /// The object as a workload; `None` if it does not keep pods running, or is a hook that does not stay.
    #[must_use]
    pub fn of(resource: Resource<'d>) -> Option<Self> {
        let pod_spec = match resource.kind() {
            "Pod" => resource.node().get("spec"),
            // The pods differ only in their names.
            POD_SET => resource.node().at("/spec/pods/0/spec"),
            kind if is_controller(kind) => resource.node().at("/spec/template/spec"),
            _ => None,
        }?;
        if resource.hook().is_some_and(Hook::is_short_lived) { None } else { Some(Self { resource, pod_spec }) }
    }

    /// The pods that an operator makes for a custom resource, as far as a pod `spec` in it describes them.
    #[must_use]
    pub fn of_custom(resource: Resource<'d>, pod_spec: Node<'d>) -> Self {
        Self { resource, pod_spec }
    }

    /// The containers that run side by side, sidecars last (init containers that Kubernetes keeps restarting as long as
    /// the pod lives).
    pub fn containers(self) -> impl Iterator<Item = Container<'d>> {
        self.list("containers").chain(self.list("initContainers").filter(|container| container.is_sidecar()))
    }

    /// The containers that end before the others start.
    pub fn init_containers(self) -> impl Iterator<Item = Container<'d>> {
        self.list("initContainers").filter(|container| !container.is_sidecar())
    }

    fn list(self, key: &str) -> impl Iterator<Item = Container<'d>> + use<'d> {
        let containers = self.pod_spec.get(key);
        containers.into_iter().flat_map(|list| list.items().collect::<Vec<_>>()).map(Container::new)
    }

    /// The pods' volumes.
    pub fn volumes(self) -> impl Iterator<Item = Node<'d>> {
        self.pod_spec.get("volumes").into_iter().flat_map(|list| list.items().collect::<Vec<_>>())
    }

    /// The volume of a name.
    #[must_use]
    pub fn volume(self, name: &str) -> Option<Node<'d>> {
        self.volumes().find(|volume| volume.get("name").and_then(Node::as_str) == Some(name))
    }

    /// The key of a pod annotation that holds a checksum.
    #[must_use]
    pub fn checksum(self) -> Option<&'d str> {
        let annotations = self.resource.node().at("/spec/template/metadata/annotations")?;
        let keys = annotations.entries().into_iter().filter_map(|(key, _)| key.text());
        keys.into_iter().find(|key| key.contains("checksum"))
    }

    /// A label of the pods.
    #[must_use]
    pub fn pod_label(self, key: &str) -> Option<&'d str> {
        let pointer = match self.resource.kind() {
            "Pod" => "/metadata/labels",
            POD_SET => "/spec/pods/0/metadata/labels",
            _ => "/spec/template/metadata/labels",
        };
        self.resource.node().at(pointer)?.get(key)?.text()
    }

    /// `spec.replicas`, or 1 if it is not written; for a `StrimziPodSet`, the number of listed pods.
    #[must_use]
    pub fn replicas(self) -> u64 {
        if self.resource.kind() == POD_SET {
            let pods = self.resource.node().at("/spec/pods").map_or(0, |pods| pods.items().len());
            return u64::try_from(pods).unwrap_or(u64::MAX);
        }
        let written = self.resource.node().at("/spec/replicas").and_then(Node::text);
        written.and_then(|text| text.parse().ok()).unwrap_or(1)
    }

    /// The numbers at the ends of its pods' names, as far as these are numbered. A `StatefulSet` can begin with any.
    #[must_use]
    pub fn ordinals(self) -> Range<u64> {
        let written = self.resource.node().at("/spec/ordinals/start").and_then(Node::text);
        let start: u64 = written.and_then(|text| text.parse().ok()).unwrap_or(0);
        start..start.saturating_add(self.replicas())
    }

    /// How a changed pod template reaches the pods.
    #[must_use]
    pub fn rollout(self) -> Rollout {
        if let Some(hook) = self.resource.hook() {
            return Rollout::Hook(hook.upgrade());
        }
        let spec = |pointer| self.resource.node().at(pointer).and_then(Node::text);
        match (self.resource.kind(), spec("/spec/updateStrategy/type"), spec("/spec/strategy/type")) {
            ("Pod", ..) => Rollout::BarePod,
            ("ReplicaSet" | "ReplicationController", ..) | (_, Some("OnDelete"), _) => Rollout::OnDelete,
            (_, _, Some("Recreate")) => Rollout::Recreate,
            _ => match spec("/spec/updateStrategy/rollingUpdate/partition").and_then(|text| text.parse().ok()) {
                None | Some(0) => Rollout::Rolling,
                Some(ordinal) => Rollout::Partition(ordinal),
            },
        }
    }
}
