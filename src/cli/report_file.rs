//! Report files: whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// More reports than this in one folder, and somebody should look into it.
const MOST_REPORTS: u32 = 1_000_000;

/// Writes a report to a file, or to the next free file of a folder when the path ends in a slash or is one.
///
/// # Errors
/// When that fails; no half file is left behind.
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
/// As [`write`], and where the path is a folder or leads to standard output.
pub(super) fn write_file(path: &Path, text: &str) -> io::Result<PathBuf> {
    // A link stays a link: the file that it leads to is the one that is replaced.
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

/// The text in a nameless place of the folder, so that it can appear under its name all at once.
fn staged(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // What is wrong with the folder itself is told without the name of a file that nobody knows.
    std::fs::metadata(folder)?;
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Whether a path leads to what standard output leads to: the report would take the place of the manifests.
fn is_standard_output(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let place = |path: &Path| std::fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino())).ok();
    let is_same = place(path).is_some_and(|own| Some(own) == place(Path::new("/dev/stdout")));
    is_same && path != Path::new("/dev/null") || path == Path::new("-")
}

/// `/dev/stderr` and pipes are written to; a file would take their place otherwise.
fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Helm may call more than once at a time: the first free number wins, and nobody overwrites it.
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
