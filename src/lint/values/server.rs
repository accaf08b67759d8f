//! A server that was judged from values, and what a report says of it.

use super::{Placed, Spot};
use crate::charts::{DeadSetting, Judged, JudgedSetting, ShippedServer};
use crate::helm::ValuesPath;
use crate::report;
use crate::yaml::Position;
use crate::zookeeper::Verdict;

/// What the values belong to: a chart, or an object that installs one.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Subject {
    /// The chart's path, or the object's file.
    pub path: String,
    /// `Chart`, or the object's kind.
    pub kind: String,
    /// The chart's name, or the object's.
    pub name: String,
    /// The namespace.
    pub namespace: Option<String>,
    /// Which of the releases of an object this is.
    pub release: Option<usize>,
    /// How messages call it: `chart posthog 18.2.1`, `Application/posthog (chart posthog 18.2.1)`.
    pub title: String,
}

/// A server, judged, with the places of its values.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Found {
    /// What it does. Paths are those of its own chart's values.
    pub judged: Judged,
    /// The keys under which its chart's values stand in those that the subject gives.
    pub prefix: Vec<String>,
    /// Name and version of the chart whose templates render it.
    pub chart: (String, String),
    /// What the outermost known chart ships for it, and where that one's version stands.
    pub shipped: Option<(ShippedServer, Spot)>,
    /// The place of its interval.
    pub interval: Placed,
    /// The place of its retain count.
    pub retain: Placed,
    /// Settings that nothing reads, with their places.
    pub dead: Vec<(DeadSetting, Placed)>,
    /// How it is cured.
    pub cure: Cure,
}

/// How a server is cured.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::lint) enum Cure {
    /// By writing a value into a file.
    Write {
        /// The file that the value is written into.
        path: String,
        /// The value's path in it, as messages say it.
        what: String,
        /// What is done, as RFC 6902 operations on the document.
        patch: Vec<serde_json::Value>,
        /// The same as edits of the file.
        edits: Vec<report::Replacement>,
    },
    /// By people alone.
    ByHand {
        /// Why it is not written.
        reason: String,
        /// What they have to do.
        by_hand: String,
    },
    /// By no value that is known, and why.
    Impossible(String),
    /// It need not be.
    Unneeded,
}

impl Found {
    /// A path of the server's own chart, from the values of the subject on.
    pub(super) fn whole(&self, path: &ValuesPath) -> ValuesPath {
        path.below(&self.prefix)
    }

    /// The places that findings may point at.
    pub(in crate::lint) fn spots(&self) -> impl Iterator<Item = &Spot> {
        let dead = self.dead.iter().map(|(_, placed)| placed);
        let settings = [&self.interval, &self.retain].into_iter().chain(dead).map(|placed| &placed.spot);
        settings.chain(self.shipped.iter().map(|(_, spot)| spot))
    }

    /// Whether as much can be said of another one, in the same place.
    pub(in crate::lint) fn is_same(&self, other: &Self) -> bool {
        let of = |found: &Self| {
            let Judged { verdict, interval, retain, unknown_because, .. } = &found.judged;
            let spots: Vec<_> = found.spots().map(|spot| (spot.path.clone(), spot.span)).collect();
            (*verdict, interval.clone(), retain.clone(), unknown_because.clone(), spots)
        };
        self.prefix == other.prefix && self.chart == other.chart && self.cure == other.cure && of(self) == of(other)
    }

    /// What it does after the cure.
    fn after(&self) -> Verdict {
        if let Cure::Write { .. } = self.cure { Verdict::Purges } else { self.judged.verdict }
    }
}

/// The server as a report lists it.
pub(in crate::lint) fn server(found: &Found, subject: &Subject) -> report::Server {
    let Found { judged, chart: (name, version), .. } = found;
    let prefix = Some(found.prefix.join("."));
    report::Server {
        path: subject.path.clone(),
        document: None,
        kind: subject.kind.clone(),
        name: subject.name.clone(),
        namespace: subject.namespace.clone(),
        container: None,
        role_group: None,
        flavor: judged.flavor.clone(),
        verdict: judged.verdict,
        after: found.after(),
        takes_effect: "on-upgrade".to_owned(),
        template: None,
        chart: Some(report::Chart { name: name.clone(), version: version.clone(), prefix }),
        release: subject.release.map(|index| report::Release { index }),
        interval: report::Interval {
            hours: judged.interval.reading.number(),
            setting: setting(found, &judged.interval, &found.interval),
        },
        retain: report::Retain {
            count: judged.retain.reading.number(),
            setting: setting(found, &judged.retain, &found.retain),
        },
        unknown_because: judged.unknown_because.clone(),
        mitigated_by: None,
        ignored_settings: found.dead.iter().map(|(dead, placed)| ignored(found, dead, &placed.spot)).collect(),
        is_patched: false,
    }
}

fn setting(found: &Found, setting: &JudgedSetting, placed: &Placed) -> report::Setting {
    let spot = placed.written();
    let position = spot.and_then(Spot::position);
    report::Setting {
        text: setting.text.clone(),
        store: store(found, setting.path.as_ref(), &setting.store),
        path: spot.map(|spot| spot.path.clone()),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
    }
}

/// The place in words: the path of the value, or what the chart's own template has.
fn store(found: &Found, path: Option<&ValuesPath>, otherwise: &str) -> String {
    path.map_or_else(|| otherwise.to_owned(), |path| format!("value {}", found.whole(path)))
}

fn ignored(found: &Found, dead: &DeadSetting, spot: &Spot) -> report::IgnoredSetting {
    let position = spot.position().unwrap_or(Position { line: 1, column: 1 });
    report::IgnoredSetting {
        store: store(found, dead.path.as_ref(), &dead.store),
        text: dead.text.clone(),
        line: position.line,
        column: position.column,
    }
}
