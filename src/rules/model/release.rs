//! What a server does by itself, by versions.

use serde::{Deserialize, Serialize};

/// What a server does if nothing is set; null if that is not known.
#[derive(Debug, Clone, Default, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Defaults {
    /// Purge interval in hours; 0 or less: never.
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
    /// Ending of the repository of the operator's image, if the same manifests install the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The chart whose label the custom resource carries, if its version is the operator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
    /// The first version for which this no longer holds.
    pub below: String,
    /// Purge interval in hours; 0 or less: never.
    pub interval: i32,
}

/// How to find the version of `ZooKeeper`. Without any of these, the image's tag is the version.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Release {
    /// It is always this one, whatever the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always: Option<String>,
    /// JSON pointer of the version, or of an image with it, in the custom resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// It follows this text in the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<String>,
    /// The version is that of another product: which `ZooKeeper` came with it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bundled: Vec<Bundled>,
}

/// Which `ZooKeeper` came with the versions below one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Bundled {
    /// The first version for which this no longer holds.
    pub below: String,
    /// The release line of `ZooKeeper`.
    pub zookeeper: String,
}
