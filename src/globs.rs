//! Globs as in `.gitignore`, from the command line and the configuration.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use thiserror::Error;

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

/// The globs of a list, in which later ones take precedence. What would fit nothing is a mistake: an empty glob, and
/// one that is a comment in `.gitignore`.
///
/// # Errors
/// The first invalid glob.
pub(crate) fn globs<'g>(list: impl IntoIterator<Item = &'g str>) -> Result<Gitignore, GlobError> {
    let failed = |glob: &str, cause: &str| GlobError { glob: glob.to_owned(), cause: cause.to_owned() };
    let mut builder = GitignoreBuilder::new("");
    // Otherwise `[` would be taken for a plain character, and the glob would fit nothing that its author had in mind.
    builder.allow_unclosed_class(false);
    for glob in list {
        if glob.trim().is_empty() {
            return Err(failed(glob, "it is empty"));
        }
        if glob.starts_with('#') {
            return Err(failed(glob, "`#` begins a comment; write `\\#`"));
        }
        builder.add_line(None, glob).map_err(|error| failed(glob, &cause(&error)))?;
    }
    builder.build().map_err(|error| failed("", &cause(&error)))
}

/// What is wrong with a glob, which is not repeated.
fn cause(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

/// Whether globs fit a file, or a folder that it is in.
pub(crate) fn hold(globs: &Gitignore, path: &Path) -> bool {
    let mut folders = path.ancestors().filter(|part| !part.as_os_str().is_empty());
    folders.next().is_some_and(|file| globs.matched(file, false).is_ignore())
        || folders.any(|folder| globs.matched(folder, true).is_ignore())
}
