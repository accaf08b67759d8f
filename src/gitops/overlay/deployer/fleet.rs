//! Fleet: the kustomization that a bundle or one of its targets builds, and the overlays of plain files.
//!
//! As rancher/fleet does it: `DetermineStyle` in `internal/bundlereader/style.go` (4b5fb466) says whether a bundle is a
//! chart, a kustomization or plain files; only the files of the last kind have overlays (`HelmChart` in
//! `internal/helmdeployer/render/helm.go`, 4e681690). `overlays/NAME/zk_patch.yaml` patches `zk.yaml`, and
//! `overlays/NAME/zk.yaml` takes its place (`patchContent` in `internal/helmdeployer/render/patch/patch.go`, 0234bd41).
//! Overlays of a target come after those of the bundle (`calculate.go` in `internal/cmd/controller/options`).

use std::sync::Arc;

use super::{Deployer, Takes};
use crate::gitops::field::Field;
use crate::gitops::files::Files;
use crate::gitops::overlay::kustomization::{Addition, Stage, of_folder, texts};
use crate::gitops::overlay::patch::{Body, Patch, patches_in};
use crate::gitops::overlay::selector::Selector;
use crate::gitops::path;
use crate::gitops::surroundings::Scope;
use crate::gitops::text::Text;
use crate::yaml::{Document, split};

/// The file of a bundle.
pub(super) const FILE: &str = "fleet.yaml";

/// Where the overlays of a bundle are.
pub(super) const OVERLAYS: &str = "overlays/";

/// What a bundle deploys: once as it is, and once per target customization.
pub(super) fn bundle(root: &Field<'_>, scope: &Scope<'_>) -> Vec<Deployer> {
    let targets = root.get("targetCustomizations").map(|list| list.items()).unwrap_or_default();
    let targets = targets.iter().filter(|target| !target.is_true("doNotDeploy"));
    std::iter::once(None).chain(targets.map(Some)).filter_map(|target| deployed(root, target, scope)).collect()
}

fn deployed(root: &Field<'_>, target: Option<&Field<'_>>, scope: &Scope<'_>) -> Option<Deployer> {
    let bundle = path::parent(scope.path());
    let both: Vec<&Field<'_>> = std::iter::once(root).chain(target).collect();
    let last = |keys: &[&str]| both.iter().rev().find_map(|field| field.at(keys)?.text());
    let folder = path::join(bundle, last(&["kustomize", "dir"]).unwrap_or_default())?;
    let is_kustomized = of_folder(&folder, scope.files()).is_some();
    let has_chart = || {
        let own = path::join(bundle, "Chart.yaml").is_some_and(|path| scope.files().has(&path));
        own || last(&["helm", "chart"]).is_some() || last(&["helm", "repo"]).is_some()
    };
    if !is_kustomized && has_chart() {
        return None;
    }
    let yaml = both.iter().filter_map(|field| field.get("yaml"));
    let overlays = || yaml.flat_map(|yaml| texts(&yaml, "overlays")).collect();
    let name = root.text_of("name").unwrap_or(path::name(bundle));
    let target = target.map(|target| format!(", {}", target.text_of("name").unwrap_or("target"))).unwrap_or_default();
    Some(Deployer {
        title: format!("fleet/{name}{target}").into(),
        file: scope.path().to_owned(),
        folder: if is_kustomized { folder } else { bundle.to_owned() },
        takes: if is_kustomized { Takes::Kustomization } else { Takes::Files(overlays()) },
        addition: Addition::default(),
        key: String::new(),
    })
}

/// The name of a file in a bundle.
pub(super) fn below<'f>(bundle: &str, file: &'f str) -> Option<&'f str> {
    if bundle.is_empty() { Some(file) } else { file.strip_prefix(bundle)?.strip_prefix('/') }
}

/// What the overlays of a bundle do to one of its files.
pub(super) fn overlaid((bundle, file): (&str, &str), overlays: &[String], files: &dyn Files) -> Addition {
    let mut addition = Addition::default();
    let Some(name) = below(bundle, file) else { return addition };
    for overlay in overlays {
        let written = format!("{OVERLAYS}{overlay}/{}", path::parent(name));
        let Some(folder) = path::join(bundle, &written) else { continue };
        let names = files.list(&folder).into_iter();
        for other in names.filter(|other| other.replacen("_patch.", ".", 1) == path::name(name)) {
            let Some(path) = path::join(&folder, &other) else { continue };
            let patches = if other == path::name(name) { vec![replaced(&path)] } else { patched(&path, file, files) };
            addition.patches.extend(patches.into_iter().map(|patch| (Stage::Patches, Arc::new(patch))));
            addition.files.insert(path);
        }
    }
    addition
}

fn replaced(by: &str) -> Patch {
    Patch { selector: Selector::default(), body: Body::unknown("it takes the place of the file"), at: by.to_owned() }
}

/// The patch in a file, which is for the first document of another, and leaves nothing of the rest.
fn patched(path: &str, file: &str, files: &dyn Files) -> Vec<Patch> {
    let Some(content) = files.read(path) else { return vec![Patch::unseen(path)] };
    let is_one = files.read(file).is_some_and(|base| {
        let spans = split(base.as_bytes()).into_iter();
        let documents =
            spans.filter(|span| !matches!(Document::parse(span.of_bytes(base.as_bytes()), span.start), Ok(None)));
        documents.count() == 1
    });
    if !is_one {
        let body = Body::unknown("the file that it patches has several documents");
        return vec![Patch { selector: Selector::default(), body, at: path.to_owned() }];
    }
    let text = Text::of_file(path, &content);
    let everything = Selector::default();
    let spans = split(content.as_bytes()).into_iter().take(1);
    spans.flat_map(|span| patches_in(&text, span, Some(&everything), path)).collect()
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn names_in_a_bundle_are_relative_to_it() {
        let table = [("", "a/b.yaml", Some("a/b.yaml")), ("a", "a/b.yaml", Some("b.yaml")), ("a", "ab/b.yaml", None)];
        for (bundle, file, expected) in table {
            assert_eq!(below(bundle, file), expected, "{bundle} {file}");
        }
    }
}
