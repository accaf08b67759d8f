//! Charts in a folder of this repository.

use super::path;
use super::surroundings::Scope;

/// The folder that a path refers to, tried from the repository's root down to the folder of the file that names it.
pub(super) fn find(written: &str, scope: &Scope<'_>) -> Option<String> {
    let mut folders: Vec<&str> = path::folders_above(scope.path()).collect();
    folders.reverse();
    folders.into_iter().find_map(|folder| at(folder, written, scope))
}

/// The chart's folder at a path relative to another folder.
pub(super) fn at(folder: &str, written: &str, scope: &Scope<'_>) -> Option<String> {
    let folder = path::join(folder, written)?;
    let chart = path::join(&folder, "Chart.yaml")?;
    scope.files().has(&chart).then_some(folder)
}
