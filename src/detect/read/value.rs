//! What a variable of a container is set to, as Kubernetes resolves it.

use std::collections::BTreeMap;

use super::ServerContext;
use crate::kubernetes::{Datum, EnvValue, EnvVar, ObjectRef, Resource, datum};
use crate::rules::Store;
use crate::shell::{Expansion, Variables};
use crate::yaml::Node;

/// What a variable is set to.
pub(in crate::detect) enum VariableValue<'d> {
    /// By its own entry; if that has no value, to an empty text.
    Entry { entry: Node<'d>, value: Option<Node<'d>> },
    /// By a key of another object.
    Object { entry: Option<Node<'d>>, object: Resource<'d>, key: String, text: ObjectText<'d> },
    /// By something whose value is unknown, and why.
    Hidden { entry: Option<Node<'d>>, source: String, because: &'static str },
}

/// A text of another object.
pub(in crate::detect) enum ObjectText<'d> {
    /// Of a `ConfigMap`.
    Shown(Node<'d>),
    /// From a Secret, or in base64: it is read, but never shown.
    Hidden(String),
    /// It cannot be read.
    Unreadable,
}

/// The reason for a value that is not visible.
const NOT_HERE: &str = "which is not in these manifests";

/// A longer value is not a setting; references to references can make it arbitrarily long.
const LONGEST: usize = 4096;

/// What sets a variable: the last entry of that name that sets anything, else the last `envFrom` that contains it.
pub(super) fn lookup<'d>(server: ServerContext<'_, 'd, '_>, name: &str) -> Option<VariableValue<'d>> {
    let container = server.site.container()?;
    let set = container.env_entries(name).find_map(|entry| by_entry(server, entry));
    set.or_else(|| from_env_from(server, name))
}

/// What an entry sets its variable to; `None` if it sets nothing, because what it refers to is missing and optional.
pub(in crate::detect) fn by_entry<'d>(server: ServerContext<'_, 'd, '_>, entry: Node<'d>) -> Option<VariableValue<'d>> {
    match EnvVar::of(entry).value {
        EnvValue::From(Some(reference)) => by_reference(server, entry, reference),
        EnvValue::From(None) => {
            Some(VariableValue::Hidden { entry: Some(entry), source: "the pod itself".to_owned(), because: NOT_HERE })
        }
        EnvValue::Written(value) => Some(VariableValue::Entry { entry, value: Some(value) }),
        EnvValue::Missing => Some(VariableValue::Entry { entry, value: None }),
    }
}

/// A reference to a key of another object. An optional one sets nothing if the key is missing.
fn by_reference<'d>(
    server: ServerContext<'_, 'd, '_>,
    entry: Node<'d>,
    reference: ObjectRef<'d>,
) -> Option<VariableValue<'d>> {
    let object = server.objects.referred(reference, server.site.resource());
    let key = reference.key.unwrap_or_default();
    if let Some((object, datum)) = object.and_then(|object| Some((object, datum(object, key)?))) {
        let text = ObjectText::of(object, datum);
        return Some(VariableValue::Object { entry: Some(entry), object, key: key.to_owned(), text });
    }
    if object.is_some() && reference.is_optional {
        return None;
    }
    let because =
        if object.is_some() { "which the object does not have: no container starts without it" } else { NOT_HERE };
    let source = key_of(reference.kind, reference.name, key);
    Some(VariableValue::Hidden { entry: Some(entry), source, because })
}

/// A key of an object, in words.
pub(super) fn key_of(kind: &str, name: &str, key: &str) -> String {
    format!("{kind} {name}, key {key}")
}

fn from_env_from<'d>(server: ServerContext<'_, 'd, '_>, name: &str) -> Option<VariableValue<'d>> {
    server.site.container()?.env_from().into_iter().rev().find_map(|from| {
        let key = name.strip_prefix(from.prefix)?;
        let object = server.objects.referred(from.object, server.site.resource())?;
        let text = ObjectText::of(object, datum(object, key)?);
        Some(VariableValue::Object { entry: None, object, key: key.to_owned(), text })
    })
}

/// The value of an entry with its references, `$(X)`, filled in from earlier entries and `envFrom`; `None` if they
/// cannot be resolved or must not be shown. Kubernetes would leave a reference to an unset variable as it is, and other
/// tools may fill it in.
pub(super) fn filled_in(server: ServerContext<'_, '_, '_>, entry: Node<'_>, text: &str) -> Option<String> {
    if !text.contains('$') {
        return Some(text.to_owned());
    }
    let container = server.site.container()?;
    let mut set = BTreeMap::new();
    for (name, before) in container.env_names().take_while(|(_, other)| *other != entry) {
        match by_entry(server, before) {
            None => {}
            Some(VariableValue::Entry { value: Some(value), .. }) => {
                let text = value.text().and_then(|text| expanded(server, &set, text));
                set.insert(name, text);
            }
            Some(value) => {
                set.insert(name, value.shown_text());
            }
        }
    }
    expanded(server, &set, text)
}

fn expanded(server: ServerContext<'_, '_, '_>, set: &BTreeMap<&str, Option<String>>, text: &str) -> Option<String> {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((plain, behind)) = rest.split_once('$') {
        filled.push_str(plain);
        rest = if let Some(behind) = behind.strip_prefix('$') {
            filled.push('$');
            behind
        } else if let Some((name, behind)) = behind.strip_prefix('(').and_then(|reference| reference.split_once(')')) {
            match set.get(name) {
                Some(value) => filled.push_str(value.as_deref()?),
                None => filled.push_str(&from_env_from(server, name)?.shown_text()?),
            }
            behind
        } else {
            filled.push('$');
            behind
        };
    }
    filled.push_str(rest);
    (filled.len() <= LONGEST).then_some(filled)
}

impl<'d> VariableValue<'d> {
    /// Whether the variable is set by its own entry, so that no `envFrom` sets it.
    pub(super) const fn has_entry(&self) -> bool {
        matches!(self, Self::Entry { .. } | Self::Object { entry: Some(_), .. } | Self::Hidden { entry: Some(_), .. })
    }

    /// Its text, if it can be read.
    pub(in crate::detect) fn text(&self) -> Option<&str> {
        match self {
            Self::Entry { value, .. } => (*value)?.text(),
            Self::Object { text, .. } => text.text(),
            Self::Hidden { .. } => None,
        }
    }

    /// The node of its text, if that may be shown.
    pub(in crate::detect) const fn shown(&self) -> Option<Node<'d>> {
        match self {
            Self::Entry { value, .. } => *value,
            Self::Object { text, .. } => text.shown(),
            Self::Hidden { .. } => None,
        }
    }

    fn shown_text(&self) -> Option<String> {
        match self {
            Self::Entry { value: None, .. } => Some(String::new()),
            Self::Entry { .. } | Self::Object { .. } | Self::Hidden { .. } => self.shown()?.text().map(str::to_owned),
        }
    }
}

impl<'d> ObjectText<'d> {
    pub(in crate::detect) fn of(object: Resource<'d>, datum: Datum<'d>) -> Self {
        match datum {
            Datum::Text(node) if object.kind() == "ConfigMap" => Self::Shown(node),
            Datum::Text(node) => node.text().map_or(Self::Unreadable, |text| Self::Hidden(text.to_owned())),
            Datum::Encoded(_, text) => Self::Hidden(text),
            Datum::Unreadable => Self::Unreadable,
        }
    }

    /// The text, if it can be read.
    pub(in crate::detect) fn text(&self) -> Option<&str> {
        match self {
            Self::Shown(node) => node.text(),
            Self::Hidden(text) => Some(text),
            Self::Unreadable => None,
        }
    }

    /// Its node, if it may be shown.
    pub(in crate::detect) const fn shown(&self) -> Option<Node<'d>> {
        if let Self::Shown(node) = self { Some(*node) } else { None }
    }
}

/// A value that is a single variable, `$X`, `${X}` or `${X:-1}`, replaced by what a shell text or the container's
/// environment sets it to. `None` if the value may come from elsewhere: the image may set a variable that the
/// container does not.
pub(super) fn expanded_by_shell(
    value: &str,
    variables: &Variables,
    server: ServerContext<'_, '_, '_>,
) -> Option<String> {
    let variable = Expansion::leading(value).filter(|variable| variable.rest.is_empty())?;
    expansion(variable, variables, server)
}

fn expansion(variable: Expansion<'_>, variables: &Variables, server: ServerContext<'_, '_, '_>) -> Option<String> {
    let is_name = variable.name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let default = variable.if_not_set();
    if !is_name || !variable.has_default_at_most() || default.is_some_and(|default| default.contains(['$', '`'])) {
        return None;
    }
    let or_default = |set: &str| if set.is_empty() { variable.if_empty() } else { set }.to_owned();
    match variables.get(variable.name) {
        Some(Some(own)) => return (!own.contains(['$', '`'])).then(|| or_default(own)),
        Some(None) => return None,
        None => {}
    }
    let container = server.site.container().filter(|container| container.env_from().is_empty())?;
    match container.env(variable.name).map(|variable| variable.value) {
        None => default.filter(|_| !is_of_image(server, variable.name)).map(str::to_owned),
        Some(EnvValue::Missing) => Some(or_default("")),
        Some(EnvValue::Written(node)) => node.text().filter(|text| !text.contains('$')).map(or_default),
        Some(EnvValue::From(_)) => None,
    }
}

/// The value that a shell text gives a variable, with other variables filled in, and with what the container's
/// environment sets the variable itself to: `X="$X more"`. `None` if any of it is not known.
pub(super) fn filled_by_shell(
    (name, value): (&str, &str),
    variables: &Variables,
    server: ServerContext<'_, '_, '_>,
) -> Option<String> {
    let (mut text, mut rest) = (String::new(), value);
    while let Some((plain, behind)) = rest.find(['$', '`']).and_then(|at| rest.split_at_checked(at)) {
        let variable = Expansion::leading(behind)?;
        let filled = match variables.get(variable.name) {
            Some(_) if variable.name == name && variable.is_plain() => inherited(server, name)?,
            // When such a variable is set, before or after, is not known.
            Some(_) => return None,
            None => expansion(variable, variables, server)?,
        };
        text.extend([plain, &filled]);
        rest = variable.rest;
    }
    text.push_str(rest);
    (text.len() <= LONGEST).then_some(text)
}

/// What a variable is set to before the shell text runs; empty if nothing sets it. `None` if that is not known, or must
/// not be shown.
fn inherited(server: ServerContext<'_, '_, '_>, name: &str) -> Option<String> {
    match lookup(server, name) {
        Some(VariableValue::Entry { entry, value: Some(value) }) => filled_in(server, entry, value.text()?),
        Some(value) => value.shown_text(),
        // What `envFrom` brings and nobody sees seldom is this variable.
        None => (!is_of_image(server, name)).then(String::new),
    }
}

/// Whether the image is known to have a variable, whose value is not visible here.
fn is_of_image(server: ServerContext<'_, '_, '_>, name: &str) -> bool {
    server.flavor.settings.iter().any(|store| match store {
        Store::Env(env) => [&env.interval, &env.retain].into_iter().flatten().any(|known| known == name),
        _ => false,
    })
}
