//! Settings in a shell text that writes its own properties file.

use std::ops::Range;

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
        let places = store.starts.iter().flat_map(|phrase| text.match_indices(phrase.as_str()));
        let mut starts: Vec<usize> = places.map(|(at, _)| at).filter(|at| !is_comment(text, *at)).collect();
        starts.sort_unstable();
        starts.into_iter().find_map(|start| {
            let file = written_file(text.get(..start)?, &store.file)?;
            Some(Script { node: *part, file, start: command_start(text, start) })
        })
    })
}

/// Whether an offset of a shell text stands in a comment.
fn is_comment(text: &str, at: usize) -> bool {
    let line = text.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    line.trim_start().starts_with('#') || line.contains(" #")
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
    let Some(value) = script.value(which.key()) else {
        return Some(Setting {
            reading: bare_default(which),
            text: None,
            node: Some(script.node),
            span: None,
            origin,
            unknown_because: None,
        });
    };
    let text = script.node.text()?.get(value)?.to_owned();
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

impl Script<'_> {
    /// Where the text's last value of a key stands that is written to the file: outside of comments, and in no line that
    /// redirects to another file.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Range<usize>> {
        let text = self.node.text()?;
        let (at, _) = text.rmatch_indices(key).find(|(at, _)| {
            let line = text.get(*at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            let target = line.split_once('>').map(|(_, target)| target.trim_start_matches(['>', ' ', '\t']));
            !is_comment(text, *at) && target.is_none_or(|target| target.starts_with(&self.file))
        })?;
        let behind = text.get(at + key.len()..)?;
        let value = behind.trim_start().strip_prefix(['=', ':'])?;
        let start = text.len() - value.len();
        let end = value.find(['"', '\'', ' ', '\t', '\n', ';', '&', '>', '\\']).unwrap_or(value.len());
        Some(start..start + end)
    }
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
