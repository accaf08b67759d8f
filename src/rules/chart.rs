//! What a chart's rule file contains: a chart model.
//!
//! A model describes those parts of a chart's templates that affect a `ZooKeeper` server's purge settings, and the
//! defaults from its values.yaml that matter. Texts are written as in templates, with the simplest actions only:
//! `{{ .Values.autopurge.purgeInterval }}`, optionally with `| default 24`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::Source;

/// What one chart does in each of its versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Chart {
    /// The file's name without its ending.
    pub id: String,
    /// A name for people.
    pub title: String,
    /// The day the facts were last checked, YYYY-MM-DD.
    pub checked: String,
    /// False if the facts have not been confirmed: the chart's servers are then only ever `unknown`.
    #[serde(default = "yes")]
    pub verified: bool,
    /// The name in Chart.yaml and in chart labels. Several charts may have one name.
    pub name: String,
    /// Other names that it is published under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published_as: Vec<String>,
    /// Where the chart is developed.
    pub repository: String,
    /// What distinguishes it from other charts of the same name.
    #[serde(default, skip_serializing_if = "Identity::is_empty")]
    pub identity: Identity,
    /// The last version that, according to its vendor, ships with purging off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documented_through: Option<String>,
    /// The last version that was measured to ship with purging off, if `versions` names it. It is kept here because
    /// computing it means judging every range, and a post-renderer runs for milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_through: Option<String>,
    /// The first version that ships with purging on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_in: Option<String>,
    /// The last version that was examined; newer ones are not assessed.
    pub assessed_through: String,
    /// Whether nothing newer will be published, so that open ranges end there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub discontinued: bool,
    /// Ranges of versions that do not overlap, oldest first.
    pub versions: Vec<Versions>,
    /// Where the facts were read.
    pub sources: Vec<Source>,
}

impl Chart {
    /// All names that it is published under, its own first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.published_as).map(String::as_str)
    }
}

/// What distinguishes a chart from others of the same name. What is left out is not checked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Identity {
    /// Chart repositories that serve it, host and path without the scheme (`charts.bitnami.com/bitnami`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Texts, one of which is in `home`, `icon`, `sources` or `annotations` of its Chart.yaml.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<String>,
    /// Paths that its values.yaml has, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Paths in its values.yaml, each with a part of the text there, all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
}

impl Identity {
    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.repositories.is_empty() && self.metadata.is_empty() && self.values.is_empty() && self.texts.is_empty()
    }
}

/// What a range of versions does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Versions {
    /// Comparisons by semver precedence, joined by commas: `>=3.0.0, <=18.2.1`.
    pub range: String,
    /// Why the version alone does not determine what the chart does: such versions are unknown unless the chart itself
    /// is available.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unclear: Option<String>,
    /// The part of its values.yaml that matters to servers; values of dependencies under their names or aliases.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
    /// The `ZooKeeper` servers of the chart's own templates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<ChartServer>,
    /// The charts that it depends on and that may run one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<ChartDependency>,
}

/// A dependency, as Chart.yaml writes it, with the model of that chart.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChartDependency {
    /// The id of its model.
    pub chart: String,
    /// The range of its versions that the parent was published with.
    pub version: String,
    /// The key of its values in the parent's; left out if that is the chart's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Paths of values that enable it, joined by commas; the first one that is set counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Tags that enable it if no condition is set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// One `ZooKeeper` server in a chart's own templates, as a function of the values.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChartServer {
    /// The flavor that the chart ships.
    pub flavor: String,
    /// Conditions for it to be rendered at all, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
    /// A server in a container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<ContainerValues>,
    /// A custom resource, for which an operator runs the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceValues>,
}

/// A value that a template tests with `if`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct When {
    /// A path of the chart's values.
    pub path: String,
    /// What it has to be, as templates see it: `false`, 0, empty and missing are false.
    #[serde(default = "yes")]
    pub is: bool,
}

/// The container that a chart's templates make from its values.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ContainerValues {
    /// Its image.
    pub image: ImageValues,
    /// Its command: the first of these that applies. If left out, the image's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Words>,
    /// Its arguments: the first of these that applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Words>,
    /// Its variables, in the order of the template: the last one of a name counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvValues>,
    /// Objects from which it takes variables, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<EnvFromValues>,
    /// Files that are mounted into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<MountedValues>,
    /// The value with further volume mounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mounts: Option<String>,
    /// The value with further volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes: Option<String>,
}

/// The values that make up an image's name. Of several paths, the first one that is not empty counts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImageValues {
    /// Host of the registry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registry: Vec<String>,
    /// Repository, with or without the registry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repository: Vec<String>,
    /// Tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<String>,
    /// Digest, which replaces the tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digest: Vec<String>,
    /// The whole image, if no value names the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
}

/// Words of a command.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Words {
    /// The value that has to be true for this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The value with the words; does not apply if it is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The words themselves, as the template writes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
}

/// Variables of the container.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum EnvValues {
    /// One variable with a text of the template.
    Text {
        /// The variable's name.
        name: String,
        /// Its value, as the template writes it.
        text: String,
        /// The value that has to be true for it to be written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<String>,
    },
    /// A value that is a mapping of names and values.
    Map {
        /// The path of a table of values: each key is a variable's name.
        path: String,
        /// Names are written in upper case, dots as underscores.
        #[serde(default)]
        upper: bool,
        /// What the names are prefixed with.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        prefix: String,
    },
    /// A value that is a list of entries as in a manifest.
    List {
        /// The path of a list of values, as `env` of a container has it.
        path: String,
    },
}

/// An object from which variables are taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum EnvFromValues {
    /// A `ConfigMap` that a value names.
    ConfigMap {
        /// The path of the value in the chart's values.
        path: String,
    },
    /// A Secret that a value names.
    Secret {
        /// The path of the value in the chart's values.
        path: String,
    },
    /// A `ConfigMap` that the chart makes from a value, a mapping.
    Data {
        /// The path of the value in the chart's values.
        path: String,
    },
    /// A value that is a list of entries as in a manifest.
    List {
        /// The path of the value in the chart's values.
        path: String,
    },
}

/// A file that is mounted into the container, from the first of these sources that applies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MountedValues {
    /// Its path in the container.
    pub at: String,
    /// The value that has to be true for it to be mounted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The value that names a `ConfigMap` with the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<String>,
    /// The value that names a Secret with the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The value with its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its text, as the template writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The value with more lines to follow `text`, a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
}

/// The custom resource that a chart's templates make from its values.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ResourceValues {
    /// API group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Fields and where their values come from.
    pub fields: Vec<FieldValues>,
}

/// A field of a custom resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldValues {
    /// JSON pointer of the field.
    pub at: String,
    /// The value that is written there as it is; if it is missing, nothing is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The text of the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

fn yes() -> bool {
    true
}
