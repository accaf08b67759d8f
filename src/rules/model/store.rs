//! The places where settings are written.

use serde::{Deserialize, Serialize};

/// The kind of place where a setting is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "store", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Store {
    /// Environment variables of the container.
    Env(EnvStore),
    /// Environment variables that name a file whose content is the setting.
    EnvFile(EnvFileStore),
    /// An environment variable with properties in it, separated by blanks.
    EnvText(EnvTextStore),
    /// A properties file mounted into the container. It overrides everything below it in the list.
    File(FileStore),
    /// A shell text in the command that writes its own properties file. It overrides everything below it in the list.
    Script(ScriptStore),
    /// Options in the command, `--name=value`.
    Flag(FlagStore),
    /// Fields of the custom resource.
    Field(FieldStore),
    /// A field of the custom resource with properties in it: a text, or a list of `key=value`.
    FieldText(FieldTextStore),
}

/// See [`Store::Env`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EnvStore {
    /// The variable with the purge interval; left out if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// The variable with the retain count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain: Option<String>,
    /// What an empty value does.
    pub empty: Empty,
    /// The first image tags that read the variable, one per release line; empty: all do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<String>,
    /// Image tags from which, up to `since`, it is not known whether the variable is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unclear_since: Vec<String>,
    /// False if people set the variable and the image ignores it.
    #[serde(default = "super::yes")]
    pub works: bool,
    /// Whether a patch writes here.
    #[serde(default)]
    pub patch: bool,
}

/// See [`Store::EnvFile`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EnvFileStore {
    /// The variable with the path of the file that holds the purge interval.
    pub interval: String,
    /// The variable with the path of the file that holds the retain count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain: Option<String>,
    /// The first image tags that read the variable, one per release line; empty: all do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<String>,
}

/// See [`Store::EnvText`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EnvTextStore {
    /// The variable.
    pub variable: String,
    /// Its usual purpose is something else: a setting in it counts only if it is visible.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incidental: bool,
    /// The first image tags that read the variable, one per release line; empty: all do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<String>,
}

/// See [`Store::File`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FileStore {
    /// Where the container looks for the file; a name without a slash means a file of that name in any folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Variables that name another folder for it: the first one for where the server looks, the others for where the
    /// image creates it. If they differ and nothing is mounted for the server, it is not known what it finds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folder_env: Vec<String>,
    /// The variable that names another file in that folder, which the image does not create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_env: Option<String>,
    /// Whether the image writes the file when it starts, so that its folder has to be writable.
    #[serde(default, rename = "written_at_start", skip_serializing_if = "std::ops::Not::not")]
    pub is_written_at_start: bool,
    /// The word in the command that the path follows. If it is there, that file decides, mounted or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<String>,
    /// Endings of the paths of such files in the image. What any other file contains is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<String>,
}

impl FileStore {
    /// The variables that lead the server to another file.
    pub fn moving_variables(&self) -> impl Iterator<Item = &String> {
        self.folder_env.iter().chain(&self.name_env)
    }
}

/// See [`Store::Script`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScriptStore {
    /// The file's name, as the text writes to it.
    pub file: String,
    /// The phrases that start the server; the file has to be complete before that.
    pub starts: Vec<String>,
    /// Endings of image repositories without such a file: it contains only what the text adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bare_images: Vec<String>,
    /// Endings of the paths of files in the image that contain what the flavor's `default` says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<String>,
    /// A program in the image that writes the file; the text then only adds to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
    /// The file that the generator writes, as a shell spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
}

/// See [`Store::Flag`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FlagStore {
    /// The option with the purge interval; left out if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// The option with the retain count; left out if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain: Option<String>,
}

/// See [`Store::Field`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldStore {
    /// JSON pointer of the purge interval; `*` means the server's key in `groups`.
    pub interval: String,
    /// JSON pointer of the retain count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain: Option<String>,
    /// How the value is written.
    pub value: FieldValue,
    /// What the operator does with zero.
    #[serde(default)]
    pub zero: Zero,
    /// Whether a patch writes here.
    #[serde(default)]
    pub patch: bool,
}

/// How a field's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FieldValue {
    /// As a number.
    Integer,
    /// As a text.
    String,
}

/// What an operator does with zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Zero {
    /// It is passed on and means never.
    #[default]
    Written,
    /// It counts as unset.
    Default,
}

/// See [`Store::FieldText`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldTextStore {
    /// JSON pointer of the text or the list.
    pub field: String,
    /// Whether a patch writes here.
    #[serde(default)]
    pub patch: bool,
}

/// What an empty value of a variable does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Empty {
    /// It counts as the flavor's default.
    Default,
    /// It is written to the configuration as it is, and `ZooKeeper` cannot parse it.
    Written,
}
