//! Files changed by `--fix`: all of them are staged before the first one is replaced, and each appears whole.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::lint::ChangedFile;

/// Why a fix could not be written. Nothing has been changed then, unless the renaming itself failed half-way.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot write the fix of {path}: {cause}")]
#[diagnostic(help("`--diff` prints the fixes as a patch instead"))]
pub struct WriteError {
    /// The file.
    pub path: String,
    /// What the system said.
    pub cause: io::Error,
}

/// Replaces files by what they are to hold.
pub(super) fn write(files: &[ChangedFile]) -> Result<(), WriteError> {
    let failed = |file: &ChangedFile, cause| WriteError { path: file.path.clone(), cause };
    let staged: Vec<(NamedTempFile, PathBuf, &ChangedFile)> = files
        .iter()
        .map(|file| stage(file).map(|(staged, path)| (staged, path, file)).map_err(|cause| failed(file, cause)))
        .collect::<Result<_, _>>()?;
    for (staged, path, file) in staged {
        staged.persist(path).map_err(|error| failed(file, error.error))?;
    }
    Ok(())
}

/// The new text beside the file, with the file's permissions. A link stays a link: what it leads to is replaced.
fn stage(file: &ChangedFile) -> io::Result<(NamedTempFile, PathBuf)> {
    let path = Path::new(&file.path).canonicalize()?;
    if *std::fs::read(&path)? != *file.before {
        return Err(io::Error::other("it has changed since it was read"));
    }
    let permissions = std::fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    let folder = path.parent().ok_or_else(|| io::Error::other("it is in no folder"))?;
    let mut staged = tempfile::Builder::new().prefix(".autopurge-").tempfile_in(folder)?;
    staged.write_all(&file.after)?;
    staged.as_file().set_permissions(permissions)?;
    staged.as_file().sync_all()?;
    Ok((staged, path))
}
