//! Paths of the file system.

use std::path::{Component, Path, PathBuf};

/// A path without `.`, and without `..` after a component that it cancels, whether or not that is a link.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => drop(normal.pop()),
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => {
                normal.push(component);
            }
        }
    }
    normal
}

/// The actual location of a file, with links and `..` in its parent folders resolved. If the file itself is a link, the
/// link's location counts.
pub(crate) fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, absolute.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => absolute.canonicalize().unwrap_or(absolute),
    }
}

/// The way from one folder to a path; both are absolute and without `..`.
pub(crate) fn way(from: &Path, to: &Path) -> PathBuf {
    let shared = to.components().zip(from.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

/// A folder that paths and globs are relative to, whatever the working folder is. The default is the working folder,
/// for paths that are relative to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// The folder's actual location.
    folder: PathBuf,
    /// That of the working folder.
    here: PathBuf,
}

impl Base {
    /// A folder, seen from the working folder.
    #[must_use]
    pub fn new(folder: &Path, here: &Path) -> Self {
        let located = |path: &Path| path.canonicalize().unwrap_or_else(|_| normal(path));
        Self { folder: located(&here.join(folder)), here: located(here) }
    }

    /// The working folder.
    #[must_use]
    pub fn here() -> Self {
        std::env::current_dir().map(|here| Self::new(Path::new(""), &here)).unwrap_or_default()
    }

    /// The way to a path, which is absolute or relative to the working folder. A link in a relative path counts as the
    /// folder that it looks like, as in git.
    #[must_use]
    pub fn way_to(&self, path: &Path) -> PathBuf {
        way(&self.folder, &self.place_of(path))
    }

    /// The place of a path that is absolute or relative to the working folder.
    pub(crate) fn place_of(&self, path: &Path) -> PathBuf {
        if path.is_absolute() { real(path) } else { normal(&self.here.join(path)) }
    }

    /// The way to a place.
    pub(crate) fn way_to_place(&self, place: &Path) -> PathBuf {
        way(&self.folder, place)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{normal, way};

    #[test]
    fn paths_take_the_shortest_way() {
        let table = [
            ("umbrella/../zookeeper", "zookeeper"),
            ("umbrella/./charts/zookeeper/", "umbrella/charts/zookeeper"),
            ("umbrella/../../zookeeper", "../zookeeper"),
            ("./../zookeeper", "../zookeeper"),
            ("../umbrella/../zookeeper", "../zookeeper"),
            ("/../zookeeper", "/../zookeeper"),
            ("./a/./b/", "a/b"),
            ("../a", "../a"),
            ("a/../../b", "../b"),
            ("/a/../b", "/b"),
            (".", ""),
        ];
        for (path, expected) in table {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
    }

    #[test]
    fn the_way_goes_up_as_far_as_it_has_to() {
        let table = [("/a/b", "/a/b/c", "c"), ("/a/b", "/a", ".."), ("/a/b", "/c", "../../c"), ("/a", "/a", "")];
        for (from, to, expected) in table {
            assert_eq!(way(Path::new(from), Path::new(to)), Path::new(expected), "{from} {to}");
        }
    }
}
