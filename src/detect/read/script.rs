//! Settings in a shell text that writes its own properties file.

use std::ops::Range;

use super::{Origin, Place, Setting, Which, bare_default};
use crate::kubernetes::{Container, EnvValue, comment_in};
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
            let before = text.get(..start)?;
            let file = written_file(before, &store.file).or_else(|| store.generated_before(before))?;
            Some(Script { node: *part, file, start: command_start(text, start) })
        })
    })
}

impl ScriptStore {
    /// The file that the generator has written where it is called by a part of a text, outside of comments.
    fn generated_before(&self, text: &str) -> Option<String> {
        let generator = self.generator.as_ref()?;
        let is_called = text.match_indices(generator.as_str()).any(|(at, _)| !is_comment(text, at));
        self.generated.clone().filter(|_| is_called)
    }
}

/// Whether an offset of a shell text stands in a comment.
fn is_comment(text: &str, at: usize) -> bool {
    let line = text.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    comment_in(line).is_some()
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
        // A generator has written the rest of the file.
        return store
            .generator
            .is_none()
            .then(|| Setting { node: Some(script.node), ..Setting::decided(bare_default(which), origin) });
    };
    let whole = script.node.text()?;
    let text = whole.get(value.clone())?;
    let is_quoted = is_verbatim(whole, value.start);
    let text = expanded(text, whole, container).filter(|_| !is_quoted).unwrap_or_else(|| text.to_owned());
    if text.contains('$') {
        let reason = format!("the start script works {} out when the pod starts", which.key());
        return Some(Setting { node: Some(script.node), ..Setting::unknown(origin, reason) });
    }
    let reading = Reading::of(&text);
    Some(Setting { text: Some(text), node: Some(script.node), ..Setting::decided(reading, origin) })
}

/// Whether a shell takes what stands at an offset as it is: between single quotes, or in a here-document whose end is
/// quoted.
fn is_verbatim(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.matches('\'').count() % 2 == 1
        || ["<<'", "<<\"", "<<-'", "<<-\"", "<<\\"].iter().any(|mark| before.contains(mark))
}

/// A value that is one variable, `$X`, `${X}` or `${X:-1}`, with what the container's environment sets it to; `None` where
/// the text sets it itself, or it comes from elsewhere.
fn expanded(value: &str, text: &str, container: Container<'_>) -> Option<String> {
    let inner = value.strip_prefix('$')?;
    let inner = inner.strip_prefix('{').map_or(Some(inner), |inner| inner.strip_suffix('}'))?;
    let (name, default) = inner.split_once(":-").unwrap_or((inner, ""));
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_set_here = text.contains(&format!("{name}=")) || !container.env_from().is_empty();
    if !is_name || is_set_here || default.contains('$') {
        return None;
    }
    match container.env(name).map(|variable| variable.value) {
        None | Some(EnvValue::Missing) => Some(default.to_owned()),
        Some(EnvValue::Written(node)) => {
            let written = node.text().filter(|text| !text.contains('$'))?;
            Some(if written.is_empty() { default } else { written }.to_owned())
        }
        Some(EnvValue::From(_)) => None,
    }
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
    let name = which.of(store.interval.as_ref(), store.retain.as_ref())?;
    let parts = place.site.container()?.command_parts();
    let (node, value) = parts.into_iter().rev().find_map(|node| {
        let mut words = node.text()?.split_whitespace().rev();
        let value = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
        Some((node, value.trim_matches(['"', '\''])))
    })?;
    let origin = Origin::Flag { name: name.to_owned() };
    Some(Setting { text: Some(value.to_owned()), node: Some(node), ..Setting::decided(Reading::of(value), origin) })
}
