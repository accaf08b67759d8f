//! Files that volumes put into a container.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::image_trigger::image_streams;
use super::init_files::filled;
use super::{Container, Datum, HeldText, Holder, Lookup, ObjectRef, Objects, PodContainer, Resource, Workload, datum};
use crate::shell::{Piece, Variables};
use crate::unix_path::{clean, clean_from_root};
use crate::yaml::Node;

/// A file that a volume puts into a container.
#[derive(Clone)]
pub enum Mounted<'d> {
    /// Its text is known.
    Text(HeldText<'d>),
    /// An init container writes it.
    Made(Made<'d>),
    /// It exists or may exist, but its content is not known; with the reason.
    Unreadable(String),
}

/// A file that an init container writes.
#[derive(Clone)]
pub struct Made<'d> {
    /// The init container.
    pub container: Container<'d>,
    /// Its shell text.
    pub node: Node<'d>,
    /// The parts of the file, in order; paths are those in the init container.
    pub pieces: Vec<Piece>,
    /// The variables that the shell text sets.
    pub variables: Variables,
}

impl Mounted<'_> {
    /// The text, if it is known.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.as_str().to_owned()),
            Self::Made(_) | Self::Unreadable(_) => None,
        }
    }
}

/// One object of a volume: its kind, its name, and which keys become which files.
struct Source<'d> {
    kind: &'static str,
    name: &'d str,
    items: Option<Vec<(&'d str, &'d str)>>,
}

impl<'d> PodContainer<'d> {
    /// The file that a volume puts at a path in the container. A relative path means a file of that name in any folder,
    /// or in any that ends in the path's folders.
    #[must_use]
    pub fn mounted_file(self, objects: &Objects<'d>, path: &str) -> Option<Mounted<'d>> {
        let Self { workload, container } = self;
        mounts_over(container, path).into_iter().find_map(|mount| {
            let relative = path_in_volume(mount, path)?;
            let volume = workload.volume(mount.get("name").and_then(Node::as_str)?);
            match volume.map_or(Some("persistentVolumeClaim"), opaque_kind) {
                // A bare file name is not looked for in data volumes.
                Some(kind) => path.contains('/').then(|| {
                    Mounted::Unreadable(format!(
                        "{path} is mounted from a volume of type {kind}, and that file alone decides"
                    ))
                }),
                None => filled(workload, objects, mount, &relative).or_else(|| {
                    let mut sources = sources(volume?).into_iter().rev();
                    sources.find_map(|source| file(workload.resource, objects, &source, &relative, mount))
                }),
            }
        })
    }

    /// Why no file can be at an absolute path, where a volume in sight puts none there and lets none be written: the
    /// mount that lies over it is a folder of that very name, or one that can only be read.
    #[must_use]
    pub fn never_a_file(self, path: &str) -> Option<String> {
        let mount = mount_at(self.container, path).filter(|_| path.starts_with('/'))?;
        let at = mount_path(mount)?;
        let volume = self.workload.volume(mount.get("name").and_then(Node::as_str)?);
        match volume.and_then(opaque_kind) {
            Some(kind) if at == path => {
                Some(format!("{path} is mounted (volume of type {kind}), and a mounted file decides alone"))
            }
            Some(_) => None,
            None if at == path => Some(format!("a folder is mounted at {path}, where the server needs a file")),
            None if sources(volume?).is_empty() => None,
            None => {
                Some(format!("{at} is mounted without {}, and nothing can be written there", path.get(at.len() + 1..)?))
            }
        }
    }

    /// Every text that a volume puts into the container from an available object.
    #[must_use]
    pub fn mounted_texts(self, objects: &Objects<'d>) -> Vec<MountedText<'d>> {
        let mut found = Vec::new();
        for mount in self.container.volume_mounts() {
            let volume = mount.get("name").and_then(Node::as_str).and_then(|name| self.workload.volume(name));
            for source in volume.map(sources).unwrap_or_default() {
                let Lookup::One(object) = objects.find(source.kind, source.name, self.workload.resource) else {
                    continue;
                };
                let files = source.files(object).into_iter();
                found.extend(files.filter_map(|(key, file)| mounted_text(mount, object, key, file)));
            }
        }
        found
    }
}

/// The mount that a container sees at a path, if any.
#[must_use]
pub fn mount_at<'d>(container: Container<'d>, path: &str) -> Option<Node<'d>> {
    mounts_over(container, path).into_iter().next()
}

/// The mounts that may hold the file at a path: one for an absolute path, for others the first that has the file.
///
/// Whatever their order in the manifest, runtimes mount by depth, so that the deepest is seen, and of two at one place the
/// last: `sort.Stable(orderedMounts(mounts))` in containerd's `pkg/cri/opts/spec_linux_opts.go`, the same in CRI-O.
fn mounts_over<'d>(container: Container<'d>, path: &str) -> Vec<Node<'d>> {
    let mut mounts = container.volume_mounts();
    mounts.retain(|mount| path_in_volume(*mount, path).is_some());
    mounts.reverse();
    mounts.sort_by_key(|mount| Reverse(depth(*mount)));
    if path.starts_with('/') {
        mounts.truncate(1);
    }
    mounts
}

/// How many folders deep something is mounted.
fn depth(mount: Node<'_>) -> usize {
    mount_path(mount).map_or(0, |path| path.split('/').count())
}

/// Where a mount is, without a slash at the end.
///
/// Runtimes make the path short, and the kubelet has it begin at the root (`makeMounts` in `pkg/kubelet/kubelet_pods.go`).
#[must_use]
pub fn mount_path(mount: Node<'_>) -> Option<Cow<'_, str>> {
    Some(clean_from_root(mount.get("mountPath")?.as_str()?))
}

/// The path in the container of a file of a volume, given its path in the volume.
pub(super) fn path_in_container(mount: Node<'_>, relative: &str) -> Option<String> {
    let folder = mount_path(mount)?;
    match sub_path(mount) {
        None => Some(format!("{folder}/{relative}")),
        Some(sub) if sub == relative => Some(folder.into_owned()),
        Some(sub) => Some(format!("{folder}/{}", relative.strip_prefix(&*sub)?.strip_prefix('/')?)),
    }
}

/// Volume types whose initial content the manifests determine: empty, or taken from objects.
const KNOWN_VOLUMES: [&str; 5] = ["emptyDir", "ephemeral", "configMap", "secret", "projected"];

/// The type of a volume whose content the manifests do not determine.
fn opaque_kind(volume: Node<'_>) -> Option<&str> {
    let kinds = volume.entries().into_iter().filter_map(|(key, _)| key.text());
    kinds.filter(|kind| *kind != "name").find(|kind| !KNOWN_VOLUMES.contains(kind))
}

/// The path in the volume of a file that a mount puts at a path in the container.
fn path_in_volume(mount: Node<'_>, path: &str) -> Option<String> {
    let folder = mount_path(mount)?;
    let (sub, below) = (sub_path(mount), below(&folder, path));
    let is_file = folder == path || (!path.starts_with('/') && folder.ends_with(&format!("/{path}")));
    match (sub, is_file, below) {
        (sub, true, _) => Some(sub.unwrap_or_default().into_owned()),
        (Some(sub), false, Some(below)) => Some(format!("{sub}/{below}")),
        (None, false, Some(below)) => Some(below.to_owned()),
        (_, false, None) => None,
    }
}

/// The part of the volume that a mount exposes; variables in it are not expanded, so they match nothing.
fn sub_path(mount: Node<'_>) -> Option<Cow<'_, str>> {
    let written = ["subPath", "subPathExpr"].into_iter().find_map(|field| mount.get(field).and_then(Node::as_str));
    written.map(|sub| clean(sub.trim_start_matches('/'))).filter(|sub| !sub.is_empty())
}

/// The part of a path below a folder. For a relative path, the folder only has to end in its folders.
fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if path.starts_with('/') {
        return path.strip_prefix(folder)?.strip_prefix('/');
    }
    match path.rsplit_once('/') {
        None => Some(path),
        Some((folders, name)) => folder.ends_with(&format!("/{folders}")).then_some(name),
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
        Lookup::One(object) => Some(match datum(object, key)? {
            Datum::Unreadable => {
                Mounted::Unreadable(format!("{path} is mounted from {kind} {name} and cannot be decoded"))
            }
            datum => Mounted::Text(HeldText::of(Holder::new(object, key), datum)?),
        }),
        Lookup::Several => {
            Some(Mounted::Unreadable(format!("{path} is mounted from {kind} {name}, of which there are several")))
        }
        Lookup::None => {
            // If an object is not available, a folder mounted from it may or may not contain the file; a mount of that
            // very file does.
            let is_named = source.items.is_some() || mount.get("subPath").is_some();
            let holds = if is_named { "is mounted" } else { "may be mounted" };
            Some(Mounted::Unreadable(format!("{path} {holds} from {kind} {name}, which is not in these manifests")))
        }
    }
}

/// A text that a volume puts into a container.
pub struct MountedText<'d> {
    /// Its path in the container.
    pub path: String,
    /// The text.
    pub text: HeldText<'d>,
}

impl<'d> Source<'d> {
    /// The keys of its object, each with the name of the file that it becomes.
    fn files(&self, object: Resource<'d>) -> Vec<(&'d str, &'d str)> {
        if let Some(items) = &self.items {
            return items.clone();
        }
        let fields = ["data", "stringData", "binaryData"].into_iter().filter_map(|field| object.node().get(field));
        let keys = fields.flat_map(Node::entries).filter_map(|(key, _)| key.text());
        keys.map(|key| (key, key)).collect()
    }
}

/// The text of a key, if the mount exposes its file.
fn mounted_text<'d>(mount: Node<'d>, object: Resource<'d>, key: &'d str, file: &str) -> Option<MountedText<'d>> {
    let path = path_in_container(mount, file)?;
    Some(MountedText { path, text: HeldText::of(Holder::new(object, key), datum(object, key)?)? })
}

/// The names of all `ConfigMaps`, Secrets and image streams that a workload's pods refer to.
#[must_use]
pub fn referenced_objects(workload: Workload<'_>) -> Vec<&str> {
    configuration(workload).into_iter().map(|(_, name)| name).chain(image_streams(workload)).collect()
}

/// The kinds and names of all `ConfigMaps` and Secrets that a workload's pods refer to.
#[must_use]
pub fn configuration(workload: Workload<'_>) -> Vec<(&'static str, &str)> {
    let of_volume = |volume| sources(volume).into_iter().map(|source| (source.kind, source.name)).collect::<Vec<_>>();
    let volumes = workload.volumes().flat_map(of_volume);
    let containers: Vec<Container<'_>> = workload.containers().collect();
    let from = containers.iter().flat_map(|container| container.env_from()).map(|from| from.object);
    let entries = containers.iter().flat_map(|container| container.env_names());
    let values = entries.filter_map(|(_, entry)| ObjectRef::of_value(entry.get("valueFrom")?));
    volumes.chain(from.chain(values).map(|object| (object.kind, object.name))).collect()
}
