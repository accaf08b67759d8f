//! Folders to clean up, made from the golden files by the steps that the recorded cases have.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// The golden files.
pub(crate) fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/zookeeper")
}

/// A folder of its own, gone at the end.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file in it.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Carries out the steps of a case.
    pub(crate) fn set_up(&self, steps: &[Value]) {
        for step in steps {
            let words: Vec<&str> = step.as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let number = step.as_array().unwrap().last().and_then(Value::as_i64);
            match *words.as_slice() {
                ["copy", from, to] => self.copy(&golden().join(from), to),
                ["copy-all", from, to] => self.copy_all(from, to),
                ["truncate", path] => self.truncate(path, number.unwrap()),
                ["write", path, text] => fs::write(self.place(path), text).unwrap(),
                ["mkdir", path] => fs::create_dir_all(self.at(path)).unwrap(),
                ["remove", path] => fs::remove_file(self.at(path)).unwrap(),
                ["move", from, to] => fs::rename(self.at(from), self.place(to)).unwrap(),
                ["symlink", target, path] => symlink(target, self.place(path)).unwrap(),
                ["flip", path] => self.flip(path, number.unwrap()),
                _ => panic!("no such step: {step}"),
            }
        }
    }

    fn place(&self, name: &str) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn copy(&self, from: &Path, to: &str) {
        let bytes = fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        fs::write(self.place(to), bytes).unwrap();
    }

    fn copy_all(&self, from: &str, to: &str) {
        for entry in fs::read_dir(golden().join(from)).unwrap().map(Result::unwrap) {
            self.copy(&entry.path(), &format!("{to}/{}", entry.file_name().to_str().unwrap()));
        }
    }

    fn truncate(&self, path: &str, size: i64) {
        let file = OpenOptions::new().write(true).open(self.at(path)).unwrap();
        let whole = i64::try_from(file.metadata().unwrap().len()).unwrap();
        let size = if size < 0 { whole + size } else { size };
        file.set_len(size.try_into().unwrap()).unwrap();
    }

    fn flip(&self, path: &str, offset: i64) {
        let mut bytes = fs::read(self.at(path)).unwrap();
        bytes[usize::try_from(offset).unwrap()] ^= 0xff;
        fs::write(self.at(path), bytes).unwrap();
    }

    /// Everything in it, as the recorded cases list it: folders with `/`, links with `@`.
    pub(crate) fn listing(&self) -> BTreeSet<String> {
        let mut listing = BTreeSet::new();
        list(self.path(), "", &mut listing);
        listing
    }
}

fn list(folder: &Path, prefix: &str, listing: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            list(&entry.path(), &format!("{name}/"), listing);
        }
        let mark = if kind.is_dir() {
            "/"
        } else if kind.is_symlink() {
            "@"
        } else {
            ""
        };
        listing.insert(format!("{name}{mark}"));
    }
}
