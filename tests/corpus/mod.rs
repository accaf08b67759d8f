//! Real charts, manifests and GitOps files with labels, where they are there (`../shared/corpus`).

use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::tool::{repository, skip};

/// Where it has to be.
pub(crate) fn path() -> PathBuf {
    repository().join("../shared/corpus")
}

/// The folder; `None`, said aloud, where it is not there.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = path();
    if folder.is_dir() {
        return Some(folder);
    }
    skip(&format!("{} is not there", folder.display()));
    None
}

/// The folder, and a file of labels in it.
pub(crate) fn labels<T: DeserializeOwned>(name: &str) -> Option<(PathBuf, T)> {
    let folder = folder()?;
    let text = fs::read_to_string(folder.join(name)).expect("labels");
    Some((folder, serde_yaml::from_str(&text).expect("labels")))
}

#[derive(Deserialize)]
struct Charts {
    charts: Vec<Chart>,
}

/// A chart that real Helm rendered.
#[derive(Deserialize)]
pub(crate) struct Chart {
    /// Its folder, or its package, in the corpus.
    #[serde(rename = "chart")]
    pub(crate) path: String,
    pub(crate) cases: Vec<Case>,
}

/// One way in which it was rendered.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    command: String,
    pub(crate) helm_fails: Option<String>,
    #[serde(default)]
    pub(crate) zookeepers: Vec<ZooKeeper>,
}

impl Case {
    /// The flags of the `helm template` command: `-f`, `--set` and what belongs to them.
    pub(crate) fn flags(&self) -> Vec<String> {
        self.command.split_whitespace().skip(4).map(str::to_owned).collect()
    }
}

/// A server that the chart can have.
#[derive(Deserialize)]
pub(crate) struct ZooKeeper {
    values_prefix: String,
    /// The name and version of the chart below that it comes from.
    pub(crate) subchart: Option<String>,
    #[serde(default)]
    pub(crate) enabled: bool,
    pub(crate) flavor: Option<String>,
    pub(crate) interval: Option<Value>,
    pub(crate) retain: Option<Value>,
    pub(crate) verdict: Option<String>,
    pub(crate) decoy: Option<bool>,
    pub(crate) fix_path: Option<String>,
    /// Whether name and version of its chart are enough to know it.
    #[serde(default = "is_true")]
    pub(crate) from_metadata: bool,
    /// Verdicts that are as good.
    #[serde(default)]
    pub(crate) accept: Vec<String>,
}

const fn is_true() -> bool {
    true
}

impl ZooKeeper {
    /// Where its values stand; empty for the chart's own.
    pub(crate) fn prefix(&self) -> &str {
        if self.values_prefix == "(root)" { "" } else { &self.values_prefix }
    }
}

/// The folder, and the labels of charts.
pub(crate) fn charts() -> Option<(PathBuf, Vec<Chart>)> {
    labels::<Charts>("truth-charts.yaml").map(|(folder, labels)| (folder, labels.charts))
}
