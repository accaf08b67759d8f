//! Judges charts, in folders or packaged, from their effective values.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::models::shipped_by;
use super::reading::{Coalesced, Reading, coalesced, servers};
use super::target::tidy;
use super::values::{
    Assignment, Change, FileLocation, Subject, Unwritten, ValuesOrigin, add, as_written, first_line, found, nearest_key,
};
use super::{Examined, FileEdits, Linter, display, unreadable};
use crate::charts::{ShippedServer, ValuesFix};
use crate::helm::{Chart, ChartKind, HelmError, Instance, Origin, Place, Sources, Value, ValuesPath};
use crate::report::{Input, InputKind, Part, Source};
use crate::suppress::{Directive, in_yaml};
use crate::yaml::{spliced, split};
use crate::zookeeper::Verdict;

/// Which servers are fixed, by their numbers in the part.
#[derive(Clone, Copy)]
pub(super) enum Fixes<'a> {
    /// None.
    None,
    /// All.
    All,
    /// These.
    Only(&'a BTreeSet<usize>),
}

impl Fixes<'_> {
    fn include(self, server: usize) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(servers) => servers.contains(&server),
        }
    }
}

/// Examines the servers of a chart, with the values that the user gives.
pub(super) fn examine(path: &Path, linter: &Linter<'_>, fixes: Fixes<'_>) -> Examined {
    let examined = Reading::each(path, linter).and_then(|readings| examine_read(path, &readings, linter, fixes));
    let mut examined = examined.unwrap_or_else(|error| Examined {
        part: Part { findings: vec![unreadable::chart(&display(path), &error)], ..Part::default() },
        ..Examined::default()
    });
    examined.part.inputs.push(Input { path: display(path), kind: InputKind::Chart, documents: 0 });
    examined
}

fn examine_read(
    path: &Path,
    readings: &[Reading],
    linter: &Linter<'_>,
    fixes: Fixes<'_>,
) -> Result<Examined, HelmError> {
    // Helm does not install library charts, so they run no server.
    if readings.iter().any(|reading| reading.chart.metadata.kind == ChartKind::Library) {
        return Ok(Examined::default());
    }
    let tops = coalesced(readings)?;
    let Some((reading, top)) = tops.first() else { return Ok(Examined::default()) };
    let (chart, sources, pending) = (&*reading.chart, &*reading.sources, RefCell::default());
    let release = Release { path, chart, sources, top, tops: &tops, linter, pending: &pending };
    let mut part = Part::default();
    let (subject, directives) = (release.subject(), release.directives());
    for (number, modelled) in servers(&tops, linter).into_iter().enumerate() {
        let before = release.pending.borrow().clone();
        let found = found(&release, modelled);
        if !add(&mut part, &found, &subject, (linter, &directives)) || !fixes.include(number) {
            release.pending.replace(before);
        }
    }
    let edits = pending.take().into_iter().filter_map(|(number, after)| {
        let (path, before) = release.file_of(number)?;
        Some(FileEdits::between(&tidy(path), before, &after))
    });
    let edits = edits.collect();
    Ok(Examined { part, edits, directives })
}

/// A chart with its effective values.
#[derive(Clone, Copy)]
struct Release<'a> {
    path: &'a Path,
    chart: &'a Chart,
    sources: &'a Sources,
    top: &'a Instance<'a>,
    /// The same, as each version of Helm sees it.
    tops: &'a [Coalesced<'a>],
    linter: &'a Linter<'a>,
    /// Sources with the fixes of earlier servers applied: the next fix is made on top of them.
    pending: &'a RefCell<Pending>,
}

/// Texts by source index.
type Pending = BTreeMap<usize, Vec<u8>>;

impl ValuesOrigin for Release<'_> {
    fn values(&self) -> &Value {
        &self.top.values
    }

    fn location(&self, place: Place) -> Option<FileLocation> {
        let (path, text) = self.file(place.source)?;
        Some(FileLocation { path, text, span: Some(place.span) })
    }

    fn is_shipped(&self, place: Place) -> bool {
        let origin = self.sources.get(place.source).map(|source| &source.origin);
        matches!(origin, Some(Origin::File(_) | Origin::Archived { .. }))
    }

    fn nearest(&self, keys: &[String]) -> FileLocation {
        let in_values = self.home().and_then(|number| self.file(number)).and_then(|(path, text)| {
            let span = nearest_key(&text, (None, ""), keys)?;
            Some(FileLocation { path, text, span: Some(span) })
        });
        let home = || self.home().and_then(|number| self.file(number)).filter(|(_, text)| !text.is_empty());
        let first = || home().or_else(|| self.file(self.chart.metadata_source));
        in_values
            .or_else(|| self.dependency(keys.first()?))
            .or_else(|| first().map(|(path, text)| FileLocation::first_line(&path, &text)))
            .unwrap_or_else(|| FileLocation::file(&display(self.path)))
    }

    fn write(&self, fix: &ValuesFix, prefix: &[String]) -> Result<Change, Unwritten> {
        let path = fix.path.below(prefix);
        let number = self.source_of(&path)?;
        let (file, text) = self.file(number).ok_or_else(no_file)?;
        let (steps, value) = as_written(fix, (self.values(), &path), Some(number));
        let assignment = Assignment { base: "", steps: &steps.steps, value: &value };
        let pending = self.pending.borrow().get(&number).cloned().unwrap_or_else(|| text.to_vec());
        let document = self.document_of(&path, number);
        let place_in = |text: &[u8]| split(text).get(document?).copied();
        let edits = assignment.write(&pending, place_in(&pending))?.edits;
        let after = spliced(&pending, &edits);
        if !self.purges_with(number, &after, prefix) {
            return Err(Unwritten::NotEnough(path));
        }
        self.pending.borrow_mut().insert(number, after);
        let written = assignment.write(&text, place_in(&text))?;
        Ok(Change { path: file, before: text, edits: written.edits, operation: written.operation })
    }

    fn shipped(&self, prefix: &[String]) -> Option<(ShippedServer, FileLocation)> {
        let (shipped, around) = shipped_by(self.top, prefix, self.linter)?;
        let location = around.first().map_or_else(|| self.version(), |key| self.dependency(key));
        Some((shipped, location.unwrap_or_else(|| FileLocation::file(&display(self.path)))))
    }

    fn hours(&self) -> i32 {
        self.linter.wanted.interval
    }
}

impl Release<'_> {
    fn subject(self) -> Subject {
        let metadata = &self.chart.metadata;
        Subject {
            path: display(self.path),
            kind: "Chart".to_owned(),
            name: metadata.name.clone(),
            namespace: None,
            overlay: None,
            release: None,
            title: format!("chart {} {}", metadata.name, metadata.version),
        }
    }

    /// The suppressions in the files that findings can point to.
    fn directives(self) -> Vec<Directive> {
        let files = (0..self.sources.iter().len()).filter_map(|number| self.file(number));
        files.flat_map(|(path, text)| in_yaml(&Source::new(&path, &text))).collect()
    }

    /// A source that is one of the user's files, as it is shown, with its text.
    fn file(self, number: usize) -> Option<(String, Arc<[u8]>)> {
        self.file_of(number).map(|(file, text)| (display(file), Arc::clone(text)))
    }

    /// A source that is one of the user's files and not part of a sub-chart, which others may use as well.
    fn file_of(&self, number: usize) -> Option<(&Path, &Arc<[u8]>)> {
        let source = self.sources.get(number)?;
        match &source.origin {
            Origin::File(file) if !self.is_of_subchart(file) => Some((file, &source.text)),
            Origin::File(_) | Origin::Archived { .. } | Origin::Flag(_) | Origin::Named(_) => None,
        }
    }

    fn is_of_subchart(self, file: &Path) -> bool {
        file.starts_with(self.path.join("charts")) || self.chart.folders().any(|folder| file.starts_with(folder))
    }

    /// The source to write a value into: the one that has it, or else the one where it belongs.
    fn source_of(self, path: &ValuesPath) -> Result<usize, String> {
        let place = self.top.values.at(&path.keys()).and_then(|value| value.place);
        let source = place.and_then(|place| Some((place.source, &self.sources.get(place.source)?.origin)));
        match source {
            Some((_, Origin::Flag(flag))) => Err(format!("{path} is set by {flag}: change that option")),
            Some((_, Origin::Named(name))) => Err(format!("{path} is set in {name}: change it there")),
            Some((number, _)) if self.file(number).is_some() => Ok(number),
            _ => self.home().ok_or_else(no_file),
        }
    }

    /// Which document of a source has the value; Helm 4 reads all of them.
    fn document_of(self, path: &ValuesPath, number: usize) -> Option<usize> {
        let place = self.top.values.at(&path.keys())?.place.filter(|place| place.source == number)?;
        let documents = split(&self.sources.get(number)?.text);
        documents.iter().position(|document| document.start <= place.span.start && place.span.end <= document.end)
    }

    /// The source to add a value to: the last values file given by the user, or else the chart's own `values.yaml`.
    fn home(self) -> Option<usize> {
        let is_given = |number: &usize| {
            let origin = self.sources.get(*number).map(|source| &source.origin);
            matches!(origin, Some(Origin::File(file)) if self.linter.values_of(self.path).files.iter().any(|own| Path::new(own) == file))
        };
        let given = (0..self.sources.iter().len()).rev().find(is_given);
        given.or(self.chart.values_source).filter(|number| self.file(*number).is_some())
    }

    /// Where the chart's own version is written.
    fn version(self) -> Option<FileLocation> {
        let (path, text) = self.file(self.chart.metadata_source)?;
        let span = nearest_key(&text, (None, ""), &["version".to_owned()])?;
        Some(FileLocation { path, text, span: Some(span) })
    }

    /// The dependency entry for the sub-chart with this key.
    fn dependency(self, key: &str) -> Option<FileLocation> {
        let child = self.top.children.iter().find(|child| child.name == key).and_then(|child| child.dependency);
        let missing = self.top.missing.iter().map(|missing| missing.dependency).find(|missing| missing.key() == key);
        let place = child.or(missing)?.place?;
        let location = self.location(place)?;
        Some(FileLocation { span: Some(first_line(&location.text, place.span)), ..location })
    }

    /// Whether the server purges if the text of a source is replaced.
    fn purges_with(self, number: usize, text: &[u8], prefix: &[String]) -> bool {
        let Some(origin) = self.sources.get(number).map(|source| source.origin.clone()) else { return false };
        let mut read = |path: &str| {
            if origin == Origin::File(path.into()) { Ok(text.to_vec()) } else { std::fs::read(path) }
        };
        let options = self.linter.values_of(self.path);
        let changed = self.tops.iter().map(|(reading, _)| {
            let reading = reading.with_own_values(number, text)?;
            reading.with(options, &mut read)
        });
        let Ok(changed) = changed.collect::<Result<Vec<Reading>, HelmError>>() else { return false };
        let servers = coalesced(&changed).map(|tops| servers(&tops, self.linter)).unwrap_or_default();
        let same = servers.iter().filter(|server| server.prefix == prefix);
        same.map(|server| server.judged.verdict).eq([Verdict::Purges])
    }
}

fn no_file() -> String {
    "there is no values file to write to; name one with -f".to_owned()
}
