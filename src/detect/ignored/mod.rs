//! Purge settings that are written where nothing reads them.

mod field;
mod text;

use std::collections::BTreeMap;

use super::Site;
use super::read::{ObjectText, Origin, ServerContext, Setting, VariableValue, by_entry};
use super::version::older;
use crate::kubernetes::{Container, PodContainer, datum};
use crate::rules::Store;
use crate::shell::loose_words;
use crate::yaml::{Node, Span};
use crate::zookeeper::{INTERVAL_KEY, PurgeSetting, parse_int};

/// A purge setting that the server does not read.
#[derive(Clone)]
pub struct Ignored<'d> {
    /// Which of the two settings was meant.
    pub which: PurgeSetting,
    /// Its name, as written.
    pub name: String,
    /// The place, as worded in reports.
    pub store: String,
    /// Its value, if one is written and may be shown.
    pub text: Option<String>,
    /// Whether it says that old snapshots are purged, even if its value may not be shown.
    pub promises_purging: bool,
    /// The node that contains it.
    pub node: Node<'d>,
    /// Its name, or the value if it is a field, and nothing around it.
    pub span: Span,
}

impl<'d> Ignored<'d> {
    /// The setting that a name and a value were meant to set, at a node, with the span of the name or another one that
    /// may be shown.
    fn new(name: &str, store: String, text: Option<String>, (node, span): (Node<'d>, Span)) -> Self {
        let which = meant_by(name);
        let hours = text.as_deref().and_then(parse_int);
        let promises_purging = which == PurgeSetting::Interval && hours.is_some_and(|hours| hours > 0);
        Self { which, name: name.to_owned(), store, text, promises_purging, node, span }
    }

    /// The same, with a value that is never shown.
    fn hidden(self) -> Self {
        Self { text: None, ..self }
    }
}

/// Everything at a site that looks like a purge setting but has no effect.
pub(super) fn settings<'d>(server: ServerContext<'_, 'd, '_>, read: [&Setting<'d>; 2]) -> Vec<Ignored<'d>> {
    let mut found = match server.site {
        Site::Pod(PodContainer { container, .. }) => {
            let mut found = variables(server, container, &read);
            found.extend(from_env_from(server, container, &read));
            found.extend(flags(server, container, &read));
            found.extend(scripts(container));
            found
        }
        Site::Custom { .. } => {
            let mut found = field::fields(server.site, server.flavor, older(server).is_some());
            found.extend(field_text(server));
            found
        }
    };
    if let Some(pod) = server.pod() {
        found.extend(text::files(server, pod, &read));
    }
    found
}

/// Misspelt keys in the properties that a field of the resource holds.
fn field_text<'d>(server: ServerContext<'_, 'd, '_>) -> Vec<Ignored<'d>> {
    let pointers = server.flavor.settings.iter().filter_map(|store| match store {
        Store::FieldText(store) => server.site.pointer(&store.field),
        _ => None,
    });
    let mut found = Vec::new();
    for pointer in pointers {
        let Some(node) = server.site.node().at(&pointer) else { continue };
        let texts = if node.text().is_some() { vec![node] } else { node.items().collect() };
        found.extend(texts.into_iter().flat_map(|text| text::misspelt(text, &format!("field {pointer}"))));
    }
    found
}

/// Misspelt keys in the texts of the command.
fn scripts(container: Container<'_>) -> Vec<Ignored<'_>> {
    container.command_parts().into_iter().flat_map(|part| text::misspelt(part, "the command")).collect()
}

/// Whether a variable decides a setting, or is expanded in a text that the container starts with.
fn decides(server: ServerContext<'_, '_, '_>, name: &str, read: &[&Setting<'_>]) -> bool {
    read.iter().any(|setting| setting.origin.is_variable(name)) || server.texts.iter().any(|text| expands(text, name))
}

/// Whether a shell text contains `$NAME` or `${NAME}`.
fn expands(text: &str, name: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    text.match_indices(name).any(|(at, _)| {
        let (before, behind) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
        (before.ends_with('$') || before.ends_with("${")) && !goes_on(behind)
    })
}

/// Variables whose name, or whose value, is a purge setting.
fn variables<'d>(
    server: ServerContext<'_, 'd, '_>,
    container: Container<'d>,
    read: &[&Setting<'d>],
) -> Vec<Ignored<'d>> {
    // Kubernetes uses the last entry of a name that sets anything.
    let entries = container.env_names();
    let set: BTreeMap<&str, (Node<'d>, VariableValue<'d>)> =
        entries.filter_map(|(name, entry)| Some((name, (entry, by_entry(server, entry)?)))).collect();
    let mut found = Vec::new();
    for (name, (node, value)) in set {
        let text = value.text();
        if !is_purge_name(name) && !text.is_some_and(text::may_hold_name) {
            continue;
        }
        let store = match &value {
            VariableValue::Object { object, .. } => format!("env {name} from {} {}", object.kind(), object.name()),
            VariableValue::Entry { .. } | VariableValue::Hidden { .. } => format!("env {name}"),
        };
        let span = node.get("name").unwrap_or(node).span();
        let misspelt = value.shown().into_iter().flat_map(|value| text::misspelt(value, &store));
        // If the value holds more than the setting, the span is that of the entry's name.
        let mut misspelt: Vec<Ignored<'d>> = misspelt.map(|ignored| Ignored { node, span, ..ignored }).collect();
        let is_meant = is_purge_name(name) || text.is_some_and(|text| text.contains("autopurge."));
        if is_meant && misspelt.is_empty() && !decides(server, name, read) {
            let text = number(text).or_else(|| text.and_then(claimed));
            let ignored = Ignored::new(name, store, text, (node, span));
            found.push(if value.shown().is_some() { ignored } else { ignored.hidden() });
        }
        found.append(&mut misspelt);
    }
    found
}

/// The interval that a text sets, as a property or after `-D`, although `ZooKeeper` does not read the latter either.
fn claimed(text: &str) -> Option<String> {
    let (_, behind) = text.rsplit_once(INTERVAL_KEY)?;
    let value = behind.trim_start().strip_prefix(['=', ':'])?;
    number(value.split_whitespace().next().map(|word| word.trim_matches(['"', '\''])))
}

/// The text, if it is a number. The name may only sound like a setting, and a value that is not a number may be a
/// password.
fn number(text: Option<&str>) -> Option<String> {
    text.filter(|text| parse_int(text).is_some()).map(str::to_owned)
}

/// Variables from objects that `envFrom` names.
fn from_env_from<'d>(
    server: ServerContext<'_, 'd, '_>,
    container: Container<'d>,
    read: &[&Setting<'d>],
) -> Vec<Ignored<'d>> {
    let mut found = Vec::new();
    for from in container.env_from() {
        let Some(object) = server.objects.referred(from.object, server.site.resource()) else { continue };
        let fields = ["data", "stringData"].into_iter().filter_map(|field| object.node().get(field));
        for (key, node) in fields.flat_map(Node::entries) {
            let Some(held) = key.text() else { continue };
            let name = format!("{}{held}", from.prefix);
            if !is_purge_name(&name) || decides(server, &name, read) {
                continue;
            }
            let text = datum(object, held).map(|datum| ObjectText::of(object, datum));
            let store = format!("env {name} from {} {}", object.kind(), object.name());
            let hours = number(text.as_ref().and_then(ObjectText::text));
            let ignored = Ignored::new(&name, store, hours, (node, key.span()));
            let is_shown = text.is_some_and(|text| text.shown().is_some());
            found.push(if is_shown { ignored } else { ignored.hidden() });
        }
    }
    found
}

/// Options of the command: `--purge_interval=12`. A script that it starts may read them.
fn flags<'d>(server: ServerContext<'_, 'd, '_>, container: Container<'d>, read: &[&Setting<'d>]) -> Vec<Ignored<'d>> {
    let is_script = |part: &Node<'d>| {
        read.iter().any(|setting| matches!(setting.origin, Origin::Script { node, .. } if node == *part))
    };
    let decides =
        |name: &str| read.iter().any(|setting| matches!(&setting.origin, Origin::Flag { name: own } if own == name));
    let is_parsed = |name: &str| server.texts.iter().any(|text| parses(text, name));
    let is_unread = |name: &str| name.starts_with("--") && is_purge_name(name) && !decides(name) && !is_parsed(name);
    let mut found = Vec::new();
    for part in container.command_parts().into_iter().filter(|part| !is_script(part)) {
        let words = loose_words(part.text().unwrap_or_default()).filter_map(|word| word.split_once('='));
        for (name, value) in words.filter(|(name, _)| is_unread(name)) {
            let text = number(Some(value.trim_matches(['"', '\''])));
            let (store, span) = (format!("flag {name}"), place_in(part, name));
            found.push(Ignored::new(name, store, text, (part, span)));
        }
    }
    found
}

/// Whether a shell text takes an option: it has a pattern of `case` for it, `name=*)`, with the dashes or behind them.
fn parses(text: &str, option: &str) -> bool {
    let name = option.trim_start_matches('-');
    let is_pattern = |(at, _): (usize, &str)| {
        let behind = text.get(at + name.len()..).unwrap_or_default().trim_start_matches(['"', '\'', '=', '*', ' ']);
        let before = text.get(..at).unwrap_or_default().trim_end_matches(['"', '\'', '-']);
        behind.starts_with([')', '|']) && before.ends_with([' ', '\t', '\n', '|', '('])
    };
    text.match_indices(name).any(is_pattern)
}

/// The place of a word in the source of a text, which may contain anything else.
fn place_in(node: Node<'_>, word: &str) -> Span {
    let Span { start, end } = node.target().span();
    match node.target().source().find(word) {
        Some(at) => Span::new(start + at, start + at + word.len()),
        None => Span::new(start, start.saturating_add(1).min(end)),
    }
}

/// Which setting a name that looks like a purge setting was meant for.
fn meant_by(name: &str) -> PurgeSetting {
    if name.to_ascii_uppercase().contains("RETAIN") { PurgeSetting::Retain } else { PurgeSetting::Interval }
}

/// Whether a name was meant as a purge setting, regardless of flavor and spelling.
fn is_purge_name(name: &str) -> bool {
    // Checked for every variable; hardly any has both of these letters, which all the words share.
    let has = |letter: u8| name.bytes().any(|byte| byte.eq_ignore_ascii_case(&letter));
    if !has(b'p') || !has(b'u') {
        return false;
    }
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    ["AUTOPURGE", "PURGEINTERVAL", "SNAPRETAINCOUNT"].iter().any(|word| letters.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{claimed, is_purge_name, parses};

    #[test]
    fn a_script_takes_what_it_has_a_pattern_for() {
        let table = [
            ("case $x in\n  purge_interval=*) I=${OPTARG##*=};;\nesac", true),
            ("case $1 in\n  --purge_interval=*|-p) I=1;;\nesac", true),
            ("case $1 in \"--purge_interval\") I=$2;; esac", true),
            ("start.sh --purge_interval=12 --log", false),
            ("# --purge_interval  hours between two purges", false),
            ("case $1 in other_purge_interval=*) I=1;; esac", false),
        ];
        for (text, expected) in table {
            assert_eq!(parses(text, "--purge_interval"), expected, "{text}");
        }
    }

    #[test]
    fn purge_names_are_recognised_in_every_spelling() {
        for name in
            ["ZOO_AUTOPURGE_INTERVAL", "ZK_PURGE_INTERVAL", "ZOO_CFG_autopurge_purgeInterval", "ZK_SNAP_RETAIN_COUNT"]
        {
            assert!(is_purge_name(name), "{name}");
        }
        assert!(!is_purge_name("ZOO_SERVERS"));
    }

    #[test]
    fn what_a_text_asks_for_is_read_wherever_it_stands() {
        let table = [
            ("-Xmx1g -Dzookeeper.autopurge.purgeInterval=1 -Da=b", Some("1")),
            ("autopurge.purgeInterval = 24", Some("24")),
            ("autopurge.purgeInterval=soon", None),
            ("-Xmx1g", None),
        ];
        for (text, expected) in table {
            assert_eq!(claimed(text).as_deref(), expected, "{text}");
        }
    }
}
