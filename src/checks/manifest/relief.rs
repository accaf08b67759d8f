//! How to free a disk that is full now.

use super::Subject;
use crate::detect::Site;
use crate::kubernetes::Workload;
use crate::rules::Runbook;

/// Variables that start agents inside every JVM: a second one beside the server's would fail on the agent's port.
const AGENTS: &str = "env JVMFLAGS= SERVER_JVMFLAGS= CLIENT_JVMFLAGS= JAVA_TOOL_OPTIONS=";

/// More pods than this are told by example.
const PODS_SPELT_OUT: u64 = 9;

impl Subject<'_, '_> {
    /// What to do when the disk is full now: look, verify, free space one pod at a time, then patch. Nothing where there
    /// is no pod to do it in, or where the files are nobody knows where.
    pub(super) fn relief(&self) -> Option<String> {
        let Site::Pod { workload, container } = self.server.site else { return None };
        let Runbook { disk, data, cleanup } = self.server.flavor.runbook.as_ref()?;
        let pods = self.pods(workload);
        if pods.is_empty() {
            return None;
        }
        let mut lines = vec![
            "If the disk is full now, one pod at a time (look, verify, free, look again), before anything restarts:"
                .to_owned(),
        ];
        for pod in &pods {
            let exec = format!("  kubectl {}exec {pod} -c {} -- ", self.namespace_flag(), container.name());
            lines.push(format!("{exec}df -h {disk}"));
            lines.push(format!("{exec}ls -lt {data}/version-2   # the newest snapshot is recent and not empty?"));
            lines.push(format!("{exec}{AGENTS} {cleanup} -n 3"));
            lines.push(format!("{exec}df -h {disk}"));
        }
        if pods.iter().any(|pod| pod == "POD") || workload.replicas() > PODS_SPELT_OUT {
            lines.push("  (and the same for every other pod)".to_owned());
        }
        Some(lines.join("\n"))
    }

    fn namespace_flag(&self) -> String {
        self.server.site.resource().namespace().map(|namespace| format!("-n {namespace} ")).unwrap_or_default()
    }

    /// The pods as `kubectl exec` takes them. Names that no Kubernetes would accept are left out of commands, which
    /// people paste into a shell.
    fn pods(&self, workload: Workload<'_>) -> Vec<String> {
        let resource = workload.resource;
        let words =
            [resource.name(), resource.namespace().unwrap_or("x"), self.server.site.container_name().unwrap_or("x")];
        if !words.into_iter().all(is_object_name) {
            return Vec::new();
        }
        match resource.kind() {
            "StatefulSet" => {
                let count = workload.replicas().min(PODS_SPELT_OUT);
                (0..count).map(|ordinal| format!("{}-{ordinal}", resource.name())).collect()
            }
            "Pod" => vec![resource.name().to_owned()],
            _ if workload.replicas() == 0 => Vec::new(),
            // The names of these pods are only known in the cluster.
            _ => vec!["POD".to_owned()],
        }
    }
}

fn is_object_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}
