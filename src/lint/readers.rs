//! Files that are judged because another file was named: naming a values file covers the GitOps files that use it, naming
//! a kustomization, or what else deploys a folder, covers what it deploys, objects and releases, and naming a file with a
//! `ConfigMap` covers the servers that read it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::Around;
use super::release::Repository;
use super::target::{Target, TargetKind, may_hold_objects};
use crate::detect::{Scan, Trigger};
use crate::gitops::{Files, Surroundings, asks_for_releases, is_kustomization, releases};

/// The targets, plus the files that read those targets that are not GitOps files themselves.
pub(super) fn with_readers(targets: &[Target], around: &Around<'_>, trigger: &Trigger) -> Vec<Target> {
    let mut all: BTreeSet<Target> = targets.iter().cloned().collect();
    for (repository, around) in around {
        let files = targets.iter().filter(|target| target.kind == TargetKind::File);
        let paths: BTreeSet<String> = files.clone().filter_map(|target| repository.path_of(&target.path)).collect();
        let is_overlay =
            |target: &Target| target.path.file_name().and_then(OsStr::to_str).is_some_and(is_kustomization);
        let is_named = |target: &&Target| target.is_named || is_overlay(target);
        let named = files.filter(is_named).filter_map(|target| repository.path_of(&target.path));
        let is_itself = |path: &String| is_release(path, repository) && !around.is_of_deployer(path);
        let wanted: BTreeSet<String> = named.filter(|path| !is_itself(path)).collect();
        if !wanted.is_empty() {
            let found = readers(&wanted, &paths, (repository, trigger));
            all.extend(found.iter().map(|path| {
                let path = repository.path_from_here(Path::new(path));
                Target { named: path.clone(), path, kind: TargetKind::File, is_named: false }
            }));
        }
    }
    all.into_iter().collect()
}

fn is_release(path: &str, repository: &Repository) -> bool {
    repository.read(path).is_some_and(|text| asks_for_releases(path, &text))
}

/// The other files in a repository that read one of these.
fn readers(
    wanted: &BTreeSet<String>,
    known: &BTreeSet<String>,
    (repository, trigger): (&Repository, &Trigger),
) -> Vec<String> {
    let recorded = Recorded { files: repository, read: Mutex::default() };
    let around = Surroundings::new(&recorded);
    let folders = repository.folders().into_iter();
    let paths = folders.flat_map(|folder| {
        let names = repository.list(&folder).into_iter();
        names.map(|name| if folder.is_empty() { name } else { format!("{folder}/{name}") }).collect::<Vec<_>>()
    });
    around.prepare();
    let others = paths.filter(|path| !known.contains(path) && may_hold_objects(path.as_ref()));
    let is_reader = |path: &String| {
        let Some(text) = repository.read(path) else { return false };
        if !asks_for_releases(path, &text) {
            let is_read = || around.leads_through(path, wanted) || around.refers_to((path, &text), wanted);
            return may_hold_server(&text, trigger) && is_read();
        }
        let leads_through = around.leads_through(path, wanted);
        recorded.clear();
        let _reading = releases(path, &text, &around);
        leads_through || recorded.has_read(wanted)
    };
    others.filter(is_reader).collect()
}

/// Whether a file can hold a server: it names something that servers run.
fn may_hold_server(text: &str, trigger: &Trigger) -> bool {
    let mut scan = Scan::default();
    scan.advance(trigger, text.as_bytes());
    !scan.hits().is_empty()
}

/// Files that record which of them have been read.
struct Recorded<'r> {
    files: &'r Repository,
    read: Mutex<BTreeSet<String>>,
}

impl Recorded<'_> {
    fn clear(&self) {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn has_read(&self, paths: &BTreeSet<String>) -> bool {
        !self.read.lock().unwrap_or_else(PoisonError::into_inner).is_disjoint(paths)
    }
}

impl Files for Recorded<'_> {
    fn read(&self, path: &str) -> Option<String> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        self.files.read(path)
    }

    fn fault(&self, path: &str) -> Option<String> {
        self.files.fault(path)
    }

    fn unlisted(&self) -> Option<String> {
        self.files.unlisted()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.files.list(folder)
    }

    fn folders(&self) -> Vec<String> {
        self.files.folders()
    }

    fn has(&self, path: &str) -> bool {
        self.files.has(path)
    }
}
