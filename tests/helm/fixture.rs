//! Charts of our own in `fixtures/helm-charts`: one text per case, with the files of a chart one after the other.
//!
//! Lines in front of the first file are arguments of Helm, one run each; without any there is one run without arguments.
//! Files below a folder whose name ends in `.tgz` are packed. Every chart gets a template that prints its values.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::random::TEMPLATE;
use crate::tool::repository;

/// A case on the disk.
pub(super) struct Fixture {
    pub(super) name: String,
    pub(super) runs: Vec<Vec<String>>,
    folder: TempDir,
}

type Files = BTreeMap<String, Vec<u8>>;

impl Fixture {
    pub(super) fn all() -> Vec<Self> {
        let folder = repository().join("fixtures/helm-charts");
        let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    pub(super) fn named(name: &str) -> Self {
        Self::read(&repository().join("fixtures/helm-charts").join(format!("{name}.txt")))
    }

    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let (head, files) = text.split_once("-- ").unwrap_or_else(|| panic!("{} has no files", path.display()));
        let folder = TempDir::new().unwrap();
        write(packed(with_templates(parse(files))), folder.path());
        let arguments = |line: &str| line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let runs = head.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(arguments);
        let mut runs: Vec<Vec<String>> = runs.collect();
        if runs.is_empty() {
            runs.push(Vec::new());
        }
        Self { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), runs, folder }
    }

    pub(super) fn chart(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

fn parse(text: &str) -> Files {
    let text = format!("\n-- {text}");
    let parts = text.split("\n-- ").skip(1);
    let file = |part: &str| {
        let (name, content) = part.split_once(" --\n").unwrap_or_else(|| panic!("no file: {part}"));
        let content =
            if content.is_empty() || content.ends_with('\n') { content.to_owned() } else { format!("{content}\n") };
        (name.to_owned(), content.into_bytes())
    };
    parts.map(file).collect()
}

fn with_templates(mut files: Files) -> Files {
    let charts: Vec<_> = files.keys().filter_map(|name| Some(name.strip_suffix("Chart.yaml")?.to_owned())).collect();
    files.extend(charts.iter().map(|chart| (format!("{chart}templates/values.yaml"), TEMPLATE.as_bytes().to_vec())));
    files
}

/// From the inside out, as packages may hold packages.
fn packed(mut files: Files) -> Files {
    loop {
        let depth = |name: &str| name.match_indices(".tgz/").last().map(|(at, _)| at + 4);
        let Some(package) =
            files.keys().filter_map(|name| depth(name).map(|end| name[..end].to_owned())).max_by_key(String::len)
        else {
            return files;
        };
        let inside = format!("{package}/");
        let members: Files = files
            .iter()
            .filter_map(|(name, text)| Some((name.strip_prefix(&inside)?.to_owned(), text.clone())))
            .collect();
        files.retain(|name, _| !name.starts_with(&inside));
        files.insert(package, pack(members.iter().map(|(name, text)| (format!("chart/{name}"), text.as_slice()))));
    }
}

/// A package of regular files.
pub(super) fn pack<'f>(members: impl IntoIterator<Item = (String, &'f [u8])>) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len().try_into().unwrap());
        header.set_mode(0o644);
        // Names are written as they are: the library would refuse those that the tests are about.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, text).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn write(files: Files, folder: &Path) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
