//! A server that was judged from values as a case: its name, the evidence, and what can be done.

use super::{Cure, Found, Subject};
use crate::charts::{DeadSetting, JudgedSetting};
use crate::checks::{self, Case, Decided, Doubt, Running, Sight, Unread};
use crate::detect::{OriginKind, Which};
use crate::gitops::STANDARD_INPUT;
use crate::lint::Linter;
use crate::zookeeper::{MINIMUM_RETAIN, Reading};

impl Found {
    /// The server as checks see it.
    pub(super) fn case(&self, subject: &Subject, linter: &Linter<'_>) -> Case {
        let flavor = self.running(linter);
        Case {
            title: self.title(subject),
            verdict: self.judged.verdict,
            interval: self.decided(Which::Interval, &flavor),
            retain: self.decided(Which::Retain, &flavor),
            unread: self.dead.iter().map(|(dead, _)| self.unread(dead)).collect(),
            doubt: self.doubt(subject),
            shipped: self.shipped.as_ref().map(|(shipped, _)| shipped.clone()),
            // No value says what else is installed beside the server.
            cleaner: None,
            cure: self.advice(),
            wanted: linter.wanted,
            flavor,
        }
    }

    /// The server's chart, and what it is part of.
    fn title(&self, subject: &Subject) -> String {
        let (name, version) = &self.chart;
        if self.prefix.is_empty() {
            return format!("ZooKeeper of {}", subject.title);
        }
        let chart = format!("{name} {version}");
        format!("ZooKeeper of {} ({}) in {}", chart.trim_end(), self.prefix.join("."), subject.title)
    }

    fn running(&self, linter: &Linter<'_>) -> Running {
        let judged = &self.judged;
        let flavor = linter.rules.flavor(&judged.flavor);
        Running {
            id: judged.flavor.clone(),
            title: flavor.map_or(&judged.flavor, |flavor| &flavor.title).clone(),
            data: flavor.and_then(|flavor| flavor.runbook.as_ref()).map(|runbook| runbook.data.clone()),
            way_out: flavor.and_then(|flavor| flavor.way_out.clone()),
            zookeeper: judged.zookeeper,
            compression: judged.compression,
        }
    }

    fn decided(&self, which: Which, flavor: &Running) -> Decided {
        let (setting, placed) = match which {
            Which::Interval => (&self.judged.interval, &self.interval),
            Which::Retain => (&self.judged.retain, &self.retain),
        };
        let sight = if placed.is_written && setting.text.is_some() { Sight::Shown } else { Sight::Absent };
        let own = self.judged.fix.as_ref().filter(|_| which == Which::Interval);
        Decided {
            reading: setting.reading,
            sight,
            evidence: self.evidence(setting, flavor),
            place: self.place(setting),
            own_place: own.map(|fix| fix.place_below(&self.prefix)),
        }
    }

    /// How a setting was decided.
    fn evidence(&self, setting: &JudgedSetting, flavor: &Running) -> String {
        let path = setting.path.as_ref().map(|path| self.whole(path));
        match (path, setting.text.as_deref()) {
            (Some(path), Some("")) => format!("{path} is empty"),
            (Some(path), Some(text)) => format!("{path} is {:?}", checks::shortened(text)),
            (Some(path), None) => format!("{path} decides, and does not set it"),
            (None, Some(text)) => {
                format!("{} says {:?}, and no value reaches it", setting.store, checks::shortened(text))
            }
            (None, None) if setting.kind == OriginKind::Nothing => {
                format!("nothing sets it, and off is the default ({})", flavor.title)
            }
            (None, None) => format!("{} decides, and does not set it", setting.store),
        }
    }

    /// The value that decides, or the place that the chart itself writes.
    fn place(&self, setting: &JudgedSetting) -> Option<String> {
        let of_chart = || (setting.kind != OriginKind::Nothing).then(|| setting.store.clone());
        setting.path.as_ref().map(|path| self.whole(path).to_string()).or_else(of_chart)
    }

    fn unread(&self, dead: &DeadSetting) -> Unread {
        let name = self.name_of(dead);
        let place = if dead.path.is_some() { format!("{name} ({})", dead.store) } else { name };
        Unread { which: dead.which, promises_purging: dead.promises_purging, place }
    }

    /// The value that a setting which nothing reads comes from, or the place that the chart itself writes.
    pub(super) fn name_of(&self, dead: &DeadSetting) -> String {
        dead.path.as_ref().map_or_else(|| dead.store.clone(), |path| self.whole(path).to_string())
    }

    fn doubt(&self, subject: &Subject) -> Doubt {
        let look = if subject.release.is_none() {
            "`autopurge lint --render` asks Helm, and the post-renderer sees what is rendered."
        } else {
            "write the value where it decides for certain, or judge what is rendered or runs:\n\
             kubectl get statefulsets -A -o yaml | autopurge lint -"
        };
        Doubt { because: self.judged.unknown_because.clone(), unless: self.judged.unless.clone(), look }
    }

    /// Where to set it for good.
    fn advice(&self) -> Option<checks::Cure> {
        let retain = &self.judged.retain;
        let how = match (&self.cure, &retain.path) {
            (Cure::Write { path, what, .. }, _) if path == STANDARD_INPUT => format!("{what} in the object"),
            (Cure::Write { path, what, .. }, _) => format!("{what} in {path}"),
            (Cure::ByHand { by_hand, .. }, _) => by_hand.clone(),
            (Cure::Impossible(_), Some(path)) if retain.reading == Reading::Unreadable => {
                format!("{} set to {MINIMUM_RETAIN} or more", self.whole(path))
            }
            (Cure::Impossible(reason), _) => reason.clone(),
            (Cure::Unneeded, _) => return None,
        };
        let fix = self.judged.fix.as_ref();
        let flag = fix.and_then(|fix| fix.as_set_below(&self.prefix)).map(|flag| format!(" (or `{flag}`)"));
        let advice = format!("Permanent fix: {how}{}.", flag.unwrap_or_default());
        Some(checks::Cure { is_known: fix.is_some(), advice: vec![advice], relief: None })
    }
}
