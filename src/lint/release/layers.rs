//! Merges the values of a release.

use std::collections::BTreeMap;

use crate::gitops::{self, Content, Flag, Layer, Missing, Parameter, Release, Values};
use crate::helm::{Argument, HelmVersion, Origin, Place, SetFlag, Sources, Value, merge_over, set};

/// The values of a release, and where each was written.
#[derive(Clone, Debug)]
pub(super) struct Layers {
    /// All layers merged.
    pub values: Value,
    /// By source index.
    origins: BTreeMap<usize, Written>,
    /// Values that are not available, and the index of the first source that overrides them.
    missing: Option<(Missing, usize)>,
    /// Paths that are set to something unknown, and the index of the source that sets them.
    unknown: Vec<(Vec<String>, usize)>,
}

/// What a source contains.
#[derive(Clone, Debug)]
pub(super) enum Written {
    /// Values of a layer.
    Values(Values),
    /// One assignment.
    Parameter(Parameter),
}

impl Layers {
    /// Reads and merges the layers of a release.
    pub(super) fn read(release: &Release, helm: HelmVersion, sources: &mut Sources) -> Self {
        let mut layers = Self { values: Value::empty(), origins: BTreeMap::new(), missing: None, unknown: Vec::new() };
        for layer in release.layers.iter().flat_map(|layer| layer.as_read_by(helm)) {
            let Layer { at, content } = &layer;
            match content {
                Content::Values(values) => layers.lay_values(at, values, sources),
                Content::Parameters(parameters) => {
                    for parameter in parameters {
                        layers.set(parameter, helm, sources);
                    }
                }
                Content::Missing(missing) => {
                    layers.missing = Some((missing.clone(), sources.iter().len()));
                    continue;
                }
                // Whether it matters is tried out elsewhere.
                Content::MissingValue(..) => continue,
            }
            let number = sources.iter().len().saturating_sub(1);
            layers.unknown.extend(layer.unknown().into_iter().map(|path| (path, number)));
        }
        layers
    }

    fn lay_values(&mut self, at: &str, values: &Values, sources: &mut Sources) {
        let number = sources.add(Origin::Named(at.to_owned()), values.text.as_str().as_bytes());
        match values.read(|node| Value::from_node(node, number)) {
            Ok(Some(Ok(value))) if value.as_table().is_some() => {
                self.origins.insert(number, Written::Values(values.clone()));
                self.values = merge_over(&self.values, value);
            }
            Ok(None) => {}
            Ok(Some(Ok(value))) if value.is_null() => {}
            Ok(Some(Ok(_))) => self.lose(at, values, "it is not a map of values", sources),
            Ok(Some(Err(error))) | Err(error) => self.lose(at, values, &error.to_string(), sources),
        }
    }

    /// Records a layer that exists but cannot be read.
    fn lose(&mut self, at: &str, values: &Values, why: &str, sources: &Sources) {
        let place = values.text.place(values.document);
        let why = if place.is_known { why } else { "it is a template" };
        let missing = Missing { what: at.to_owned(), why: why.to_owned(), tried: Vec::new(), place };
        self.missing = Some((missing, sources.iter().len()));
    }

    fn set(&mut self, parameter: &Parameter, helm: HelmVersion, sources: &mut Sources) {
        let (flag, assignment) = parameter.as_given();
        let flag = match flag {
            Flag::Set => SetFlag::Typed,
            Flag::SetString => SetFlag::Text,
            // The assignment already contains the file's content.
            Flag::SetLiteral | Flag::SetFile => SetFlag::Literal,
            Flag::SetJson => SetFlag::Json,
        };
        let number = sources.add(Origin::Flag(assignment.clone().into_owned()), assignment.as_bytes());
        let Some(source) = sources.get(number).cloned() else { return };
        let mut none = |path: &str| Err(format!("{path} is not read here"));
        if set(&mut self.values, Argument { flag, number, source: &source }, helm, &mut none).is_ok() {
            self.origins.insert(number, Written::Parameter(parameter.clone()));
        } else {
            let place = parameter.name.place.clone();
            let why = "Helm rejects it".to_owned();
            let missing = Missing { what: parameter.name.text.clone(), why, tried: Vec::new(), place };
            self.missing = Some((missing, sources.iter().len()));
        }
    }

    /// Which source a value comes from.
    pub(super) fn origin(&self, place: Place) -> Option<&Written> {
        self.origins.get(&place.source)
    }

    /// Where in a file a value is written.
    pub(super) fn place(&self, place: Place) -> Option<gitops::Place> {
        Some(match self.origin(place)? {
            Written::Values(values) => values.text.place(place.span),
            Written::Parameter(parameter) => parameter.value.place.clone(),
        })
    }

    /// Why the verdict is not certain, given the place of the value that decides, if any.
    pub(super) fn doubt(&self, deciding: Option<Place>, path: &[String]) -> Option<String> {
        let missing = self.missing.as_ref().filter(|(_, over)| deciding.is_none_or(|place| place.source < *over));
        if let Some((missing, _)) = missing {
            return Some(describe(missing));
        }
        let hides = |(unknown, number): &&(Vec<String>, usize)| {
            path.starts_with(unknown) && deciding.is_none_or(|place| place.source <= *number)
        };
        if let Some((unknown, _)) = self.unknown.iter().find(hides) {
            let what = if unknown.is_empty() {
                "a key of its values".to_owned()
            } else {
                format!("the value of {}", unknown.join("."))
            };
            return Some(format!("{what} is a template or a variable"));
        }
        let place = deciding.and_then(|place| self.place(place));
        place.filter(|place| !place.is_known).map(|_| "the value that decides is a template or a variable".to_owned())
    }
}

/// Says why values are not available.
pub(super) fn describe(missing: &Missing) -> String {
    let Missing { what, why, tried, .. } = missing;
    let tried = if tried.is_empty() { String::new() } else { format!(" (looked for {})", tried.join(", ")) };
    format!("the values of {what} are not available: {why}{tried}")
}
