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
    /// A properties file mounted into the container, which replaces everything below it in the list.
    File(FileStore),
    /// The shell text of the command, which writes its own properties file; replaces everything below it in the list.
    Script(ScriptStore),
    /// Options of the command, `--name=value`.
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
    /// The variable with the purge interval; left out where none works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// The variable with the retain count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain: Option<String>,
    /// What an empty value does.
    pub empty: Empty,
    /// Image tags from which on the variable is read, one per release line; empty: always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<String>,
    /// Image tags from which on, up to `since`, it is not known whether the variable is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unclear_since: Vec<String>,
    /// False where people set the variable and the image ignores it.
    #[serde(default = "super::yes")]
    pub works: bool,
    /// This is the place where a patch writes.
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
    /// Image tags from which on the variable is read, one per release line; empty: always.
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
    /// It is there for other lines and takes any: a setting in it counts only where it is in sight.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incidental: bool,
    /// Image tags from which on the variable is read, one per release line; empty: always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<String>,
}

/// See [`Store::File`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FileStore {
    /// Where the container looks for it; a name without a slash stands for a file of that name in any folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Variables that name another folder for it: the first one where the server looks for it, the others where the image
    /// makes it. Where they differ and nothing is mounted for the server, nobody knows what it finds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folder_env: Vec<String>,
    /// Whether the image writes it when it starts, so that its folder has to be writable.
    #[serde(default, rename = "written_at_start", skip_serializing_if = "std::ops::Not::not")]
    pub is_written_at_start: bool,
    /// The word of the command behind which the path stands. Where it does, that file decides, mounted or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<String>,
    /// Ends of paths of the files that the image brings along for it. What another file says nobody knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<String>,
}

/// See [`Store::Script`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScriptStore {
    /// The file's name, as the text writes to it.
    pub file: String,
    /// The phrase that starts the server, before which the file has to be complete.
    pub starts: Vec<String>,
    /// Ends of image repositories that bring no such file along: what the text adds to it is all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bare_images: Vec<String>,
    /// Ends of paths of the files that the image brings along, and that say what the flavor's default says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<String>,
    /// A program of the image that writes the file; the text then only adds to it.
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
    /// The option with the purge interval; left out where none works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// The option with the retain count; left out where none works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain: Option<String>,
}

/// See [`Store::Field`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldStore {
    /// JSON pointer of the purge interval; `*` stands for the server's key in `groups`.
    pub interval: String,
    /// JSON pointer of the retain count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain: Option<String>,
    /// How the value is written.
    pub value: FieldValue,
    /// What the operator makes of zero.
    #[serde(default)]
    pub zero: Zero,
    /// This is the place where a patch writes.
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

/// What an operator makes of zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Zero {
    /// It is handed on: never.
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
    /// This is the place where a patch writes.
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
    /// It is written to the configuration as it is, where `ZooKeeper` cannot read it.
    Written,
}
