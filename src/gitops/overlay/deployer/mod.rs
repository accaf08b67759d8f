//! Tools that deploy folders with changes of their own: Argo CD, Flux and Fleet.
//!
//! Argo CD and Flux change the kustomization in a folder before they build it; see [`Addition`]. Which repository they
//! mean cannot be compared: a path counts for this one if it leads to something here.

mod argo;
mod fleet;
mod flux;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use memchr::memmem::Finder;

use super::kustomization::{Addition, Kustomization, of_folder};
use crate::gitops::field::{Field, Page};
use crate::gitops::path;
use crate::gitops::surroundings::{Scope, Surroundings, is_yaml};
use crate::gitops::text::Text;
use crate::yaml::split;

/// Something that deploys a folder.
#[derive(Debug)]
pub(super) struct Deployer {
    /// The name shown to users.
    title: Arc<str>,
    /// The file that it is written in.
    file: String,
    folder: String,
    takes: Takes,
    addition: Addition,
    /// What it has in common with those that deploy the same.
    key: String,
}

/// What of its folder a deployer takes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Takes {
    /// The kustomization in it.
    Kustomization,
    /// The kustomization in it or, without one, all files and kustomizations below it.
    Everything,
    /// The files below it, with these overlays.
    Files(Vec<String>),
}

/// The deployers of a repository.
#[derive(Debug, Default)]
pub(super) struct Deployers {
    by_folder: HashMap<String, Vec<Deployer>>,
    /// The files that they were read from, patches included.
    files: BTreeSet<String>,
    /// Those of them that are patches.
    patches: BTreeSet<String>,
}

impl Deployers {
    pub(super) fn read(around: &Surroundings<'_>) -> Self {
        let (argo, flux) = (Finder::new("argoproj.io/"), Finder::new("kustomize.toolkit.fluxcd.io/"));
        let may_hold = |text: &str| [&argo, &flux].iter().any(|group| group.find(text.as_bytes()).is_some());
        let mut found = Vec::new();
        for folder in around.folder_names().iter() {
            for name in around.files().list(folder) {
                let is_bundle = name == "fleet.yaml";
                if !is_bundle && (!is_yaml(&name) || path::is_kustomization(&name)) {
                    continue;
                }
                let path = path::join(folder, &name);
                let read = path.and_then(|path| Some((around.files().read(&path)?, path)));
                let Some((content, path)) = read.filter(|(content, _)| is_bundle || may_hold(content)) else {
                    continue;
                };
                let text = Text::of_file(&path, &content);
                // Nothing here may ask which kustomizations there are: they are found after this.
                let scope = Scope::new(&text, around, None);
                let spans = split(content.as_bytes()).into_iter();
                let spans = spans.filter(|span| is_bundle || may_hold(span.of(&content)));
                for page in spans.filter_map(|span| Page::parse(&text, span).ok().flatten()) {
                    if is_bundle {
                        found.extend(fleet::bundle(&page.root(), &scope));
                    } else {
                        found.extend(page.objects().iter().flat_map(|object| of_object(object, &scope)));
                    }
                }
            }
        }
        Self::of(found)
    }

    fn of(all: Vec<Deployer>) -> Self {
        let mut deployers = Self::default();
        let mut files_of: HashMap<Arc<str>, BTreeSet<String>> = HashMap::new();
        for deployer in &all {
            files_of.entry(Arc::clone(&deployer.title)).or_default().insert(deployer.file.clone());
        }
        for mut deployer in all {
            if files_of.get(&deployer.title).is_some_and(|files| files.len() > 1) {
                deployer.title = format!("{} in {}", deployer.title, deployer.file).into();
            }
            let read = &deployer.addition.files;
            deployers.files.insert(deployer.file.clone());
            deployers.files.extend(read.iter().cloned());
            deployers.patches.extend(read.iter().filter(|path| **path != deployer.file).cloned());
            let same = deployers.by_folder.entry(deployer.folder.clone()).or_default();
            if !same.iter().any(|other| (&other.takes, &other.key) == (&deployer.takes, &deployer.key)) {
                same.push(deployer);
            }
        }
        deployers
    }

    /// The files that they were read from.
    pub(super) fn files(&self) -> &BTreeSet<String> {
        &self.files
    }

    /// The files that are patches.
    pub(super) fn patches(&self) -> &BTreeSet<String> {
        &self.patches
    }

    /// Those that deploy the kustomization in a folder.
    pub(super) fn of_kustomization(&self, folder: &str) -> impl Iterator<Item = &Deployer> {
        self.at(folder).filter(|deployer| !matches!(deployer.takes, Takes::Files(_)))
    }

    /// Those that deploy whatever is below them, files and kustomizations: `is_kustomized` says which folders have one.
    pub(super) fn of_everything_around<'i>(
        &'i self,
        place: &'i str,
        is_kustomized: impl Fn(&str) -> bool + 'i,
    ) -> impl Iterator<Item = &'i Deployer> {
        let folders = path::folders_above(place).take_while(move |folder| !is_kustomized(folder));
        folders.flat_map(|folder| self.at(folder)).filter(|deployer| deployer.takes == Takes::Everything)
    }

    /// Those that deploy a file as it is.
    pub(super) fn of_file<'i>(&'i self, file: &'i str) -> impl Iterator<Item = &'i Deployer> {
        let takes_it = |deployer: &&Deployer| matches!(deployer.takes, Takes::Files(_)) && deployer.takes_file(file);
        let nearest = path::folders_above(file).find(|folder| self.at(folder).any(Deployer::is_of_fleet));
        nearest.into_iter().flat_map(|folder| self.at(folder)).filter(takes_it)
    }

    fn at(&self, folder: &str) -> impl Iterator<Item = &Deployer> {
        self.by_folder.get(folder).into_iter().flatten()
    }
}

fn of_object(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Deployer> {
    let group = object.text_of("apiVersion").and_then(|version| version.split_once('/')).map(|(group, _)| group);
    match (group, object.text_of("kind")) {
        (Some("argoproj.io"), Some("Application")) => argo::application(object, scope),
        (Some("argoproj.io"), Some("ApplicationSet")) => argo::application_set(object, scope),
        (Some("kustomize.toolkit.fluxcd.io"), Some("Kustomization")) => {
            flux::kustomization(object, scope).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

impl Deployer {
    /// Whether it changes nothing.
    pub(super) fn is_plain(&self) -> bool {
        self.addition.is_empty() && !matches!(&self.takes, Takes::Files(overlays) if !overlays.is_empty())
    }

    fn is_of_fleet(&self) -> bool {
        path::name(&self.file) == fleet::FILE
    }

    fn takes_file(&self, file: &str) -> bool {
        fleet::below(&self.folder, file).is_some_and(|name| !name.starts_with(fleet::OVERLAYS))
    }

    /// Adds what it does to a file to what the kustomizations do that it builds, outermost last.
    pub(super) fn add_to(&self, steps: &mut Vec<(String, Arc<Kustomization>)>, file: &str, around: &Surroundings<'_>) {
        let component = |written: &str| {
            let folder = path::join(&self.folder, written)?;
            Some(around.kustomization(&of_folder(&folder, around.files())?))
        };
        let is_own = |(folder, _): &(String, Arc<Kustomization>)| *folder == self.folder;
        let own = if steps.last().is_some_and(is_own) { steps.pop() } else { None };
        let own = own.map(|(_, kustomization)| kustomization).unwrap_or_default();
        let changed = match &self.takes {
            Takes::Files(overlays) => {
                let addition = fleet::overlaid((&self.folder, file), overlays, around.files());
                own.with(&addition, &self.title, component)
            }
            Takes::Kustomization | Takes::Everything => own.with(&self.addition, &self.title, component),
        };
        steps.push((self.folder.clone(), Arc::new(changed)));
    }
}

/// What makes two deployers of a folder the same: the parts of their blocks that change more than names, labels and
/// numbers of replicas.
fn key(block: &Field<'_>, lists: &[&str], names: &[&str]) -> String {
    let said = |key: &&str| Some(format!("{key}: {}", block.get(key)?.node().to_json().ok()?));
    let lists: Vec<String> = lists.iter().filter_map(said).collect();
    let names = names.iter().filter_map(said).filter(|_| !lists.is_empty());
    names.chain(lists.iter().cloned()).collect::<Vec<_>>().join("\n")
}
