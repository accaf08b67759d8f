//! Values files that a release refers to.

use super::path;
use super::release::{Content, Layer, Located, Missing, Values};
use super::surroundings::Scope;
use super::text::Text;

/// A file as referred to, and the folders that the path may be relative to, likeliest first.
pub(super) struct Named<'n> {
    pub(super) written: &'n Located,
    pub(super) path: &'n str,
    pub(super) folders: Vec<&'n str>,
}

/// Why the text of a file is not available.
pub(super) enum Unread {
    /// It does not exist at any of these paths.
    Absent(Vec<String>),
    /// It exists but cannot be read, for this reason.
    Unreadable(String),
}

impl Unread {
    /// Why the file has no text, as the reason for a value taken from it.
    pub(super) fn why(self, written: &Located) -> String {
        match self {
            Self::Absent(_) => format!("the file {} is not in this repository", written.text),
            Self::Unreadable(why) => why,
        }
    }
}

/// A value from a file that is not available.
pub(super) fn missing_value(name: Located, value: Located, why: &str) -> Layer {
    let why = format!("{} gets its value from a file: {why}", name.text);
    let missing = Missing { what: value.text.clone(), why, tried: Vec::new(), place: value.place };
    Layer { at: value.text, content: Content::MissingValue(name, missing) }
}

impl Named<'_> {
    /// The values of the first file that exists.
    pub(super) fn layer(&self, scope: &Scope<'_>) -> Layer {
        self.layer_of(self.find(scope))
    }

    /// The values of the file, if it was found.
    pub(super) fn layer_of(&self, found: Result<Text, Unread>) -> Layer {
        match found {
            Ok(text) => Layer { at: text.file().to_string(), content: Content::Values(Values::of_text(text)) },
            Err(unread) => self.missing(unread, "is not in this repository"),
        }
    }

    /// The file, or why its text is not available.
    pub(super) fn find(&self, scope: &Scope<'_>) -> Result<Text, Unread> {
        let mut tried = Vec::new();
        for candidate in self.folders.iter().filter_map(|folder| path::join(folder, self.path)) {
            if let Some(content) = scope.files().read(&candidate) {
                return Ok(Text::of_file(&candidate, &content));
            }
            if let Some(fault) = scope.files().fault(&candidate) {
                return Err(Unread::Unreadable(unreadable(&candidate, &fault)));
            }
            if !tried.contains(&candidate) {
                tried.push(candidate);
            }
        }
        Err(Unread::Absent(tried))
    }

    /// A layer that is not available; `why` is the wording for a file that does not exist.
    pub(super) fn missing(&self, unread: Unread, why: &str) -> Layer {
        match unread {
            Unread::Absent(tried) => {
                missing(self.written, tried, &format!("the values file {} {why}", self.written.text))
            }
            Unread::Unreadable(why) => missing(self.written, Vec::new(), &why),
        }
    }
}

/// The message for an existing file that cannot be read.
pub(super) fn unreadable(path: &str, fault: &str) -> String {
    format!("cannot read the file {path}: {fault}")
}

/// A layer that cannot be read from here.
pub(super) fn missing(written: &Located, tried: Vec<String>, why: &str) -> Layer {
    let what = written.text.clone();
    let missing = Missing { what, why: why.to_owned(), tried, place: written.place.clone() };
    Layer { at: written.text.clone(), content: Content::Missing(missing) }
}
