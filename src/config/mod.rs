//! `autopurge.yaml`: searched for from the working folder upwards to the root of the repository.

mod file;
mod problems;
mod settings;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;
use miette::{Diagnostic, LabeledSpan, NamedSource};
use thiserror::Error;

pub use file::{ChartValues, CheckName, Count, Day, FailOn, File, Hours, Suppression};
pub use settings::{Asked, Origin, Setting, Settings};

use crate::checks::Check;
use crate::globs::globs;
pub use crate::path::Base;
use crate::report::{Mark, Place, Source};
use crate::suppress::{Rule, Terms};
use crate::yaml::{self, Document, Node, Span};

/// The name of the file.
pub const NAME: &str = "autopurge.yaml";

/// The name that is not read.
const MISNAMED: &str = "autopurge.yml";

/// A configuration and where it was found.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The path of its file, relative to the working folder; `None` if there is no file.
    pub path: Option<PathBuf>,
    /// The folder of the file, relative to the working folder.
    pub root: PathBuf,
    /// That folder, for paths that are seen from the working folder.
    pub base: Base,
    /// Its content.
    pub file: File,
    /// Its suppressions, ready for use.
    pub rules: Vec<Rule>,
}

/// Why a configuration cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {path}: {cause}")]
    #[diagnostic(help("use --no-config to run without one"))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Its content is invalid.
    #[error("{path} {}", counted(labels.len()))]
    #[diagnostic(help("{}/blob/main/docs/configuration.md describes its keys", env!("CARGO_PKG_REPOSITORY")))]
    Invalid {
        /// The file.
        path: String,
        /// Its text.
        #[source_code]
        text: Arc<NamedSource<String>>,
        /// The mistakes.
        #[label(collection)]
        labels: Vec<LabeledSpan>,
    },
}

fn counted(mistakes: usize) -> String {
    if mistakes == 1 { "has a mistake".to_owned() } else { format!("has {mistakes} mistakes") }
}

/// The configuration file for a working folder, relative to it: the nearest one in it or above it, up to the root of
/// its repository. Outside of a repository only the working folder counts, so that no unrelated file is picked up.
#[must_use]
pub fn find(folder: &Path) -> Option<PathBuf> {
    nearest(folder, NAME)
}

/// A file that somebody may take for the configuration, where one would be found.
#[must_use]
pub fn misnamed(folder: &Path) -> Option<PathBuf> {
    nearest(folder, MISNAMED)
}

fn nearest(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_root = |folder: &&Path| folder.join(".git").exists();
    let depth = folder.ancestors().position(|folder| is_root(&folder)).unwrap_or(0);
    let steps = folder.ancestors().take(depth.saturating_add(1)).position(|folder| folder.join(name).is_file())?;
    Some((0..steps).map(|_| "..").chain([name]).collect())
}

impl Config {
    /// Reads a configuration file whose path is relative to a working folder.
    ///
    /// # Errors
    /// When it cannot be read, or has mistakes; the error lists all of them.
    pub fn load(path: &Path, folder: &Path) -> Result<Self, ConfigError> {
        let unreadable = |cause| ConfigError::Unreadable { path: path.to_owned(), cause };
        let text = std::fs::read_to_string(folder.join(path)).map_err(unreadable)?;
        let root = path.parent().unwrap_or(Path::new("")).to_owned();
        let (file, rules) = read(&path.to_string_lossy(), &text)?;
        let base = Base::new(&root, folder);
        Ok(Self { path: Some(path.to_owned()), root, base, file, rules })
    }

    /// Resolves a path in the file, relative to the working folder.
    #[must_use]
    pub fn at(&self, path: &Path) -> PathBuf {
        self.root.join(path)
    }
}

fn read(path: &str, text: &str) -> Result<(File, Vec<Rule>), ConfigError> {
    let invalid = |labels: Vec<LabeledSpan>| ConfigError::Invalid {
        path: path.to_owned(),
        text: Arc::new(NamedSource::new(path, text.to_owned())),
        labels,
    };
    let document = Document::parse(text.as_bytes(), 0)
        .map_err(|error| invalid(vec![label(Span::new(error.offset, error.offset), error.message)]))?;
    let Some(document) = document else { return Ok((File::default(), Vec::new())) };
    let problems = problems::of(document.root());
    if !problems.is_empty() {
        return Err(invalid(problems.into_iter().map(|problem| label(problem.span, problem.message)).collect()));
    }
    let file: File = yaml::from_str(text).map_err(|error| invalid(vec![label(error.span, error.message)]))?;
    let (rules, mistakes) = rules(&file, document.root(), &Source::new(path, text.as_bytes()));
    if mistakes.is_empty() { Ok((file, rules)) } else { Err(invalid(mistakes)) }
}

fn label(span: Span, message: String) -> LabeledSpan {
    LabeledSpan::new(Some(message), span.start, span.len())
}

/// The suppressions with their places, and the mistakes in all globs.
fn rules(file: &File, root: Node<'_>, source: &Source<'_>) -> (Vec<Rule>, Vec<LabeledSpan>) {
    let (mut rules, mut mistakes) = (Vec::new(), Vec::new());
    for (number, glob) in file.exclude.iter().enumerate() {
        let Some(node) = root.get("exclude").and_then(|list| list.item(number)) else { continue };
        mistakes.extend(globs([glob.as_str()]).err().map(|error| label(node.span(), error.to_string())));
    }
    for (number, suppression) in file.suppressions.iter().enumerate() {
        let Some(node) = root.get("suppressions").and_then(|list| list.item(number)) else { continue };
        match suppression.path.as_deref().map(|glob| globs([glob])).transpose() {
            Ok(paths) => rules.push(rule(suppression, paths, place(node, source))),
            Err(error) => mistakes.push(label(node.get("path").unwrap_or(node).span(), error.to_string())),
        }
    }
    (rules, mistakes)
}

fn rule(suppression: &Suppression, paths: Option<Gitignore>, place: Place) -> Rule {
    let terms = Terms {
        checks: checks(&suppression.checks),
        reason: suppression.reason.clone(),
        until: suppression.until.map(|day| day.0),
        mistake: None,
    };
    Rule { place, paths, object: suppression.object.clone(), terms }
}

fn place(node: Node<'_>, source: &Source<'_>) -> Place {
    let span = node.entries().first().map_or(node, |(key, _)| *key).span();
    source.place(Some(0), &Mark { span, context: span, shown: vec![span] })
}

fn checks(names: &[CheckName]) -> Vec<Check> {
    names.iter().map(|name| name.0).collect()
}
