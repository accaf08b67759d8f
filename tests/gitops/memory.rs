//! A repository that a test writes down.

use std::collections::{BTreeMap, BTreeSet};

use autopurge::gitops::{Files, Reading, Surroundings, releases};

use super::library::described;

/// Paths and texts.
pub(super) struct Memory {
    texts: BTreeMap<String, String>,
    /// Why not all of its folders are listed.
    unlisted: Option<String>,
}

impl Memory {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let texts = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Self { texts, unlisted: None }
    }

    /// The same with a folder that cannot be listed.
    pub(super) fn hiding(self, why: &str) -> Self {
        Self { unlisted: Some(why.to_owned()), ..self }
    }

    pub(super) fn text(&self, path: &str) -> &str {
        &self.texts[path]
    }

    pub(super) fn read(&self, path: &str) -> Reading {
        releases(path, self.text(path), &Surroundings::new(self))
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let inside = self.texts.keys().filter_map(|path| match path.rsplit_once('/') {
            Some((parent, name)) => (parent == folder).then(|| name.to_owned()),
            None => folder.is_empty().then(|| path.clone()),
        });
        inside.collect()
    }

    fn folders(&self) -> Vec<String> {
        let above = |path: &str| path.match_indices('/').map(|(end, _)| path[..end].to_owned()).collect::<Vec<_>>();
        let folders: BTreeSet<String> = self.texts.keys().flat_map(|path| above(path)).chain([String::new()]).collect();
        folders.into_iter().collect()
    }

    fn unlisted(&self) -> Option<String> {
        self.unlisted.clone()
    }
}

/// What the releases of a file say, but for their sites and names.
pub(super) fn layers(files: &[(&str, &str)]) -> String {
    let (path, _) = files[0];
    let reading = Memory::new(files).read(path);
    assert_eq!(reading.broken, []);
    let lines = reading.releases.iter().map(described).collect::<Vec<_>>().join("\n");
    let is_told = |line: &&str| !line.starts_with("  site ") && !line.starts_with("  name ") && *line != "  Installed";
    lines.lines().filter(is_told).map(|line| format!("{line}\n")).collect()
}
