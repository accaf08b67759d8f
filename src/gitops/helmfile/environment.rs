//! The values that the templates of a helmfile see.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::gitops::field::Field;
use crate::gitops::release::Values;
use crate::gitops::text::Place;
use crate::yaml::Node;

/// An environment: layers of values, the last of which wins.
pub(super) struct Environment {
    /// Its name; `None` if it may be any.
    pub(super) name: Option<String>,
    /// Whether it is declared, with every declared environment being looked at.
    is_declared: bool,
    /// Whether there are others.
    pub(super) has_others: bool,
    layers: Vec<Values>,
    /// What has been looked up in the layers.
    known: RefCell<BTreeMap<String, Option<Known>>>,
    /// The names that are declared, whether this one is among them or not.
    declared: Vec<String>,
    /// Whether some of its values are defined elsewhere.
    gaps: bool,
}

/// A known value.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) text: String,
    /// Where it is written; `None` for a literal in a template.
    pub(super) place: Option<Place>,
}

impl Environment {
    /// The one that applies if no name is given.
    pub(super) fn default() -> Self {
        Self {
            name: Some("default".to_owned()),
            is_declared: false,
            has_others: false,
            layers: Vec::new(),
            known: RefCell::default(),
            declared: Vec::new(),
            gaps: false,
        }
    }

    /// One of all those that are declared.
    pub(super) fn of_all(name: &str, names: &[String]) -> Self {
        Self { name: Some(name.to_owned()), is_declared: true, has_others: names.len() > 1, ..Self::default() }
    }

    /// One about which nothing is known.
    pub(super) fn any() -> Self {
        Self { name: None, gaps: true, ..Self::default() }
    }

    pub(super) fn add(&mut self, values: Values) {
        self.layers.push(values);
        self.known.get_mut().clear();
    }

    /// Records that some values cannot be seen.
    pub(super) fn miss(&mut self) {
        self.gaps = true;
    }

    /// Takes in the declared environments, and returns what is said about this one.
    pub(super) fn declare<'d>(&mut self, environments: &Field<'d>) -> Option<Field<'d>> {
        for (name, _) in environments.entries() {
            if !self.declared.contains(&name.text) {
                self.declared.push(name.text);
            }
        }
        environments.get(self.name.as_deref()?)
    }

    /// The declared names, in order of declaration.
    pub(super) fn declared(&self) -> &[String] {
        &self.declared
    }

    /// The name, for conditions that test it. `None` if the environment is not declared, because then it may be another
    /// one.
    pub(super) fn certain_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| self.is_declared)
    }

    /// Whether a value that is not found here may exist all the same.
    pub(super) fn has_gaps(&self) -> bool {
        let is_declared = self.declared.iter().any(|name| Some(name) == self.name.as_ref());
        self.gaps || !self.declared.is_empty() && !is_declared
    }

    /// The scalar at a path of keys, as a template prints it.
    pub(super) fn get(&self, path: &str) -> Option<Known> {
        if let Some(known) = self.known.borrow().get(path) {
            return known.clone();
        }
        let known = self.look_up(path);
        self.known.borrow_mut().insert(path.to_owned(), known.clone());
        known
    }

    fn look_up(&self, path: &str) -> Option<Known> {
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
    /// Whether it does not stand in for something unknown.
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
