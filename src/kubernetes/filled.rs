//! Files that init containers put into volumes which are empty at first.

use super::{Container, Mounted, MountedText, Objects, Workload, mounted_texts, plain_words};
use crate::unix_path::base_name;
use crate::yaml::Node;

/// The file at a path below a mount of an empty volume, where an init container writes it: it mounts the same part of the
/// volume, and names the file or its folder, or says nothing of what it does.
///
/// A copy of a text in sight is that text; whatever else it writes is out of sight.
pub(super) fn filled<'d>(
    workload: Workload<'d>,
    objects: &Objects<'d>,
    mount: Node<'d>,
    path: &str,
) -> Option<Mounted<'d>> {
    let own = part(mount);
    let volume = workload.volumes().find(|volume| volume.get("name").and_then(Node::text) == own.0)?;
    volume.get("emptyDir").or_else(|| volume.get("ephemeral"))?;
    let name = base_name(path);
    let (container, text) = workload.init_containers().find_map(|container| {
        let other = container.volume_mounts().into_iter().find(|other| part(*other) == own)?;
        let folder = other.get("mountPath").and_then(Node::text).unwrap_or_default();
        let text = words(workload, container, objects);
        let writes = text.as_ref().is_none_or(|text| text.contains(name) || text.contains(folder));
        writes.then_some((container, text.unwrap_or_default()))
    })?;
    let is_copy = text.split(' ').any(|word| word == "cp" || word.ends_with("/cp"));
    // Whatever else it does to the file.
    let is_copy = is_copy && !text.contains('>') && !text.split(' ').any(|word| word == "sed" || word == "tee");
    let mut texts = mounted_texts(workload, container, objects).into_iter();
    let copied = texts.find(|text| base_name(&text.path) == name).filter(|_| is_copy);
    let unreadable =
        || Mounted::Unreadable(format!("{path} may be written by an init container, and such a file decides alone"));
    Some(copied.map_or_else(unreadable, mounted))
}

fn mounted(text: MountedText<'_>) -> Mounted<'_> {
    let MountedText { node, object, key, decoded, .. } = text;
    Mounted::Text { node, object, key: key.to_owned(), decoded }
}

/// The volume of a mount, and the part of it.
fn part(mount: Node<'_>) -> (Option<&str>, Option<&str>) {
    (mount.get("name").and_then(Node::text), mount.get("subPath").and_then(Node::text))
}

/// The words of a container's command and of the scripts in sight that it names.
fn words<'d>(workload: Workload<'d>, container: Container<'d>, objects: &Objects<'d>) -> Option<String> {
    let command = container.command_text()?;
    let mut text = command.clone();
    for path in command.split_whitespace().filter(|word| word.starts_with('/')) {
        let Some(file) = mounted_texts(workload, container, objects).into_iter().find(|file| file.path == path) else {
            continue;
        };
        text.push(' ');
        text.push_str(&plain_words(file.decoded.as_deref().or(file.node.text()).unwrap_or_default()));
    }
    Some(text)
}
