//! Settings in a mounted properties file.

use super::{Origin, Place, Setting, Which, property};
use crate::detect::Site;
use crate::kubernetes::{Mounted, mounted_file};
use crate::rules::FileStore;
use crate::yaml::{Node, Span};
use crate::zookeeper::{effective, properties};

/// The setting in a mounted file, which decides alone once it is there, whether it holds the key or not.
pub(super) fn mounted<'d>(place: Place<'_, 'd, '_>, which: Which, store: &FileStore) -> Option<Setting<'d>> {
    let Site::Pod { workload, container } = place.site else { return None };
    let path = match (&store.path, &store.behind) {
        (_, Some(word)) => word_behind(&container.command_text()?, word)?,
        (Some(path), None) => path.clone(),
        (None, None) => return None,
    };
    match mounted_file(workload, container, place.objects, &path)? {
        Mounted::Unreadable(reason) => Some(Setting::unknown(Origin::File { path }, reason)),
        Mounted::Text { node, object, key } => {
            let is_secret = object.kind() == "Secret";
            let holder = format!("{} {} (key {key})", object.kind(), object.name());
            Some(in_text(which, node, Origin::Properties { node, holder, is_secret }))
        }
    }
}

/// The setting in a properties text of a manifest. Nothing of a Secret is ever shown.
pub(super) fn in_text<'d>(which: Which, node: Node<'d>, origin: Origin<'d>) -> Setting<'d> {
    let is_secret = matches!(origin, Origin::Properties { is_secret: true, .. });
    let found = properties(node.text().unwrap_or_default());
    let setting = property(which, &found, origin);
    let line = effective(&found, which.key()).and_then(|property| source_line(node, &property.line));
    if is_secret {
        return Setting { text: None, ..setting };
    }
    Setting { node: Some(node), span: line, ..setting }
}

/// Where a line of a text stands in the manifest: the first place in the scalar's source that reads so.
fn source_line(node: Node<'_>, line: &std::ops::Range<usize>) -> Option<Span> {
    let text = node.text()?.get(line.clone())?.trim();
    let source = node.target().source();
    let before = node.text()?.get(..line.start)?.matches(text).count();
    let (at, _) = source.match_indices(text).nth(before)?;
    let start = node.target().span().start + at;
    Some(Span::new(start, start + text.len()))
}

/// The word of a command behind another one.
fn word_behind(command: &str, word: &str) -> Option<String> {
    let mut words = command.split_whitespace();
    words.find(|one| one.rsplit('/').next() == Some(word))?;
    words.find(|one| !one.starts_with('-')).map(|path| path.trim_matches(['"', '\'', ';']).to_owned())
}
