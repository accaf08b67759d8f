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

/// The controller of an object: for pods of a replica set that is not here, the deployment behind it.
pub(super) fn controller<'d>(resource: Resource<'d>, named: &Index<'d>) -> Option<Reference<'d>> {
    let (kind, name) = resource.controller()?;
    let hash = resource.label("pod-template-hash").filter(|_| kind == "ReplicaSet");
    let deployment = hash.and_then(|hash| name.strip_suffix(hash)?.strip_suffix('-'));
    match deployment {
        Some(deployment) if named.near((kind, name), resource).next().is_none() => Some(("Deployment", deployment)),
        _ => Some((kind, name)),
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
