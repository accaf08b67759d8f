//! Suppressions in the configuration, by path, object or check.

use std::path::Path;

use ignore::gitignore::Gitignore;

use super::directive::Terms;
use super::matching::{Object, Question};
use crate::globs::hold;
use crate::path::Base;
use crate::report::Place;
use crate::wildcard::matches;

/// A suppression in the configuration. Everything that it names has to match.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Where it is written in the configuration.
    pub place: Place,
    /// The files, written as in `.gitignore`.
    pub paths: Option<Gitignore>,
    /// The object: `Kind/name` or `Kind/namespace/name`, `*` for any text in it.
    pub object: Option<String>,
    /// The checks, the reason and the last day.
    pub terms: Terms,
}

impl Rule {
    pub(super) fn covers(&self, question: &Question<'_>, base: &Base) -> bool {
        let is_object = |pattern: &String| question.object.as_ref().is_some_and(|object| is_named(object, pattern));
        self.terms.names(question.check)
            && (self.holds(question.path, base) || self.holds(question.object_path, base))
            && self.object.as_ref().is_none_or(is_object)
    }

    /// Whether it applies to a file; without a glob it applies to every file.
    pub(super) fn holds(&self, path: &str, base: &Base) -> bool {
        let Some(globs) = &self.paths else { return true };
        hold(globs, &base.way_to(Path::new(path)))
    }
}

fn is_named(object: &Object, pattern: &str) -> bool {
    let bare = Object { namespace: None, ..object.clone() };
    matches(pattern, &object.title()) || matches(pattern, &bare.title())
}
