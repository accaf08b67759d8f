//! What restarts when a setting changes, and when a fix takes effect.

use super::Subject;
use crate::detect::{Origin, Site};
use crate::kubernetes::{Holder, HookUpgrade, PodContainer, Rollout, Workload};

impl Subject<'_, '_> {
    /// What restarts when the setting changes.
    pub(super) fn restart(&self) -> String {
        let Site::Pod(PodContainer { workload, .. }) = self.server.site else {
            return "Restarts: the operator replaces the pods, usually one at a time.".to_owned();
        };
        if let Some(holder) = self.holder() {
            return of_object(workload, holder);
        }
        let (kind, replicas) = (workload.resource.kind(), workload.replicas());
        let (pods, quorum) = match (kind, replicas) {
            ("DaemonSet", _) => ("its pods one at a time".to_owned(), "with three or more, the others keep the quorum"),
            (_, 0) => return format!("Restarts: nothing; the {kind} has no replicas."),
            (_, 1) => ("its only pod".to_owned(), "ZooKeeper is down until it is back"),
            (_, 2) => ("its 2 pods one at a time".to_owned(), "a quorum needs both, so ZooKeeper is down meanwhile"),
            _ => (format!("its {replicas} pods one at a time"), "the others keep the quorum"),
        };
        match workload.rollout() {
            Rollout::Rolling => format!("Restarts: the {kind} replaces {pods}; {quorum}."),
            Rollout::Recreate => format!("Restarts: the {kind} stops all its pods before it starts new ones."),
            Rollout::Partition(from) => {
                format!("Restarts: only the pods from ordinal {from} on (partition); the others keep the old setting.")
            }
            Rollout::OnDelete => {
                format!("Restarts: nothing by itself. Delete the pods of the {kind} one at a time; {quorum}.")
            }
            Rollout::BarePod => "Restarts: a bare pod cannot be changed; delete and recreate it.".to_owned(),
            Rollout::Hook(upgrade) => of_hook(kind, upgrade),
        }
    }

    /// When a fix takes effect, in the word that reports use.
    #[must_use]
    pub fn takes_effect(&self) -> String {
        let Site::Pod(PodContainer { workload, .. }) = self.server.site else { return "by-operator".to_owned() };
        if self.holder().is_some_and(|holder| !workload.is_reloaded_by(holder.object)) {
            return "on-restart".to_owned();
        }
        match workload.rollout() {
            Rollout::Rolling | Rollout::Recreate => "on-rollout".to_owned(),
            Rollout::OnDelete => "on-pod-deletion".to_owned(),
            Rollout::Partition(ordinal) => format!("on-rollout-from-ordinal-{ordinal}"),
            Rollout::BarePod | Rollout::Hook(_) => "on-recreation".to_owned(),
        }
    }

    /// Where the interval is kept, if that is an object that the pods mount.
    fn holder(&self) -> Option<&Holder<'_>> {
        match &self.server.interval.origin {
            Origin::Properties { holder, .. } | Origin::Script { holder: Some(holder), .. } => Some(holder),
            _ => None,
        }
    }
}

/// For an object that Helm creates as a hook.
fn of_hook(kind: &str, upgrade: HookUpgrade) -> String {
    match upgrade {
        HookUpgrade::Recreates => format!(
            "Restarts: the {kind} is a hook, which `helm upgrade` deletes and creates again; ZooKeeper is down until its \
             pods are back."
        ),
        HookUpgrade::Fails => format!(
            "Restarts: nothing by itself. The {kind} is a hook that `helm upgrade` cannot create while it exists; delete \
             it before."
        ),
        HookUpgrade::Ignores => format!(
            "Restarts: nothing by itself. The {kind} is a hook that `helm upgrade` leaves alone; change it with `kubectl`, \
             too."
        ),
    }
}

/// For a change to an object that the pods mount. A checksum of it in their annotations was computed before the patch,
/// so it stays the same.
fn of_object(workload: Workload<'_>, holder: &Holder<'_>) -> String {
    let (kind, object, name) = (workload.resource.kind(), holder.object.kind(), holder.object.name());
    if workload.is_reloaded_by(holder.object) {
        return format!("Restarts: Reloader restarts the {kind} when {object} {name} changes.");
    }
    match workload.checksum() {
        Some(annotation) => format!(
            "Restarts: nothing by itself. The annotation {annotation} was computed before the patch and stays the same, so \
             the pods keep the old text until `kubectl rollout restart`. A value set through the chart restarts them."
        ),
        None => {
            format!(
                "Restarts: nothing by itself. A changed {object} {name} restarts no pod; run `kubectl rollout restart`."
            )
        }
    }
}
