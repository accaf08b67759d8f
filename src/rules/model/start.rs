//! What a container starts.

use serde::{Deserialize, Serialize};

/// What a replaced command or arguments mean, by the phrases (consecutive words) in them. Without a command, the
/// image's own start script runs and reads its settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Start {
    /// The image's start script still runs, so its settings count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads_settings: Vec<String>,
    /// Phrases, one of which the command also has to contain; arguments alone leave the image's own script in front.
    /// Empty: `reads_settings` is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads_settings_through: Vec<String>,
    /// Paths of the image's scripts that read the settings. If something is mounted over one of them, that decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
    /// Whether arguments without a command still run the image's start script, which then runs them in place of the
    /// image's own command. One of the phrases of `bypasses_settings` shows that they start the server.
    #[serde(default)]
    pub args_keep_script: bool,
    /// A server starts without the script that reads variables, with the image's own file or a mounted one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads_file: Vec<String>,
    /// A server starts, but without the script that reads the settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bypasses_settings: Vec<String>,
    /// No server runs in this container.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves_nothing: Vec<String>,
}
