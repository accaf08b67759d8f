//! Decides which files of a tree are searched: those that git does not ignore, ordered by name regardless of the number
//! of threads.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::gitignore::Gitignore;
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use crate::globs::{GlobError, globs, hold};
use crate::path::Base;

/// What to leave out, and how many threads to use.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Globs as in `.gitignore`, relative to the working directory.
    pub exclude: Vec<String>,
    /// The same, relative to the configuration's folder.
    pub config_exclude: Vec<String>,
    /// The configuration's folder.
    pub base: Base,
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

/// How to search folders: options whose globs are valid.
pub(super) struct Walk {
    exclude: Excluded,
    config_exclude: Excluded,
    threads: usize,
}

/// Globs, and the folder that they are relative to.
#[derive(Clone)]
struct Excluded {
    globs: Gitignore,
    base: Base,
}

impl Walk {
    /// Parses the globs, so that a mistake in them is told even where no folder is searched.
    ///
    /// # Errors
    /// When a glob is invalid.
    pub(super) fn new(options: &WalkOptions) -> Result<Self, GlobError> {
        let excluded =
            |list: &[String], base: Base| globs(list.iter().map(String::as_str)).map(|globs| Excluded { globs, base });
        Ok(Self {
            exclude: excluded(&options.exclude, Base::here())?,
            config_exclude: excluded(&options.config_exclude, options.base.clone())?,
            threads: options.threads,
        })
    }

    /// Whether the command line names a path and excludes it, too.
    pub(super) fn contradicts(&self, path: &Path) -> bool {
        hold(&self.exclude.globs, &self.exclude.base.way_to(path))
    }
}

/// The files below a folder. Links are not followed: their targets are either searched where they are, or lie outside.
pub(super) fn walk(root: &Path, walk: &Walk) -> Walked {
    let excludes = [&walk.exclude, &walk.config_exclude].map(|excluded| excluded.below(root));
    let builder = WalkBuilder::new(root)
        .hidden(false)
        .threads(walk.threads)
        .filter_entry(move |entry| entry.file_name() != ".git" && !excludes.iter().any(|exclude| exclude.holds(entry)))
        .build_parallel();
    let all = Mutex::new(Walked::default());
    builder.visit(&mut Collectors { all: &all });
    let mut walked = all.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    walked.files.sort();
    walked.faults.sort();
    walked
}

/// What globs leave out below a folder.
struct ExcludedBelow {
    excluded: Excluded,
    root: PathBuf,
    /// The place of the root.
    place: PathBuf,
}

impl Excluded {
    fn below(&self, root: &Path) -> ExcludedBelow {
        ExcludedBelow { excluded: self.clone(), root: root.to_owned(), place: self.base.place_of(root) }
    }
}

impl ExcludedBelow {
    fn holds(&self, entry: &DirEntry) -> bool {
        let Excluded { globs, base } = &self.excluded;
        if globs.is_empty() {
            return false;
        }
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let rest = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
        globs.matched(base.way_to_place(&self.place.join(rest)), is_folder).is_ignore()
    }
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
