//! The sources that values were read from, so that places can be shown.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::Place;
use crate::yaml::{Lines, Position};

/// What a source is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// A file within a packaged chart.
    Archived {
        /// The package on disk.
        archive: PathBuf,
        /// The path within it. For packages within packages, the paths are joined by `!`.
        path: String,
    },
    /// A command-line flag, such as `--set`. The source is its argument, which is not part of the name because it may
    /// be secret.
    Flag(String),
    /// Something else, by its usual name.
    Named(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Archived { archive, path } => write!(f, "{}!{path}", archive.display()),
            Self::Flag(name) | Self::Named(name) => f.write_str(name),
        }
    }
}

/// One source with its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file, flag or place that it is.
    pub origin: Origin,
    /// Its content, without a byte order mark if Helm strips it.
    pub text: Arc<[u8]>,
}

/// All sources of some values; a [`Place`] holds an index into them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    sources: Vec<Source>,
}

impl Sources {
    /// Adds a source and returns its index.
    pub fn add(&mut self, origin: Origin, text: impl Into<Arc<[u8]>>) -> usize {
        self.sources.push(Source { origin, text: text.into() });
        self.sources.len().saturating_sub(1)
    }

    /// A source by its index.
    #[must_use]
    pub fn get(&self, source: usize) -> Option<&Source> {
        self.sources.get(source)
    }

    /// The line and column at which something was written.
    #[must_use]
    pub fn position(&self, place: Place) -> Option<Position> {
        let text = &self.get(place.source)?.text;
        Some(Lines::new(text).position(text, place.span.start))
    }

    /// All of them, in the order of their indices.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Source> {
        self.sources.iter()
    }
}
