//! What a server does by itself, by versions.

use serde::{Deserialize, Serialize};

/// What a server does when nothing is written; null where nobody knows.
#[derive(Debug, Clone, Default, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Defaults {
    /// Purge interval in hours; 0 and less: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<i32>,
    /// Snapshots kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain: Option<i32>,
}

/// What operators before a version did. They read no setting.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Older {
    /// JSON pointer of the version, or of an image with it, in the custom resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// End of the repository of the operator's image, where the operator is installed by the same manifests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The chart whose label the custom resource carries, where its version is the operator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
    /// The first version that this is no longer true of.
    pub below: String,
    /// Purge interval in hours; 0 and less: never.
    pub interval: i32,
}

/// How the version of `ZooKeeper` is told. Without any of these the image's tag is that version.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Release {
    /// It is the same one whatever the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always: Option<String>,
    /// JSON pointer of the version, or of an image with it, in the custom resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// It stands in the tag behind this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<String>,
    /// The version is one of something else: which `ZooKeeper` came with it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bundled: Vec<Bundled>,
}

/// Which `ZooKeeper` came with what is older than a version.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Bundled {
    /// The first version that this is no longer true of.
    pub below: String,
    /// The release line of `ZooKeeper`.
    pub zookeeper: String,
}
