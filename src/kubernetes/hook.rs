//! Helm's hooks: objects that Helm creates at certain moments of a release, beside its other objects.
//!
//! Helm waits until a Job or a Pod has ended, takes all other kinds for ready at once, and deletes a hook only as its
//! policies say. Read in helm/helm: `pkg/action/hooks.go` (Helm 3, commit bcb83e465f4487b481b8843f4d5dfe4f26472c55),
//! `pkg/releaseutil/manifest_sorter.go` (Helm 3, 03811bf5152a44528049f701b5d069abdb1a1168) and `pkg/kube/statuswait.go`
//! (Helm 4, 04a91af89e185fb2ff08592057726d54fdd22471).

use super::Resource;

/// The annotations of a hook.
#[derive(Clone, Copy)]
pub struct Hook<'d> {
    kind: &'d str,
    /// When it is created, separated by commas.
    events: &'d str,
    /// When it is deleted, separated by commas.
    policies: &'d str,
}

/// What counts if there is no policy.
const DEFAULT_POLICY: &str = "before-hook-creation";

/// What an upgrade does to the object that a hook has created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookUpgrade {
    /// It deletes the object and creates it again.
    Recreates,
    /// It creates the object without having deleted it before, which fails.
    Fails,
    /// It does not touch the object.
    Ignores,
}

impl<'d> Hook<'d> {
    pub(super) fn of(resource: Resource<'d>) -> Option<Self> {
        let events = resource.annotation("helm.sh/hook")?;
        let policies = resource.annotation("helm.sh/hook-delete-policy").unwrap_or(DEFAULT_POLICY);
        Some(Self { kind: resource.kind(), events, policies })
    }

    /// Whether the object ends with the hook, or serves only a test or the deletion of the release.
    #[must_use]
    pub fn is_short_lived(self) -> bool {
        self.kind == "Pod"
            || words(self.policies).any(|policy| policy == "hook-succeeded")
            || words(self.events).all(|event| event.starts_with("test") || event.ends_with("-delete"))
    }

    /// What an upgrade does to the object.
    #[must_use]
    pub fn upgrade(self) -> HookUpgrade {
        if !words(self.events).any(|event| event.ends_with("-upgrade")) {
            return HookUpgrade::Ignores;
        }
        if words(self.policies).any(|policy| policy == DEFAULT_POLICY) {
            return HookUpgrade::Recreates;
        }
        HookUpgrade::Fails
    }
}

/// The words of a list, as Helm compares them.
fn words(list: &str) -> impl Iterator<Item = String> {
    list.split(',').map(|word| word.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Hook, HookUpgrade};

    #[test]
    fn annotations_tell_what_stays_and_what_an_upgrade_does() {
        use HookUpgrade::{Fails, Ignores, Recreates};
        let table = [
            ("StatefulSet", "pre-install", None, false, Ignores),
            ("Pod", "pre-install", None, true, Ignores),
            ("Deployment", "pre-install, Post-Upgrade", None, false, Recreates),
            ("Deployment", "pre-upgrade", Some("hook-failed"), false, Fails),
            ("Deployment", "pre-upgrade", Some("hook-failed, before-hook-creation"), false, Recreates),
            ("Deployment", "pre-upgrade", Some("before-hook-creation,Hook-Succeeded"), true, Recreates),
            ("StatefulSet", "test", None, true, Ignores),
            ("StatefulSet", "test-success,post-delete", None, true, Ignores),
            ("StatefulSet", "test,post-install", None, false, Ignores),
            ("StatefulSet", "", None, false, Ignores),
        ];
        for (kind, events, policies, is_short_lived, upgrade) in table {
            let hook = Hook { kind, events, policies: policies.unwrap_or(super::DEFAULT_POLICY) };
            assert_eq!(
                (hook.is_short_lived(), hook.upgrade()),
                (is_short_lived, upgrade),
                "{kind} {events} {policies:?}"
            );
        }
    }
}
