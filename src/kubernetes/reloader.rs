//! Reloader, a controller that restarts pods when an object that they use changes.
//!
//! What it goes by: `PerformAction` in `internal/pkg/handler/upgrade.go` of `stakater/Reloader`.

use super::{Resource, Workload};
use crate::yaml::Node;

/// The controllers whose pods it restarts.
const KINDS: [&str; 5] = ["StatefulSet", "Deployment", "DaemonSet", "DeploymentConfig", "Rollout"];

impl Workload<'_> {
    /// Whether Reloader restarts the pods when an object that they use changes, a `ConfigMap` or Secret. Annotations of
    /// the pod template count only if the workload has none of them.
    #[must_use]
    pub fn is_reloaded_by(self, object: Resource<'_>) -> bool {
        if !KINDS.contains(&self.resource.kind()) {
            return false;
        }
        let of_kind = format!("{}.reloader.stakater.com", object.kind().to_ascii_lowercase());
        let (reload, auto_of_kind) = (format!("{of_kind}/reload"), format!("{of_kind}/auto"));
        let (auto, search) = ("reloader.stakater.com/auto", "reloader.stakater.com/search");
        let places = ["/metadata/annotations", "/spec/template/metadata/annotations"];
        let annotations = places.into_iter().filter_map(|place| self.resource.node().at(place)).find(|annotations| {
            [auto, search, &auto_of_kind, &reload].into_iter().any(|key| annotations.get(key).is_some())
        });
        let Some(annotations) = annotations else { return false };
        let text = |key: &str| annotations.get(key).and_then(Node::as_str).unwrap_or_default();
        is_true(text(auto))
            || is_true(text(&auto_of_kind))
            || text(&reload).split(',').any(|one| fits(object.name(), one.trim()))
    }
}

/// What Go's `strconv.ParseBool` takes for true.
fn is_true(text: &str) -> bool {
    ["1", "t", "T", "TRUE", "true", "True"].contains(&text)
}

/// Whether a name may match: the pattern is a regular expression, which for most is the name itself.
fn fits(name: &str, pattern: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    pattern == name || !pattern.chars().all(is_plain)
}
