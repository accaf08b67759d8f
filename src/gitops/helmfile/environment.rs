//! The values that templates of a helmfile see.

use serde_json::Value;

use crate::gitops::release::Values;
use crate::gitops::text::Place;
use crate::yaml::Node;

/// Values in layers, the last of which wins.
#[derive(Default)]
pub(super) struct Environment {
    layers: Vec<Values>,
    /// Some of its values are somewhere else.
    pub(super) has_gaps: bool,
    /// There are other environments than the default one, in which everything may be otherwise.
    pub(super) has_others: bool,
}

/// What a name comes to.
pub(super) struct Known {
    pub(super) text: String,
    /// Where it is written; of a literal in a template there is no other place.
    pub(super) place: Option<Place>,
}

impl Environment {
    pub(super) fn add(&mut self, values: Values) {
        self.layers.push(values);
    }

    /// The scalar at a path of keys, as a template prints it.
    pub(super) fn get(&self, path: &str) -> Option<Known> {
        self.layers.iter().rev().find_map(|values| {
            let read = values.read(|node| {
                let node = path.split('.').try_fold(node, Node::get)?;
                let text = printed(&node.to_json().ok()?)?;
                Some(Known { text, place: Some(values.text.place(node.span())) })
            });
            read.ok().flatten().flatten()
        })
    }
}

fn printed(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
