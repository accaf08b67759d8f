//! Decides which files of a tree are searched: those that git does not ignore, ordered by name regardless of the number
//! of threads.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};
use thiserror::Error;

/// What to leave out, and how many threads to use.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Globs as in `.gitignore`, relative to the working directory.
    pub exclude: Vec<String>,
    /// The same, relative to the configuration's folder.
    pub config_exclude: Vec<String>,
    /// The working directory, relative to the configuration's folder.
    pub base: PathBuf,
    /// Number of threads; 0 chooses automatically.
    pub threads: usize,
}

/// A place that could not be searched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The place, as far as it is known.
    pub path: PathBuf,
    /// The system's error message.
    pub cause: String,
}

/// The files of a tree.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Files, by name.
    pub files: Vec<PathBuf>,
    /// Folders and links that could not be read, by name.
    pub faults: Vec<Fault>,
}

/// An invalid glob from the user.
#[derive(Debug, Error, miette::Diagnostic)]
#[error("\"{glob}\" is not a valid glob: {cause}")]
#[diagnostic(help("globs are written as in .gitignore: `*.tgz`, `examples/**`, `/vendor`"))]
pub struct GlobError {
    /// The glob as given.
    pub glob: String,
    /// What is wrong with it.
    pub cause: String,
}

/// How to search folders: options whose globs are valid.
pub(super) struct Walk {
    exclude: Override,
    config_exclude: Gitignore,
    base: PathBuf,
    threads: usize,
}

impl Walk {
    /// Parses the globs, so that a mistake in them is told even where no folder is searched.
    ///
    /// # Errors
    /// When a glob is invalid.
    pub(super) fn new(options: &WalkOptions) -> Result<Self, GlobError> {
        let WalkOptions { base, threads, .. } = options;
        let (exclude, config_exclude) = (exclude(options)?, config_exclude(options)?);
        Ok(Self { exclude, config_exclude, base: base.clone(), threads: *threads })
    }
}

/// The files below a folder. Links are not followed: their targets are either searched where they are, or lie outside.
pub(super) fn walk(root: &Path, walk: &Walk) -> Walked {
    let (config_exclude, base) = (walk.config_exclude.clone(), walk.base.clone());
    let builder = WalkBuilder::new(root)
        .overrides(walk.exclude.clone())
        .hidden(false)
        .threads(walk.threads)
        .filter_entry(move |entry| entry.file_name() != ".git" && !is_left_out(entry, &config_exclude, &base))
        .build_parallel();
    let all = Mutex::new(Walked::default());
    builder.visit(&mut Collectors { all: &all });
    let mut walked = all.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    walked.files.sort();
    walked.faults.sort();
    walked
}

/// What the command line excludes.
fn exclude(options: &WalkOptions) -> Result<Override, GlobError> {
    let mut globs = OverrideBuilder::new(".");
    for glob in &options.exclude {
        let failed = |error: ignore::Error| GlobError { glob: glob.clone(), cause: cause(&error) };
        globs.add(&format!("!{glob}")).map_err(failed)?;
    }
    let failed = |error: ignore::Error| GlobError { glob: options.exclude.join(" "), cause: error.to_string() };
    globs.build().map_err(failed)
}

/// What is wrong with a glob, which is not repeated: it is parsed with a `!` before it.
fn cause(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

/// What the configuration excludes.
fn config_exclude(options: &WalkOptions) -> Result<Gitignore, GlobError> {
    let mut globs = GitignoreBuilder::new("");
    for glob in &options.config_exclude {
        let failed = |error: ignore::Error| GlobError { glob: glob.clone(), cause: error.to_string() };
        globs.add_line(None, glob).map_err(failed)?;
    }
    let failed = |error: ignore::Error| GlobError { glob: options.config_exclude.join(" "), cause: error.to_string() };
    globs.build().map_err(failed)
}

fn is_left_out(entry: &DirEntry, globs: &Gitignore, base: &Path) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let path = base.join(entry.path().strip_prefix(".").unwrap_or(entry.path()));
    !globs.is_empty() && globs.matched(path, is_folder).is_ignore()
}

/// Creates a collector for each thread.
struct Collectors<'a> {
    all: &'a Mutex<Walked>,
}

/// Collects what one thread sees and hands it over at the end.
struct Collector<'a> {
    own: Walked,
    all: &'a Mutex<Walked>,
}

impl<'a> ParallelVisitorBuilder<'a> for Collectors<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'a> {
        Box::new(Collector { own: Walked::default(), all: self.all })
    }
}

impl ParallelVisitor for Collector<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => self.own.files.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => self.own.faults.push(fault(&error)),
        }
        WalkState::Continue
    }
}

impl Drop for Collector<'_> {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.files.append(&mut self.own.files);
        all.faults.append(&mut self.own.faults);
    }
}

fn fault(error: &ignore::Error) -> Fault {
    let path = path_of(error).map(Path::to_owned).unwrap_or_default();
    let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Fault { path, cause }
}

/// The path that an error is about; such errors may be nested.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}
