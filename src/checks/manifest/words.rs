//! A server of a manifest as a case: its name, the evidence, and what can be done.

use std::collections::BTreeSet;

use json_patch::PatchOperation;

use super::{Kept, Subject, Wanted};
use crate::charts::InstalledChart;
use crate::checks::case::{Case, Cleaner, Decided, Doubt, Running, Unread};
use crate::checks::{Advice, Evidence, Fix, Written};
use crate::detect::{Access, Mitigation, Origin, PodsCovered, Setting, Site};
use crate::yaml::Node;
use crate::zookeeper::{PurgeSetting, Verdict};

impl Subject<'_, '_> {
    /// The server as checks see it. `fix` is what makes it purge.
    pub(super) fn case(&self, wanted: Wanted, kept: Kept, fix: &[Fix]) -> Case {
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
            interval: self.decided(PurgeSetting::Interval),
            retain: self.decided(PurgeSetting::Retain),
            unread: unread.collect(),
            doubt: self.doubt(),
            shipped: self.chart.as_ref().map(InstalledChart::shipped_server),
            cleaner: server.mitigation.as_ref().map(|mitigation| self.cleaner(mitigation)),
            advice: is_off.then(|| self.advice(wanted, kept, fix)),
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

    fn decided(&self, which: PurgeSetting) -> Decided {
        let setting = self.setting(which);
        Decided { reading: setting.reading, evidence: self.evidence(setting, which), own_place: self.own_place(which) }
    }

    fn doubt(&self) -> Doubt {
        let interval = &self.server.interval;
        Doubt {
            because: interval.unknown_because.clone(),
            unless: interval.unless.clone(),
            look: "To find out, look for \"autopurge.purgeInterval set to N\" in the server's log.\n\
                   To settle it, write the setting as a plain value in the manifest.",
        }
    }

    fn cleaner(&self, mitigation: &Mitigation) -> Cleaner {
        let name = self.server.site.resource().name();
        let only = match &mitigation.pods {
            PodsCovered::All => None,
            PodsCovered::Ordinals(ordinals) => {
                Some(ordinals.iter().map(|ordinal| format!("{name}-{ordinal}")).collect())
            }
        };
        Cleaner { by: mitigation.by.clone(), only }
    }

    /// How the server has to change. A fix in the file that is kept is permanent, unless that file is rendered from a
    /// template.
    fn advice(&self, wanted: Wanted, kept: Kept, fix: &[Fix]) -> Advice {
        let is_file = kept == Kept::Here;
        let stays = is_file && !fix.is_empty() && self.template.is_none() && self.chart.is_none();
        let undone =
            (!is_file && !fix.is_empty()).then(|| "An upgrade without the post-renderer undoes the patch.".to_owned());
        Advice {
            is_known: !fix.is_empty(),
            others: self.other_readers(fix),
            permanent: (!stays).then(|| self.permanent_fix(self.at_fault(), wanted)),
            effects: undone.into_iter().chain([self.restart()]).collect(),
            relief: self.relief(),
        }
    }
}

impl Subject<'_, '_> {
    /// Kind, namespace, name, overlay and container, as messages name a server.
    #[must_use]
    pub fn title(&self) -> String {
        let resource = self.server.site.resource();
        let namespace = resource.namespace().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let part = match self.server.site {
            Site::Pod(pod) => format!(" (container {})", pod.container.name()),
            Site::Custom { group: Some(group), .. } => format!(" (group {group})"),
            Site::Custom { group: None, .. } => String::new(),
        };
        let overlay = self.overlay.as_ref().map(|overlay| format!("[{overlay}]")).unwrap_or_default();
        format!("{} {namespace}{}{overlay}{part}", resource.kind(), resource.name())
    }

    /// How a setting was decided.
    fn evidence(&self, setting: &Setting<'_>, which: PurgeSetting) -> Evidence {
        let value = match (&setting.origin, &setting.text) {
            (Origin::Properties { access: Access::Secret, .. }, _) => Written::Hidden,
            (Origin::Older { version }, _) => Written::TooOld { version: version.clone() },
            (Origin::Default, _) => Written::Nothing { flavor: self.server.flavor.title.clone() },
            (_, Some(text)) => Written::Text(text.clone()),
            (Origin::Properties { .. } | Origin::Script { .. } | Origin::FieldText { .. }, None) => Written::Missing,
            (_, None) => Written::Hidden,
        };
        Evidence { place: place(&setting.origin, which.key()), value }
    }

    /// Which other containers read what a fix changes, because it is below an anchor.
    fn other_readers(&self, fix: &[Fix]) -> Option<String> {
        let root = self.server.site.node().document().root();
        let own = self.server.site.container_name().unwrap_or_default();
        let changed = fix.iter().filter(|fix| fix.document == self.index).flat_map(|fix| &fix.changes);
        let pointers = changed.filter(|change| !matches!(change.operation, PatchOperation::Test(_)));
        let readers: BTreeSet<String> =
            pointers.filter_map(|change| reader(root, change.operation.path().as_str(), own)).collect();
        let readers: Vec<String> = readers.into_iter().collect();
        (!readers.is_empty()).then(|| format!("It is in a YAML anchor, so a patch changes {} too.", readers.join(", ")))
    }
}

/// The place that decides, as worded in messages; with the key if it is a text that contains more than the setting.
fn place(origin: &Origin<'_>, key: &str) -> Option<String> {
    Some(match origin {
        Origin::Env { name, .. } | Origin::EnvFile { name } => name.clone(),
        Origin::EnvFrom { name, source, .. } => format!("{name} (from {source})"),
        Origin::EnvText { name, .. } => format!("{key} in {name}"),
        Origin::Properties { holder, .. } | Origin::Script { holder: Some(holder), .. } => format!("{key} in {holder}"),
        Origin::Script { holder: None, .. } => format!("{key} in the start script"),
        Origin::FieldText { pointer, .. } => format!("{key} in field {pointer}"),
        Origin::Command => "the command".to_owned(),
        Origin::File { .. } | Origin::Flag { .. } | Origin::Export { .. } | Origin::Field { .. } => origin.describe(),
        Origin::Older { .. } | Origin::Default => return None,
    })
}

/// The variable and container at a JSON pointer into an `env` list, if that belongs to a container other than `own`.
fn reader(root: Node<'_>, pointer: &str, own: &str) -> Option<String> {
    let named = |path: &str| root.at(path).and_then(|node| node.get("name")).and_then(Node::as_str);
    let (container, rest) = pointer.split_once("/env").map(|(before, rest)| (before, rest.trim_start_matches('/')))?;
    let name = named(container)?;
    let variable = rest.strip_suffix("/value").and_then(|index| named(&format!("{container}/env/{index}")));
    (name != own)
        .then(|| variable.map_or_else(|| format!("the container {name}"), |variable| format!("{variable} in {name}")))
}
