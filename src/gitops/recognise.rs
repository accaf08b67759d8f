//! Recognises files and documents that contain releases by looking at their bytes, before anything is parsed.

use memchr::memmem;

use super::field::Field;
use super::path;
use super::surroundings::is_yaml;
use super::terraform::is_terraform;
use crate::yaml::{Span, split};

/// API groups whose objects are releases.
const GROUPS: [&str; 13] = [
    "argoproj.io/",
    "helm.toolkit.fluxcd.io/",
    "helm.fluxcd.io/",
    "flux.weave.works/",
    "helm.cattle.io/",
    "HelmChartInflationGenerator",
    "helm.crossplane.io/",
    "helm.m.crossplane.io/",
    "addons.cluster.x-k8s.io/",
    "config.projectsveltos.io/",
    "core.oam.dev/",
    "kappctrl.k14s.io/",
    "skaffold/v",
];

/// The path of a text that is not in a file.
pub const STANDARD_INPUT: &str = "-";

/// The tool that turns an object into a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Application,
    ApplicationSet,
    HelmRelease,
    /// Of Flux v1, which is retired but still in use.
    OldHelmRelease,
    /// Of k3s and RKE2.
    HelmChart,
    /// Of kustomize.
    HelmChartInflationGenerator,
    CrossplaneRelease,
    /// Of Cluster API.
    HelmChartProxy,
    SveltosProfile,
    VelaApplication,
    KappApp,
    Skaffold,
}

/// The format of a file that contains releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Any number of Kubernetes objects.
    Objects,
    Kustomization,
    Fleet,
    Terraform,
    Helmfile,
}

impl Format {
    /// By the file's name, and by words without which it cannot ask for a release.
    pub(super) fn of(path: &str, content: &str) -> Option<Self> {
        let holds = |word: &str| memmem::find(content.as_bytes(), word.as_bytes()).is_some();
        match path::name(path) {
            name if path::is_kustomization(name) => {
                (holds("helmCharts") || holds("helmChartInflationGenerator")).then_some(Self::Kustomization)
            }
            "fleet.yaml" => holds("helm:").then_some(Self::Fleet),
            _ if is_helmfile(path, content) => (holds("releases") || holds("helmfiles")).then_some(Self::Helmfile),
            name if is_terraform(name) => holds("helm_release").then_some(Self::Terraform),
            name => {
                let may_hold = is_yaml(name) || name == STANDARD_INPUT;
                (may_hold && holds_group(content.as_bytes())).then_some(Self::Objects)
            }
        }
    }
}

impl Tool {
    /// By API group and kind.
    pub(super) fn of(object: &Field<'_>) -> Option<Self> {
        let version = object.text_of("apiVersion")?;
        let group = version.split_once('/').map_or(version, |(group, _)| group);
        match (group, object.text_of("kind")?) {
            ("argoproj.io", "Application") => Some(Self::Application),
            ("argoproj.io", "ApplicationSet") => Some(Self::ApplicationSet),
            ("helm.toolkit.fluxcd.io", "HelmRelease") => Some(Self::HelmRelease),
            ("helm.fluxcd.io" | "flux.weave.works", "HelmRelease") => Some(Self::OldHelmRelease),
            ("helm.cattle.io", "HelmChart") => Some(Self::HelmChart),
            ("builtin", "HelmChartInflationGenerator") => Some(Self::HelmChartInflationGenerator),
            ("helm.crossplane.io" | "helm.m.crossplane.io", "Release") => Some(Self::CrossplaneRelease),
            ("addons.cluster.x-k8s.io", "HelmChartProxy") => Some(Self::HelmChartProxy),
            ("config.projectsveltos.io", "ClusterProfile" | "Profile") => Some(Self::SveltosProfile),
            ("core.oam.dev", "Application") => Some(Self::VelaApplication),
            ("kappctrl.k14s.io", "App") => Some(Self::KappApp),
            ("skaffold", "Config") => Some(Self::Skaffold),
            _ => None,
        }
    }
}

fn holds_group(bytes: &[u8]) -> bool {
    GROUPS.iter().any(|group| memmem::find(bytes, group.as_bytes()).is_some())
}

/// The documents that may contain an object of one of the tools.
pub(super) fn object_spans(content: &str) -> Vec<Span> {
    split(content.as_bytes()).into_iter().filter(|span| holds_group(span.of_bytes(content.as_bytes()))).collect()
}

/// Keys that appear next to the releases in a helmfile, and nowhere else.
const BESIDE_RELEASES: [&str; 4] = ["repositories:", "helmDefaults:", "environments:", "bases:"];

/// `helmfile.yaml`, `helmfile-prod.yaml.gotmpl`, `kafka.helmfile.yaml`, or anything in `helmfile.d/`; under another
/// name, by its keys.
#[must_use]
pub fn is_helmfile(path: &str, content: &str) -> bool {
    let name = path::name(path);
    let name = name.strip_suffix(".gotmpl").unwrap_or(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_named = stem.starts_with("helmfile") || stem.ends_with("helmfile");
    is_yaml(name) && (is_named || path::name(path::parent(path)) == "helmfile.d" || holds_state(content))
}

fn holds_state(content: &str) -> bool {
    let holds = |key: &str| content.lines().any(|line| line.starts_with(key));
    memmem::find(content.as_bytes(), b"releases:").is_some()
        && holds("releases:")
        && BESIDE_RELEASES.iter().any(|key| holds(key))
        && !holds("apiVersion:")
}
