//! What a rule file contains: flavors and the texts of checks. For charts, see `src/rules/chart.rs`.
//!
//! The types are read from YAML when the program is built (`build.rs` includes this folder) and from a user's folder at
//! run time. They only hold what was written; `validate.rs` checks whether it makes sense.

mod check;
mod recognise;
mod release;
mod start;
mod store;

pub use check::{CheckText, Severity};
pub use recognise::{Components, CustomResource, Mirror, OwnPod, Recognise};
pub use release::{Bundled, Defaults, Older, Release};
use serde::{Deserialize, Serialize};
pub use start::Start;
pub use store::{
    Empty, EnvFileStore, EnvStore, EnvTextStore, FieldStore, FieldTextStore, FieldValue, FileStore, FlagStore,
    ScriptStore, Store, Zero,
};

/// One way to run a `ZooKeeper` server: how to recognise it and where it keeps its purge settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Flavor {
    /// The file's name without its ending; what reports call the flavor.
    pub id: String,
    /// A name for people.
    pub title: String,
    /// The day the facts were last checked, YYYY-MM-DD.
    pub checked: String,
    /// False if the facts have not been confirmed: the flavor then only ever gives `unknown`.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Byte strings, at least one of which appears in every document with such a server (case matters). Only documents
    /// that contain a literal of some rule, at the beginning of a word, are parsed.
    pub literals: Vec<String>,
    /// What makes a container such a server.
    pub recognise: Recognise,
    /// What a replaced command means.
    #[serde(default)]
    pub start: Start,
    /// The places where settings are read, strongest first: the first one that is set decides.
    pub settings: Vec<Store>,
    /// What the server does if nothing is set.
    pub default: Defaults,
    /// What older operators did, which read no setting at all. The first place that shows a version decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub older: Vec<Older>,
    /// How to find the version of `ZooKeeper` itself; left out if nothing shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zookeeper: Option<Release>,
    /// The variable that the image turns into `snapshot.compression.method`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression_variable: Option<String>,
    /// What people can do if no setting of this flavor enables purging.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
    /// Where the server's files are, for the commands that free a full disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runbook: Option<Runbook>,
    /// Where the facts were read.
    pub sources: Vec<Source>,
}

/// Where a server's files are, for the commands that free a full disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Runbook {
    /// The mount point of the volume.
    pub disk: String,
    /// The data directory (the one that holds `version-2`).
    pub data: String,
    /// Path of `zkCleanup.sh` in the image.
    pub cleanup: String,
}

/// Where a fact was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Source {
    /// Public repository, owner/name.
    pub repository: String,
    /// File or folder in it.
    pub path: String,
    /// Commit, tag or branch.
    pub revision: String,
    /// What can be read there.
    pub shows: String,
}

fn yes() -> bool {
    true
}
