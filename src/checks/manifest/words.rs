//! A server of a manifest as a case: its name, the evidence, and what can be done.

use std::collections::BTreeSet;

use json_patch::PatchOperation;

use super::{Subject, Wanted};
use crate::charts::InstalledChart;
use crate::checks::case::{Case, Cleaner, Cure, Decided, Doubt, Running, Sight, Unread};
use crate::checks::{Fix, shortened};
use crate::detect::{Access, Mitigation, Origin, Setting, Site, Which};
use crate::yaml::Node;
use crate::zookeeper::Verdict;

impl Subject<'_, '_> {
    /// The server as checks see it. `fix` is what makes it purge.
    pub(super) fn case(&self, wanted: Wanted, fix: &[Fix]) -> Case {
        let server = &self.server;
        let unread = server.ignored.iter().map(|ignored| Unread {
            which: ignored.which,
            promises_purging: ignored.promises_purging,
            place: ignored.store.clone(),
        });
        let is_off = matches!(server.verdict, Verdict::NeverPurges | Verdict::DoesNotStart);
        Case {
            title: self.title(),
            flavor: self.running(),
            verdict: server.verdict,
            interval: self.decided(Which::Interval),
            retain: self.decided(Which::Retain),
            unread: unread.collect(),
            doubt: self.doubt(),
            shipped: self.chart.as_ref().map(InstalledChart::shipped_server),
            cleaner: server.mitigation.as_ref().map(|mitigation| self.cleaner(mitigation)),
            cure: is_off.then(|| self.cure(wanted, fix)),
            wanted,
        }
    }

    fn running(&self) -> Running {
        let flavor = self.server.flavor;
        Running {
            id: flavor.id.clone(),
            title: flavor.title.clone(),
            data: flavor.runbook.as_ref().map(|runbook| runbook.data.clone()),
            way_out: flavor.way_out.clone(),
            zookeeper: self.server.zookeeper,
            compression: self.server.compression,
        }
    }

    fn decided(&self, which: Which) -> Decided {
        let setting = self.setting(which);
        let sight = match (&setting.origin, &setting.text) {
            (Origin::Properties { access: Access::Secret, .. }, _) => Sight::Secret,
            (_, Some(_)) => Sight::Shown,
            (_, None) => Sight::Absent,
        };
        let is_default = matches!(setting.origin, Origin::Default | Origin::Older { .. });
        Decided {
            reading: setting.reading,
            sight,
            evidence: self.evidence(setting),
            place: (!is_default).then(|| setting.origin.describe()),
            own_place: self.own_place(which),
        }
    }

    fn doubt(&self) -> Doubt {
        let interval = &self.server.interval;
        Doubt {
            because: interval.unknown_because.clone(),
            unless: interval.unless.clone(),
            look: "look at the line \"autopurge.purgeInterval set to N\" that ZooKeeper logs when it starts,\n\
                   or write the setting where it can be read.",
        }
    }

    fn cleaner(&self, mitigation: &Mitigation) -> Cleaner {
        let name = self.server.site.resource().name();
        let only = mitigation.only.iter().map(|ordinal| format!("{name}-{ordinal}"));
        Cleaner { by: mitigation.by.clone(), only: only.collect() }
    }

    /// How it has to change: who else is concerned, where to set it for good, what restarts.
    fn cure(&self, wanted: Wanted, fix: &[Fix]) -> Cure {
        let mut advice: Vec<String> = self.other_readers(fix).into_iter().collect();
        advice.extend([self.permanent_fix(self.at_fault(), wanted), self.restart()]);
        Cure { is_known: !fix.is_empty(), advice, relief: self.relief() }
    }
}

impl Subject<'_, '_> {
    /// Kind, namespace, name and container, as messages name a server.
    #[must_use]
    pub fn title(&self) -> String {
        let resource = self.server.site.resource();
        let namespace = resource.namespace().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let part = match self.server.site {
            Site::Pod { container, .. } => format!(" (container {})", container.name()),
            Site::Custom { group: Some(group), .. } => format!(" (group {group})"),
            Site::Custom { group: None, .. } => String::new(),
        };
        format!("{} {namespace}{}{part}", resource.kind(), resource.name())
    }

    /// How a setting was decided.
    fn evidence(&self, setting: &Setting<'_>) -> String {
        match (&setting.origin, setting.text.as_deref()) {
            (Origin::Env { name, .. }, Some("")) => format!("{name} is empty"),
            (Origin::Env { name, .. }, Some(text)) => format!("{name} is {:?}", shortened(text)),
            (Origin::Field { pointer }, Some(text)) => format!("{pointer} is {:?}", shortened(text)),
            (Origin::Properties { access: Access::Secret, holder, .. }, _) => {
                format!("{holder} decides, and is not shown")
            }
            (Origin::Older { version }, _) => {
                format!("its operator ({version}) is too old to write any setting for it")
            }
            (Origin::Script { holder: None, .. }, Some(text)) => {
                format!("the start script sets it to {:?}", shortened(text))
            }
            (Origin::Script { holder: None, .. }, None) => "the start script decides, and does not set it".to_owned(),
            (Origin::Properties { .. } | Origin::Script { .. }, None) => {
                format!("{} decides, and does not set it", setting.origin.describe())
            }
            (origin, Some(text)) => format!("{} says {:?}", origin.describe(), shortened(text)),
            (Origin::Default, _) => {
                format!("nothing sets it, and off is the default ({})", self.server.flavor.title)
            }
            (origin, _) => format!("{} decides", origin.describe()),
        }
    }

    /// Who else reads what a fix changes, because it stands below an anchor.
    fn other_readers(&self, fix: &[Fix]) -> Option<String> {
        let root = self.server.site.node().document().root();
        let own = self.server.site.container_name().unwrap_or_default();
        let changed = fix.iter().filter(|fix| fix.document == self.index).flat_map(|fix| &fix.changes);
        let pointers = changed.filter(|change| !matches!(change.operation, PatchOperation::Test(_)));
        let readers: BTreeSet<String> =
            pointers.filter_map(|change| reader(root, change.operation.path().as_str(), own)).collect();
        let readers: Vec<String> = readers.into_iter().collect();
        (!readers.is_empty()).then(|| format!("It stands below an anchor: a patch changes {} too.", readers.join(", ")))
    }
}

/// The variable and container at a JSON pointer into an `env` list, where that is another container than the own one.
fn reader(root: Node<'_>, pointer: &str, own: &str) -> Option<String> {
    let named = |path: &str| root.at(path).and_then(|node| node.get("name")).and_then(Node::as_str);
    let (container, rest) = pointer.split_once("/env").map(|(before, rest)| (before, rest.trim_start_matches('/')))?;
    let name = named(container)?;
    let variable = rest.strip_suffix("/value").and_then(|index| named(&format!("{container}/env/{index}")));
    (name != own)
        .then(|| variable.map_or_else(|| format!("the container {name}"), |variable| format!("{variable} in {name}")))
}
