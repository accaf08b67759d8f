//! Settings in options of the command.

use super::{Origin, Place, Setting, Which};
use crate::rules::FlagStore;
use crate::shell::{Command, Text, commands};
use crate::zookeeper::Reading;

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
