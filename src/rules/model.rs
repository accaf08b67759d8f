//! What a rule file says: flavors and the texts of checks. Charts stand in `chart.rs`.
//!
//! The types are read from YAML when the program is built (`build.rs` includes this file) and from a user's folder at
//! run time. They only hold what was written; whether it makes sense is asked in `validate.rs`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// What a person can do where no setting of this flavor switches purging on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
    /// Where its files are, for the commands that free a full disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runbook: Option<Runbook>,
    /// Where the facts were read.
    pub sources: Vec<Source>,
}

/// What makes a container or a custom resource a server of a flavor. What is more certain is asked first, over all
/// flavors: a custom resource, a command, the image.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recognise {
    /// The custom resource that an operator runs the servers for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<CustomResource>,
    /// Phrases of which the container's command or arguments hold one, whatever the image (see [`Start`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Ends of image repositories, whole path components (`bitnami/zookeeper` fits any registry and proxy before it);
    /// `*` stands for any characters within a component, a `/` in front for the whole repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Phrases of which a script has to hold one that the command names, where it is mounted from the same stream; then
    /// it may be called anything, and without one of them `commands` do not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
    /// Images whose names say too little alone: a copy in some registry, or something else of that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mirrors: Vec<Mirror>,
    /// Phrases of a command that starts a server, whatever the image, where no other flavor recognises it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<String>,
    /// What a container is called, or the end of that behind a dash, where nothing says which image it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Flavors whose place this one takes where its own first place (a mounted file, a script) is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead_of: Vec<String>,
    /// Ends of image repositories that are never this flavor, whatever else fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_images: Vec<String>,
    /// Of `images`, those of which the facts are belief: they only ever give `unknown`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified_images: Vec<String>,
}

/// An image that is told by what stands beside it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mirror {
    /// Ends of image repositories, like those of [`Recognise::images`].
    pub images: Vec<String>,
    /// Variables of which one has to be there, where there is no file; without any, nothing more is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
    /// A file of which one has to be mounted, itself or its folder, where there is no variable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Variables of which none may be there: they are another image's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_variables: Vec<String>,
    /// Files of which none may be mounted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_files: Vec<String>,
    /// Phrases of which the container's command has to hold one besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
}

impl Mirror {
    /// Whether the image alone is enough.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.variables.is_empty() && self.files.is_empty()
    }
}

impl CustomResource {
    /// Whether a resource of some group is meant, whoever knows it.
    #[must_use]
    pub fn is_of_any_group(&self) -> bool {
        self.group == "*"
    }

    /// Whether a kind is meant.
    #[must_use]
    pub fn is_kind(&self, kind: &str) -> bool {
        self.kind == kind || self.spellings.iter().any(|other| other == kind)
    }
}

/// Custom resources of one kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CustomResource {
    /// API group, without the version; `*` for every group of which no other flavor knows this kind.
    pub group: String,
    /// Versions of the group; without any, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Kind.
    pub kind: String,
    /// Other spellings of the kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spellings: Vec<String>,
    /// JSON pointer of a field without which no server runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires: Option<String>,
    /// JSON pointers of fields with one of which no server runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<String>,
    /// An annotation, `key: value`, with which no server runs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unless_annotation: BTreeMap<String, String>,
    /// JSON pointer of a mapping with one server (group) per key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<String>,
    /// A list with one server per item of a certain value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Components>,
    /// What a resource can say of the operator's own pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<OwnPod>,
}

/// See [`CustomResource::pod`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OwnPod {
    /// JSON pointer of a pod's `spec`.
    pub spec: String,
    /// The container there that takes the place of the operator's.
    pub container: String,
    /// The template of the claims that the operator makes for the data.
    pub claim: String,
}

/// See [`CustomResource::components`]. An item is called by its `name`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Components {
    /// JSON pointer of the list.
    pub list: String,
    /// The fields of an item that say what it is: the first one that is written decides.
    pub fields: Vec<String>,
    /// What that field begins with where the item is a server.
    pub starts_with: String,
}

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
    #[serde(default = "yes")]
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

/// What a server does when nothing is written; null where nobody knows.
#[derive(Debug, Clone, Default, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Defaults {
    /// Purge interval in hours; 0 and less: never.
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
    /// End of the repository of the operator's image, where the operator is installed by the same manifests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The chart whose label the custom resource carries, where its version is the operator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
    /// The first version that this is no longer true of.
    pub below: String,
    /// Purge interval in hours; 0 and less: never.
    pub interval: i32,
}

/// How the version of `ZooKeeper` is told. Without any of these the image's tag is that version.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Release {
    /// It is the same one whatever the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always: Option<String>,
    /// JSON pointer of the version, or of an image with it, in the custom resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// It stands in the tag behind this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<String>,
    /// The version is one of something else: which `ZooKeeper` came with it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bundled: Vec<Bundled>,
}

/// Which `ZooKeeper` came with what is older than a version.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Bundled {
    /// The first version that this is no longer true of.
    pub below: String,
    /// The release line of `ZooKeeper`.
    pub zookeeper: String,
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

/// What `autopurge explain` says of a check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckText {
    /// The check's name.
    pub id: String,
    /// One line.
    pub title: String,
    /// How findings of it are weighed.
    pub severity: String,
    /// What is the case when it is reported.
    pub means: String,
    /// Why that matters.
    pub why: String,
    /// What to do.
    pub fix: String,
}

fn yes() -> bool {
    true
}
