//! Where a server's settings are written, strongest place first, and what stands there.

use super::tag::{Support, support};
use crate::kubernetes::{Container, EnvValue, Workload};
use crate::rules::{Empty, EnvStore, Flavor, Store};
use crate::yaml::Node;
use crate::zookeeper::Reading;

/// One setting of a server, located.
#[derive(Clone)]
pub struct Setting<'d> {
    /// What `ZooKeeper` makes of it.
    pub reading: Reading,
    /// The text that decides, where it is in sight.
    pub text: Option<&'d str>,
    /// The node of that text.
    pub node: Option<Node<'d>>,
    /// The place that decides.
    pub origin: Origin<'d>,
    /// Why nobody can say what it is, where that is so.
    pub unknown_because: Option<String>,
}

/// The place that decides about a setting.
#[derive(Clone)]
pub enum Origin<'d> {
    /// A variable of the container.
    Env {
        /// Its name.
        name: String,
        /// Its entry.
        entry: Node<'d>,
    },
    /// A variable that names a file.
    EnvFile {
        /// Its name.
        name: String,
    },
    /// A mounted file.
    File {
        /// Its path in the container.
        path: String,
    },
    /// The container's command, which starts the server past the script that reads the settings.
    Command,
    /// Nothing is written.
    Default,
}

impl Origin<'_> {
    /// The place in the words of reports: `env NAME`, `file PATH`, `default`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Env { name, .. } | Self::EnvFile { name } => format!("env {name}"),
            Self::File { path } => format!("file {path}"),
            Self::Command => "command".to_owned(),
            Self::Default => "default".to_owned(),
        }
    }
}

/// Which of the two settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Interval,
    Retain,
}

/// A container with the flavor that it runs.
#[derive(Clone, Copy)]
pub(super) struct Place<'d, 'r> {
    pub(super) workload: Workload<'d>,
    pub(super) container: Container<'d>,
    pub(super) flavor: &'r Flavor,
}

/// The setting that the first written place gives, or the flavor's default.
pub(super) fn read<'d>(place: Place<'d, '_>, which: Which) -> Setting<'d> {
    let written = place.flavor.settings.iter().find_map(|store| match store {
        Store::File(file) => mounted(place, &file.path),
        Store::EnvFile(env) => {
            let name = which.of(&env.interval, env.retain.as_ref())?;
            from_file(place, name, &env.since)
        }
        Store::Env(env) => from_env(place, which, env),
    });
    written.unwrap_or_else(|| nothing_written(place, which))
}

impl Which {
    fn of<'a>(self, interval: &'a str, retain: Option<&'a String>) -> Option<&'a str> {
        match self {
            Self::Interval => Some(interval),
            Self::Retain => retain.map(String::as_str),
        }
    }
}

/// Volumes that start out empty, so that no file is in them.
const EMPTY_VOLUMES: [&str; 2] = ["emptyDir", "ephemeral"];

/// A mounted file switches everything below it off.
fn mounted<'d>(place: Place<'d, '_>, path: &str) -> Option<Setting<'d>> {
    let holder = place.container.mounts_over(path).into_iter().find_map(|mount| {
        let name = mount.get("name").and_then(Node::as_str)?;
        let volume = place.workload.volumes().find(|volume| volume.get("name").and_then(Node::as_str) == Some(name));
        match volume
            .map(|volume| volume.entries().into_iter().find_map(|(key, _)| key.text().filter(|key| *key != "name")))
        {
            Some(kind) => kind.filter(|kind| !EMPTY_VOLUMES.contains(kind)),
            None => Some("persistentVolumeClaim"),
        }
    })?;
    let reason = format!("{path} is mounted (volume of type {holder}), and a mounted file decides alone");
    Some(Setting::unknown(Origin::File { path: path.to_owned() }, reason))
}

fn from_file<'d>(place: Place<'d, '_>, name: &str, since: &[String]) -> Option<Setting<'d>> {
    let value = place.container.env(name)?.value;
    let is_set = match value {
        EnvValue::Written(node) => node.text().is_some_and(|path| !path.is_empty()),
        EnvValue::From(_) => true,
        EnvValue::Missing => false,
    };
    if !is_set || tag_support(place, since, &[]) == Support::No {
        return None;
    }
    let reason = format!("{name} names a file inside the container, and its content decides");
    Some(Setting::unknown(Origin::EnvFile { name: name.to_owned() }, reason))
}

fn from_env<'d>(place: Place<'d, '_>, which: Which, store: &EnvStore) -> Option<Setting<'d>> {
    let name = which.of(&store.interval, store.retain.as_ref())?;
    let support = tag_support(place, &store.since, &store.unclear_since);
    let variable = place.container.env(name).filter(|_| support != Support::No)?;
    let origin = Origin::Env { name: name.to_owned(), entry: variable.node };
    if support == Support::Unclear {
        return Some(Setting::unknown(origin, format!("whether this image reads {name} cannot be told from its tag")));
    }
    let (text, node) = match variable.value {
        EnvValue::From(from) => {
            return Some(Setting::unknown(origin, format!("{name} comes from {}", reference(from))));
        }
        EnvValue::Written(node) => (node.text(), Some(node)),
        EnvValue::Missing => (Some(""), None),
    };
    let Some(text) = text else {
        return Some(Setting::unknown(origin, format!("the value of {name} is no text")));
    };
    if text.contains("$(") {
        return Some(Setting { node, ..Setting::unknown(origin, format!("{name} refers to other variables")) });
    }
    let reading = match (text.is_empty(), store.empty) {
        (true, Empty::Default) => default_reading(place, which),
        _ => Reading::of(text),
    };
    Some(Setting { reading, text: Some(text), node, origin, unknown_because: None })
}

/// Nothing in sight is written; what stands out of sight might be.
fn nothing_written<'d>(place: Place<'d, '_>, which: Which) -> Setting<'d> {
    let from = place.container.env_from();
    let reads_env = place.flavor.settings.iter().any(
        |store| matches!(store, Store::Env(env) if tag_support(place, &env.since, &env.unclear_since) != Support::No),
    );
    if let (Some(source), true) = (from.first(), reads_env) {
        let reason = format!("nothing is written here, but envFrom takes variables from {}", reference(*source));
        return Setting::unknown(Origin::Default, reason);
    }
    let reading = default_reading(place, which);
    let unknown_because =
        (reading == Reading::Unknown).then(|| "nothing is written, and the default is not known".to_owned());
    Setting { reading, text: None, node: None, origin: Origin::Default, unknown_because }
}

fn default_reading(place: Place<'_, '_>, which: Which) -> Reading {
    let default = place.flavor.default;
    let number = if which == Which::Interval { default.interval } else { default.retain };
    number.map_or(Reading::Unknown, Reading::Number)
}

/// Whether the container's image reads a store.
pub(super) fn tag_support(place: Place<'_, '_>, since: &[String], unclear_since: &[String]) -> Support {
    support(place.container.image().and_then(|image| image.tag), since, unclear_since)
}

/// A reference to another object in words: its kind and name, never a value.
fn reference(from: Node<'_>) -> String {
    let kinds = [
        ("configMapKeyRef", "ConfigMap"),
        ("secretKeyRef", "Secret"),
        ("configMapRef", "ConfigMap"),
        ("secretRef", "Secret"),
        ("fieldRef", "a field of the pod"),
        ("resourceFieldRef", "a resource of the container"),
    ];
    let found = kinds.into_iter().find_map(|(key, kind)| Some((kind, from.get(key)?)));
    let Some((kind, target)) = found else { return "somewhere else".to_owned() };
    match (target.get("name").and_then(Node::as_str), target.get("key").and_then(Node::as_str)) {
        (Some(name), Some(key)) => format!("{kind} {name}, key {key}"),
        (Some(name), None) => format!("{kind} {name}"),
        _ => kind.to_owned(),
    }
}

impl Setting<'_> {
    pub(super) fn unknown(origin: Origin<'_>, reason: String) -> Setting<'_> {
        Setting { reading: Reading::Unknown, text: None, node: None, origin, unknown_because: Some(reason) }
    }
}
