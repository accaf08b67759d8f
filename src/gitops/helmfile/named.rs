//! The files that a path in `helmfiles:` refers to.

use crate::gitops::files::Files;
use crate::gitops::path;
use crate::gitops::surroundings::is_yaml;
use crate::helm::Glob;

/// The files at a path: one file, those in a folder, or those that match a pattern (`apps/*/helmfile.yaml`), by name.
pub(super) fn files(path: &str, files: &dyn Files) -> Vec<String> {
    if files.has(path) {
        return vec![path.to_owned()];
    }
    let is_pattern = path.contains(['*', '?', '[']);
    let Some(pattern) = Glob::new(path).ok().filter(|_| is_pattern) else {
        return in_folder(path, files, |file| is_yaml(file.strip_suffix(".gotmpl").unwrap_or(file)));
    };
    let Ok(parent) = Glob::new(path::parent(path)) else { return Vec::new() };
    let folders = files.folders().into_iter().filter(|folder| parent.matches(folder));
    folders.flat_map(|folder| in_folder(&folder, files, |file| pattern.matches(file))).collect()
}

fn in_folder(folder: &str, files: &dyn Files, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
    let paths = files.list(folder).into_iter().filter_map(|name| path::join(folder, &name));
    paths.filter(|path| is_meant(path)).collect()
}
