//! The files of a packaged chart, read into memory. Refuses what Helm refuses, with the same limits; in addition, links
//! in place of relevant files, duplicates of these, and packages that contain too much in total.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry};

use super::{MAX_FILE, Member, counts};
use crate::helm::{ArchiveFault, Fault, HelmError, Origin};

/// Helm's limit for one unpacked package.
const MAX_UNPACKED: u64 = 100 * 1024 * 1024;
/// The limit for a package together with the packages in it.
const MAX_TOGETHER: u64 = 4 * MAX_UNPACKED;
/// The limit on the number of entries; real charts have hundreds of files.
const MAX_ENTRIES: usize = 50_000;
/// The limit on the unpacked stream, which also contains headers.
const MAX_STREAM: u64 = MAX_UNPACKED + 64 * 1024 * 1024;

/// What a package and the packages in it may still contain.
pub(super) struct Budget {
    bytes: u64,
    entries: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: MAX_TOGETHER, entries: MAX_ENTRIES }
    }
}

/// The members of a package on disk.
pub(super) fn members_of_file(path: &Path, budget: &mut Budget) -> Result<Vec<Member>, HelmError> {
    let origin = Origin::File(path.to_owned());
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_UNPACKED.saturating_add(1)).read_to_end(&mut bytes));
    read.map_err(|error| HelmError::of(origin.clone(), Fault::Unreadable(error.to_string())))?;
    members(&bytes, &origin, budget)
}

/// The members of a package. The origin is the package's own.
pub(super) fn members(bytes: &[u8], origin: &Origin, budget: &mut Budget) -> Result<Vec<Member>, HelmError> {
    let refuse = |fault| HelmError::of(origin.clone(), Fault::Archive(fault));
    if !bytes.starts_with(b"\x1f\x8b\x08") {
        return Err(refuse(ArchiveFault::NotGzip));
    }
    let mut package = Package { origin, left: MAX_UNPACKED, budget, seen: HashSet::new(), members: Vec::new() };
    let mut archive = Archive::new(MultiGzDecoder::new(bytes).take(MAX_STREAM));
    let entries = archive.entries().map_err(|error| refuse(damaged(&error)))?;
    for entry in entries {
        entry.map_err(|error| damaged(&error)).and_then(|entry| package.take(entry)).map_err(refuse)?;
    }
    if package.members.is_empty() { Err(refuse(ArchiveFault::Empty)) } else { Ok(package.members) }
}

struct Package<'p> {
    origin: &'p Origin,
    left: u64,
    budget: &'p mut Budget,
    seen: HashSet<String>,
    members: Vec<Member>,
}

impl Package<'_> {
    fn take(&mut self, mut entry: Entry<'_, impl Read>) -> Result<(), ArchiveFault> {
        self.spend(entry.size())?;
        let written = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if kind.is_dir() || written.ends_with('/') || kind.is_pax_global_extensions() {
            return Ok(());
        }
        let name = path_in_chart(&written)?;
        let mut text = None;
        if counts(&name) {
            if kind.is_symlink() || kind.is_hard_link() {
                return Err(ArchiveFault::Link(written));
            }
            if !self.seen.insert(name.clone()) {
                return Err(ArchiveFault::Duplicate(written));
            }
            text = Some(read(&mut entry)?);
        }
        let origin = self.origin_of(&written);
        self.members.push(Member { name, origin, text });
        Ok(())
    }

    fn spend(&mut self, size: u64) -> Result<(), ArchiveFault> {
        self.budget.entries = self.budget.entries.checked_sub(1).ok_or(ArchiveFault::TooManyEntries(MAX_ENTRIES))?;
        self.budget.bytes = self.budget.bytes.checked_sub(size).ok_or(ArchiveFault::TooLarge(MAX_TOGETHER))?;
        self.left = self.left.checked_sub(size).ok_or(ArchiveFault::TooLarge(MAX_UNPACKED))?;
        if size > MAX_FILE { Err(ArchiveFault::TooLarge(MAX_FILE)) } else { Ok(()) }
    }

    fn origin_of(&self, written: &str) -> Origin {
        match self.origin {
            Origin::Archived { archive, path } => {
                Origin::Archived { archive: archive.clone(), path: format!("{path}!{written}") }
            }
            Origin::File(archive) => Origin::Archived { archive: archive.clone(), path: written.to_owned() },
            Origin::Flag(_) | Origin::Named(_) => self.origin.clone(),
        }
    }
}

fn read(entry: &mut Entry<'_, impl Read>) -> Result<Vec<u8>, ArchiveFault> {
    let mut text = Vec::new();
    let size = entry.size();
    entry.take(MAX_FILE.saturating_add(1)).read_to_end(&mut text).map_err(|error| damaged(&error))?;
    let is_whole = u64::try_from(text.len()).is_ok_and(|length| length == size);
    is_whole.then_some(text).ok_or_else(|| ArchiveFault::Damaged("it ends in the middle of a file".to_owned()))
}

fn damaged(error: &std::io::Error) -> ArchiveFault {
    ArchiveFault::Damaged(error.to_string())
}

/// The path below the chart's folder, whatever its name.
fn path_in_chart(written: &str) -> Result<String, ArchiveFault> {
    let delimiter = if written.contains('\\') { '\\' } else { '/' };
    let (folder, below) = written.split_once(delimiter).unwrap_or((written, ""));
    let below = below.replace(delimiter, "/");
    if below.starts_with('/') {
        return Err(ArchiveFault::AbsolutePath(written.to_owned()));
    }
    let name = clean(&below);
    if name.is_empty() || folder == "Chart.yaml" {
        return Err(ArchiveFault::OutsidePath(written.to_owned()));
    }
    if name.starts_with("..") {
        return Err(ArchiveFault::ParentPath(written.to_owned()));
    }
    if has_drive(&name) {
        return Err(ArchiveFault::DrivePath(written.to_owned()));
    }
    Ok(name)
}

/// Go's `path.Clean` for a relative path, but with an empty text instead of `.`.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn has_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::{ArchiveFault, path_in_chart};

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        let outside = |path: &str| Err(ArchiveFault::OutsidePath(path.to_owned()));
        let parent = |path: &str| Err(ArchiveFault::ParentPath(path.to_owned()));
        let absolute = |path: &str| Err(ArchiveFault::AbsolutePath(path.to_owned()));
        let drive = |path: &str| Err(ArchiveFault::DrivePath(path.to_owned()));
        let table = [
            ("zookeeper/values.yaml", Ok("values.yaml".to_owned())),
            ("./values.yaml", Ok("values.yaml".to_owned())),
            ("/values.yaml", Ok("values.yaml".to_owned())),
            (r"zookeeper\charts\a\values.yaml", Ok("charts/a/values.yaml".to_owned())),
            ("a/b/../c", Ok("c".to_owned())),
            ("../../x", parent("../../x")),
            ("/foo/../../x", parent("/foo/../../x")),
            ("./../../x", parent("./../../x")),
            (r"\..\..\foo", parent(r"\..\..\foo")),
            ("./.", outside("./.")),
            ("missing", outside("missing")),
            ("Chart.yaml", outside("Chart.yaml")),
            ("//foo", absolute("//foo")),
            (r"\\foo", absolute(r"\\foo")),
            (r"\.\c:\\foo", drive(r"\.\c:\\foo")),
            ("/./c://foo", drive("/./c://foo")),
        ];
        for (path, expected) in table {
            assert_eq!(path_in_chart(path), expected, "{path}");
        }
    }
}
