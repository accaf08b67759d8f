//! What a patch touches, for those that cannot be followed: whether it can decide how a server purges.
//!
//! Operations name places, and not what is there: a patch of the third variable of a container names no setting. So
//! everything counts that stands in what servers and their configuration are made of, but for fields that no server
//! reads.

use super::apply::Lists;
use super::patch::{Body, Patch};
use super::tree::Tree;
use crate::yaml::pointer;

/// Fields of objects, and of pods wherever they stand, with which no server's settings change.
const HARMLESS: [&str; 37] = [
    "affinity",
    "annotations",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "imagePullPolicy",
    "imagePullSecrets",
    "labels",
    "livenessProbe",
    "metadata",
    "minReadySeconds",
    "nodeSelector",
    "ordinals",
    "persistentVolumeClaimRetentionPolicy",
    "podManagementPolicy",
    "ports",
    "priorityClassName",
    "progressDeadlineSeconds",
    "readinessProbe",
    "replicas",
    "resources",
    "revisionHistoryLimit",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "selector",
    "serviceAccount",
    "serviceAccountName",
    "serviceName",
    "startupProbe",
    "strategy",
    "terminationGracePeriodSeconds",
    "tolerations",
    "topologySpreadConstraints",
    "updateStrategy",
    "volumeClaimTemplates",
];

/// Kinds of objects that neither run a server nor configure one.
const HARMLESS_KINDS: [&str; 21] = [
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "HorizontalPodAutoscaler",
    "Ingress",
    "LimitRange",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "PodMonitor",
    "PriorityClass",
    "PrometheusRule",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Service",
    "ServiceAccount",
    "ServiceMonitor",
    "StorageClass",
];

/// A path in an object.
type Path<'p> = [&'p str];

impl Patch {
    /// Whether it may change what decides how a server purges.
    pub(super) fn may_decide(&self) -> bool {
        self.touches(decides_server)
    }

    /// Whether it may change what decides how one of any objects purges, such as those that Helm renders.
    pub(super) fn may_decide_rendered(&self) -> bool {
        let is_harmless = self.selector.kind().is_some_and(|kind| HARMLESS_KINDS.contains(&kind));
        !is_harmless && self.may_decide()
    }

    /// Whether it may change what a release is given.
    pub(super) fn may_decide_release(&self) -> bool {
        self.touches(|path| !matches!(path.first(), Some(&("metadata" | "status" | "apiVersion" | "kind"))))
    }

    /// Whether it may change labels or annotations.
    pub(super) fn may_label(&self) -> bool {
        self.touches(|path| match path {
            [] | ["metadata"] => true,
            ["metadata", key, ..] => matches!(*key, "labels" | "annotations"),
            _ => false,
        })
    }

    /// Whether one of the paths that it changes is of that sort.
    fn touches(&self, is_meant: impl Fn(&Path<'_>) -> bool) -> bool {
        self.body.touches(&is_meant)
    }
}

impl Body {
    fn touches(&self, is_meant: &dyn Fn(&Path<'_>) -> bool) -> bool {
        match self {
            Self::Merge(tree, _) => {
                let lists = Lists::of_version(tree.text_of("apiVersion").unwrap_or_default());
                Merged { path: Vec::new(), lists, is_meant }.touches(tree)
            }
            Self::Operations(Tree::List(operations)) => {
                operations.iter().any(|operation| operates(operation, is_meant))
            }
            Self::Operations(_) => is_meant(&[]),
            Self::Images(_) => is_meant(&["spec", "template", "spec", "containers"]),
            Self::FilledIn(body) => body.touches(is_meant),
            Self::Unknown { paths, .. } => {
                paths.iter().any(|path| is_meant(&path.iter().map(String::as_str).collect::<Vec<_>>()))
            }
        }
    }
}

fn decides_server(path: &Path<'_>) -> bool {
    match path {
        ["apiVersion" | "kind" | "metadata" | "status" | "immutable", ..] => false,
        // Keys of these are the names of files.
        ["data" | "binaryData" | "stringData", ..] => true,
        path => !path.iter().any(|step| HARMLESS.contains(step)),
    }
}

fn operates(operation: &Tree, is_meant: &dyn Fn(&Path<'_>) -> bool) -> bool {
    let from = (operation.text_of("op") == Some("move")).then(|| operation.text_of("from"));
    let changed = match operation.text_of("op") {
        Some("test") => None,
        _ => Some(operation.text_of("path")),
    };
    changed.into_iter().chain(from).any(|written| {
        let steps: Vec<_> = written.unwrap_or_default().split('/').skip(1).map(pointer::decode).collect();
        is_meant(&steps.iter().map(AsRef::as_ref).collect::<Vec<_>>())
    })
}

/// A merge changes its leaves, and whatever holds directives; items that merge by a key are changed as far as they go.
struct Merged<'t, 'm> {
    path: Vec<&'t str>,
    lists: Lists,
    is_meant: &'m dyn Fn(&Path<'_>) -> bool,
}

impl<'t> Merged<'t, '_> {
    fn touches(&mut self, tree: &'t Tree) -> bool {
        match tree {
            Tree::Scalar(_) => (self.is_meant)(&self.path),
            Tree::Map(entries) => self.touches_in(entries, None),
            Tree::List(items) => match self.path.last().and_then(|list| self.lists.key(list)) {
                Some(key) => items.iter().any(|item| match item {
                    Tree::Map(entries) => self.touches_in(entries, Some(key)),
                    Tree::Scalar(_) | Tree::List(_) => (self.is_meant)(&self.path),
                }),
                None => (self.is_meant)(&self.path),
            },
        }
    }

    /// The entries of a map, but for the key by which it is merged.
    fn touches_in(&mut self, entries: &'t [(String, Tree)], key: Option<&str>) -> bool {
        entries.iter().filter(|(name, _)| Some(name.as_str()) != key).any(|(name, value)| {
            if name.starts_with('$') {
                return value.text() != Some("merge") && (self.is_meant)(&self.path);
            }
            self.path.push(name);
            let is_touched = self.touches(value);
            self.path.pop();
            is_touched
        })
    }
}
