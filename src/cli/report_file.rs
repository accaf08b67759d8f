//! Writes report files so that each appears as a whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// How many numbered reports a folder may have.
const MOST_REPORTS: u32 = 1_000_000;

/// Writes a report to a file, or to the next free numbered file if the path is a folder or ends in a slash.
///
/// # Errors
/// When writing fails; no partial file is left behind.
pub(super) fn write(path: &Path, text: &str) -> io::Result<PathBuf> {
    if path.is_dir() || path.to_string_lossy().ends_with('/') {
        std::fs::create_dir_all(path)?;
        return persist_in(path, staged(path, text)?);
    }
    if is_standard_output(path) {
        return Err(io::Error::other("that is where the manifests go"));
    }
    write_file(path, text)
}

/// Writes a report to a file.
///
/// # Errors
/// As for [`write`], and when the path is a folder or leads to standard output.
pub(super) fn write_file(path: &Path, text: &str) -> io::Result<PathBuf> {
    // A symbolic link is kept, and the file that it points to is replaced.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if is_standard_output(&path) {
        return Err(io::Error::other("that is standard output, where reports without a file go"));
    }
    if is_device(&path) {
        return std::fs::write(&path, text).map(|()| path);
    }
    let folder = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    staged(folder, text)?.persist(&path)?;
    Ok(path)
}

/// Writes the text to a temporary file in the folder, so that renaming it makes the report appear all at once.
fn staged(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // Errors about the folder itself should not name a temporary file that the user does not know.
    std::fs::metadata(folder)?;
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Whether a path leads to the same file as standard output, where the report would mix with other output.
fn is_standard_output(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let place = |path: &Path| std::fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino())).ok();
    let is_same = place(path).is_some_and(|own| Some(own) == place(Path::new("/dev/stdout")));
    is_same && path != Path::new("/dev/null") || path == Path::new("-")
}

/// Whether this is a pipe or a device such as `/dev/stderr`, which has to be written to and not replaced.
fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Gives the file the first free number, without overwriting any: Helm may run several renderers at once.
fn persist_in(folder: &Path, mut file: NamedTempFile) -> io::Result<PathBuf> {
    for number in 1..=MOST_REPORTS {
        let path = folder.join(format!("autopurge-{number:04}.json"));
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(error.error),
        }
    }
    Err(io::Error::other("the folder has too many reports"))
}
