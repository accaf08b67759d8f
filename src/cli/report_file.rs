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
    let is_folder = path.is_dir() || path.to_string_lossy().ends_with('/');
    let folder = if is_folder {
        path
    } else {
        path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
    };
    if is_folder {
        std::fs::create_dir_all(path)?;
    }
    if is_device(path) {
        return std::fs::write(path, text).map(|()| path.to_owned());
    }
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    if is_folder { persist_in(folder, file) } else { Ok(file.persist(path).map(|_| path.to_owned())?) }
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
    Err(io::Error::other("the folder is full of reports"))
}
