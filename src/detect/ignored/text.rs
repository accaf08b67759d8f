//! Purge settings in texts: keys that `ZooKeeper` does not know, and files that the server does not read.

use memchr::memmem;

use super::{Ignored, is_purge_name, number, place_in};
use crate::detect::read::{Access, Origin, ServerContext, Setting, source_line};
use crate::kubernetes::{HeldText, MountedText, PodContainer};
use crate::yaml::Node;
use crate::zookeeper::{INTERVAL_KEY, Property, RETAIN_KEY, java_trimmed, properties};

/// Whether a properties key is exactly one of the two that `ZooKeeper` reads.
fn is_key(key: &str) -> bool {
    key == INTERVAL_KEY || key == RETAIN_KEY
}

/// In the files that are mounted into the container: misspelt keys in files that the server reads, and any purge key in
/// properties files that it does not read. A replaced command may read files that the image would not.
pub(super) fn files<'d>(
    server: ServerContext<'_, 'd, '_>,
    pod: PodContainer<'d>,
    read: &[&Setting<'d>],
) -> Vec<Ignored<'d>> {
    let is_command_known = pod.container.command_parts().is_empty();
    let mut found = Vec::new();
    for file in pod.mounted_texts(server.objects) {
        let is_read = read
            .iter()
            .any(|setting| matches!(&setting.origin, Origin::Properties { node, .. } if *node == file.text.node));
        if is_read {
            found.extend(in_file(&file.text, read, |key| !is_key(key)));
        } else if is_command_known && is_properties(&file) {
            found.extend(in_file(&file.text, read, |_| true));
        }
    }
    found
}

/// Whether a file is named like a properties file; scripts may contain lines that look like properties.
fn is_properties(file: &MountedText<'_>) -> bool {
    let endings = [".cfg", ".properties", ".conf"];
    endings.iter().any(|ending| file.path.ends_with(ending))
}

fn in_file<'d>(file: &HeldText<'d>, read: &[&Setting<'d>], is_meant: impl Fn(&str) -> bool) -> Vec<Ignored<'d>> {
    let is_secret = file.holder.object.kind() == "Secret";
    let is_encoded = file.decoded.is_some();
    let keys = properties(file.as_str())
        .into_iter()
        .filter(|property| is_purge_name(&property.key) && is_meant(&property.key));
    let decides = |property: &Property| {
        let same = |setting: &&Setting<'_>| matches!(&setting.origin, Origin::Properties { node, access: Access::Open | Access::Immutable, .. } if *node == file.node);
        is_key(&property.key) && read.iter().any(same)
    };
    keys.filter(|property| !decides(property))
        .map(|property| {
            let store = format!("{} in {}", property.key, file.holder);
            let span = if is_secret || is_encoded { None } else { source_line(file.node, &property.line) };
            let text = number(Some(java_trimmed(&property.value)));
            let span = span.unwrap_or_else(|| start_of(file.node));
            let ignored = Ignored::new(&property.key, store, text, (file.node, span));
            if is_secret { ignored.hidden() } else { ignored }
        })
        .collect()
}

/// The first byte of a node: a place that reveals nothing of it.
pub(super) fn start_of(node: Node<'_>) -> crate::yaml::Span {
    let span = node.target().span();
    crate::yaml::Span { start: span.start, end: span.start }
}

/// Whether a text is worth parsing: most contain no part of a purge setting's name, and some are long.
pub(super) fn may_hold_name(text: &str) -> bool {
    ["urge", "URGE", "etain", "ETAIN"].iter().any(|part| memmem::find(text.as_bytes(), part.as_bytes()).is_some())
}

/// Misspelt keys among the words of a variable, field or shell text that is read as properties.
pub(super) fn misspelt<'d>(node: Node<'d>, place: &str) -> Vec<Ignored<'d>> {
    let text = node.text().filter(|text| may_hold_name(text)).unwrap_or_default();
    let words = text.split([' ', '\t', '\n', '\r', '"', '\'', ';', ',']);
    let pairs = words.filter_map(|word| word.split_once(['=', ':']));
    let meant = pairs.filter(|(key, _)| {
        let is_plain = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        is_plain && !key.starts_with('-') && key.contains('.') && is_purge_name(key) && !is_key(key)
    });
    meant
        .map(|(key, value)| {
            let store = format!("{key} in {place}");
            Ignored::new(key, store, number(Some(value)), (node, place_in(node, key)))
        })
        .collect()
}
