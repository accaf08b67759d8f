//! Settings in a shell text that writes its own properties file.

use std::collections::BTreeMap;
use std::ops::Range;

use super::file::in_text;
use super::{Access, Origin, Place, Setting, Which, bare_default};
use crate::detect::Site;
use crate::detect::recognise::holds_phrase;
use crate::kubernetes::{Container, EnvValue, Mounted, mounted_file};
use crate::rules::{FlagStore, ScriptStore, Store};
use crate::shell::{Command, Files, Link, Piece, Source, Text, commands};
use crate::yaml::Node;
use crate::zookeeper::{Reading, effective, properties};

/// The file that `ZooKeeper` brings along to be copied, in which the purge settings are comments.
const SAMPLE: &str = "zoo_sample.cfg";

/// How many commands of a text are tried that seem to start the server.
const MAX_STARTS: usize = 20;

/// A shell text of a command that writes a properties file and then starts the server with it.
#[derive(Clone)]
pub struct Script<'d> {
    /// The text.
    pub node: Node<'d>,
    /// Kind, name and key of the object that holds it, where it is mounted.
    holder: Option<String>,
    /// The file, as the text calls it.
    pub file: String,
    /// Where in the text a command can be added that runs right before the server starts, or why none can safely.
    pub start: Result<usize, &'static str>,
    /// What the file holds then, first part first.
    pieces: Vec<Piece>,
    /// What the text sets variables to, where no condition decides.
    variables: BTreeMap<String, Option<String>>,
}

/// What the file of a script says of a key.
enum Said {
    /// The text writes it.
    Written(Written),
    /// A file that is copied may say it; of this piece and those before it is not known yet.
    File { path: String, is_certain: bool, before: usize },
    /// It was there before, or is not there.
    Before,
    /// Nobody can tell, and why.
    Unknown(String),
    /// Nothing.
    Nothing,
}

/// A value that a text writes.
struct Written {
    text: String,
    /// Where it stands in the text.
    place: Option<Range<usize>>,
    /// The shell works it out.
    is_worked_out: bool,
}

/// The shell text of a container's command, or a mounted script that it starts, that writes the file of a flavor's
/// `script` place.
#[must_use]
pub(in crate::detect) fn script<'d>(place: Place<'_, 'd, '_>) -> Option<Script<'d>> {
    place.flavor.settings.iter().find_map(|store| match store {
        Store::Script(store) => of_store(place, store),
        _ => None,
    })
}

fn of_store<'d>(place: Place<'_, 'd, '_>, store: &ScriptStore) -> Option<Script<'d>> {
    let Site::Pod { workload, container } = place.site else { return None };
    let parts = container.command_parts().into_iter();
    parts.clone().find_map(|part| of_part(part, None, store)).or_else(|| {
        let named = parts.flat_map(|part| part.text().unwrap_or_default().split_whitespace());
        let own = place.flavor.start.scripts.iter().map(String::as_str);
        named.filter(|word| word.starts_with('/')).chain(own).find_map(|path| {
            match mounted_file(workload, container, place.objects, path)? {
                Mounted::Text { node, object, key, decoded: None }
                    if super::file::access(object, false) == Access::Open =>
                {
                    of_part(node, Some(&format!("{} {} (key {key})", object.kind(), object.name())), store)
                }
                _ => None,
            }
        })
    })
}

fn of_part<'d>(node: Node<'d>, holder: Option<&String>, store: &ScriptStore) -> Option<Script<'d>> {
    let text = node.text()?;
    if !store.starts.iter().any(|phrase| phrase.split(' ').all(|word| text.contains(word))) {
        return None;
    }
    let commands = commands(&Text::of_source(text));
    let is_start = |command: &Command| store.starts.iter().any(|phrase| starts(command, phrase));
    commands.iter().enumerate().filter(|(_, command)| is_start(command)).take(MAX_STARTS).find_map(
        |(number, command)| {
            let start = match command {
                Command { is_nested: true, .. } => Err("inside of quotes"),
                Command { link: Link::Or, .. } => Err("behind `||`"),
                _ => Ok(command.start),
            };
            let files = Files::before(&commands, number);
            let (pieces, file) = if let Some((pieces, name)) = files.get(&store.file) {
                (pieces.to_vec(), name.of(text)?.to_owned())
            } else {
                let file = store.generated_before(commands.get(..number)?)?;
                (vec![Piece { source: Source::Before, is_certain: true }], file)
            };
            let variables = files.variables().clone();
            Some(Script { node, holder: holder.cloned(), file, start, pieces, variables })
        },
    )
}

/// Whether a command starts what a phrase says, and does not only talk of it.
fn starts(command: &Command, phrase: &str) -> bool {
    let talks = ["echo", "printf", "cat", "grep", "ls", "chmod", "chown", "test", "[", "sed", "ps", "pgrep", "pkill"];
    !talks.contains(&command.program()) && holds_phrase(&command.line(), phrase)
}

impl ScriptStore {
    /// The file that the generator has written where it is among the commands.
    fn generated_before(&self, commands: &[Command]) -> Option<String> {
        let generator = self.generator.as_ref()?;
        let is_called = commands.iter().any(|command| starts(command, generator));
        self.generated.clone().filter(|_| is_called)
    }
}

/// The setting that the text writes; the text decides alone, whether it writes the key or not.
pub(super) fn written<'d>(place: Place<'_, 'd, '_>, which: Which, store: &ScriptStore) -> Option<Setting<'d>> {
    let script = of_store(place, store)?;
    decided(place, which, &script, store.generator.is_some())
}

/// The setting where the command writes to a file that is not meant to be written by it; `None` where it does not.
pub(super) fn changed<'d>(place: Place<'_, 'd, '_>, which: Which, path: &str) -> Option<Setting<'d>> {
    let script = writing(place.site.container()?, path)?;
    decided(place, which, &script, true)
}

/// Whether a command writes to a file.
pub(super) fn writes(container: Container<'_>, path: &str) -> bool {
    writing(container, path).is_some()
}

/// The text of a command that writes to a file, up to its last command: that is what it is all for.
fn writing<'d>(container: Container<'d>, path: &str) -> Option<Script<'d>> {
    let (folder, name) = path.rsplit_once('/').unwrap_or((path, path));
    let may_write = |text: &&str| text.contains([' ', '\n']) && (text.contains(name) || text.contains(folder));
    container.command_parts().into_iter().find_map(|node| {
        let text = node.text().filter(may_write)?;
        let commands = commands(&Text::of_source(text));
        let files = Files::before(&commands, commands.len().checked_sub(1)?);
        let (pieces, name) = files.get(path)?;
        let file = name.of(text)?.to_owned();
        let (pieces, variables) = (pieces.to_vec(), files.variables().clone());
        Some(Script { node, holder: None, file, start: Err("somewhere"), pieces, variables })
    })
}

/// What the file says; `None` where whatever was there before may say it.
fn decided<'d>(place: Place<'_, 'd, '_>, which: Which, script: &Script<'d>, is_generated: bool) -> Option<Setting<'d>> {
    let origin = || script.origin();
    let mut count = script.pieces.len();
    loop {
        match script.said(which.key(), count) {
            Said::Written(written) => return Some(of_text(place, which, script, written)),
            Said::File { path, is_certain, before } => match copied(place, which, &path) {
                Copied::Says(setting) if is_certain => return Some(setting),
                Copied::SaysNothing => count = before,
                Copied::Says(_) => return Some(Setting::unknown(origin(), under_a_condition(which))),
                Copied::Unknown(reason) => return Some(Setting::unknown(origin(), reason)),
            },
            Said::Unknown(reason) => {
                return Some(Setting { node: Some(script.node), ..Setting::unknown(origin(), reason) });
            }
            // A generator has written the rest of the file.
            Said::Before if is_generated => return None,
            Said::Before | Said::Nothing => {
                return Some(Setting { node: Some(script.node), ..Setting::decided(bare_default(which), origin()) });
            }
        }
    }
}

fn of_text<'d>(place: Place<'_, 'd, '_>, which: Which, script: &Script<'d>, written: Written) -> Setting<'d> {
    let origin = script.origin();
    // Kubernetes fills `$(X)` in wherever it stands.
    let known = if written.is_worked_out || written.text.contains("$(") {
        place.site.container().and_then(|container| script.expanded(&written.text, container))
    } else {
        Some(written.text)
    };
    let Some(text) = known else {
        let reason = format!("the start script works {} out when the pod starts", which.key());
        return Setting { node: Some(script.node), ..Setting::unknown(origin, reason) };
    };
    let reading = Reading::of(&text);
    Setting { text: Some(text), node: Some(script.node), ..Setting::decided(reading, origin) }
}

fn under_a_condition(which: Which) -> String {
    format!("the start script writes {} under a condition only", which.key())
}

/// What a copied file says.
enum Copied<'d> {
    Says(Setting<'d>),
    SaysNothing,
    Unknown(String),
}

fn copied<'d>(place: Place<'_, 'd, '_>, which: Which, path: &str) -> Copied<'d> {
    let Some((workload, container)) = place.pod() else { return Copied::SaysNothing };
    match mounted_file(workload, container, place.objects, path) {
        Some(Mounted::Text { node, object, key, decoded }) => {
            let text = decoded.as_deref().or(node.text()).unwrap_or_default();
            if effective(&properties(text), which.key()).is_none() {
                return Copied::SaysNothing;
            }
            let holder = format!("{} {} (key {key})", object.kind(), object.name());
            let access = super::file::access(object, decoded.is_some());
            Copied::Says(in_text(which, text, Origin::Properties { node, holder, access }))
        }
        Some(Mounted::Unreadable(reason)) => Copied::Unknown(reason),
        None if path.rsplit('/').next() == Some(SAMPLE) => Copied::SaysNothing,
        None => Copied::Unknown(format!("the start script takes {path} over, which is not in these manifests")),
    }
}

impl<'d> Script<'d> {
    /// A value that is one variable, `$X`, `${X}` or `${X:-1}`, with what the text or the container's environment sets it
    /// to; `None` where it comes from elsewhere: the image may set one that the container does not.
    fn expanded(&self, value: &str, container: Container<'_>) -> Option<String> {
        let inner = value.strip_prefix('$')?;
        let inner = inner.strip_prefix('{').map_or(Some(inner), |inner| inner.strip_suffix('}'))?;
        let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default)));
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name || default.is_some_and(|default| default.contains('$')) {
            return None;
        }
        let default = |set: &str| if set.is_empty() { default.unwrap_or_default() } else { set }.to_owned();
        match self.variables.get(name) {
            Some(Some(own)) if !own.contains(['$', '`']) => return Some(default(own)),
            Some(_) => return None,
            None => {}
        }
        self.of_environment(name, container, default, value.contains(":-"))
    }

    fn of_environment(
        &self,
        name: &str,
        container: Container<'_>,
        default: impl Fn(&str) -> String,
        has_default: bool,
    ) -> Option<String> {
        if !container.env_from().is_empty() || self.node.text().is_some_and(|text| text.contains(&format!("{name}="))) {
            return None;
        }
        match container.env(name).map(|variable| variable.value) {
            None => has_default.then(|| default("")),
            Some(EnvValue::Missing) => Some(default("")),
            Some(EnvValue::Written(node)) => node.text().filter(|text| !text.contains('$')).map(default),
            Some(EnvValue::From(_)) => None,
        }
    }

    fn origin(&self) -> Origin<'d> {
        Origin::Script { node: self.node, holder: self.holder.clone() }
    }

    /// Where the text's value of a key stands that decides, if the text writes it.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Range<usize>> {
        match self.said(key, self.pieces.len()) {
            Said::Written(written) => written.place,
            Said::File { .. } | Said::Before | Said::Unknown(_) | Said::Nothing => None,
        }
    }

    /// What the first pieces say of a key: the last one that says anything decides.
    fn said(&self, key: &str, count: usize) -> Said {
        let pieces = self.pieces.get(..count).unwrap_or_default();
        let mut at = pieces.len();
        while let Some(piece) = at.checked_sub(1).and_then(|at| pieces.get(at)) {
            at -= 1;
            match &piece.source {
                Source::Text(_) if piece.is_certain => {
                    // Lines may be written in parts.
                    let text = |piece: &Piece| match &piece.source {
                        Source::Text(text) if piece.is_certain => Some(text.clone()),
                        _ => None,
                    };
                    let texts: Vec<Text> = pieces.get(..=at).unwrap_or_default().iter().rev().map_while(text).collect();
                    at = (at + 1).saturating_sub(texts.len());
                    let whole = Text::joined(texts.iter().rev());
                    if let Some(written) = value_in(&whole, key) {
                        return Said::Written(written);
                    }
                }
                Source::Text(text) if value_in(text, key).is_some() => {
                    return Said::Unknown(format!("the start script writes {key} under a condition only"));
                }
                Source::Text(_) => {}
                Source::File(path) => {
                    return Said::File { path: path.clone(), is_certain: piece.is_certain, before: at };
                }
                Source::Program(name) => {
                    return Said::Unknown(format!("{name} writes to {} when the pod starts", self.file));
                }
                Source::Before => return Said::Before,
            }
        }
        Said::Nothing
    }
}

fn value_in(text: &Text, key: &str) -> Option<Written> {
    let found = properties(text.as_str());
    let property = effective(&found, key)?;
    Some(Written {
        text: property.value.trim().to_owned(),
        place: text.place(property.written.clone()),
        is_worked_out: text.is_worked_out(&property.written),
    })
}

/// The setting in an option of the command.
pub(super) fn flag<'d>(place: Place<'_, 'd, '_>, which: Which, store: &FlagStore) -> Option<Setting<'d>> {
    let parts = place.site.container()?.command_parts();
    if let Some(node) = parts.iter().find(|part| part.text().is_some_and(edits_purging)) {
        let reason = format!("the command changes how {} is written before it starts the server", which.key());
        return Some(Setting::unknown(Origin::Script { node: *node, holder: None }, reason));
    }
    let name = which.of(store.interval.as_ref(), store.retain.as_ref())?;
    let (node, value) = parts.into_iter().rev().find_map(|node| {
        let mut words = node.text()?.split_whitespace().rev();
        let value = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
        Some((node, value.trim_matches(['"', '\''])))
    })?;
    let origin = Origin::Flag { name: name.to_owned() };
    if value.starts_with('$') {
        return Some(Setting::unknown(origin, format!("the shell works {name} out")));
    }
    Some(Setting { text: Some(value.to_owned()), node: Some(node), ..Setting::decided(Reading::of(value), origin) })
}

/// Whether a shell text puts something that has to do with purging through an editor.
fn edits_purging(text: &str) -> bool {
    let is_editor = |command: &Command| matches!(command.program(), "sed" | "perl" | "awk" | "gawk");
    let is_asked = text.contains([' ', '\n']) && text.to_lowercase().contains("purge");
    is_asked
        && commands(&Text::of_source(text))
            .iter()
            .any(|one| is_editor(one) && one.line().to_lowercase().contains("purge"))
}
