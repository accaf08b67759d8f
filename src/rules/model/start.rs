//! What a container starts.

use serde::{Deserialize, Serialize};

/// What a replaced command or arguments mean, by phrases (words that follow each other) which the text holds.
/// Without a command the image's own start script runs and reads its settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Start {
    /// The image's start script still runs, so its settings count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads_settings: Vec<String>,
    /// The scripts of the image that read the settings, by path: where something is mounted over one, it decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
    /// Arguments without a command leave the image's start script running, whatever they are.
    #[serde(default)]
    pub args_keep_script: bool,
    /// A server starts past the script that reads variables, with the file that the image brings or a mounted one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads_file: Vec<String>,
    /// A server starts, but past the script that reads the settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bypasses_settings: Vec<String>,
    /// No server runs in this container.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves_nothing: Vec<String>,
}
