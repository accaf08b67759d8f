//! Argo CD: `kustomize` in the sources of applications.
//!
//! As `Build` does it in `util/kustomize/kustomize.go` of argoproj/argo-cd (`applyNamePrefix` to `applyComponents`): names,
//! images, labels and the namespace are set with `kustomize edit`, patches (since 2.9) are appended to those of the
//! kustomization, and components are added. Which source is a kustomization says `ExplicitType` in
//! `pkg/apis/application/v1alpha1/types.go`, or the folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Deployer, Takes, key};
use crate::gitops::argo;
use crate::gitops::field::Field;
use crate::gitops::overlay::identity::Renaming;
use crate::gitops::overlay::images::NewImage;
use crate::gitops::overlay::kustomization::{Addition, Stage, texts, with_root};
use crate::gitops::overlay::patch::{Body, Patch, Reader};
use crate::gitops::overlay::selector::Selector;
use crate::gitops::overlay::tree::Tree;
use crate::gitops::path;
use crate::gitops::surroundings::Scope;
use crate::gitops::text::Text;

/// What an `Application` deploys.
pub(super) fn application(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Deployer> {
    let (Some(spec), Some(name)) = (object.get("spec"), name_of(object)) else { return Vec::new() };
    of_spec(&spec, Names { title: &format!("Application/{name}"), application: Some(name) }, scope)
}

/// What the applications of an `ApplicationSet` deploy that can be determined from the file.
pub(super) fn application_set(object: &Field<'_>, scope: &Scope<'_>) -> Vec<Deployer> {
    let Some(name) = name_of(object) else { return Vec::new() };
    let template = object.at(&["spec", "template", "spec"]);
    // Most sets are about charts, and may be long.
    if !template.is_some_and(|template| sources(&template).iter().any(may_be_kustomization)) {
        return Vec::new();
    }
    let later = changes_later(object);
    let mut found = Vec::new();
    argo::specifications(object, scope, &mut |spec, label| {
        let label = if label.is_empty() { String::new() } else { format!(", {label}") };
        let title = format!("ApplicationSet/{name}{label}");
        found.extend(of_spec(spec, Names { title: &title, application: None }, scope));
    });
    for deployer in &mut found {
        if let Some(at) = &later {
            let body = Body::unknown("it may change what the template says of kustomize");
            let patch = Patch { selector: Selector::default(), body, at: at.clone() };
            deployer.addition.patches.push((Stage::Patches, Arc::new(patch)));
            deployer.key.push_str(at);
        }
    }
    found
}

fn name_of<'d>(object: &Field<'d>) -> Option<&'d str> {
    object.get("metadata")?.text_of("name")
}

/// Where a set says more about `kustomize` than its template, in a way that is not followed.
fn changes_later(set: &Field<'_>) -> Option<String> {
    let spec = set.get("spec")?;
    let generators = spec.get("generators").map(|list| list.items()).unwrap_or_default();
    let own =
        generators.iter().flat_map(Field::entries).filter_map(|(_, generator)| generator.at(&["template", "spec"]));
    let mut later = spec.get("templatePatch").into_iter().chain(own);
    later.find(|change| change.node().source().contains("kustomize")).map(|change| change.way().to_owned())
}

/// How an application is called.
#[derive(Clone, Copy)]
struct Names<'n> {
    title: &'n str,
    /// Its own name, if that is known.
    application: Option<&'n str>,
}

/// What an application deploys, one for each of its sources that may be a kustomization.
fn of_spec(spec: &Field<'_>, names: Names<'_>, scope: &Scope<'_>) -> Vec<Deployer> {
    sources(spec).iter().filter_map(|source| of_source(source, names, scope)).collect()
}

fn sources<'d>(spec: &Field<'d>) -> Vec<Field<'d>> {
    let sources = spec.get("sources").map(|sources| sources.items()).unwrap_or_default();
    if sources.is_empty() { spec.get("source").into_iter().collect() } else { sources }
}

fn may_be_kustomization(source: &Field<'_>) -> bool {
    let has = |key: &str| source.get(key).is_some();
    has("path") && !["chart", "helm", "directory", "plugin"].into_iter().any(has)
}

fn of_source(source: &Field<'_>, names: Names<'_>, scope: &Scope<'_>) -> Option<Deployer> {
    let written = source.get("path").filter(|_| may_be_kustomization(source))?.located()?;
    if !written.place.is_known {
        return None;
    }
    let folder = path::join("", &written.text)?;
    let mut said = source.get("kustomize").map(|block| Said::of(&block, &folder, scope)).unwrap_or_default();
    let own = names.application.map(|name| format!(".argocd-source-{name}.yaml"));
    for path in
        std::iter::once(".argocd-source.yaml".to_owned()).chain(own).filter_map(|name| path::join(&folder, &name))
    {
        let Some(text) = scope.files().read(&path).map(|content| Text::of_file(&path, &content)) else { continue };
        with_root(&text, |root| {
            if let Some(block) = root.get("kustomize") {
                said.give_way(&block, Said::of(&block, &folder, scope), &path);
            }
        });
    }
    Some(Deployer {
        title: names.title.into(),
        file: scope.path().to_owned(),
        addition: said.addition,
        key: said.key,
        folder,
        takes: Takes::Kustomization,
    })
}

/// What a `kustomize` block says.
#[derive(Default)]
struct Said {
    addition: Addition,
    key: String,
}

impl Said {
    fn of(block: &Field<'_>, folder: &str, scope: &Scope<'_>) -> Self {
        let key = key(block, &["patches", "images", "components"], &["namePrefix", "nameSuffix", "namespace"]);
        Self { addition: addition(block, folder, scope), key }
    }

    /// A file beside the kustomization is merged into the source, and its lists take the place of others
    /// (`mergeSourceParameters` in `reposerver/repository/repository.go` of argoproj/argo-cd).
    fn give_way(&mut self, block: &Field<'_>, other: Self, file: &str) {
        let (own, new) = (&mut self.addition, other.addition);
        let replaces = |list: &str| block.get(list).is_some();
        own.patches.retain(|(stage, _)| !replaces(if *stage == Stage::Images { "images" } else { "patches" }));
        own.patches.extend(new.patches);
        if replaces("images") {
            (own.images, own.images_at) = (new.images, new.images_at);
        }
        if replaces("components") {
            own.components = new.components;
        }
        own.renaming.give_way(&new.renaming);
        own.files.extend(new.files);
        own.files.insert(file.to_owned());
        self.key = format!("{}\n{}", self.key, other.key);
    }
}

fn addition(block: &Field<'_>, folder: &str, scope: &Scope<'_>) -> Addition {
    let mut files = BTreeSet::from([scope.path().to_owned()]);
    let mut reader = Reader { folder, files: scope.files(), read: &mut files };
    let patches = reader.patches_of(block, "patches").into_iter().map(|patch| (Stage::Patches, patch));
    let (mut images, mut unclear) = (Vec::new(), Vec::new());
    for item in block.get("images").map(|images| images.items()).unwrap_or_default() {
        let image = Tree::of(item.node(), item.page().text).and_then(|tree| NewImage::of_argument(&tree));
        match image {
            Some(image) => images.push(image),
            None => unclear.push((Stage::Images, unclear_image(&item))),
        }
    }
    Addition {
        patches: patches.chain(unclear).map(|(stage, patch)| (stage, Arc::new(patch))).collect(),
        images,
        images_at: block.get("images").map(|images| images.way().to_owned()).unwrap_or_default(),
        components: texts(block, "components"),
        renaming: Renaming::read(block),
        files,
    }
}

/// Stands for an image of which it is not known what it replaces.
fn unclear_image(item: &Field<'_>) -> Patch {
    let containers = ["spec", "template", "spec", "containers"].map(str::to_owned).to_vec();
    let body = Body::Unknown { why: "it is not known which image it sets".to_owned(), paths: vec![containers] };
    Patch { selector: Selector::default(), body, at: item.way().to_owned() }
}
