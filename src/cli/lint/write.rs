//! Files changed by `--fix`: all of them are staged before the first one is replaced, and each appears whole.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::lint::ChangedFile;

/// What a new file may do, before the umask.
const NEW_FILE: u32 = 0o666;

/// Why a fix could not be written. Nothing has been changed then, unless the renaming itself failed half-way.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot write the fix of {path}: {cause}")]
#[diagnostic(help("use `--diff` to print the fixes as a patch instead"))]
pub(in crate::cli) struct WriteError {
    /// The file.
    path: String,
    /// What the system said.
    cause: io::Error,
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
    let named = Path::new(&file.path);
    let is_new = file.before.is_empty() && std::fs::symlink_metadata(named).is_err();
    let path = if is_new { named.to_owned() } else { named.canonicalize()? };
    let permissions = if is_new { Permissions::from_mode(NEW_FILE) } else { unchanged(&path, &file.before)? };
    let folder = path.parent().ok_or_else(|| io::Error::other("it is not in a folder"))?;
    // What a new file may do is up to the user's umask; what an old one may, stays.
    let mut staged =
        tempfile::Builder::new().prefix(".autopurge-").permissions(permissions.clone()).tempfile_in(folder)?;
    staged.write_all(&file.after)?;
    if !is_new {
        staged.as_file().set_permissions(permissions)?;
    }
    staged.as_file().sync_all()?;
    Ok((staged, path))
}

/// The permissions of a file that still holds what was read.
fn unchanged(path: &Path, before: &[u8]) -> io::Result<Permissions> {
    if *std::fs::read(path)? != *before {
        return Err(io::Error::other("it has changed since it was read"));
    }
    let permissions = std::fs::metadata(path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    Ok(permissions)
}
