//! Who controls an object: live pods and replica sets are copies of what their controller says.

use super::index::{Index, Reference};
use super::{Objects, Resource};
use crate::yaml::Node;

impl<'d> Resource<'d> {
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

/// The controller of an object; for pods of one that is not here, the object behind it.
pub(super) fn controller<'d>(resource: Resource<'d>, named: &Index<'d>) -> Option<Reference<'d>> {
    let (kind, name) = resource.controller()?;
    match behind(resource, (kind, name)) {
        Some(behind) if named.near((kind, name), resource).next().is_none() => Some(behind),
        _ => Some((kind, name)),
    }
}

/// What a pod's labels tell of the object that makes its controller: a deployment, or a resource of Strimzi's.
fn behind<'d>(pod: Resource<'d>, (kind, name): Reference<'d>) -> Option<Reference<'d>> {
    match kind {
        "ReplicaSet" => Some(("Deployment", name.strip_suffix(pod.label("pod-template-hash")?)?.strip_suffix('-')?)),
        "StrimziPodSet" => Some((pod.label("strimzi.io/kind")?, pod.label("strimzi.io/cluster")?)),
        _ => None,
    }
}

impl<'d> Objects<'d> {
    /// Whether another object of the stream stands for this one: its controller, as far as that is one whose pods are
    /// judged, or where the controller is not here the first of those that it controls.
    #[must_use]
    pub fn has_substitute(&self, resource: Resource<'d>, is_judged: impl Fn(Resource<'d>) -> bool) -> bool {
        let Some(controller) = controller(resource, &self.named) else { return false };
        if self.named.near(controller, resource).next().is_some_and(is_judged) {
            return true;
        }
        let siblings = || self.controlled.near(controller, resource);
        // Of the replica sets of a deployment the old ones stand by without pods.
        let has_pods = |other: &Resource<'_>| other.node().at("/spec/replicas").and_then(Node::text) != Some("0");
        let first = siblings().find(has_pods).or_else(|| siblings().next());
        first.is_some_and(|first| !first.is_same(resource))
    }
}
