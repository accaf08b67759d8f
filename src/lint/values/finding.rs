//! What is to be said of a server that was judged from values.

use super::{Cure, Found, Spot, Subject};
use crate::charts::DeadSetting;
use crate::checks::{Check, Severity, Wanted, promises_purging};
use crate::detect::OriginKind;
use crate::lint::manifests::CURABLE;
use crate::report::{Finding, Fix, Outcome, fingerprint};
use crate::zookeeper::{MINIMUM_RETAIN, Verdict, parse_int};

/// The findings about one server; `number` is the server's in its part of the report.
pub(in crate::lint) fn findings(found: &Found, subject: &Subject, wanted: Wanted, number: usize) -> Vec<Finding> {
    let case = Case { found, subject, wanted, number };
    let of_verdict = match found.judged.verdict {
        Verdict::NeverPurges => Some(case.purge_disabled()),
        Verdict::DoesNotStart => Some(case.purge_invalid()),
        Verdict::Unknown => Some(case.purge_unknown()),
        Verdict::Purges => case.interval_differs(),
    };
    let dead = found.dead.iter().map(|(dead, spot)| case.setting_not_read(dead, spot.as_ref()));
    of_verdict.into_iter().chain(case.retain_below_minimum()).chain(dead).collect()
}

/// A server with everything that a finding says about it.
#[derive(Clone, Copy)]
struct Case<'a> {
    found: &'a Found,
    subject: &'a Subject,
    wanted: Wanted,
    number: usize,
}

impl Case<'_> {
    fn purge_disabled(self) -> Finding {
        let message = format!("{} never deletes old snapshots: {}", self.title(), self.evidence());
        let consequence = "Every snapshot and every log is kept until the disk is full; then ZooKeeper stops, and what depends on it.";
        let label = match self.found.judged.interval.number.filter(|_| self.found.is_written) {
            Some(hours) => format!("{hours} hours: purging is off"),
            None => "no purge interval is set here".to_owned(),
        };
        self.cured(Finding {
            label,
            help: self.help(consequence),
            ..self.finding(Check::PurgeDisabled, Severity::Error, message)
        })
    }

    fn purge_invalid(self) -> Finding {
        let message = format!("{} does not start: {}", self.title(), self.evidence());
        let consequence = "ZooKeeper refuses a configuration that it cannot read, so that no pod becomes ready.";
        self.cured(Finding {
            label: "not a whole number".to_owned(),
            help: self.help(consequence),
            ..self.finding(Check::PurgeInvalid, Severity::Error, message)
        })
    }

    fn purge_unknown(self) -> Finding {
        let because = self.found.judged.unknown_because.as_deref().unwrap_or("what decides is out of sight");
        let message = format!("whether {} deletes old snapshots is unknown: {because}", self.title());
        let help = if self.subject.release.is_none() {
            "Unknown is not fine. `autopurge lint --render` asks Helm, and the post-renderer sees what is rendered."
        } else {
            "Unknown is not fine. Write the value where it decides for certain, or judge what is rendered or runs:\n\
             kubectl get statefulsets -A -o yaml | autopurge lint -"
        };
        Finding {
            label: if self.found.is_written { "this decides" } else { "nothing here decides it" }.to_owned(),
            help: vec![help.to_owned()],
            ..self.finding(Check::PurgeUnknown, Severity::Warning, message)
        }
    }

    fn interval_differs(self) -> Option<Finding> {
        let hours = self.found.judged.interval.number.filter(|hours| *hours != self.wanted.interval)?;
        let message = format!("{} purges every {hours} hours, not every {}", self.title(), self.wanted.interval);
        Some(Finding {
            label: format!("{hours} hours"),
            help: vec!["It purges, so this is never changed.".to_owned()],
            ..self.finding(Check::PurgeIntervalDiffers, Severity::Note, message)
        })
    }

    fn retain_below_minimum(self) -> Option<Finding> {
        let retain = &self.found.judged.retain;
        let count = parse_int(retain.text.as_ref()?).filter(|count| *count < MINIMUM_RETAIN)?;
        let message = format!("{} is to keep {count} snapshots, and ZooKeeper keeps {MINIMUM_RETAIN}", self.title());
        let finding = self.finding(Check::RetainBelowMinimum, Severity::Warning, message);
        let place = self.found.retain.as_ref().map_or(finding.place.clone(), Spot::place);
        let help = format!("Write {MINIMUM_RETAIN} or more, so that what is written is what happens.");
        Some(Finding { label: "raised by ZooKeeper".to_owned(), help: vec![help], place, ..finding })
    }

    fn setting_not_read(self, dead: &DeadSetting, spot: Option<&Spot>) -> Finding {
        let claims = promises_purging(dead.which, dead.text.as_deref());
        let is_off = matches!(self.found.judged.verdict, Verdict::NeverPurges | Verdict::DoesNotStart);
        let severity = if claims && is_off { Severity::Error } else { Severity::Note };
        let what = dead.path.as_ref().map_or_else(|| dead.store.clone(), |path| self.found.whole(path).to_string());
        let message = format!("{what} is read by nothing: {}", self.instead());
        let finding = self.finding(Check::SettingNotRead, severity, message);
        let place = spot.map_or(finding.place.clone(), Spot::place);
        let mark = fingerprint([finding.fingerprint.as_str(), what.as_str()]);
        Finding {
            label: "without effect".to_owned(),
            help: vec![self.permanent()],
            place,
            fingerprint: mark,
            ..finding
        }
    }

    /// What is read instead of a dead setting.
    fn instead(self) -> String {
        let interval = &self.found.judged.interval;
        match &interval.path {
            Some(path) => format!("{} decides", self.found.whole(path)),
            None if interval.kind == OriginKind::Nothing => {
                format!("the image of {} does not look there, and nothing else is set", self.title())
            }
            None => format!("{} decides", interval.store),
        }
    }

    /// The server's chart, and what it is part of.
    fn title(self) -> String {
        let (name, version) = &self.found.chart;
        if self.found.prefix.is_empty() {
            return format!("ZooKeeper of {}", self.subject.title);
        }
        let chart = format!("{name} {version}");
        format!("ZooKeeper of {} ({}) in {}", chart.trim_end(), self.found.prefix.join("."), self.subject.title)
    }

    /// How the interval was decided.
    fn evidence(self) -> String {
        let interval = &self.found.judged.interval;
        match (&interval.path, interval.text.as_deref()) {
            (Some(path), Some(text)) => format!("{} is {:?}", self.found.whole(path), shortened(text)),
            (Some(path), None) => format!("{} decides, and does not set it", self.found.whole(path)),
            (None, Some(text)) => format!("{} says {:?}, and no value reaches it", interval.store, shortened(text)),
            (None, None) => "nothing sets it, and off is the default".to_owned(),
        }
    }

    fn help(self, consequence: &str) -> Vec<String> {
        vec![consequence.to_owned(), self.permanent()]
    }

    /// Where to set it for good.
    fn permanent(self) -> String {
        let fix = self.found.judged.fix.as_ref();
        let flag = fix.and_then(|fix| fix.as_set_below(&self.found.prefix));
        let flag = flag.map(|flag| format!(" (or `{flag}`)")).unwrap_or_default();
        match &self.found.cure {
            Cure::Write { path, what, .. } => format!("Permanent fix: {what} in {path}{flag}."),
            Cure::Impossible(reason) => format!("Permanent fix: {reason}{flag}."),
            Cure::Unneeded => "Remove it, so that nobody trusts it.".to_owned(),
        }
    }

    fn cured(self, finding: Finding) -> Finding {
        let (fix, outcome) = match &self.found.cure {
            Cure::Write { path, patch, edits, .. } => {
                let fix = Fix { path: path.clone(), document: None, patch: patch.clone(), edits: edits.clone() };
                (vec![fix], Outcome::Curable(CURABLE))
            }
            Cure::Impossible(reason) => (Vec::new(), Outcome::Incurable(reason.clone())),
            Cure::Unneeded => (Vec::new(), Outcome::Nothing),
        };
        Finding { fix, outcome, ..finding }
    }

    fn finding(self, check: Check, severity: Severity, message: String) -> Finding {
        let Subject { path, kind, namespace, name, release, .. } = self.subject;
        let release = release.map(|index| index.to_string()).unwrap_or_default();
        let prefix = self.found.prefix.join(".");
        let parts = [check.id(), path, kind, namespace.as_deref().unwrap_or_default(), name, &release, &prefix];
        Finding {
            check,
            severity,
            place: self.found.spot.place(),
            label: String::new(),
            message,
            help: Vec::new(),
            server: Some(self.number),
            fix: Vec::new(),
            outcome: Outcome::Nothing,
            fingerprint: fingerprint(parts),
            suppression: None,
        }
    }
}

/// The most of a setting's text that a message reads out.
const LONGEST_TEXT: usize = 40;

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_TEXT).collect();
    if short.len() < text.len() { short + "..." } else { short }
}
