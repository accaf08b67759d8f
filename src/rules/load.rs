//! Rules from a folder of the user's, on top of those built in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::de::DeserializeOwned;
use thiserror::Error;
use walkdir::WalkDir;

use super::model::{CheckText, Flavor};
use super::validate::{self, Ids, Problem};
use super::{Chart, LazyFlavor, RuleSet};
use crate::yaml;

/// Why a user's rules cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum RuleError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read the rules in {path}: {cause}")]
    #[diagnostic(help("expected a folder with flavors/, charts/ or checks/ in it, with one .yaml file per rule"))]
    Unreadable {
        /// What could not be read.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// A file stands where no rule is looked for.
    #[error("{path} is not in a folder that rules are read from")]
    #[diagnostic(help("move it into flavors/, charts/ or checks/"))]
    Misplaced {
        /// The file.
        path: PathBuf,
    },
    /// A file does not say what a rule has to say.
    #[error("{path}: {message}")]
    #[diagnostic(help("{}/blob/main/docs/rules.md describes what a rule can say", env!("CARGO_PKG_REPOSITORY")))]
    Invalid {
        /// The file.
        path: String,
        /// What is wrong.
        message: String,
        /// Its text.
        #[source_code]
        text: Arc<NamedSource<String>>,
        /// The place in it.
        #[label("here")]
        span: SourceSpan,
    },
}

/// The rules of a folder, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Its flavors.
    pub flavors: Vec<Flavor>,
    /// Its charts.
    pub charts: Vec<Chart>,
    /// Its texts of checks.
    pub checks: Vec<CheckText>,
    /// A problem for each file that makes no sense, in the order of the files.
    pub problems: Vec<RuleError>,
}

/// Adds the rules of a folder to a set and to the user's own texts; a rule with the id of one that is there takes its place.
///
/// # Errors
/// The first file that cannot be read or does not make sense. Nothing is changed then.
pub fn load(folder: &Path, rules: &mut RuleSet, texts: &mut Vec<CheckText>) -> Result<(), RuleError> {
    let mut loaded = read_folder(folder, rules)?;
    if !loaded.problems.is_empty() {
        return Err(loaded.problems.swap_remove(0));
    }
    add(loaded, rules, texts);
    Ok(())
}

/// Puts the rules of a folder in front of those that are known.
pub fn add(loaded: Loaded, rules: &mut RuleSet, texts: &mut Vec<CheckText>) {
    let Loaded { flavors, charts, .. } = &loaded;
    let dates = flavors.iter().map(|flavor| &flavor.checked).chain(charts.iter().map(|chart| &chart.checked));
    rules.date = dates.max().into_iter().chain([&rules.date]).max().cloned().unwrap_or_default();
    if !loaded.flavors.is_empty() || !loaded.charts.is_empty() {
        rules.charts.forget_shipped();
    }
    let flavors = loaded.flavors.into_iter().map(LazyFlavor::from).collect();
    merge(&mut rules.flavors, flavors, |flavor| &flavor.id);
    rules.charts.add(loaded.charts);
    merge(texts, loaded.checks, |text| &text.id);
}

/// Reads the rules of a folder, the good ones and what is wrong with the others. They may refer to each other and to
/// those that are known. What stands in `fixtures` is no rule.
///
/// # Errors
/// When the folder cannot be read, or holds no rule.
pub fn read_folder(folder: &Path, known: &RuleSet) -> Result<Loaded, RuleError> {
    let mut loaded = Loaded::default();
    let files = rule_files(folder)?;
    // What is wrong with a rule is told once: those that refer to it are not.
    let has_file = |folder: &str, id: &str| {
        files.iter().any(|file| folder_of(file) == Some(folder) && file.file_stem().is_some_and(|stem| stem == id))
    };
    let ids = Ids {
        has_flavor: &|id| has_file("flavors", id) || known.flavors.iter().any(|flavor| flavor.id == id),
        has_chart: &|id| has_file("charts", id) || known.charts.has(id),
    };
    let flavor = |flavor: &Flavor, stem: &str| {
        [validate::flavor(flavor, stem), validate::references_of_flavor(flavor, ids)].concat()
    };
    let chart =
        |chart: &Chart, stem: &str| [validate::chart(chart, stem), validate::references_of_chart(chart, ids)].concat();
    for path in &files {
        let read = match folder_of(path) {
            Some("flavors") => read(path, flavor).map(|flavor| loaded.flavors.push(flavor)),
            Some("charts") => read(path, chart).map(|chart| loaded.charts.push(chart)),
            Some("checks") => read(path, validate::check).map(|text| loaded.checks.push(text)),
            _ => Err(RuleError::Misplaced { path: path.clone() }),
        };
        loaded.problems.extend(read.err());
    }
    let Loaded { flavors, charts, checks, problems } = &loaded;
    if flavors.is_empty() && charts.is_empty() && checks.is_empty() && problems.is_empty() {
        let cause = "there is no .yaml file in it".to_owned();
        return Err(RuleError::Unreadable { path: folder.to_owned(), cause });
    }
    Ok(loaded)
}

/// The name of the folder that a file is in.
fn folder_of(path: &Path) -> Option<&str> {
    path.parent()?.file_name()?.to_str()
}

/// The YAML files of a folder and the folders in it, by name.
fn rule_files(folder: &Path) -> Result<Vec<PathBuf>, RuleError> {
    let mut files = Vec::new();
    let is_case = |entry: &walkdir::DirEntry| entry.depth() == 1 && entry.file_name() == "fixtures";
    let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| !is_case(entry)) {
        let entry = entry.map_err(|error| RuleError::Unreadable {
            path: error.path().unwrap_or(folder).to_owned(),
            // The system's own words, without the path once more.
            cause: error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
        })?;
        let is_yaml = entry.path().extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        if is_yaml && entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn read<T: DeserializeOwned>(path: &Path, problems: impl Fn(&T, &str) -> Vec<Problem>) -> Result<T, RuleError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| RuleError::Unreadable { path: path.to_owned(), cause: error.to_string() })?;
    let rule: T = yaml::from_str(&text).map_err(|error| invalid(path, &text, error.message.clone(), error.span))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    match problems(&rule, &stem).into_iter().next() {
        Some(problem) => Err(invalid(path, &text, problem.message, span_of(&text, &problem.pointer))),
        None => Ok(rule),
    }
}

/// The place of a value in a text that has been read before.
fn span_of(text: &str, pointer: &str) -> yaml::Span {
    let document = yaml::Document::parse(text.as_bytes(), 0).ok().flatten();
    let node = document.as_ref().and_then(|document| document.root().at(pointer).or(Some(document.root())));
    node.map_or(yaml::Span { start: 0, end: 0 }, yaml::Node::span)
}

fn invalid(path: &Path, text: &str, message: String, span: yaml::Span) -> RuleError {
    let path = path.display().to_string();
    let source = Arc::new(NamedSource::new(&path, text.to_owned()));
    RuleError::Invalid { message, text: source, span: (span.start, span.end.saturating_sub(span.start)).into(), path }
}

/// Puts more rules before those that are known, so that a person's are asked first; one with the same id goes away.
pub(super) fn merge<T>(known: &mut Vec<T>, more: Vec<T>, id: fn(&T) -> &str) {
    known.retain(|rule| more.iter().all(|other| id(other) != id(rule)));
    known.splice(0..0, more);
}
