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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::normal;

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
}
