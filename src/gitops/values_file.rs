//! Values files that a release names.

use super::path;
use super::release::{Content, Layer, Located, Missing, Values};
use super::surroundings::Scope;
use super::text::Text;

/// A file that is named somewhere, and the folders that it may be meant from, the likeliest first.
pub(super) struct Named<'n> {
    pub(super) written: &'n Located,
    pub(super) path: &'n str,
    pub(super) folders: Vec<&'n str>,
}

impl Named<'_> {
    /// The values of the first file that is there.
    pub(super) fn layer(&self, scope: &Scope<'_>) -> Layer {
        match self.find(scope) {
            Ok(text) => Layer { at: text.file().to_string(), content: Content::Values(Values::of_text(text)) },
            Err(tried) => self.missing(tried, "is not in this repository"),
        }
    }

    /// The file, or the paths that were tried.
    pub(super) fn find(&self, scope: &Scope<'_>) -> Result<Text, Vec<String>> {
        let mut tried = Vec::new();
        for candidate in self.folders.iter().filter_map(|folder| path::join(folder, self.path)) {
            if let Some(content) = scope.files().read(&candidate) {
                return Ok(Text::of_file(&candidate, &content));
            }
            if !tried.contains(&candidate) {
                tried.push(candidate);
            }
        }
        Err(tried)
    }

    pub(super) fn missing(&self, tried: Vec<String>, why: &str) -> Layer {
        missing(self.written, tried, &format!("the values file {} {why}", self.written.text))
    }
}

/// A layer that nobody can look at from here.
pub(super) fn missing(written: &Located, tried: Vec<String>, why: &str) -> Layer {
    let what = written.text.clone();
    let missing = Missing { what, why: why.to_owned(), tried, place: written.place.clone() };
    Layer { at: written.text.clone(), content: Content::Missing(missing) }
}
