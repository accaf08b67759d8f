//! What a chart's rule file says: a chart model.
//!
//! A model repeats of a chart's templates what can reach a `ZooKeeper` server's purge settings, and of its values.yaml
//! the defaults that matter. Texts in it are written as in templates, with the simplest actions only:
//! `{{ .Values.autopurge.purgeInterval }}`, and `| default 24` behind it.

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
    /// What people call it.
    pub title: String,
    /// The day the facts were last checked, YYYY-MM-DD.
    pub checked: String,
    /// False where the facts are belief: such a chart's servers are only ever `unknown`.
    #[serde(default = "yes")]
    pub verified: bool,
    /// The name in Chart.yaml and in chart labels. Several charts may have one name.
    pub name: String,
    /// Other names that it is published under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published_as: Vec<String>,
    /// Where the chart is developed.
    pub repository: String,
    /// What tells it from other charts of its name.
    #[serde(default, skip_serializing_if = "Identity::is_empty")]
    pub identity: Identity,
    /// The last version that its vendor documents as shipping purging switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documented_through: Option<String>,
    /// The last version that was measured to ship it switched off, where `versions` names it. Written down because working
    /// it out means judging every range, and a post-renderer runs for milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_through: Option<String>,
    /// The first version that ships purging switched on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_in: Option<String>,
    /// The last version that was looked at; newer ones are not assessed.
    pub assessed_through: String,
    /// Nothing newer than that is published any more, so that no range can mean it.
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

/// What tells a chart from other charts of its name. What is left out tells nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Identity {
    /// Chart repositories that serve it, host and path without the scheme (`charts.bitnami.com/bitnami`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Texts of which `home`, `icon`, `sources` or `annotations` of its Chart.yaml hold one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<String>,
    /// Paths that its values.yaml has, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Paths of texts in its values.yaml, each with a part of that text, all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
}

impl Identity {
    /// Whether nothing is told.
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
    /// Why the number alone does not say what the chart does: such versions are unknown where the chart is not at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unclear: Option<String>,
    /// What its values.yaml says, as far as it matters to a server; values of dependencies under their names or aliases.
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
    /// Its versions that the parent was published with, as a range.
    pub version: String,
    /// The key of its values in the parent's; left out where that is the chart's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Paths of values that switch it on, joined by commas; the first one that is there counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Tags that switch it on where no condition does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// One `ZooKeeper` server of a chart's own templates: what they make of the values.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChartServer {
    /// The flavor that it is as the chart ships it.
    pub flavor: String,
    /// Values that it takes to be rendered at all, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
    /// A server in a container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<ContainerValues>,
    /// A custom resource, for which an operator runs the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceValues>,
}

/// A value that a template asks for with `if`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct When {
    /// A path of the chart's values.
    pub path: String,
    /// What it has to be, as templates take it: `false`, 0, empty and missing are false.
    #[serde(default = "yes")]
    pub is: bool,
}

/// The container that a chart's templates make of its values.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ContainerValues {
    /// Its image.
    pub image: ImageValues,
    /// Its command: the first of these that holds. Left out: the image's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Words>,
    /// Its arguments: the first of these that holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Words>,
    /// Its variables, in the order of the template: the last one of a name counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvValues>,
    /// Objects that it takes variables from, in order.
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

/// The values that an image's name is made of. Of several paths the first one counts that is not empty.
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
    /// Digest, which takes the tag's place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digest: Vec<String>,
    /// The whole image where no value names the repository.
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
    /// The value with the words; does not hold where it is empty.
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
        /// What stands in front of the names.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        prefix: String,
    },
    /// A value that is a list of entries as in a manifest.
    List {
        /// The path of a list of values, as `env` of a container has it.
        path: String,
    },
}

/// An object that variables are taken from.
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
    /// A `ConfigMap` that the chart makes of a value, a mapping.
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

/// A file that is mounted into the container: from the first of these that holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MountedValues {
    /// Its path in the container.
    pub at: String,
    /// The value that has to be true for it to be mounted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The value that names a `ConfigMap` which holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<String>,
    /// The value that names a Secret which holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The value with its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its text, as the template writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The value with more lines behind `text`, a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
}

/// The custom resource that a chart's templates make of its values.
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
    /// The value that is written there as it is; nothing is written where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The text of the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

fn yes() -> bool {
    true
}
