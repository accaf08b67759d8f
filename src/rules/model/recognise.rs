//! What makes a container or a custom resource a server of a flavor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What makes a container or a custom resource a server of a flavor. What is more certain is asked first, over all
/// flavors: a custom resource, a command, the image.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recognise {
    /// The custom resource that an operator runs the servers for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<CustomResource>,
    /// Phrases of which the container's command or arguments hold one, whatever the image (see `start`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Ends of image repositories, whole path components (`bitnami/zookeeper` fits any registry and proxy before it);
    /// `*` stands for any characters within a component, a `/` in front for the whole repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Phrases of which a script has to hold one that the command names, where it is mounted from the same stream; then
    /// it may be called anything, and without one of them `commands` do not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
    /// Images whose names say too little alone: a copy in some registry, or something else of that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mirrors: Vec<Mirror>,
    /// Phrases of a command that starts a server, whatever the image, where no other flavor recognises it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<String>,
    /// What a container is called, or the end of that behind a dash, where nothing says which image it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Flavors whose place this one takes where its own first place (a mounted file, a script) is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead_of: Vec<String>,
    /// Ends of image repositories that are never this flavor, whatever else fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_images: Vec<String>,
    /// Of `images`, those of which the facts are belief: they only ever give `unknown`. A tag may follow (`:1.*`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified_images: Vec<String>,
}

impl Recognise {
    /// Whether containers can be this flavor, and not custom resources alone.
    #[must_use]
    pub fn is_of_pods(&self) -> bool {
        let Self { commands, images, mirrors, otherwise, names, instead_of, .. } = self;
        let lists = [commands, images, otherwise, names, instead_of];
        !mirrors.is_empty() || lists.iter().any(|list| !list.is_empty())
    }
}

/// An image that is told by what stands beside it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mirror {
    /// Ends of image repositories, like those of [`Recognise::images`].
    pub images: Vec<String>,
    /// Variables of which one has to be there, where there is no file; without any, nothing more is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
    /// A file of which one has to be mounted, itself or its folder, where there is no variable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Variables of which none may be there: they are another image's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_variables: Vec<String>,
    /// Files of which none may be mounted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_files: Vec<String>,
    /// Phrases of which the container's command has to hold one besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// What the container has to be called besides, or the end of that behind a dash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Ports that the container has to declare besides, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<u16>,
}

impl Mirror {
    /// Whether variables or files tell it.
    #[must_use]
    pub fn is_by_setting(&self) -> bool {
        !self.variables.is_empty() || !self.files.is_empty()
    }

    /// Whether the container's name or its ports tell it, which say less than a command does.
    #[must_use]
    pub fn is_by_container(&self) -> bool {
        !self.is_by_setting() && (!self.names.is_empty() || !self.ports.is_empty())
    }

    /// Whether the image alone is enough.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.is_by_setting() && !self.is_by_container()
    }
}

/// Custom resources of one kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CustomResource {
    /// API group, without the version; `*` for every group of which no other flavor knows this kind.
    pub group: String,
    /// Versions of the group; without any, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Kind.
    pub kind: String,
    /// The kind in API paths; without it, the kind in lower case with an `s` behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plural: Option<String>,
    /// Other spellings of the kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spellings: Vec<String>,
    /// JSON pointer of a field without which no server runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires: Option<String>,
    /// JSON pointers of fields with one of which no server runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<String>,
    /// An annotation, `key: value`, with which no server runs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unless_annotation: BTreeMap<String, String>,
    /// JSON pointer of a mapping with one server (group) per key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<String>,
    /// A list with one server per item of a certain value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Components>,
    /// What a resource can say of the operator's own pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<OwnPod>,
}

impl CustomResource {
    /// Whether a resource of some group is meant, whoever knows it.
    #[must_use]
    pub fn is_of_any_group(&self) -> bool {
        self.group == "*"
    }

    /// The kind in all its spellings.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.kind).chain(&self.spellings).map(String::as_str)
    }
}

/// See [`CustomResource::pod`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OwnPod {
    /// JSON pointer of a pod's `spec`.
    pub spec: String,
    /// The container there that takes the place of the operator's.
    pub container: String,
    /// The template of the claims that the operator makes for the data.
    pub claim: String,
}

/// See [`CustomResource::components`]. An item is called by its `name`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Components {
    /// JSON pointer of the list.
    pub list: String,
    /// The fields of an item that say what it is: the first one that is written decides.
    pub fields: Vec<String>,
    /// What that field begins with where the item is a server.
    pub starts_with: String,
}
