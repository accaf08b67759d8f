//! Which files and documents hold releases, told by a look at their bytes before anything is parsed.

use memchr::memmem;

use super::field::Field;
use super::surroundings::is_yaml;
use crate::yaml::{Span, split};

/// API groups whose objects are releases.
const GROUPS: [&str; 3] = ["argoproj.io/", "helm.toolkit.fluxcd.io/", "helm.fluxcd.io/"];

/// What makes a release out of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Application,
    ApplicationSet,
    HelmRelease,
    /// Of the first Flux, which is retired and still runs.
    OldHelmRelease,
}

impl Tool {
    /// By API group and kind.
    pub(super) fn of(object: &Field<'_>) -> Option<Self> {
        let (group, _) = object.text_of("apiVersion")?.split_once('/')?;
        match (group, object.text_of("kind")?) {
            ("argoproj.io", "Application") => Some(Self::Application),
            ("argoproj.io", "ApplicationSet") => Some(Self::ApplicationSet),
            ("helm.toolkit.fluxcd.io", "HelmRelease") => Some(Self::HelmRelease),
            ("helm.fluxcd.io", "HelmRelease") => Some(Self::OldHelmRelease),
            _ => None,
        }
    }
}

/// In doubt it may.
pub(super) fn may_hold_releases(path: &str, content: &str) -> bool {
    is_yaml(path) && holds_group(content.as_bytes())
}

fn holds_group(bytes: &[u8]) -> bool {
    GROUPS.iter().any(|group| memmem::find(bytes, group.as_bytes()).is_some())
}

/// The documents that may hold an object of one of the tools.
pub(super) fn object_spans(content: &str) -> Vec<Span> {
    split(content.as_bytes()).into_iter().filter(|span| holds_group(span.of_bytes(content.as_bytes()))).collect()
}
