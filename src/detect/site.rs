//! Where a server runs.

use crate::kubernetes::{Container, PodContainer, Resource};
use crate::yaml::{Node, pointer};

/// Where a server runs.
#[derive(Clone, Copy)]
pub enum Site<'d> {
    /// In a container of a workload's pods.
    Pod(PodContainer<'d>),
    /// In pods that an operator creates for a custom resource.
    Custom {
        /// The custom resource.
        resource: Resource<'d>,
        /// The key of the server group, if the resource has several.
        group: Option<&'d str>,
    },
}

impl<'d> Site<'d> {
    /// The object that users apply.
    #[must_use]
    pub fn resource(self) -> Resource<'d> {
        match self {
            Self::Pod(pod) => pod.workload.resource,
            Self::Custom { resource, .. } => resource,
        }
    }

    /// The container's name, if the manifest shows one.
    #[must_use]
    pub fn container_name(self) -> Option<&'d str> {
        match self {
            Self::Pod(pod) => Some(pod.container.name()),
            Self::Custom { .. } => None,
        }
    }

    /// The container.
    #[must_use]
    pub fn container(self) -> Option<Container<'d>> {
        match self {
            Self::Pod(pod) => Some(pod.container),
            Self::Custom { .. } => None,
        }
    }

    /// The node that contains everything about the server: the container, or the custom resource.
    #[must_use]
    pub fn node(self) -> Node<'d> {
        match self {
            Self::Pod(pod) => pod.container.node(),
            Self::Custom { resource, .. } => resource.node(),
        }
    }

    /// A rule's JSON pointer with `*` replaced by the server group; `None` if it needs a group and there is none.
    #[must_use]
    pub fn pointer(self, pattern: &str) -> Option<String> {
        match self {
            Self::Custom { group: Some(group), .. } => {
                Some(pattern.replace("/*", &format!("/{}", pointer::encode(group))))
            }
            Self::Custom { group: None, .. } | Self::Pod(_) => (!pattern.contains("/*")).then(|| pattern.to_owned()),
        }
    }
}
