//! Controllers of objects: live pods and replica sets are copies of what their controller defines.

use super::index::{Index, Reference};
use super::{Objects, Resource};
use crate::yaml::Node;

/// The label in which a pod keeps the revision of the template that it was made from.
const REVISION: &str = "controller-revision-hash";

impl<'d> Resource<'d> {
    /// Whether a pod was made from an earlier template than the one that its controller has now.
    fn is_behind(self, controller: Self) -> bool {
        let current = controller.node().at("/status/updateRevision").and_then(Node::as_str);
        self.label(REVISION).zip(current).is_some_and(|(own, current)| own != current)
    }

    /// The controller that the object names among its owners.
    fn controller(self) -> Option<Reference<'d>> {
        let owners = self.node().at("/metadata/ownerReferences")?;
        let is_controller = |owner: &Node<'d>| owner.get("controller").and_then(Node::text) == Some("true");
        let owner = owners.items().find(is_controller).or_else(|| owners.items().next())?;
        Some((owner.get("kind")?.text()?, owner.get("name")?.text()?))
    }

    /// Whether both are the same object.
    fn is_same(self, other: Self) -> bool {
        let identity = |resource: Self| (resource.kind(), resource.name(), resource.namespace());
        identity(self) == identity(other)
    }
}

/// The controller of an object; if that is not available, the object that in turn owns it, as far as the labels tell.
pub(super) fn controller<'d>(resource: Resource<'d>, named: &Index<'d>) -> Option<Reference<'d>> {
    let (kind, name) = resource.controller()?;
    match behind(resource, (kind, name)) {
        Some(behind) if named.near((kind, name), resource).next().is_none() => Some(behind),
        _ => Some((kind, name)),
    }
}

/// The owner of a pod's controller according to the pod's labels: a deployment, or a Strimzi resource.
fn behind<'d>(pod: Resource<'d>, (kind, name): Reference<'d>) -> Option<Reference<'d>> {
    match kind {
        "ReplicaSet" => Some(("Deployment", name.strip_suffix(pod.label("pod-template-hash")?)?.strip_suffix('-')?)),
        "StrimziPodSet" => Some((pod.label("strimzi.io/kind")?, pod.label("strimzi.io/cluster")?)),
        _ => None,
    }
}

impl<'d> Objects<'d> {
    /// Whether another object of the stream represents this one: its controller, if that is one whose pods are judged,
    /// or else the first of the objects with the same controller. A pod that was not replaced yet since its controller
    /// changed is represented by others of its revision only.
    #[must_use]
    pub fn has_substitute(&self, resource: Resource<'d>, is_judged: impl Fn(Resource<'d>) -> bool) -> bool {
        let Some(controller) = controller(resource, &self.named) else { return false };
        let owner = self.named.near(controller, resource).next().filter(|owner| is_judged(*owner));
        if owner.is_some_and(|owner| !resource.is_behind(owner)) {
            return true;
        }
        let of_revision = |other: &Resource<'d>| other.label(REVISION) == resource.label(REVISION);
        let siblings = || self.controlled.near(controller, resource).filter(of_revision);
        // A deployment keeps its old replica sets, scaled down to zero.
        let has_pods = |other: &Resource<'_>| other.node().at("/spec/replicas").and_then(Node::text) != Some("0");
        let first = siblings().find(has_pods).or_else(|| siblings().next());
        first.is_some_and(|first| !first.is_same(resource))
    }
}
