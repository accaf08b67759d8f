//! Settings in a shell text that writes its own properties file.

use super::{Origin, Place, Setting, Which, bare_default};
use crate::rules::{FlagStore, ScriptStore, Store};
use crate::yaml::Node;
use crate::zookeeper::Reading;

/// A shell text of a command that writes a properties file and then starts the server with it.
#[derive(Clone)]
pub struct Script<'d> {
    /// The text.
    pub node: Node<'d>,
    /// The file, as the text calls it.
    pub file: String,
    /// Where in the text the command begins that starts the server.
    pub start: usize,
}

/// The shell text of a container's command that writes the file of a flavor's `script` place.
#[must_use]
pub fn script<'d>(parts: &[Node<'d>], stores: &[Store]) -> Option<Script<'d>> {
    let store = stores.iter().find_map(|store| if let Store::Script(store) = store { Some(store) } else { None })?;
    parts.iter().find_map(|part| {
        let text = part.text()?;
        let start = store.starts.iter().filter_map(|phrase| text.rfind(phrase.as_str())).min()?;
        Some(Script {
            node: *part,
            file: written_file(text.get(..start)?, &store.file)?,
            start: command_start(text, start),
        })
    })
}

/// The last file of that name that the text redirects into.
fn written_file(text: &str, name: &str) -> Option<String> {
    let behind = |at: usize| {
        text.get(at + 1..)?.trim_start_matches(['>', ' ', '\t']).split([' ', '\t', '\n', ';', '&', '|', '<']).next()
    };
    let mut targets = text.match_indices('>').filter_map(|(at, _)| behind(at));
    let file = targets.rfind(|target| target.trim_matches('"').rsplit('/').next() == Some(name))?;
    Some(file.to_owned())
}

/// Where the simple command begins that a phrase is part of: behind the last separator, with `exec` and a path.
fn command_start(text: &str, phrase: usize) -> usize {
    let before = text.get(..phrase).unwrap_or_default();
    let line = before.rfind(['\n', ';', '&', '|']).map_or(0, |at| at + 1);
    line + before.get(line..).map_or(0, |rest| rest.len() - rest.trim_start().len())
}

/// The setting that the text writes; the text decides alone, whether it writes the key or not.
pub(super) fn written<'d>(place: Place<'_, 'd, '_>, which: Which, store: &ScriptStore) -> Option<Setting<'d>> {
    let container = place.site.container()?;
    let script = script(&container.command_parts(), &[Store::Script(store.clone())])?;
    let origin = Origin::Script { node: script.node };
    let Some(value) = last_value(script.node.text()?, which.key()) else {
        return Some(Setting {
            reading: bare_default(which),
            text: None,
            node: Some(script.node),
            span: None,
            origin,
            unknown_because: None,
        });
    };
    let text = value.to_owned();
    if text.contains('$') {
        let reason = format!("the start script works {} out when the pod starts", which.key());
        return Some(Setting { node: Some(script.node), ..Setting::unknown(origin, reason) });
    }
    Some(Setting {
        reading: Reading::of(&text),
        text: Some(text),
        node: Some(script.node),
        span: None,
        origin,
        unknown_because: None,
    })
}

/// What stands behind the last occurrence of a key outside of comments, up to the end of the word.
fn last_value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let values = lines.filter_map(|line| {
        let (_, behind) = line.rsplit_once(key)?;
        let value = behind.trim_start().strip_prefix(['=', ':'])?;
        value.split(['"', '\'', ' ', '\t', ';', '&', '>', '\\']).find(|word| !word.is_empty()).or(Some(""))
    });
    values.into_iter().next_back()
}

/// The setting in an option of the command.
pub(super) fn flag<'d>(place: Place<'_, 'd, '_>, which: Which, store: &FlagStore) -> Option<Setting<'d>> {
    let name = if which == Which::Interval { store.interval.as_ref() } else { store.retain.as_ref() }?;
    let parts = place.site.container()?.command_parts();
    let (node, value) = parts.into_iter().rev().find_map(|node| {
        let mut words = node.text()?.split_whitespace().rev();
        let value = words.find_map(|word| word.strip_prefix(name.as_str())?.strip_prefix('='))?;
        Some((node, value.trim_matches(['"', '\''])))
    })?;
    let origin = Origin::Flag { name: name.clone() };
    Some(Setting {
        reading: Reading::of(value),
        text: Some(value.to_owned()),
        node: Some(node),
        span: None,
        origin,
        unknown_because: None,
    })
}
