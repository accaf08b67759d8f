//! The values of a `HelmRelease`: `valuesFrom` in order, then `values`.
//!
//! References with a `targetPath` override both, except for a quirk of the controller (`fluxcd/pkg/chartutil`): it
//! writes into the tables of `values` themselves, and merges `values` over the result once more. Anything it wrote into
//! a table that had been copied before is lost if `values` has the same key.

use serde_json::Value;

use crate::gitops::field::Field;
use crate::gitops::keyed::{Keyed, look_up};
use crate::gitops::release::{Content, Flag, Layer, Located, Missing, Object, Parameter, Values};
use crate::gitops::substitute::{Draft, find};
use crate::gitops::surroundings::Scope;
use crate::gitops::text::Text;

/// The layers, weakest first.
pub(in crate::gitops) fn layers(spec: &Field<'_>, own: &Object, scope: &Scope<'_>) -> Vec<Layer> {
    let references = spec.get("valuesFrom").map(|list| list.items()).unwrap_or_default();
    let inline = spec.get("values");
    let mut below = Vec::new();
    let mut above = Vec::new();
    let mut has_targets = false;
    for reference in references.iter().filter_map(|item| Reference::read(item, own)) {
        let Some(layer) = reference.layer(scope) else { continue };
        let target = reference.target.as_ref().map(|target| target.text.as_str());
        let wins = |path: &str| inline.as_ref().is_some_and(|inline| is_shared(path, inline, &below, has_targets));
        if target.is_some_and(wins) {
            above.push(layer);
        } else {
            below.push(layer);
        }
        has_targets |= target.is_some();
    }
    below.extend(inline.map(|inline| inline.layer()));
    below.extend(above);
    below
}

/// An item of `valuesFrom`.
struct Reference<'d> {
    keyed: Keyed<'d>,
    target: Option<Located>,
    is_literal: bool,
}

impl<'d> Reference<'d> {
    fn read(item: &Field<'d>, own: &Object) -> Option<Self> {
        let keyed = Keyed {
            kind: item.text_of("kind")?,
            name: item.text_of("name")?,
            namespace: own.namespace.clone(),
            key: item.text_of("valuesKey").unwrap_or("values.yaml"),
            is_optional: item.is_true("optional"),
            place: item.place(),
        };
        let target = item.get("targetPath").and_then(|target| target.located());
        Some(Self { keyed, target, is_literal: item.is_true("literal") })
    }

    fn layer(&self, scope: &Scope<'_>) -> Option<Layer> {
        let at = self.keyed.title();
        let content = match look_up(&self.keyed, scope) {
            Ok(Some(text)) => self.content(doubting(&text)),
            Ok(None) => return None,
            Err(why) => match &self.target {
                Some(target) => Content::MissingValue(target.clone(), self.missing(why)),
                None => Content::Missing(self.missing(why)),
            },
        };
        Some(Layer { at, content })
    }

    fn missing(&self, why: String) -> Missing {
        Missing { what: self.keyed.title(), why, tried: Vec::new(), place: self.keyed.place.clone() }
    }

    fn content(&self, text: Text) -> Content {
        match &self.target {
            Some(target) => Content::Parameters(vec![assign(target, &text, self.is_literal)]),
            None => Content::Values(Values::of_text(text)),
        }
    }
}

/// The text, with every `${name}` that Flux may have substituted marked as unknown.
fn doubting(text: &Text) -> Text {
    let mut draft = Draft::new(text.as_str(), 0);
    for variable in find(text.as_str(), ("${", "}")) {
        draft.put(variable, None);
    }
    draft.finish(text, text.as_str().len())
}

/// A quoted value is a string; everything else is parsed as by `--set`.
fn assign(target: &Located, text: &Text, is_literal: bool) -> Parameter {
    let value = text.as_str();
    let is_in = |quote: char| value.starts_with(quote) && value.ends_with(quote);
    let (flag, plain) = match value {
        value if is_literal => (Flag::SetLiteral, value),
        value if is_in('\'') || is_in('"') => (Flag::SetString, value.trim_matches(['\'', '"'])),
        value => (Flag::Set, value),
    };
    let place = text.place(crate::yaml::Span::new(0, value.len()));
    let value = Located { text: value.to_owned(), place };
    Parameter { flag, assignment: format!("{}={plain}", target.text), name: target.clone(), value }
}

/// Whether what is written at a path goes into a table or list of `values` itself.
fn is_shared(path: &str, inline: &Field<'_>, below: &[Layer], has_targets: bool) -> bool {
    let Ok(inline) = inline.node().to_json() else { return false };
    let below: Vec<Value> = below.iter().rev().filter_map(json).collect();
    let keys: Vec<&str> = path.split(['.', '[']).collect();
    let parents = keys.len().saturating_sub(1);
    (1..=parents).filter_map(|length| keys.get(..length)).any(|prefix| match lookup(&inline, prefix) {
        Some(Value::Array(_)) => true,
        Some(Value::Object(_)) => {
            let earlier = below.iter().find_map(|values| lookup(values, prefix));
            !has_targets && !earlier.is_some_and(Value::is_object)
        }
        _ => false,
    })
}

fn lookup<'v>(values: &'v Value, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().try_fold(values, |value, key| value.get(key))
}

fn json(layer: &Layer) -> Option<Value> {
    match &layer.content {
        Content::Values(values) => values.read(|node| node.to_json().ok()).ok().flatten().flatten(),
        Content::Parameters(_) | Content::Missing(_) | Content::MissingValue(..) => None,
    }
}
