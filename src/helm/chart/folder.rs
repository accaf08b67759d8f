//! The files of a chart in a folder. Links are followed, as in Helm.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::ignore::Ignore;
use super::{MAX_FILE, Member, counts};
use crate::helm::{Fault, HelmError, Origin};

pub(super) fn is_folder(path: &Path) -> Result<bool, HelmError> {
    fs::metadata(path).map(|metadata| metadata.is_dir()).map_err(|error| unreadable(path, &error))
}

/// Every file that .helmignore does not exclude, with the text of the relevant ones.
pub(super) fn members(root: &Path) -> Result<Vec<Member>, HelmError> {
    let mut walk = Walk { ignore: ignore(root)?, members: Vec::new(), linked: Vec::new() };
    walk.folder(root, "")?;
    Ok(walk.members)
}

fn ignore(root: &Path) -> Result<Ignore, HelmError> {
    let path = root.join(".helmignore");
    let text = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => read.map_err(|error| unreadable(&path, &error))?,
    };
    let rules = Ignore::parse(&String::from_utf8_lossy(&text));
    rules.map_err(|rule| HelmError::of(Origin::File(path), Fault::IgnoreRule(rule)))
}

struct Walk {
    ignore: Ignore,
    members: Vec<Member>,
    /// The targets of the links that led to the current folder.
    linked: Vec<PathBuf>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, name: &str) -> Result<(), HelmError> {
        let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        let mut names = entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<Vec<_>, _>>();
        let names = names.as_mut().map_err(|error| unreadable(folder, error))?;
        names.sort_unstable();
        for entry in names {
            let path = folder.join(&entry);
            let entry = entry.to_string_lossy();
            let name = if name.is_empty() { entry.into_owned() } else { format!("{name}/{entry}") };
            self.entry(path, name)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: PathBuf, name: String) -> Result<(), HelmError> {
        let itself = fs::symlink_metadata(&path).map_err(|error| unreadable(&path, &error))?;
        if !itself.is_symlink() {
            return self.resolved(path, name, &itself);
        }
        let target = fs::canonicalize(&path).map_err(|error| unreadable(&path, &error))?;
        let metadata = fs::metadata(&target).map_err(|error| unreadable(&path, &error))?;
        if metadata.is_dir() && self.is_inside(&path, &target)? {
            return Err(HelmError::of(Origin::File(path), Fault::LinkLoop));
        }
        self.linked.push(target);
        self.resolved(path, name, &metadata)?;
        self.linked.pop();
        Ok(())
    }

    /// Whether a link leads to a folder that contains it, taking into account the links that led here.
    fn is_inside(&self, link: &Path, target: &Path) -> Result<bool, HelmError> {
        let folder = link.parent().unwrap_or(link);
        let folder = fs::canonicalize(folder).map_err(|error| unreadable(link, &error))?;
        Ok(folder.starts_with(target) || self.linked.iter().any(|linked| linked.starts_with(target)))
    }

    fn resolved(&mut self, path: PathBuf, name: String, metadata: &Metadata) -> Result<(), HelmError> {
        if self.ignore.is_ignored(&name, metadata.is_dir()) {
            return Ok(());
        }
        if metadata.is_dir() {
            return self.folder(&path, &name);
        }
        if !metadata.is_file() {
            return Err(HelmError::of(Origin::File(path), Fault::Irregular));
        }
        if metadata.len() > MAX_FILE {
            let fault = Fault::TooLarge { size: metadata.len(), limit: MAX_FILE };
            return Err(HelmError::of(Origin::File(path), fault));
        }
        let text = counts(&name).then(|| fs::read(&path).map_err(|error| unreadable(&path, &error))).transpose()?;
        self.members.push(Member { name, origin: Origin::File(path), text });
        Ok(())
    }
}

fn unreadable(path: &Path, error: &io::Error) -> HelmError {
    HelmError::of(Origin::File(path.to_owned()), Fault::Unreadable(error.to_string()))
}
