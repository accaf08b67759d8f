//! What people are told about a server: its name, the evidence, the permanent fix, what restarts, and how to free a
//! disk that is full now.

use std::collections::BTreeSet;

use super::{Check, Finding, Severity, Subject, Wanted};
use crate::detect::{InstalledChart, Origin, Setting};
use crate::kubernetes::Rollout;
use crate::rules::{ChartServer, Runbook};
use crate::yaml::{Node, Span};

/// Variables that start agents inside every JVM: a second one beside the server's would fail on the agent's port.
const AGENTS: &str = "env JVMFLAGS= SERVER_JVMFLAGS= CLIENT_JVMFLAGS= JAVA_TOOL_OPTIONS=";

/// More pods than this are told by example.
const PODS_SPELT_OUT: u64 = 9;

impl Subject<'_, '_> {
    /// Kind, namespace, name and container, as messages name a server.
    pub(super) fn title(&self) -> String {
        let resource = self.server.workload.resource;
        let namespace = resource.namespace().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        format!("{} {namespace}{} (container {})", resource.kind(), resource.name(), self.server.container.name())
    }

    /// How a setting was decided.
    pub(super) fn evidence(&self, setting: &Setting<'_>) -> String {
        match (&setting.origin, setting.text) {
            (Origin::Env { name, .. }, Some("")) => format!("{name} is empty"),
            (Origin::Env { name, .. }, Some(text)) => format!("{name} is {:?}", shortened(text)),
            (Origin::Default, _) => {
                format!("nothing sets it, and off is the default of the {}", self.server.flavor.title)
            }
            (origin, _) => format!("{} decides", origin.describe()),
        }
    }

    /// A finding at the place of a setting, or at the container's name where nothing is written; the check fills in the
    /// rest.
    pub(super) fn finding(&self, setting: &Setting<'_>, message: String) -> Finding {
        let container = self.server.container.node();
        let entry = if let Origin::Env { entry, .. } = &setting.origin { Some(*entry) } else { None };
        let here = container.get("name").unwrap_or(container);
        let span = setting.node.or(entry).unwrap_or(here).span();
        let shown = shown(entry.unwrap_or(container), setting.node);
        Finding {
            check: Check::PurgeUnknown,
            severity: Severity::Warning,
            document: self.index,
            span,
            context: entry.unwrap_or(here).span(),
            shown,
            label: String::new(),
            message,
            help: Vec::new(),
            server: Some(self.number),
            fix: Vec::new(),
            incurable_because: None,
        }
    }

    /// The fixed parts of a message about an error, a paragraph each.
    pub(super) fn advice(&self, consequence: &str, wanted: Wanted, fills_disk: bool) -> Vec<String> {
        let mut parts = vec![consequence.to_owned()];
        parts.extend(self.other_readers());
        parts.extend([self.permanent_fix(wanted), self.restart()]);
        if fills_disk {
            parts.extend(self.server.flavor.runbook.as_ref().map(|runbook| self.relief(runbook)));
        }
        parts
    }

    /// Who else reads the value, where it stands below an anchor: a patch changes it for them too.
    fn other_readers(&self) -> Option<String> {
        let value = self.server.interval.node.filter(|node| !node.is_alias())?;
        let readers = value.pointers().unwrap_or_default();
        let own = self.server.container.name();
        let others: BTreeSet<String> = readers.iter().map(|pointer| reader(self.document.root(), pointer)).collect();
        let variable = self.evidence_name();
        let others: Vec<&str> =
            others.iter().map(String::as_str).filter(|name| *name != format!("{variable} in {own}")).collect();
        (!others.is_empty())
            .then(|| format!("The value stands below an anchor; a patch changes it for {} too.", others.join(", ")))
    }

    fn evidence_name(&self) -> &str {
        if let Origin::Env { name, .. } = &self.server.interval.origin { name } else { "" }
    }

    /// Where the setting has to be written so that it stays.
    fn permanent_fix(&self, wanted: Wanted) -> String {
        let template = self.template.map(|template| format!("Template: {template}\n")).unwrap_or_default();
        let model = self.chart.as_ref().and_then(|chart| Some((chart, chart.model_of(&self.server, self.template)?)));
        let cure = match model {
            Some((installed, (model, lead))) => value_fix(installed, model, &lead, wanted.interval),
            None => self.manifest_fix(wanted.interval),
        };
        let undone = if self.server.patch_store().is_some() {
            "\nThe next upgrade without this post-renderer undoes a patch."
        } else {
            ""
        };
        format!("{template}Permanent fix: {cure}{undone}")
    }

    /// The fix where nothing is known about a chart.
    fn manifest_fix(&self, hours: i32) -> String {
        match (self.server.patch_store(), self.template) {
            (None, _) => "a newer image, or a zoo.cfg of your own mounted over the image's.".to_owned(),
            (Some(store), Some(_)) => format!("the value from which that template renders {}.", store.interval),
            (Some(store), None) => format!("{} set to \"{hours}\" where this manifest is kept.", store.interval),
        }
    }

    /// What restarts when the setting changes.
    fn restart(&self) -> String {
        let workload = self.server.workload;
        let (kind, replicas) = (workload.resource.kind(), workload.replicas());
        let pods = if replicas == 1 { "its only pod".to_owned() } else { format!("its {replicas} pods one at a time") };
        let quorum = match replicas {
            0 | 1 => "ZooKeeper is away until it is back",
            2 => "both are needed for a quorum, so ZooKeeper is away while either restarts",
            _ => "the others keep the quorum",
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
            Rollout::BarePod => "Restarts: a bare pod cannot be changed; delete it and create it anew.".to_owned(),
        }
    }

    /// What to do when the disk is full now: look, verify, free space one pod at a time, then patch.
    fn relief(&self, runbook: &Runbook) -> String {
        let pods = self.pods();
        let mut lines =
            vec!["If the disk is full now, one pod at a time (look, verify, free, look again), then patch:".to_owned()];
        for pod in &pods {
            let exec = format!("  kubectl {}exec {pod} -c {} -- ", self.namespace_flag(), self.server.container.name());
            lines.push(format!("{exec}df -h {}", runbook.disk));
            lines.push(format!(
                "{exec}ls -lt {}/version-2   # the newest snapshot is recent and not empty?",
                runbook.data
            ));
            lines.push(format!("{exec}{AGENTS} {} -n 3", runbook.cleanup));
            lines.push(format!("{exec}df -h {}", runbook.disk));
        }
        if self.server.workload.replicas() > PODS_SPELT_OUT {
            lines.push("  (and the same for every other pod)".to_owned());
        }
        lines.join("\n")
    }

    fn namespace_flag(&self) -> String {
        self.server.workload.resource.namespace().map(|namespace| format!("-n {namespace} ")).unwrap_or_default()
    }

    /// The pods as `kubectl exec` takes them. Names that no Kubernetes would accept are left out of commands, which
    /// people paste into a shell.
    fn pods(&self) -> Vec<String> {
        let resource = self.server.workload.resource;
        let words = [resource.name(), resource.namespace().unwrap_or("x"), self.server.container.name()];
        if !words.into_iter().all(is_object_name) {
            return Vec::new();
        }
        match resource.kind() {
            "StatefulSet" => {
                let count = self.server.workload.replicas().min(PODS_SPELT_OUT);
                (0..count).map(|ordinal| format!("{}-{ordinal}", resource.name())).collect()
            }
            "Pod" => vec![resource.name().to_owned()],
            kind => vec![format!("{}/{}", kind.to_lowercase(), resource.name())],
        }
    }
}

/// The variable and container at a JSON pointer into an `env` list, as people name them; the pointer itself elsewhere.
fn reader(root: Node<'_>, pointer: &str) -> String {
    let named = |path: &str| root.at(path).and_then(|node| node.get("name")).and_then(Node::as_str);
    let (container, rest) = pointer.rsplit_once("/env/").unwrap_or((pointer, ""));
    let entry = pointer.strip_suffix("/value").filter(|_| !rest.is_empty());
    match (entry.and_then(named), named(container)) {
        (Some(variable), Some(container)) => format!("{variable} in {container}"),
        _ => pointer.to_owned(),
    }
}

/// The most of a setting's text that a message reads out.
const LONGEST_TEXT: usize = 40;

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_TEXT).collect();
    if short.len() < text.len() { short + "..." } else { short }
}

/// What may be shown of a container or a variable's entry: its keys, its name, and the value where that is the setting
/// itself.
fn shown(entry: Node<'_>, value: Option<Node<'_>>) -> Vec<Span> {
    let keys = entry.entries().into_iter().map(|(key, _)| key.span());
    keys.chain(entry.get("name").map(Node::span)).chain(value.map(Node::span)).collect()
}

/// The fix through a chart's values, or by a newer chart.
fn value_fix(installed: &InstalledChart<'_>, model: &ChartServer, lead: &str, hours: i32) -> String {
    let chart = installed.chart;
    let upgrade = chart.fixed_in.as_ref().filter(|_| model.ships_purge_off());
    let upgrade = upgrade.map(|fixed| format!("\n  or upgrade the chart to {fixed} or later")).unwrap_or_default();
    match &model.interval.path {
        Some(path) => format!(
            "set {lead}{path} to {hours} in the values of the {} chart\n  (helm upgrade ... --set {lead}{path}={hours}){upgrade}.",
            chart.title
        ),
        None => format!("no value of the {} chart reaches the setting{upgrade}.", chart.title),
    }
}

fn is_object_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}
