//! kustomize overlays: how an object is deployed once the kustomizations that include it have patched it.
//!
//! | file | job |
//! | --- | --- |
//! | `index` | which kustomizations take in which files |
//! | `kustomization` | what a kustomization does, in its order |
//! | `deployer` | what other tools add to the kustomizations and folders that they deploy |
//! | `patch` | patches, as kustomizations and other tools name them |
//! | `selector`, `label_selector`, `identity` | which objects a patch is for |
//! | `tree`, `apply` | objects that are changed, and how |
//! | `images` | images that take the place of others |
//! | `touch` | what a patch can decide that is not followed |
//! | `variant` | what an overlay makes of an object |
//! | `companion`, `generator` | objects in other files, or made from them, that are deployed along with a file |
//! | `release`, `manifest` | releases, and files of manifests, as overlays deploy them |

mod apply;
mod companion;
mod deployer;
mod generator;
mod identity;
mod images;
mod index;
mod kustomization;
mod label_selector;
mod manifest;
mod patch;
mod release;
mod selector;
mod touch;
mod tree;
mod variant;

use std::sync::Arc;

use super::field::Field;
use super::path;
use super::surroundings::{Scope, Surroundings};
use images::NewImage;
use patch::Patch;
pub(super) use patch::is_harmless_transformer;

pub use companion::Companion;
pub(super) use index::Index;
pub(super) use kustomization::Kustomization;
pub use manifest::{Deployment, Deployments, deployments};
pub(super) use release::releases;

/// One way in which a file is deployed: the kustomizations that include it, innermost first.
pub(super) struct Way {
    pub(super) steps: Vec<(String, Arc<Kustomization>)>,
}

/// The ways in which a file is deployed; `None` if there are too many.
pub(super) fn ways(path: &str, around: &Surroundings<'_>) -> Option<Vec<Way>> {
    // A kustomization is included by its folder.
    let place = if path::is_kustomization(path::name(path)) { path::parent(path) } else { path };
    let step = |path: &str| (path::parent(path).to_owned(), around.kustomization(path));
    let index = around.index();
    let routes = index.routes(place)?.into_iter();
    let ways = routes.map(|route| {
        let mut steps: Vec<_> = route.steps.into_iter().map(step).collect();
        if let Some(deployer) = route.deployer {
            deployer.add_to(&mut steps, place, around);
        }
        Way { steps }
    });
    Some(ways.collect())
}

/// Where the patches are that may decide what Helm renders, in the kustomization being read and in those that include it.
pub(super) fn patches_of_rendered(scope: &Scope<'_>) -> Vec<String> {
    let own = scope.kustomization();
    let ways = scope.ways().into_iter().flatten();
    let around = ways.flat_map(|way| &way.steps).map(|(_, kustomization)| kustomization);
    let patches = std::iter::once(&own).chain(around).flat_map(|kustomization| kustomization.patches());
    patches.filter(|patch| patch.may_decide_rendered()).map(|patch| patch.at.clone()).collect()
}

/// Whether the patches in a list of another tool may decide what Helm renders.
pub(super) fn may_decide_rendered(patches: &[Field<'_>]) -> bool {
    patch::given(patches).iter().any(Patch::may_decide_rendered)
}

/// Whether a list of `images` of another tool may give a server that Helm renders another image.
pub(super) fn may_change_server(images: &Field<'_>) -> bool {
    patch::new_images(images).is_none_or(|images| images.iter().any(NewImage::may_change_server))
}
