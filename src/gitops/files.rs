//! Access to the repository's files that a release refers to: values files, charts in folders, objects next to it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ignore::WalkBuilder;

use crate::yaml::Lines;

/// Larger files are not hand-written values.
const MAX_BYTES: u64 = 16 << 20;

/// No real repository has more folders.
const MAX_FOLDERS: usize = 100_000;

/// Reads the files of a repository. Paths are relative to its root, with `/` as separator.
pub trait Files: Send + Sync {
    /// The text of a file; `None` if it does not exist, cannot be read or is not text.
    fn read(&self, path: &str) -> Option<String>;
    /// Why an existing file has no readable text.
    fn fault(&self, _path: &str) -> Option<String> {
        None
    }
    /// The names of the files in a folder, sorted, not including those in sub-folders.
    fn list(&self, folder: &str) -> Vec<String>;
    /// The folders of the repository, sorted, including its root but not those that git ignores.
    fn folders(&self) -> Vec<String>;
    /// Why some folders may be missing from that list: something looked for everywhere may be in one of them.
    fn unlisted(&self) -> Option<String> {
        None
    }
    /// Whether a file exists.
    fn has(&self, path: &str) -> bool {
        self.read(path).is_some()
    }
}

/// A repository without files.
impl Files for () {
    fn read(&self, _: &str) -> Option<String> {
        None
    }

    fn list(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn folders(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A repository on disk. Nothing outside its root is read, not even through symbolic links.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    walked: OnceLock<Walked>,
}

/// The folders of a repository, and why some may be missing.
#[derive(Clone, Debug, Default)]
struct Walked {
    folders: Vec<String>,
    unlisted: Option<String>,
}

impl Folder {
    /// The repository at a path.
    ///
    /// # Errors
    /// When the folder does not exist or cannot be entered.
    pub fn new(root: &Path) -> std::io::Result<Self> {
        Ok(Self { root: root.canonicalize()?, walked: OnceLock::new() })
    }

    /// The real path, if it is in the repository.
    fn resolve(&self, path: &str) -> Option<PathBuf> {
        let resolved = self.root.join(path).canonicalize().ok()?;
        resolved.starts_with(&self.root).then_some(resolved)
    }

    fn walked(&self) -> &Walked {
        self.walked.get_or_init(|| self.walk())
    }

    fn walk(&self) -> Walked {
        let entries = WalkBuilder::new(&self.root)
            .hidden(false)
            .same_file_system(true)
            .sort_by_file_name(Ord::cmp)
            .filter_entry(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()) && entry.file_name() != ".git")
            .build();
        let mut walked = Walked::default();
        for entry in entries {
            if walked.folders.len() == MAX_FOLDERS {
                walked.unlisted = Some(format!("there are more than {MAX_FOLDERS} folders"));
                break;
            }
            match entry.map_err(|error| error.to_string()).and_then(|entry| self.name_of(entry.path())) {
                Ok(folder) => walked.folders.push(folder),
                Err(why) => walked.unlisted = walked.unlisted.or(Some(self.without_root(&why))),
            }
        }
        walked.folders.sort_unstable();
        walked
    }

    /// The path below the root.
    fn name_of(&self, path: &Path) -> Result<String, String> {
        let name = path.strip_prefix(&self.root).ok().and_then(Path::to_str);
        name.map(str::to_owned).ok_or_else(|| format!("{}: its name is not UTF-8", path.display()))
    }

    /// Shows paths in a message relative to the root, as users know them.
    fn without_root(&self, said: &str) -> String {
        said.replace(&format!("{}/", self.root.display()), "")
    }

    /// The text of an existing file, or why it cannot be read.
    fn text(&self, path: &str) -> Option<Result<String, String>> {
        let resolved = self.resolve(path).filter(|path| path.is_file())?;
        Some(text_of(&resolved))
    }
}

fn text_of(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_BYTES.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Err(format!("it has more than {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let (valid, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        format!("line {} is not UTF-8", Lines::new(bytes).position(bytes, valid).line)
    })
}

impl Files for Folder {
    fn read(&self, path: &str) -> Option<String> {
        self.text(path)?.ok()
    }

    fn fault(&self, path: &str) -> Option<String> {
        self.text(path)?.err()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let entries = self.resolve(folder).and_then(|path| fs::read_dir(path).ok());
        let files = entries.into_iter().flatten().flatten().filter(|entry| entry.path().is_file());
        let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    fn folders(&self) -> Vec<String> {
        self.walked().folders.clone()
    }

    fn unlisted(&self) -> Option<String> {
        self.walked().unlisted.clone()
    }

    fn has(&self, path: &str) -> bool {
        self.resolve(path).is_some_and(|path| path.is_file())
    }
}
