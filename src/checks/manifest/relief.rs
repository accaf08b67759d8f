//! How to free a disk that is already full.

use std::ops::Range;

use super::Subject;
use crate::detect::Site;
use crate::kubernetes::{PodContainer, Workload};
use crate::rules::Runbook;

/// Variables that start agents inside every JVM: in a second one next to the server, the agent would fail because its
/// port is taken.
const AGENTS: &str = "env JVMFLAGS= SERVER_JVMFLAGS= CLIENT_JVMFLAGS= JAVA_TOOL_OPTIONS=";

impl Subject<'_, '_> {
    /// What to do if the disk is already full: look, verify, free space one pod at a time, then patch. `None` if there
    /// is no pod to do it in, or if the folder of the files is not known.
    pub(super) fn relief(&self) -> Option<String> {
        let Site::Pod(PodContainer { workload, container }) = self.server.site else { return None };
        let Runbook { disk, data, cleanup } = self.server.flavor.runbook.as_ref()?;
        let (pod, others) = self.pods(workload)?;
        let exec = format!("  kubectl {}exec {pod} -c {} -- ", self.namespace_flag(), container.name());
        let mut lines = vec![
            "If the disk is full now, free one pod at a time, before anything restarts:".to_owned(),
            format!("{exec}df -h {disk}"),
            format!("{exec}ls -lt {data}/version-2   # is the newest snapshot recent and not empty?"),
            format!("{exec}{AGENTS} {cleanup} -n 3"),
            format!("{exec}df -h {disk}"),
        ];
        lines.extend(others.map(|others| format!("  Then the same for {others}.")));
        Some(lines.join("\n"))
    }

    fn namespace_flag(&self) -> String {
        self.server.site.resource().namespace().map(|namespace| format!("-n {namespace} ")).unwrap_or_default()
    }

    /// A pod as an argument of `kubectl exec`, and the others in words. Names that Kubernetes would not accept never
    /// get into commands, because users paste those into a shell.
    fn pods(&self, workload: Workload<'_>) -> Option<(String, Option<String>)> {
        let resource = workload.resource;
        let words =
            [resource.name(), resource.namespace().unwrap_or("x"), self.server.site.container_name().unwrap_or("x")];
        if !words.into_iter().all(is_object_name) {
            return None;
        }
        let name = resource.name();
        if resource.kind() == "Pod" {
            return Some((name.to_owned(), None));
        }
        let Range { start: first, end } = workload.ordinals();
        let pod = |ordinal: u64| format!("{name}-{ordinal}");
        let others = match end - first {
            0 => return None,
            // The names of these pods are only known in the cluster.
            _ if resource.kind() != "StatefulSet" => {
                return Some(("POD".to_owned(), Some("every other pod".to_owned())));
            }
            1 => None,
            2 => Some(pod(first + 1)),
            3 => Some(format!("{} and {}", pod(first + 1), pod(first + 2))),
            _ => Some(format!("{} to {}", pod(first + 1), pod(end - 1))),
        };
        Some((pod(first), others))
    }
}

fn is_object_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}
