//! Values under a key of a `ConfigMap` or `Secret`: the object itself, or the files that kustomize generates it from.

use super::field::Field;
use super::neighbour::Reference;
use super::overlay::Kustomization;
use super::path;
use super::release::{Content, Layer, Missing, Values};
use super::surroundings::{Resolution, Scope};
use super::text::{Piece, Place, Relation, Text};
use super::values_file::unreadable;
use crate::yaml::Span;

/// A reference to a key of an object.
pub(super) struct Keyed<'d> {
    pub(super) kind: &'d str,
    pub(super) name: &'d str,
    pub(super) namespace: Option<String>,
    pub(super) key: &'d str,
    pub(super) is_optional: bool,
    pub(super) place: Place,
}

impl Keyed<'_> {
    /// `ConfigMap/zookeeper values.yaml`.
    pub(super) fn title(&self) -> String {
        format!("{}/{} {}", self.kind, self.name, self.key)
    }

    /// The values under the key; `None` if they are optional and missing.
    pub(super) fn layer(&self, scope: &Scope<'_>) -> Option<Layer> {
        let content = match look_up(self, scope) {
            Ok(text) => Content::Values(Values::of_text(text?)),
            Err(why) => {
                let place = self.place.clone();
                Content::Missing(Missing { what: self.title(), why, tried: Vec::new(), place })
            }
        };
        Some(Layer { at: self.title(), content })
    }
}

/// The text under the key; `None` if the key is optional and missing; an error if it cannot be determined.
pub(super) fn look_up(keyed: &Keyed<'_>, scope: &Scope<'_>) -> Result<Option<Text>, String> {
    let Keyed { kind, name, key, .. } = *keyed;
    let reference = Reference { group: "", kind, name, namespace: keyed.namespace.as_deref() };
    let object = match scope.find(reference) {
        Resolution::One(object) => object,
        Resolution::Several(_) => return Err(format!("there is more than one {kind}/{name}")),
        Resolution::None => return Err(format!("{kind}/{name} is not in this repository")),
        Resolution::Hidden(why) => {
            return Err(format!("{kind}/{name} may be in a folder that cannot be listed ({why})"));
        }
    };
    let merges = |kustomization: &Kustomization| kustomization.merges(name, key);
    if object.is_generated && scope.ways().into_iter().flatten().flat_map(|way| &way.steps).any(|(_, it)| merges(it)) {
        return Err(format!("an overlay merges a key {key} into {kind}/{name}, which is not followed"));
    }
    let found = scope.read(&object, |field| {
        if object.is_generated {
            from_files(field, key, (path::parent(&object.file), scope))
        } else {
            read_key(field, key)
        }
    });
    match found.flatten() {
        Some(text) => text.map(Some),
        None if keyed.is_optional => Ok(None),
        None => Err(format!("{kind}/{name} has no key {key}")),
    }
}

/// The text under a key of an object, or why it cannot be read.
fn read_key(object: &Field<'_>, key: &str) -> Option<Result<Text, String>> {
    let is_secret = object.text_of("kind") == Some("Secret");
    let plain = object.at(&[if is_secret { "stringData" } else { "data" }, key]);
    let encoded = || object.at(&[if is_secret { "data" } else { "binaryData" }, key]);
    if object.get("sops").is_some() {
        return Some(Err(format!("the key {key} is encrypted")));
    }
    let undecodable = || format!("the key {key} cannot be decoded");
    match plain {
        Some(value) => Some(value.inner_text().ok_or_else(undecodable)),
        None => encoded().map(|value| value.decoded_text().ok_or_else(undecodable)),
    }
}

/// What a kustomization's generator makes from files.
fn from_files(generator: &Field<'_>, key: &str, (folder, scope): (&str, &Scope<'_>)) -> Option<Result<Text, String>> {
    let literals = generator.get("literals").map(|list| list.items()).unwrap_or_default();
    let literal = literals.iter().find(|literal| literal.text().is_some_and(|text| literal_key(text) == Some(key)));
    if let Some(literal) = literal {
        let undecodable = || format!("the literal {key} cannot be decoded");
        return Some(literal.inner_text().and_then(|text| of_literal(&text)).ok_or_else(undecodable));
    }
    let files = generator.get("files")?.items();
    let written = files.iter().filter_map(Field::text).find_map(|written| {
        let (own, path) = written.split_once('=').unwrap_or((path::name(written), written));
        (own == key).then_some(path)
    })?;
    let not_here = || format!("the file {written} is not in this repository");
    let Some(path) = path::join(folder, written) else { return Some(Err(not_here())) };
    let text = scope.files().read(&path).map(|content| Text::of_file(&path, &content));
    let why = || scope.files().fault(&path).map_or_else(not_here, |fault| unreadable(&path, &fault));
    Some(text.ok_or_else(why))
}

/// The key of `key=value`.
pub(super) fn literal_key(text: &str) -> Option<&str> {
    text.split_once('=').map(|(key, _)| key)
}

/// The value of `key=value`; kustomize strips quotes from it.
pub(super) fn of_literal(literal: &Text) -> Option<Text> {
    let text = literal.as_str();
    let start = text.find('=')?.saturating_add(1);
    let value = text.get(start..)?;
    let quote =
        value.chars().next().filter(|first| matches!(first, '"' | '\'') && value.len() > 1 && value.ends_with(*first));
    let cut = usize::from(quote.is_some());
    let span = Span::new(start.saturating_add(cut), text.len().saturating_sub(cut));
    Some(literal.derive(span.of(text), &[Piece::new(0, span, Relation::Same)]))
}
