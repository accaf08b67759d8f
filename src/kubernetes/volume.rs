//! Files that volumes put into a container.

use super::{Container, Datum, Found, Objects, Resource, Workload, datum};
use crate::yaml::Node;

/// A file that is mounted from a `ConfigMap` or Secret.
#[derive(Clone)]
pub enum Mounted<'d> {
    /// Its text.
    Text {
        /// The text's node, in the object that holds it.
        node: Node<'d>,
        /// The object.
        object: Resource<'d>,
        /// The key in it.
        key: String,
    },
    /// It is there or may be there, but cannot be read, and why.
    Unreadable(String),
}

/// One object of a volume: its kind, its name and which keys become which files.
struct Source<'d> {
    kind: &'static str,
    name: &'d str,
    items: Option<Vec<(&'d str, &'d str)>>,
}

/// The file at a path in a container, where a volume puts it there. A path without a slash stands for a file of that
/// name in any folder.
#[must_use]
pub fn mounted_file<'d>(
    workload: Workload<'d>,
    container: Container<'d>,
    objects: &Objects<'d>,
    path: &str,
) -> Option<Mounted<'d>> {
    container.volume_mounts().into_iter().rev().find_map(|mount| {
        let relative = path_in_volume(mount, path)?;
        let name = mount.get("name").and_then(Node::as_str)?;
        let volume = workload.volumes().find(|volume| volume.get("name").and_then(Node::as_str) == Some(name));
        match volume.map_or(Some("persistentVolumeClaim"), opaque_kind) {
            // A name alone is not looked for in data volumes.
            Some(kind) => path.contains('/').then(|| {
                Mounted::Unreadable(format!(
                    "{path} is mounted (volume of type {kind}), and a mounted file decides alone"
                ))
            }),
            None => sources(volume?)
                .into_iter()
                .rev()
                .find_map(|source| file(workload.resource, objects, &source, &relative, mount)),
        }
    })
}

/// Volumes whose files are known: none at first, or those of objects.
const KNOWN_VOLUMES: [&str; 5] = ["emptyDir", "ephemeral", "configMap", "secret", "projected"];

/// The kind of a volume whose files nobody can know from the manifest.
fn opaque_kind(volume: Node<'_>) -> Option<&str> {
    let kinds = volume.entries().into_iter().filter_map(|(key, _)| key.text());
    kinds.filter(|kind| *kind != "name").find(|kind| !KNOWN_VOLUMES.contains(kind))
}

/// What a volume would have to call a file so that a mount puts it at a path.
fn path_in_volume(mount: Node<'_>, path: &str) -> Option<String> {
    let folder = mount.get("mountPath").and_then(Node::as_str)?.trim_end_matches('/');
    let sub =
        mount.get("subPath").and_then(Node::as_str).map(|sub| sub.trim_matches('/')).filter(|sub| !sub.is_empty());
    let is_name = !path.contains('/');
    let below = if is_name { Some(path) } else { path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) };
    let is_file = folder == path || (is_name && folder.rsplit('/').next() == Some(path));
    match (sub, is_file, below) {
        (Some(sub), true, _) => Some(sub.to_owned()),
        (Some(sub), false, Some(below)) => Some(format!("{sub}/{below}")),
        (None, false, Some(below)) => Some(below.to_owned()),
        _ => None,
    }
}

fn sources(volume: Node<'_>) -> Vec<Source<'_>> {
    let plain =
        [source(volume.get("configMap"), "ConfigMap", "name"), source(volume.get("secret"), "Secret", "secretName")];
    let projected = volume.at("/projected/sources").map(|list| list.items().collect::<Vec<_>>()).unwrap_or_default();
    let projected = projected.into_iter().flat_map(|part| {
        [source(part.get("configMap"), "ConfigMap", "name"), source(part.get("secret"), "Secret", "name")]
    });
    plain.into_iter().chain(projected).flatten().collect()
}

fn source<'d>(node: Option<Node<'d>>, kind: &'static str, name: &str) -> Option<Source<'d>> {
    let node = node?;
    let item = |item: Node<'d>| Some((item.get("key")?.as_str()?, item.get("path")?.as_str()?));
    let items = node.get("items").map(|items| items.items().filter_map(item).collect());
    Some(Source { kind, name: node.get(name).and_then(Node::as_str)?, items })
}

fn file<'d>(
    from: Resource<'d>,
    objects: &Objects<'d>,
    source: &Source<'d>,
    path: &str,
    mount: Node<'d>,
) -> Option<Mounted<'d>> {
    let key = match &source.items {
        Some(items) => items.iter().find(|(_, item_path)| *item_path == path).map(|(key, _)| *key)?,
        None => path,
    };
    let Source { kind, name, .. } = source;
    match objects.find(kind, name, from) {
        Found::One(object) => Some(match datum(object, key)? {
            Datum::Text(node) => Mounted::Text { node, object, key: key.to_owned() },
            Datum::Encoded => Mounted::Unreadable(format!("{path} is mounted from {kind} {name}, where it is encoded")),
        }),
        Found::Several => Some(Mounted::Unreadable(format!(
            "{path} is mounted from {kind} {name}, and there are several of that name"
        ))),
        Found::None => {
            // A folder of an object out of sight may hold the file or not; a mount of that very file does.
            let is_named = source.items.is_some() || mount.get("subPath").is_some();
            let holds = if is_named { "is mounted" } else { "may be mounted" };
            Some(Mounted::Unreadable(format!("{path} {holds} from {kind} {name}, which is not in these manifests")))
        }
    }
}

/// The names of all `ConfigMaps` and Secrets that a workload's pods refer to.
#[must_use]
pub fn referenced_objects(workload: Workload<'_>) -> Vec<&str> {
    let volumes =
        workload.volumes().flat_map(|volume| sources(volume).into_iter().map(|source| source.name).collect::<Vec<_>>());
    let containers: Vec<Container<'_>> = workload.containers().collect();
    let from = containers.iter().flat_map(|container| container.env_from()).flat_map(|from| {
        ["configMapRef", "secretRef"].map(|key| from.get(key).and_then(|reference| reference.get("name")?.as_str()))
    });
    let values = containers.iter().flat_map(|container| container.env_names()).flat_map(|(_, entry)| {
        ["/valueFrom/configMapKeyRef/name", "/valueFrom/secretKeyRef/name"]
            .map(|pointer| entry.at(pointer).and_then(Node::as_str))
    });
    volumes.chain(from.chain(values).flatten()).collect()
}
