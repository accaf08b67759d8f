//! What a variable of a container is set to, as Kubernetes resolves it.

use std::collections::BTreeMap;

use super::Place;
use crate::kubernetes::{Container, Datum, EnvValue, EnvVar, Found, datum};
use crate::rules::Store;
use crate::shell::Variables;
use crate::yaml::Node;

/// What a variable is set to.
pub(super) enum Value<'d> {
    /// By its own entry.
    Entry(Node<'d>, EnvValue<'d>),
    /// By another object: the object and key in words, and the text if it can be read.
    Object { entry: Option<Node<'d>>, source: String, text: Text<'d> },
    /// By something whose value is unknown, and why.
    Hidden { entry: Option<Node<'d>>, source: String, because: &'static str },
}

/// A text of another object.
pub(super) enum Text<'d> {
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
pub(super) fn lookup<'d>(place: Place<'_, 'd, '_>, name: &str) -> Option<Value<'d>> {
    let container = place.site.container()?;
    let entries: Vec<Node<'d>> =
        container.env_names().filter(|(named, _)| *named == name).map(|(_, entry)| entry).collect();
    let set = entries.into_iter().rev().find_map(|entry| by_entry(place, entry));
    set.or_else(|| taken_over(place, container, name))
}

/// What an entry sets its variable to.
fn by_entry<'d>(place: Place<'_, 'd, '_>, entry: Node<'d>) -> Option<Value<'d>> {
    match EnvVar::of(entry).value {
        EnvValue::From(from) => referred(place, entry, from),
        value @ (EnvValue::Written(_) | EnvValue::Missing) => Some(Value::Entry(entry, value)),
    }
}

/// Whether an entry sets nothing: what it refers to is missing and optional.
pub(in crate::detect) fn sets_nothing(place: Place<'_, '_, '_>, entry: Node<'_>) -> bool {
    by_entry(place, entry).is_none()
}

/// A reference to a key of another object. An optional one sets nothing if the key is missing.
fn referred<'d>(place: Place<'_, 'd, '_>, entry: Node<'d>, from: Node<'d>) -> Option<Value<'d>> {
    let references = [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];
    let found = references.into_iter().find_map(|(field, kind)| Some((kind, from.get(field)?)));
    let resource = place.site.resource();
    let Some((kind, reference)) = found else {
        return Some(Value::Hidden { entry: Some(entry), source: "the pod itself".to_owned(), because: NOT_HERE });
    };
    let text = |field: &str| reference.get(field).and_then(Node::as_str).unwrap_or_default();
    let source = format!("{kind} {}, key {}", text("name"), text("key"));
    if let Some((_, datum)) = place.objects.referred(from, resource) {
        return Some(Value::Object { entry: Some(entry), source, text: Text::of(kind, datum) });
    }
    let is_here = matches!(place.objects.find(kind, text("name"), resource), Found::One(_));
    if is_here && reference.get("optional").and_then(Node::text) == Some("true") {
        return None;
    }
    let because = if is_here { "which the object does not have: no container starts without it" } else { NOT_HERE };
    Some(Value::Hidden { entry: Some(entry), source, because })
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
pub(super) fn referenced(from: Node<'_>) -> Option<(&'static str, &str)> {
    let kinds = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];
    kinds.into_iter().find_map(|(field, kind)| Some((kind, from.get(field)?.get("name")?.as_str()?)))
}

/// The value of an entry with its references, `$(X)`, filled in from earlier entries and `envFrom`; `None` if they
/// cannot be resolved or must not be shown. Kubernetes would leave a reference to an unset variable as it is, and other
/// tools may fill it in.
pub(super) fn filled_in(place: Place<'_, '_, '_>, entry: Node<'_>, text: &str) -> Option<String> {
    if !text.contains('$') {
        return Some(text.to_owned());
    }
    let container = place.site.container()?;
    let mut set = BTreeMap::new();
    for (name, before) in container.env_names().take_while(|(_, other)| *other != entry) {
        match by_entry(place, before) {
            None => {}
            Some(Value::Entry(_, EnvValue::Written(value))) => {
                let text = value.text().and_then(|text| expanded(place, &set, text));
                set.insert(name, text);
            }
            Some(value) => {
                set.insert(name, value.shown());
            }
        }
    }
    expanded(place, &set, text)
}

fn expanded(place: Place<'_, '_, '_>, set: &BTreeMap<&str, Option<String>>, text: &str) -> Option<String> {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((plain, behind)) = rest.split_once('$') {
        filled.push_str(plain);
        rest = if let Some(behind) = behind.strip_prefix('$') {
            filled.push('$');
            behind
        } else if let Some((name, behind)) = behind.strip_prefix('(').and_then(|reference| reference.split_once(')')) {
            match set.get(name) {
                Some(value) => filled.push_str(value.as_deref()?),
                None => filled.push_str(&taken_over(place, place.site.container()?, name)?.shown()?),
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

impl Value<'_> {
    /// Whether the variable is set by its own entry, so that no `envFrom` sets it.
    pub(super) const fn has_entry(&self) -> bool {
        matches!(self, Self::Entry(..) | Self::Object { entry: Some(_), .. } | Self::Hidden { entry: Some(_), .. })
    }

    /// Its text, if it is visible and may be shown.
    fn shown(&self) -> Option<String> {
        match self {
            Self::Entry(_, EnvValue::Written(node)) | Self::Object { text: Text::Shown(node), .. } => {
                node.text().map(str::to_owned)
            }
            Self::Entry(_, EnvValue::Missing) => Some(String::new()),
            Self::Entry(_, EnvValue::From(_)) | Self::Object { .. } | Self::Hidden { .. } => None,
        }
    }
}

/// A value that is a single variable, `$X`, `${X}` or `${X:-1}`, replaced by what a shell text or the container's
/// environment sets it to. `None` if the value may come from elsewhere: the image may set a variable that the
/// container does not.
pub(super) fn expanded_by_shell(value: &str, variables: &Variables, place: Place<'_, '_, '_>) -> Option<String> {
    let inner = value.strip_prefix('$')?;
    let inner = inner.strip_prefix('{').map_or(Some(inner), |inner| inner.strip_suffix('}'))?;
    let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default)));
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name || default.is_some_and(|default| default.contains(['$', '`'])) {
        return None;
    }
    let or_default = |set: &str| if set.is_empty() { default.unwrap_or_default() } else { set }.to_owned();
    match variables.get(name) {
        Some(Some(own)) => return (!own.contains(['$', '`'])).then(|| or_default(own)),
        Some(None) => return None,
        None => {}
    }
    let container = place.site.container().filter(|container| container.env_from().is_empty())?;
    match container.env(name).map(|variable| variable.value) {
        None => default.filter(|_| !is_of_image(place, name)).map(str::to_owned),
        Some(EnvValue::Missing) => Some(or_default("")),
        Some(EnvValue::Written(node)) => node.text().filter(|text| !text.contains('$')).map(or_default),
        Some(EnvValue::From(_)) => None,
    }
}

/// Whether the image is known to have a variable, whose value is not visible here.
fn is_of_image(place: Place<'_, '_, '_>, name: &str) -> bool {
    place.flavor.settings.iter().any(|store| match store {
        Store::Env(env) => [&env.interval, &env.retain].into_iter().flatten().any(|known| known == name),
        _ => false,
    })
}
