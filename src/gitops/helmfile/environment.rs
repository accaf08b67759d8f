//! The values that templates of a helmfile see.

use serde_json::Value;

use crate::gitops::field::Field;
use crate::gitops::release::Values;
use crate::gitops::text::Place;
use crate::yaml::Node;

/// An environment: its values in layers, the last of which wins.
pub(super) struct Environment {
    /// What it is called; `None` of one that may be any.
    pub(super) name: Option<String>,
    /// It is declared, and all that are declared are looked at.
    is_declared: bool,
    /// There are others.
    pub(super) has_others: bool,
    layers: Vec<Values>,
    /// The names that are declared, this one or not.
    declared: Vec<String>,
    /// Some of its values are somewhere else.
    gaps: bool,
}

/// What a name comes to.
pub(super) struct Known {
    pub(super) text: String,
    /// Where it is written; of a literal in a template there is no other place.
    pub(super) place: Option<Place>,
}

impl Environment {
    /// The one that counts where no name is given.
    pub(super) fn default() -> Self {
        Self {
            name: Some("default".to_owned()),
            is_declared: false,
            has_others: false,
            layers: Vec::new(),
            declared: Vec::new(),
            gaps: false,
        }
    }

    /// One of all that are declared.
    pub(super) fn of_all(name: &str, names: &[String]) -> Self {
        Self { name: Some(name.to_owned()), is_declared: true, has_others: names.len() > 1, ..Self::default() }
    }

    /// One of which nothing is known.
    pub(super) fn any() -> Self {
        Self { name: None, gaps: true, ..Self::default() }
    }

    pub(super) fn add(&mut self, values: Values) {
        self.layers.push(values);
    }

    /// Some values are not in sight.
    pub(super) fn miss(&mut self) {
        self.gaps = true;
    }

    /// Takes in what is declared, and gives back what it says of this one.
    pub(super) fn declare<'d>(&mut self, environments: &Field<'d>) -> Option<Field<'d>> {
        for (name, _) in environments.entries() {
            if !self.declared.contains(&name.text) {
                self.declared.push(name.text);
            }
        }
        environments.get(self.name.as_deref()?)
    }

    /// The names that are declared, in the order in which they are.
    pub(super) fn declared(&self) -> &[String] {
        &self.declared
    }

    /// The name, for one who asks whether it is a certain one: in one that nobody has declared that may be otherwise.
    pub(super) fn certain_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| self.is_declared)
    }

    /// A value that is not here may be there all the same.
    pub(super) fn has_gaps(&self) -> bool {
        let is_declared = self.declared.iter().any(|name| Some(name) == self.name.as_ref());
        self.gaps || !self.declared.is_empty() && !is_declared
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

impl Known {
    /// It does not stand in for something that is not known.
    pub(super) fn is_certain(&self) -> bool {
        self.place.as_ref().is_none_or(|place| place.is_known)
    }
}

fn printed(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
