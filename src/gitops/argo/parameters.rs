//! The parameters from the generators of an `ApplicationSet`, one set per application.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::git;
use crate::gitops::field::Field;
use crate::gitops::surroundings::Scope;
use crate::yaml::Span;

/// More applications than anybody would list by hand.
const MAX_SETS: usize = 1_000;

/// The parameters of one application.
#[derive(Clone, Default)]
pub(super) struct Parameters {
    /// The name shown to users: the first text of its element.
    pub(super) label: String,
    known: BTreeMap<String, Given>,
    /// The generator, if one is involved whose input cannot be seen from here.
    pub(super) unseen: Option<String>,
}

/// A parameter's value and where it is written: in the text itself or in another file.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) text: String,
    pub(super) span: Span,
    /// The other file, if it is in one.
    pub(super) file: Option<Arc<str>>,
}

impl Parameters {
    /// The sets of all generators, in order.
    pub(super) fn all(spec: &Field<'_>, scope: &Scope<'_>) -> Vec<Self> {
        let generators = spec.get("generators").map(|list| list.items()).unwrap_or_default();
        let mut sets: Vec<Self> = generators.iter().flat_map(|generator| of_generator(generator, scope)).collect();
        if sets.len() > MAX_SETS {
            sets.truncate(MAX_SETS);
            sets.push(Self { unseen: Some("of more elements than are read".to_owned()), ..Self::default() });
        }
        sets
    }

    pub(super) fn get(&self, name: &str) -> Option<&Given> {
        self.known.get(name)
    }

    /// Both combined; the other's values win.
    fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.known.extend(other.known.clone());
        both.unseen = both.unseen.or_else(|| other.unseen.clone());
        let labels = [self.label.as_str(), other.label.as_str()];
        both.label = labels.into_iter().filter(|label| !label.is_empty()).collect::<Vec<_>>().join("-");
        both
    }

    /// Adds the entries of a mapping; nested keys are joined with dots.
    pub(super) fn add(&mut self, mapping: &Field<'_>, prefix: &str) {
        let text = &mapping.page().text;
        let file = text.is_file().then(|| Arc::clone(text.file()));
        self.add_of((mapping, file.as_ref()), prefix);
    }

    fn add_of(&mut self, (mapping, file): (&Field<'_>, Option<&Arc<str>>), prefix: &str) {
        for (key, value) in mapping.entries() {
            let name = format!("{prefix}{}", key.text);
            if value.is_mapping() {
                self.add_of((&value, file), &format!("{name}."));
            } else if let Some(text) = value.text() {
                self.give(name, Given { text: text.to_owned(), span: value.node().span(), file: file.cloned() });
            }
        }
    }

    pub(super) fn give(&mut self, name: String, given: Given) {
        self.known.insert(name, given);
    }

    fn of_element(element: &Field<'_>) -> Self {
        let mut set = Self::default();
        set.add(element, "");
        let first = element.entries().into_iter().find_map(|(_, value)| value.text().map(str::to_owned));
        set.label = first.unwrap_or_default();
        set
    }

    fn unseen(kind: &str, generator: &Field<'_>) -> Self {
        let mut set = Self { unseen: Some(kind.to_owned()), ..Self::default() };
        if let Some(values) = generator.get("values") {
            set.add(&values, "values.");
        }
        set
    }
}

fn of_generator(generator: &Field<'_>, scope: &Scope<'_>) -> Vec<Parameters> {
    let kinds = generator.entries().into_iter().filter(|(key, _)| key.text != "selector");
    kinds.flat_map(|(key, generator)| of_kind(&key.text, &generator, scope)).collect()
}

fn of_kind(kind: &str, generator: &Field<'_>, scope: &Scope<'_>) -> Vec<Parameters> {
    match kind {
        "list" => of_list(generator),
        "matrix" => matrix(&children(generator, scope)),
        "merge" => merge(generator, &children(generator, scope)),
        "git" => git::sets(generator, scope).unwrap_or_else(|| vec![Parameters::unseen(kind, generator)]),
        _ => vec![Parameters::unseen(kind, generator)],
    }
}

/// The listed elements, and those that a template makes.
fn of_list(generator: &Field<'_>) -> Vec<Parameters> {
    let elements = generator.get("elements").map(|elements| elements.items()).unwrap_or_default();
    let made = generator.get("elementsYaml").map(|_| Parameters::unseen("list", generator));
    elements.iter().map(Parameters::of_element).chain(made).collect()
}

fn children(generator: &Field<'_>, scope: &Scope<'_>) -> Vec<Vec<Parameters>> {
    let children = generator.get("generators").map(|list| list.items()).unwrap_or_default();
    children.iter().map(|child| of_generator(child, scope)).collect()
}

/// Every combination of one set from each child.
fn matrix(children: &[Vec<Parameters>]) -> Vec<Parameters> {
    let start = vec![Parameters::default()];
    children.iter().fold(start, |sets, child| {
        let pairs = sets.iter().flat_map(|set| child.iter().map(move |other| set.with(other)));
        pairs.take(MAX_SETS.saturating_add(1)).collect()
    })
}

/// The sets of the first child, extended by those of the others that match in all merge keys.
fn merge(generator: &Field<'_>, children: &[Vec<Parameters>]) -> Vec<Parameters> {
    let keys = generator.get("mergeKeys").map(|keys| keys.items()).unwrap_or_default();
    let keys: Vec<&str> = keys.iter().filter_map(Field::text).collect();
    let (Some(first), Some(others)) = (children.first(), children.get(1..)) else { return Vec::new() };
    let is_same = |set: &Parameters, other: &Parameters| {
        let text = |set: &Parameters, key| set.get(key).map(|given| given.text.clone());
        keys.iter().all(|key| text(set, key).is_some() && text(set, key) == text(other, key))
    };
    let merged = first.iter().map(|set| {
        let fitting = others.iter().flatten().filter(|other| is_same(set, other) || other.unseen.is_some());
        let all = fitting.fold(set.clone(), |set, other| set.with(other));
        Parameters { label: set.label.clone(), ..all }
    });
    merged.collect()
}
