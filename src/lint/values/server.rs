//! A server that was judged from values, and what a report says about it.

use super::{FileLocation, Placed};
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
    /// The overlay that deploys the object so.
    pub overlay: Option<String>,
    /// Which of an object's releases this is.
    pub release: Option<usize>,
    /// How messages refer to it: `chart posthog 18.2.1`, `Application/posthog (chart posthog 18.2.1)`.
    pub title: String,
}

/// A judged server, with the places of its values.
#[derive(Clone, Debug)]
pub(in crate::lint) struct LocatedServer {
    /// What it does. Paths are in its own chart's values.
    pub judged: Judged,
    /// The keys in the subject's values that lead to those of its chart.
    pub prefix: Vec<String>,
    /// The name and version of the chart whose templates render it.
    pub chart: (String, String),
    /// What the outermost known chart ships for it, and where that chart's version is written.
    pub shipped: Option<(ShippedServer, FileLocation)>,
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
        /// The value's path in it, as shown in messages.
        what: String,
        /// What is done, as RFC 6902 operations on the document.
        patch: Vec<serde_json::Value>,
        /// The same as edits of the file.
        edits: Vec<report::Replacement>,
    },
    /// Only by the user.
    ByHand {
        /// Why the value is not written automatically.
        reason: String,
        /// What the user has to do.
        by_hand: String,
    },
    /// By no known value, and why.
    Impossible(String),
    /// No cure is needed.
    Unneeded,
}

impl LocatedServer {
    /// A path in the server's own chart, as a path in the subject's values.
    pub(super) fn whole(&self, path: &ValuesPath) -> ValuesPath {
        path.below(&self.prefix)
    }

    /// The places that findings may point to.
    pub(in crate::lint) fn locations(&self) -> impl Iterator<Item = &FileLocation> {
        let dead = self.dead.iter().map(|(_, placed)| placed);
        let settings = [&self.interval, &self.retain].into_iter().chain(dead).map(|placed| &placed.location);
        settings.chain(self.shipped.iter().map(|(_, location)| location))
    }

    /// Whether the same can be said about another one, in the same place.
    pub(in crate::lint) fn is_same(&self, other: &Self) -> bool {
        let of = |found: &Self| {
            let Judged { verdict, interval, retain, unknown_because, .. } = &found.judged;
            let locations: Vec<_> = found.locations().map(|location| (location.path.clone(), location.span)).collect();
            (*verdict, interval.clone(), retain.clone(), unknown_because.clone(), locations)
        };
        self.prefix == other.prefix && self.chart == other.chart && self.cure == other.cure && of(self) == of(other)
    }

    /// What it does after the cure.
    fn after(&self) -> Verdict {
        if let Cure::Write { .. } = self.cure { Verdict::Purges } else { self.judged.verdict }
    }
}

/// The server as a report lists it.
pub(in crate::lint) fn server(found: &LocatedServer, subject: &Subject) -> report::Server {
    let LocatedServer { judged, chart: (name, version), .. } = found;
    let prefix = Some(found.prefix.join("."));
    report::Server {
        path: subject.path.clone(),
        document: None,
        kind: subject.kind.clone(),
        name: subject.name.clone(),
        namespace: subject.namespace.clone(),
        container: None,
        overlay: subject.overlay.clone(),
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
        ignored_settings: found.dead.iter().map(|(dead, placed)| ignored(found, dead, &placed.location)).collect(),
        is_patched: false,
        is_guess: judged.is_guess,
    }
}

fn setting(found: &LocatedServer, setting: &JudgedSetting, placed: &Placed) -> report::Setting {
    let location = placed.written();
    let position = location.and_then(FileLocation::position);
    report::Setting {
        text: setting.text.clone(),
        store: store(found, setting.path.as_ref(), &setting.store),
        path: location.map(|location| location.path.clone()),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
    }
}

/// The place in words: the path of the value, or what the chart's own template sets.
fn store(found: &LocatedServer, path: Option<&ValuesPath>, otherwise: &str) -> String {
    path.map_or_else(|| otherwise.to_owned(), |path| format!("value {}", found.whole(path)))
}

fn ignored(found: &LocatedServer, dead: &DeadSetting, location: &FileLocation) -> report::IgnoredSetting {
    let position = location.position().unwrap_or(Position { line: 1, column: 1 });
    report::IgnoredSetting {
        store: store(found, dead.path.as_ref(), &dead.store),
        text: dead.text.clone(),
        line: position.line,
        column: position.column,
    }
}
