//! What a rule file says: flavors and the texts of checks. Charts stand in `src/rules/chart.rs`.
//!
//! The types are read from YAML when the program is built (`build.rs` includes this folder) and from a user's folder at
//! run time. They only hold what was written; whether it makes sense is asked in `validate.rs`.

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
    /// What people call it.
    pub title: String,
    /// The day the facts were last checked, YYYY-MM-DD.
    pub checked: String,
    /// False where the facts are belief: such a flavor only ever gives `unknown`.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Byte strings of which every document with such a server holds at least one (upper and lower case count).
    /// Only documents that hold a literal of some rule, at the beginning of a word, are looked at.
    pub literals: Vec<String>,
    /// What makes a container such a server.
    pub recognise: Recognise,
    /// What a replaced command of the container means.
    #[serde(default)]
    pub start: Start,
    /// The places where settings are read, strongest first: the first one that is written decides.
    pub settings: Vec<Store>,
    /// What the server does when nothing is written.
    pub default: Defaults,
    /// What older operators did, which read no setting at all: the first place in which a version can be read decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub older: Vec<Older>,
    /// How the version of `ZooKeeper` itself is told; left out where nothing tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zookeeper: Option<Release>,
    /// The variable that the image turns into `snapshot.compression.method`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression_variable: Option<String>,
    /// What a person can do where no setting of this flavor switches purging on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
    /// Where its files are, for the commands that free a full disk.
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
    /// `zkCleanup.sh` of the image.
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
    /// What stands there.
    pub shows: String,
}

fn yes() -> bool {
    true
}
