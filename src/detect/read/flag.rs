//! Settings in options of the command.

use super::{Origin, ServerContext, Setting};
use crate::rules::FlagStore;
use crate::shell::{Command, Text, commands};
use crate::zookeeper::{PurgeSetting, Reading};

/// The setting in an option of the command.
pub(super) fn flag<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &FlagStore,
) -> Option<Setting<'d>> {
    let parts = server.site.container()?.command_parts();
    if let Some(node) = parts.iter().find(|part| part.text().is_some_and(edits_purging)) {
        let reason = format!("the command changes {} in the file before it starts the server", which.key());
        return Some(Setting::unknown(Origin::Script { node: *node, holder: None }, reason));
    }
    let name = which.pick(store.interval.as_ref(), store.retain.as_ref())?;
    let (node, value) = parts.into_iter().rev().find_map(|node| Some((node, option(node.text()?, name)?)))?;
    let origin = Origin::Flag { name: name.to_owned() };
    if value.starts_with('$') {
        return Some(Setting::unknown(origin, format!("the shell computes {name}")));
    }
    let reading = Reading::of(&value);
    Some(Setting { text: Some(value), node: Some(node), ..Setting::decided(reading, origin) })
}

/// The value of an option in a part of a command: the last one among the words of a shell text, or that of the part
/// itself.
fn option(part: &str, name: &str) -> Option<String> {
    let value = |word: &str| word.strip_prefix(name)?.strip_prefix('=').map(str::to_owned);
    if !part.contains([' ', '\n']) {
        return value(part);
    }
    let commands = commands(&Text::of_source(part));
    commands.iter().rev().flat_map(|command| command.words.iter().rev()).find_map(|word| value(word.text.as_str()))
}

/// Whether a shell text runs an editor, such as `sed`, on something related to purging.
fn edits_purging(text: &str) -> bool {
    let is_editor = |command: &Command| matches!(command.program(), "sed" | "perl" | "awk" | "gawk");
    let is_asked = text.contains([' ', '\n']) && text.to_lowercase().contains("purge");
    is_asked
        && commands(&Text::of_source(text))
            .iter()
            .any(|one| is_editor(one) && one.line().to_lowercase().contains("purge"))
}
