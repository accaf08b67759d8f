//! Assembles a chart from its files, by the rules of Helm's loader.

use std::collections::BTreeMap;

use super::super::value::merge_over;
use super::fields::Wrong;
use super::{Chart, Lock, MAX_CHARTS, Member, Metadata, archive, is_package, is_partial, is_template};
use crate::helm::{ArchiveFault, Data, Fault, HelmError, HelmVersion, Origin, Source, Sources, Value};
use crate::yaml::{self, Document};

/// A chart being loaded.
pub(super) struct Loading<'s> {
    pub(super) helm: HelmVersion,
    pub(super) sources: &'s mut Sources,
    pub(super) budget: archive::Budget,
    pub(super) depth: usize,
}

/// Members of the chart itself, by name, and of its sub-charts, by the name of their folder or package.
#[derive(Default)]
struct Sorted {
    own: BTreeMap<String, Member>,
    below: BTreeMap<String, Vec<Member>>,
}

impl Loading<'_> {
    pub(super) fn assemble(&mut self, members: Vec<Member>, origin: &Origin) -> Result<Chart, HelmError> {
        let mut sorted = sort(members);
        let metadata_source = self.source(&mut sorted, "Chart.yaml");
        let metadata_source = metadata_source.ok_or_else(|| HelmError::of(origin.clone(), Fault::NoChartFile))?;
        let mut metadata = Metadata::default();
        self.read_metadata(metadata_source, &mut metadata)?;
        if let Some(requirements) = self.source(&mut sorted, "requirements.yaml") {
            self.read_metadata(requirements, &mut metadata)?;
        }
        metadata.validate().map_err(|mistake| {
            let place = mistake.place.or(metadata.place);
            HelmError::at(self.sources, place, Fault::Metadata(mistake.message))
        })?;
        let lock = self.lock(&mut sorted)?;
        let values_source = self.source(&mut sorted, "values.yaml");
        let values = values_source.and_then(|number| Some((self.sources.get(number)?, number)));
        let values = values.map(|(source, number)| read_values(source, number, self.helm)).transpose()?;
        let subcharts = self.subcharts(sorted.below)?;
        let texts = sorted.own.into_iter().filter(|(name, _)| is_template(name) || is_partial(name));
        let text = |member: Member| String::from_utf8_lossy(&member.text.unwrap_or_default()).into();
        let texts = texts.map(|(name, member)| (name, text(member)));
        let (partials, templates) = texts.partition(|(name, _)| is_partial(name));
        let values = values.unwrap_or_else(Value::empty);
        let folder = None;
        Ok(Chart { metadata, values, lock, subcharts, metadata_source, values_source, templates, partials, folder })
    }

    /// Turns a file into a source, if it exists.
    fn source(&mut self, sorted: &mut Sorted, name: &str) -> Option<usize> {
        let member = sorted.own.remove(name)?;
        Some(self.sources.add(member.origin, member.text.unwrap_or_default()))
    }

    fn read_metadata(&self, source: usize, metadata: &mut Metadata) -> Result<(), HelmError> {
        self.with_document(source, |document| match document {
            Some(document) => metadata.read(document.root(), source),
            None => Ok(()),
        })
    }

    /// If there are two, the later name wins.
    fn lock(&mut self, sorted: &mut Sorted) -> Result<Option<Lock>, HelmError> {
        let mut lock = None;
        for name in ["Chart.lock", "requirements.lock"] {
            if let Some(source) = self.source(sorted, name) {
                lock = Some(self.with_document(source, |document| match document {
                    Some(document) => Lock::read(document.root(), source),
                    None => Ok(Lock::default()),
                })?);
            }
        }
        Ok(lock)
    }

    fn with_document<T>(
        &self,
        source: usize,
        read: impl FnOnce(Option<&Document<'_>>) -> Result<T, Wrong>,
    ) -> Result<T, HelmError> {
        let Some(source) = self.sources.get(source) else {
            return Err(HelmError { fault: Fault::NoChartFile, origin: None, at: None });
        };
        let document = Document::parse(&source.text, 0).map_err(|error| HelmError::yaml(source, error))?;
        read(document.as_ref())
            .map_err(|wrong| HelmError::in_source(source, wrong.place, Fault::Metadata(wrong.message)))
    }

    fn subcharts(&mut self, below: BTreeMap<String, Vec<Member>>) -> Result<Vec<Chart>, HelmError> {
        let mut subcharts = Vec::new();
        self.depth = self.depth.saturating_add(1);
        for (name, members) in below {
            if let Some(chart) = self.subchart(&name, members)? {
                subcharts.push(chart);
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(subcharts)
    }

    /// A sub-chart from a folder or package; anything else in `charts/` is an error.
    fn subchart(&mut self, name: &str, members: Vec<Member>) -> Result<Option<Chart>, HelmError> {
        let Some(first) = members.first() else { return Ok(None) };
        let origin = if is_package(name) { first.origin.clone() } else { enclosing(&first.origin, &first.name) };
        if self.depth > MAX_CHARTS {
            return Err(HelmError::of(origin, Fault::TooManyCharts(MAX_CHARTS)));
        }
        let members = match members.as_slice() {
            [Member { name, text: Some(text), .. }] if is_package(name) => {
                archive::members(text, &origin, &mut self.budget)?
            }
            _ if is_package(name) => return Err(HelmError::of(origin, Fault::Archive(ArchiveFault::NotGzip))),
            _ => members.into_iter().filter_map(without_folder).collect(),
        };
        self.assemble(members, &origin).map(Some)
    }
}

fn sort(members: Vec<Member>) -> Sorted {
    let mut sorted = Sorted::default();
    for mut member in members {
        let Some(below) = member.name.strip_prefix("charts/") else {
            sorted.own.insert(member.name.clone(), member);
            continue;
        };
        let name = below.split('/').next().unwrap_or_default().to_owned();
        let is_signature = below.rsplit_once('.').is_some_and(|(_, ending)| ending == "prov");
        if is_signature || name.starts_with(['_', '.']) {
            continue;
        }
        let below = below.to_owned();
        member.name = below;
        sorted.below.entry(name).or_default().push(member);
    }
    sorted
}

fn without_folder(member: Member) -> Option<Member> {
    let name = member.name.split_once('/')?.1.to_owned();
    Some(Member { name, ..member })
}

/// The folder of a sub-chart, derived from one of its files.
fn enclosing(origin: &Origin, name: &str) -> Origin {
    let steps = name.matches('/').count();
    match origin {
        Origin::File(path) => Origin::File(path.ancestors().nth(steps).unwrap_or(path).to_owned()),
        Origin::Archived { archive, path } => {
            let inside = path.rsplitn(steps.saturating_add(1), '/').last().unwrap_or(path);
            Origin::Archived { archive: archive.clone(), path: inside.to_owned() }
        }
        Origin::Flag(_) | Origin::Named(_) => origin.clone(),
    }
}

/// The values of a source that is YAML, by its number: what Helm 3 reads ends with the first document, Helm 4 lays all
/// of them over each other.
///
/// # Errors
/// When a document is not YAML, or no table.
pub fn read_values(source: &Source, number: usize, helm: HelmVersion) -> Result<Value, HelmError> {
    let slices = match helm {
        HelmVersion::V3 => vec![yaml::Span::new(0, source.text.len())],
        HelmVersion::V4 => yaml::split(&source.text),
    };
    let mut values = None;
    for slice in slices {
        if let Some(read) = read_document(source, slice, number)? {
            values = Some(match values {
                Some(before) => merge_over(&before, read),
                None => read,
            });
        }
    }
    Ok(values.unwrap_or_else(Value::empty))
}

fn read_document(source: &Source, slice: yaml::Span, number: usize) -> Result<Option<Value>, HelmError> {
    let document = Document::parse(slice.of_bytes(&source.text), slice.start);
    let Some(document) = document.map_err(|error| HelmError::yaml(source, error))? else { return Ok(None) };
    let value = Value::from_document(&document, number).map_err(|error| HelmError::yaml(source, error))?;
    match value.data {
        Data::Table(_) => Ok(Some(value)),
        Data::Null => Ok(None),
        Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) => {
            Err(HelmError::in_source(source, document.root().span(), Fault::ValuesNotATable))
        }
    }
}
