//! Writes the files changed by `--fix`. All are staged before the first one is replaced, and each appears as a whole.

use std::fs::{Metadata, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::lint::ChangedFile;

/// The permissions of a new file, before the umask is applied.
const NEW_FILE: u32 = 0o666;

/// Why a fix could not be written. Nothing has been changed, unless renaming failed after some files were replaced.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot write the fix of {path}: {cause}")]
#[diagnostic(help("use `--diff` to print the fixes as a patch instead"))]
pub(in crate::cli) struct WriteError {
    /// The file.
    path: PathBuf,
    /// What the system said.
    cause: io::Error,
}

/// Replaces the contents of files.
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

/// Writes the new content to a temporary file beside the file, with the same owner and permissions. If the file is a
/// symbolic link, what it points to will be replaced.
fn stage(file: &ChangedFile) -> io::Result<(NamedTempFile, PathBuf)> {
    let named = file.path.as_path();
    let is_new = file.before.is_empty() && std::fs::symlink_metadata(named).is_err();
    let path = if is_new { named.to_owned() } else { named.canonicalize()? };
    let kept = if is_new { None } else { Some(unchanged(&path, &file.before)?) };
    let permissions = kept.as_ref().map_or_else(|| Permissions::from_mode(NEW_FILE), Metadata::permissions);
    let folder = path.parent().ok_or_else(|| io::Error::other("it is not in a folder"))?;
    // A new file's permissions are subject to the umask; an existing file keeps its own.
    let mut staged =
        tempfile::Builder::new().prefix(".autopurge-").permissions(permissions.clone()).tempfile_in(folder)?;
    staged.write_all(&file.after)?;
    if let Some(kept) = kept {
        // Root keeps the owner, as `sed -i` does; others may not give files away, and the file is theirs anyway. This
        // takes away some permissions, so it comes before them.
        let _ = fchown(staged.as_file(), Some(kept.uid()), Some(kept.gid()));
        staged.as_file().set_permissions(permissions)?;
    }
    staged.as_file().sync_all()?;
    Ok((staged, path))
}

/// The owner and the permissions of a file; an error if its content has changed since it was read, or if it is
/// read-only.
fn unchanged(path: &Path, before: &[u8]) -> io::Result<Metadata> {
    if *std::fs::read(path)? != *before {
        return Err(io::Error::other("it has changed since it was read"));
    }
    let metadata = std::fs::metadata(path)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    Ok(metadata)
}
