//! Values in a field of an object: as a mapping, or as a text that a controller fills in for each cluster.

use super::field::Field;
use super::release::{Content, Form, Layer, Site, Values};
use super::substitute::{Draft, find};
use super::text::Text;
use super::values_file::missing;
use crate::yaml::Kind;

/// How actions of Go templates are written.
const ACTION: (&str, &str) = ("{{", "}}");

/// The values in a field. What template actions write is not known, and where they do more than write a value, nothing is.
pub(super) fn layer(field: &Field<'_>) -> Option<Layer> {
    if field.is_mapping() {
        return Some(field.layer());
    }
    let text = field.inner_text()?;
    let at = field.way().to_owned();
    if !text.as_str().contains(ACTION.0) {
        return Some(Layer { at, content: Content::Values(Values::of_text(text)) });
    }
    let values = Values::of_text(without_actions(&text));
    match values.read(|node| node.kind() == Kind::Mapping) {
        Ok(Some(true)) => Some(Layer { at, content: Content::Values(values) }),
        _ => {
            Some(missing(&field.named(), Vec::new(), "the values are a template, which is filled in for each cluster"))
        }
    }
}

/// Where values can be added to a field of an object, whether it is there or not; nowhere if it is a template.
pub(super) fn site(object: &Field<'_>, key: &str, form: Form) -> Option<Site> {
    let form = match object.get(key) {
        Some(field) if field.is_mapping() => Form::Mapping,
        Some(field) if field.text().is_some_and(|text| text.contains(ACTION.0)) => return None,
        _ => form,
    };
    Some(object.gap(key).site(form))
}

/// A text with words in place of its actions.
fn without_actions(text: &Text) -> Text {
    let source = text.as_str();
    let mut draft = Draft::new(source, 0);
    for action in find(source, ACTION) {
        draft.put_unknown(action);
    }
    draft.finish(text, source.len())
}
