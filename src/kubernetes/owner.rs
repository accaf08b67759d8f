//! Who controls an object: live pods and replica sets are copies of what their controller says.

use super::{Objects, Resource};
use crate::yaml::Node;

/// The controller that an object names among its owners.
#[derive(Clone, PartialEq, Eq)]
struct Controller<'d> {
    kind: &'d str,
    name: &'d str,
}

impl<'d> Resource<'d> {
    fn controller(self) -> Option<Controller<'d>> {
        let owners = self.node().at("/metadata/ownerReferences")?;
        let is_controller = |owner: &Node<'d>| owner.get("controller").and_then(Node::text) == Some("true");
        let owner = owners.items().find(is_controller).or_else(|| owners.items().next())?;
        Some(Controller { kind: owner.get("kind")?.text()?, name: owner.get("name")?.text()? })
    }

    /// Whether both are the same object.
    fn is_same(self, other: Self) -> bool {
        let identity = |resource: Self| (resource.kind(), resource.name(), resource.namespace());
        identity(self) == identity(other)
    }
}

impl<'d> Objects<'d> {
    /// Whether another object of the stream stands for this one: its controller, as far as that is one whose pods are
    /// judged, or where the controller is not here the first of those that it controls.
    #[must_use]
    pub fn has_substitute(&self, resource: Resource<'d>, is_judged: impl Fn(Resource<'d>) -> bool) -> bool {
        let Some(controller) = self.controller(resource) else { return false };
        if self.named(&controller, resource).is_some_and(is_judged) {
            return true;
        }
        let siblings = || {
            let all = self.all().filter(|other| is_near(*other, resource));
            all.filter(|other| self.controller(*other).as_ref() == Some(&controller))
        };
        // Of the replica sets of a deployment the old ones stand by without pods.
        let has_pods = |other: &Resource<'_>| other.node().at("/spec/replicas").and_then(Node::text) != Some("0");
        let first = siblings().find(has_pods).or_else(|| siblings().next());
        first.is_some_and(|first| !first.is_same(resource))
    }

    /// The controller of an object: for pods of a replica set that is not here, the deployment behind it.
    fn controller(&self, resource: Resource<'d>) -> Option<Controller<'d>> {
        let controller = resource.controller()?;
        let hash = resource.label("pod-template-hash").filter(|_| controller.kind == "ReplicaSet");
        let deployment = hash.and_then(|hash| controller.name.strip_suffix(hash)?.strip_suffix('-'));
        match deployment {
            Some(name) if self.named(&controller, resource).is_none() => Some(Controller { kind: "Deployment", name }),
            _ => Some(controller),
        }
    }

    fn named(&self, controller: &Controller<'_>, from: Resource<'d>) -> Option<Resource<'d>> {
        let is_it = |other: &Resource<'d>| other.kind() == controller.kind && other.name() == controller.name;
        self.all().filter(is_it).find(|other| is_near(*other, from))
    }
}

fn is_near(one: Resource<'_>, other: Resource<'_>) -> bool {
    one.namespace().is_none() || other.namespace().is_none() || one.namespace() == other.namespace()
}
