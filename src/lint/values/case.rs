//! A server that was judged from values, as input for the checks: its name, the evidence, and what can be done.

use super::{Cure, LocatedServer, Placed, Subject};
use crate::charts::{DeadSetting, JudgedSetting};
use crate::checks::{Advice, Case, Decided, Doubt, Evidence, Permanent, Running, Unread, Written};
use crate::detect::OriginKind;
use crate::gitops::STANDARD_INPUT;
use crate::lint::Linter;
use crate::zookeeper::{MINIMUM_RETAIN, PurgeSetting, Reading};

impl LocatedServer {
    /// The server as checks see it.
    pub(super) fn case(&self, subject: &Subject, linter: &Linter<'_>) -> Case {
        let flavor = self.running(linter);
        Case {
            title: self.title(subject),
            verdict: self.judged.verdict,
            interval: self.decided(PurgeSetting::Interval, &flavor),
            retain: self.decided(PurgeSetting::Retain, &flavor),
            unread: self.dead.iter().map(|(dead, _)| self.unread(dead)).collect(),
            doubt: self.doubt(subject),
            shipped: self.shipped.as_ref().map(|(shipped, _)| shipped.clone()),
            // Values do not say what else is installed alongside the server.
            cleaner: None,
            advice: self.advice(),
            wanted: linter.wanted,
            flavor,
        }
    }

    /// The server's chart and what it is part of.
    fn title(&self, subject: &Subject) -> String {
        if self.prefix.is_empty() {
            return format!("ZooKeeper of {}", subject.title);
        }
        format!("ZooKeeper of {} ({}) in {}", self.chart_title(), self.prefix.join("."), subject.title)
    }

    /// Name and version of the chart whose templates render it.
    fn chart_title(&self) -> String {
        let (name, version) = &self.chart;
        format!("{name} {version}").trim_end().to_owned()
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

    fn decided(&self, which: PurgeSetting, flavor: &Running) -> Decided {
        let (setting, placed) =
            which.pick((&self.judged.interval, &self.interval), (&self.judged.retain, &self.retain));
        let own = self.judged.fix.as_ref().filter(|_| which == PurgeSetting::Interval);
        Decided {
            reading: setting.reading,
            evidence: self.evidence((setting, placed), flavor),
            own_place: own.map(|fix| fix.place_below(&self.prefix)),
        }
    }

    /// How a setting was decided: by a value, or by something that the chart itself writes.
    fn evidence(&self, (setting, placed): (&JudgedSetting, &Placed), flavor: &Running) -> Evidence {
        let path = setting.path.as_ref().map(|path| self.whole(path).to_string());
        let is_nothing = setting.kind == OriginKind::Nothing;
        let value = match (&path, setting.text.clone()) {
            (Some(_), Some(text)) if placed.is_default => Written::Default { text, chart: self.chart_title() },
            (Some(_), Some(text)) => Written::Text(text),
            (None, Some(text)) => Written::Fixed(text),
            (None, None) if is_nothing => Written::Nothing { flavor: flavor.title.clone() },
            (_, None) => Written::Missing,
        };
        Evidence { place: path.or_else(|| (!is_nothing).then(|| setting.store.clone())), value }
    }

    fn unread(&self, dead: &DeadSetting) -> Unread {
        let name = self.name_of(dead);
        let place = if dead.path.is_some() { format!("{name} ({})", dead.store) } else { name };
        Unread { which: dead.which, promises_purging: dead.promises_purging, place }
    }

    /// The value that an unread setting comes from, or the place that the chart itself writes.
    pub(super) fn name_of(&self, dead: &DeadSetting) -> String {
        dead.path.as_ref().map_or_else(|| dead.store.clone(), |path| self.whole(path).to_string())
    }

    fn doubt(&self, subject: &Subject) -> Doubt {
        let look = if subject.release.is_none() {
            "To find out, let Helm render the chart: `autopurge lint --render`."
        } else {
            "To find out, lint what is deployed: kubectl get statefulsets -A -o yaml | autopurge lint -"
        };
        Doubt { because: self.judged.unknown_because.clone(), unless: self.judged.unless.clone(), look }
    }

    /// Where to make a permanent change.
    fn advice(&self) -> Option<Advice> {
        let retain = &self.judged.retain;
        let change = match (&self.cure, &retain.path) {
            (Cure::Write { path, what, .. }, _) if path == STANDARD_INPUT => format!("{what} in the object"),
            (Cure::Write { path, what, .. }, _) => format!("{what} in {path}"),
            (Cure::ByHand { by_hand, .. }, _) => by_hand.clone(),
            (Cure::Impossible(_), Some(path)) if retain.reading == Reading::Unreadable => {
                format!("set {} to {MINIMUM_RETAIN} or more", self.whole(path))
            }
            (Cure::Impossible(_), _) => "upgrade the chart, or let the post-renderer patch what it renders".to_owned(),
            (Cure::Unneeded, _) => return None,
        };
        let fix = self.judged.fix.as_ref();
        let flags = fix.and_then(|fix| fix.as_set_below(&self.prefix)).map(|argument| argument.to_string());
        let permanent = Permanent { template: None, change, flags, upgrade: None };
        let (is_known, permanent) = (fix.is_some(), Some(permanent));
        Some(Advice { is_known, others: None, permanent, effects: Vec::new(), relief: None })
    }
}
