//! What makes a container or a custom resource a server of a flavor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What makes a container or a custom resource a server of a flavor. Stronger evidence is checked first, across all
/// flavors: a custom resource, a command, the image.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recognise {
    /// The custom resource for which an operator runs the servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<CustomResource>,
    /// Phrases, one of which is in the container's command or arguments, whatever the image (see `start`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Endings of image repositories, whole path components (`bitnami/zookeeper` matches with any registry or proxy).
    /// `*` matches any characters within a component; a leading `/` means the whole repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Phrases, one of which has to be in a script that the command names, if that is mounted from the same stream. The
    /// script may have any name; without one of the phrases, `commands` do not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
    /// Images whose names alone are not enough: they may be copies in some registry, or something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mirrors: Vec<Mirror>,
    /// Phrases in a command that starts a server, whatever the image, if no other flavor recognises the container.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<String>,
    /// Names of containers, or their endings after a dash; they count if nothing shows the image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Flavors that this one replaces if its own first place (a mounted file, a script) is present.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead_of: Vec<String>,
    /// Endings of image repositories that are never this flavor, whatever else matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_images: Vec<String>,
    /// Those of `images` for which the facts have not been confirmed: they only ever give `unknown`. A tag may follow
    /// (`:1.*`).
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

    /// Whether a command can be enough to tell it, whatever the image.
    #[must_use]
    pub fn is_by_command(&self) -> bool {
        !self.commands.is_empty() || !self.scripts.is_empty()
    }
}

/// An image that counts only together with other evidence.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mirror {
    /// Endings of image repositories, like those of [`Recognise::images`].
    pub images: Vec<String>,
    /// Variables, one of which has to be set, or one of `files` mounted; without either, nothing more is required.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
    /// Files, one of which (or its folder) has to be mounted, or one of `variables` set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Variables that must not be set: they belong to another image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_variables: Vec<String>,
    /// Files that must not be mounted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_files: Vec<String>,
    /// Phrases, one of which also has to be in the container's command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Names, or their endings after a dash, one of which the container also has to have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Ports that the container also has to declare, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<u16>,
}

impl Mirror {
    /// Whether variables or files are the evidence.
    #[must_use]
    pub fn is_by_setting(&self) -> bool {
        !self.variables.is_empty() || !self.files.is_empty()
    }

    /// Whether the container's name or ports are the evidence, which is weaker than a command.
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
    /// API group, without the version; `*` for any group for which no other flavor knows this kind.
    pub group: String,
    /// Versions of the group; empty: all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Kind.
    pub kind: String,
    /// The plural of the kind in API paths, if it is not the lower-case kind with an `s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plural: Option<String>,
    /// Other spellings of the kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spellings: Vec<String>,
    /// JSON pointer of a field without which no server runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires: Option<String>,
    /// JSON pointers of fields; with one of them, no server runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<String>,
    /// JSON pointers of fields, each with beginnings of texts with which no server runs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unless_begins: BTreeMap<String, Vec<String>>,
    /// Cases in one of which a server runs, if there are any: JSON pointers of fields, each with the texts that it may
    /// have; an empty text where it is not set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<BTreeMap<String, Vec<String>>>,
    /// An annotation, `key: value`, with which no server runs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unless_annotation: BTreeMap<String, String>,
    /// JSON pointer of a mapping with one server (group) per key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<String>,
    /// A list in which the items with a certain value are the servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Components>,
    /// Where the resource describes the operator's own pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<OwnPod>,
}

impl CustomResource {
    /// Whether any group is meant for which no other flavor knows the kind.
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
    /// The container in it that replaces the operator's.
    pub container: String,
    /// The template of the volume claims that the operator creates for the data.
    pub claim: String,
}

/// See [`CustomResource::components`]. Reports use the item's `name`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Components {
    /// JSON pointer of the list.
    pub list: String,
    /// The fields that show what an item is: the first one that is set decides.
    pub fields: Vec<String>,
    /// How that field begins if the item is a server.
    pub starts_with: String,
    /// Whether it may also stand behind a dash: `pulsar-zookeeper`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_follow_dash: bool,
}
