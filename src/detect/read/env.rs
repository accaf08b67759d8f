//! Settings in environment variables.

use super::super::tag::Support;
use super::{Origin, Place, Setting, Which, default_reading, property, tag_support};
use crate::detect::Site;
use crate::kubernetes::{Container, Datum, EnvValue, Found, datum};
use crate::rules::{Empty, EnvFileStore, EnvStore, EnvTextStore, Store};
use crate::shell::{self, Files};
use crate::yaml::Node;
use crate::zookeeper::{Reading, effective, properties};

/// What a variable is set to.
enum Value<'d> {
    /// By its own entry.
    Entry(Node<'d>, EnvValue<'d>),
    /// By another object: the object and key in words, and the text where it may be shown.
    Object { entry: Option<Node<'d>>, source: String, text: Text<'d> },
    /// By something out of sight.
    Hidden { entry: Option<Node<'d>>, source: String },
}

/// A text of another object.
enum Text<'d> {
    /// Of a `ConfigMap`.
    Shown(Node<'d>),
    /// Of a Secret, or in base64: it is read, and never shown.
    Hidden(String),
    /// Nobody can read it.
    Unreadable,
}

/// The setting in a variable that holds it.
pub(super) fn variable<'d>(place: Place<'_, 'd, '_>, which: Which, store: &EnvStore) -> Option<Setting<'d>> {
    let name = which.of(store.interval.as_ref(), store.retain.as_ref()).filter(|_| store.works)?;
    let support = tag_support(place, &store.since, &store.unclear_since);
    if support != Support::No && is_set_by_command(place, name) {
        let Some(text) = exported_by_command(place, name) else { return Some(by_command(name)) };
        let reading = reading(place, which, store, &text);
        return Some(Setting {
            text: Some(text),
            ..Setting::decided(reading, Origin::Export { name: name.to_owned() })
        });
    }
    let value = lookup(place, name).filter(|_| support != Support::No)?;
    let setting = match value {
        Value::Entry(entry, value) => {
            let origin = Origin::Env { name: name.to_owned(), entry };
            let node = if let EnvValue::Written(node) = value { Some(node) } else { None };
            from_text(place, which, store, (origin, node))
        }
        Value::Object { entry, source, text } => {
            let origin = Origin::EnvFrom { name: name.to_owned(), entry, source };
            match text {
                Text::Shown(node) => from_text(place, which, store, (origin, Some(node))),
                Text::Hidden(text) => Setting::decided(reading(place, which, store, &text), origin),
                Text::Unreadable => Setting::unknown(origin, format!("{name} comes from what cannot be decoded")),
            }
        }
        Value::Hidden { entry, source } => {
            let reason = format!("{name} comes from {source}, which is not in these manifests");
            Setting::unknown(Origin::EnvFrom { name: name.to_owned(), entry, source }, reason)
        }
    };
    if support == Support::Unclear {
        let reason = format!("whether this image reads {name} cannot be told from its tag");
        return Some(Setting { reading: Reading::Unknown, unknown_because: Some(reason), ..setting });
    }
    let unless = read_in(place).map(|file| format!("the command reads {file} in, which may set {name}"));
    Some(Setting { unless, ..setting })
}

/// The file of variables that the command reads in before it starts the server.
fn read_in(place: Place<'_, '_, '_>) -> Option<String> {
    let may_read = |text: &&String| text.split([' ', '\t', '\n', ';', '&']).any(|word| matches!(word, "." | "source"));
    let texts = place.texts.iter().filter(may_read);
    texts.flat_map(|text| shell::commands(&shell::Text::of_source(text))).find_map(|command| {
        let file = command.arguments().next().filter(|_| matches!(command.program(), "." | "source"))?;
        Some(file.text.as_str().to_owned())
    })
}

fn from_text<'d>(
    place: Place<'_, 'd, '_>,
    which: Which,
    store: &EnvStore,
    (origin, node): (Origin<'d>, Option<Node<'d>>),
) -> Setting<'d> {
    if node.is_some_and(|node| node.text().is_none()) {
        let reason = format!("the value of {} is no text", origin.describe());
        return Setting::unknown(origin, reason);
    }
    let text = node.and_then(Node::text).unwrap_or_default();
    let text = filled_in(place, &origin, text).unwrap_or_else(|| text.to_owned());
    let unfinished = match &text {
        text if text.contains("$(") => Some("refers to other variables"),
        text if text.contains("${") || text.contains("{{") => {
            Some("holds a placeholder, which something fills in later")
        }
        _ => None,
    };
    if let Some(what) = unfinished {
        let reason = format!("{} {what}", origin.describe());
        return Setting { node, ..Setting::unknown(origin, reason) };
    }
    let reading = reading(place, which, store, &text);
    Setting { text: Some(text), node, ..Setting::decided(reading, origin) }
}

/// A value that refers to one variable, `$(X)`, with what an entry before its own sets that to, as Kubernetes fills it in;
/// `None` where it is no such value, or what it refers to is not written there.
fn filled_in(place: Place<'_, '_, '_>, origin: &Origin<'_>, text: &str) -> Option<String> {
    let Origin::Env { entry, .. } = origin else { return None };
    let wanted = text.strip_prefix("$(")?.strip_suffix(')')?;
    let before = place.site.container()?.env_names().take_while(|(_, node)| node != entry);
    let (_, variable) = before.filter(|(name, _)| *name == wanted).last()?;
    if variable.get("valueFrom").is_some() {
        return None;
    }
    variable.get("value").and_then(Node::text).filter(|value| !value.contains('$')).map(str::to_owned)
}

fn reading(place: Place<'_, '_, '_>, which: Which, store: &EnvStore, text: &str) -> Reading {
    match (text.is_empty(), store.empty) {
        (true, Empty::Default) => default_reading(place, which),
        _ => Reading::of(text),
    }
}

/// The setting in a file that a variable names.
pub(super) fn file<'d>(place: Place<'_, 'd, '_>, which: Which, store: &EnvFileStore) -> Option<Setting<'d>> {
    let name = which.of(Some(&store.interval), store.retain.as_ref())?;
    let is_set = match lookup(place, name)? {
        Value::Entry(_, EnvValue::Written(node)) => node.text().is_some_and(|path| !path.is_empty()),
        Value::Entry(_, EnvValue::Missing) => false,
        Value::Entry(_, EnvValue::From(_)) | Value::Object { .. } | Value::Hidden { .. } => true,
    };
    if !is_set || tag_support(place, &store.since, &[]) == Support::No {
        return None;
    }
    let reason = format!("{name} names a file inside the container, and its content decides");
    Some(Setting::unknown(Origin::EnvFile { name: name.to_owned() }, reason))
}

/// The setting among properties in a variable, separated by blanks.
pub(super) fn text<'d>(place: Place<'_, 'd, '_>, which: Which, store: &EnvTextStore) -> Option<Setting<'d>> {
    if tag_support(place, &store.since, &[]) == Support::No {
        return None;
    }
    let name = &store.variable;
    if is_set_by_command(place, name) {
        return Some(by_command(name));
    }
    let (node, text) = match lookup(place, name)? {
        Value::Entry(_, EnvValue::Written(node)) | Value::Object { text: Text::Shown(node), .. } => {
            (Some(node), node.text()?.to_owned())
        }
        Value::Object { text: Text::Hidden(text), .. } => (None, text),
        Value::Entry(_, EnvValue::Missing) => return None,
        Value::Entry(entry, EnvValue::From(_)) => return Some(out_of_sight(name, Some(entry), "elsewhere")),
        Value::Object { entry, source, .. } | Value::Hidden { entry, source } => {
            return Some(out_of_sight(name, entry, &source));
        }
    };
    let lines = text.split_whitespace().collect::<Vec<_>>().join("\n");
    let found = properties(&lines);
    effective(&found, which.key())?;
    match node {
        Some(node) => {
            let origin = Origin::EnvText { name: name.clone(), node };
            Some(Setting { node: Some(node), ..property(which, &found, origin) })
        }
        None => Some(Setting { text: None, ..property(which, &found, Origin::EnvFile { name: name.clone() }) }),
    }
}

/// A variable whose text may hold the setting, and is not here.
fn out_of_sight<'d>(name: &str, entry: Option<Node<'d>>, source: &str) -> Setting<'d> {
    let reason = format!("{name} comes from {source}, which is not in these manifests");
    Setting::unknown(Origin::EnvFrom { name: name.to_owned(), entry, source: source.to_owned() }, reason)
}

/// Why a place that is not written here may still be: `envFrom` takes variables from an object that is not here.
pub(super) fn unseen(place: Place<'_, '_, '_>, which: Which, store: &Store) -> Option<String> {
    let Site::Pod { workload, container } = place.site else { return None };
    let is_read = |since: &[String], unclear: &[String]| tag_support(place, since, unclear) != Support::No;
    let name = match store {
        Store::Env(env) if env.works && is_read(&env.since, &env.unclear_since) => {
            which.of(env.interval.as_ref(), env.retain.as_ref())
        }
        Store::EnvFile(file) if is_read(&file.since, &[]) => which.of(Some(&file.interval), file.retain.as_ref()),
        Store::EnvText(text) if is_read(&text.since, &[]) => Some(text.variable.as_str()),
        _ => None,
    }?;
    if container.env(name).is_some() {
        return None;
    }
    container.env_from().into_iter().find_map(|from| {
        let prefix = from.get("prefix").and_then(Node::as_str).unwrap_or_default();
        let (kind, object) = referenced(from).filter(|_| name.starts_with(prefix))?;
        let is_here = matches!(place.objects.find(kind, object, workload.resource), Found::One(_));
        let reason = || {
            format!("envFrom takes variables from {kind} {object}, which is not in these manifests and may set {name}")
        };
        (!is_here).then(reason)
    })
}

/// Whether the shell text of a command, or a mounted script that it names, sets or unsets a variable before it starts the
/// server.
fn is_set_by_command(place: Place<'_, '_, '_>, name: &str) -> bool {
    let sets = |text: &String| shell::commands(&shell::Text::of_source(text)).iter().any(|command| command.sets(name));
    place.texts.iter().any(|text| text.contains(name) && sets(text))
}

fn by_command<'d>(name: &str) -> Setting<'d> {
    Setting::unknown(Origin::Command, format!("the command itself sets {name}"))
}

/// What the command exports a variable as, where that is written out; the scripts in sight have to agree. A script alone is
/// heard where it is all of the command: otherwise it may run beside the server.
fn exported_by_command(place: Place<'_, '_, '_>, name: &str) -> Option<String> {
    let container = place.site.container()?;
    let parts = container.command_parts();
    let has_text = parts.iter().filter_map(|part| part.text()).any(|text| text.contains([' ', '\n']));
    let mut exported = None;
    for text in place.texts.iter().filter(|text| text.contains(name)) {
        let commands = shell::commands(&shell::Text::of_source(text));
        if !commands.iter().any(|command| command.sets(name)) {
            continue;
        }
        let is_own = parts.iter().any(|part| part.text() == Some(text));
        let files = Files::after(&commands, &|_| None);
        let value = files.variables().get(name).flatten().filter(|value| !value.contains(['$', '`']))?.to_owned();
        let is_exported = container.env(name).is_some() || commands.iter().any(|command| command.exports(name));
        let is_same = exported.as_ref().is_none_or(|other| *other == value);
        if !is_exported || !is_same || !is_own && !has_text && parts.len() > 2 {
            return None;
        }
        exported = Some(value);
    }
    exported
}

/// What sets a variable: the last entry of its name, else the last `envFrom` that holds it.
fn lookup<'d>(place: Place<'_, 'd, '_>, name: &str) -> Option<Value<'d>> {
    let container = place.site.container()?;
    match container.env(name).map(|variable| (variable.node, variable.value)) {
        Some((entry, EnvValue::From(from))) => Some(referred(place, entry, from)),
        Some((entry, value)) => Some(Value::Entry(entry, value)),
        None => taken_over(place, container, name),
    }
}

/// A reference to a key of another object. One that may be missing sets nothing when it is.
fn referred<'d>(place: Place<'_, 'd, '_>, entry: Node<'d>, from: Node<'d>) -> Value<'d> {
    let references = [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];
    let found = references.into_iter().find_map(|(field, kind)| Some((kind, from.get(field)?)));
    let entry = Some(entry);
    let Some((kind, reference)) = found else {
        return Value::Hidden { entry, source: "the pod itself".to_owned() };
    };
    let text = |field: &str| reference.get(field).and_then(Node::as_str).unwrap_or_default();
    let source = format!("{kind} {}, key {}", text("name"), text("key"));
    match place.objects.referred(from, place.site.resource()) {
        Some((_, datum)) => Value::Object { entry, source, text: Text::of(kind, datum) },
        None => Value::Hidden { entry, source },
    }
}

impl<'d> Text<'d> {
    fn of(kind: &str, datum: Datum<'d>) -> Self {
        match datum {
            Datum::Text(node) if kind == "ConfigMap" => Self::Shown(node),
            Datum::Text(node) => node.text().map_or(Self::Unreadable, |text| Self::Hidden(text.to_owned())),
            Datum::Encoded(_, text) => Self::Hidden(text),
            Datum::Unreadable => Self::Unreadable,
        }
    }
}

fn taken_over<'d>(place: Place<'_, 'd, '_>, container: Container<'d>, name: &str) -> Option<Value<'d>> {
    container.env_from().into_iter().rev().find_map(|from| {
        let prefix = from.get("prefix").and_then(Node::as_str).unwrap_or_default();
        let key = name.strip_prefix(prefix)?;
        let (kind, object_name) = referenced(from)?;
        let Found::One(object) = place.objects.find(kind, object_name, place.site.resource()) else { return None };
        let source = format!("{kind} {object_name}, key {key}");
        Some(Value::Object { entry: None, source, text: Text::of(kind, datum(object, key)?) })
    })
}

/// Kind and name of the object that an `envFrom` item refers to.
fn referenced(from: Node<'_>) -> Option<(&'static str, &str)> {
    let kinds = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];
    kinds.into_iter().find_map(|(field, kind)| Some((kind, from.get(field)?.get("name")?.as_str()?)))
}
