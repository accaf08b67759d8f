//! Flux: what a `Kustomization` of `kustomize.toolkit.fluxcd.io` adds to the kustomization in its path.
//!
//! As `WriteFile` and `generateKustomization` do it in `kustomize/kustomize_generator.go` of fluxcd/pkg (0180cac2):
//! patches and components are appended, images and the namespace are set, and a folder without a kustomization gets one
//! with all YAML files and kustomizations below it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Deployer, Takes, key};
use crate::gitops::field::Field;
use crate::gitops::overlay::identity::Renaming;
use crate::gitops::overlay::images::NewImage;
use crate::gitops::overlay::kustomization::{Addition, Stage, texts};
use crate::gitops::overlay::patch::Reader;
use crate::gitops::overlay::tree::Tree;
use crate::gitops::path;
use crate::gitops::surroundings::Scope;

/// What changes more than names.
const LISTS: [&str; 5] = ["patches", "patchesStrategicMerge", "patchesJson6902", "images", "components"];

/// What a `Kustomization` deploys.
pub(super) fn kustomization(object: &Field<'_>, scope: &Scope<'_>) -> Option<Deployer> {
    let name = object.get("metadata")?.text_of("name")?;
    let spec = object.get("spec")?;
    let folder = path::join("", spec.text_of("path").unwrap_or_default())?;
    Some(Deployer {
        title: format!("Kustomization/{name}").into(),
        file: scope.path().to_owned(),
        addition: addition(&spec, &folder, scope),
        key: key(&spec, &LISTS, &["namePrefix", "nameSuffix", "targetNamespace"]),
        folder,
        takes: Takes::Everything,
    })
}

fn addition(spec: &Field<'_>, folder: &str, scope: &Scope<'_>) -> Addition {
    let mut files = BTreeSet::from([scope.path().to_owned()]);
    let mut reader = Reader { folder, files: scope.files(), read: &mut files };
    let lists =
        [(Stage::Merges, "patchesStrategicMerge"), (Stage::Patches, "patches"), (Stage::Operations, "patchesJson6902")];
    let patches = lists.into_iter().flat_map(|(stage, list)| {
        let patches = reader.patches_of(spec, list).into_iter();
        patches.map(|patch| (stage, Arc::new(patch))).collect::<Vec<_>>()
    });
    let patches = patches.collect();
    let images = spec.get("images");
    Addition {
        patches,
        images_at: images.as_ref().map(|images| images.way().to_owned()).unwrap_or_default(),
        images: images
            .and_then(|images| Tree::of(images.node(), images.page().text))
            .map(NewImage::all)
            .unwrap_or_default(),
        components: texts(spec, "components"),
        renaming: Renaming::read(spec).into_namespace(spec.text_of("targetNamespace")),
        files,
    }
}
