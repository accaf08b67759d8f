//! Values under a key of a `ConfigMap` or `Secret`: of the object itself, or of what kustomize makes it from.

use super::field::{Field, Page};
use super::path;
use super::release::{Content, Layer, Missing, Values};
use super::surroundings::{Found, Reference, Scope};
use super::text::{Place, Text};
use crate::yaml::split;

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

    /// The values under the key; `None` where they are optional and not there.
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

/// The text under the key; `None` where the key is optional and not there; why it is not known otherwise.
pub(super) fn look_up(keyed: &Keyed<'_>, scope: &Scope<'_>) -> Result<Option<Text>, String> {
    let Keyed { kind, name, key, .. } = *keyed;
    let reference = Reference { group: "", kind, name, namespace: keyed.namespace.as_deref() };
    let object = match scope.find(reference) {
        Found::One(object) => object,
        Found::Several => return Err(format!("there is more than one {kind}/{name}")),
        Found::None => {
            let not_here = || format!("{kind}/{name} is not in this folder or one above");
            return generated(keyed, scope).map(Some).ok_or_else(not_here);
        }
    };
    let found = scope.read(&object, |object| read_key(object, key));
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

/// What a `configMapGenerator` or `secretGenerator` of the folder, or of one above, makes the object from.
fn generated(keyed: &Keyed<'_>, scope: &Scope<'_>) -> Option<Text> {
    path::folders_above(scope.path()).find_map(|folder| {
        let content = ["kustomization.yaml", "kustomization.yml", "Kustomization"].into_iter().find_map(|name| {
            let path = path::join(folder, name)?;
            Some(Text::of_file(&path, &scope.files().read(&path)?))
        })?;
        let span = split(content.as_str().as_bytes()).into_iter().next()?;
        let page = Page::parse(&content, span).ok().flatten()?;
        from_generator(&page.root(), folder, keyed, scope)
    })
}

fn from_generator(root: &Field<'_>, folder: &str, keyed: &Keyed<'_>, scope: &Scope<'_>) -> Option<Text> {
    let list = root.get(if keyed.kind == "Secret" { "secretGenerator" } else { "configMapGenerator" })?;
    let generator = list.items().into_iter().find(|item| item.text_of("name") == Some(keyed.name))?;
    let files = generator.get("files")?.items();
    let path = files.iter().filter_map(Field::text).find_map(|written| {
        let (key, path) = written.split_once('=').unwrap_or((path::name(written), written));
        (key == keyed.key).then_some(path)
    })?;
    let path = path::join(folder, path)?;
    Some(Text::of_file(&path, &scope.files().read(&path)?))
}
