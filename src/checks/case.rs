//! What is judged: a server as checks see it, whether it was found in a manifest or in the values of a chart.
//!
//! Checks know nothing else, so each of them is written only once. Whatever finds servers, in manifests or in values,
//! fills in the same evidence and the same advice, each of which is worded in one place.

use super::{
    Advice, Check, Evidence, Severity, Wanted, Written, chart_ships_purge_off, purge_disabled, purge_interval_differs,
    purge_invalid, purge_unknown, purge_unsafe, retain_below_minimum, setting_not_read,
};
use crate::charts::ShippedServer;
use crate::detect::{Compression, ReleaseLine};
use crate::zookeeper::{PurgeSetting, Reading, Verdict};

/// A judged server.
#[derive(Debug)]
pub(crate) struct Case {
    /// The server, as messages name it.
    pub title: String,
    /// What runs.
    pub flavor: Running,
    /// What it does about old snapshots.
    pub verdict: Verdict,
    /// Its purge interval.
    pub interval: Decided,
    /// Its retain count.
    pub retain: Decided,
    /// Purge settings that nothing reads.
    pub unread: Vec<Unread>,
    /// What cannot be seen but matters.
    pub doubt: Doubt,
    /// What the chart that it was installed with ships, if known.
    pub shipped: Option<ShippedServer>,
    /// What purges instead, if the server itself never does.
    pub cleaner: Option<Cleaner>,
    /// How it has to change, if it never purges or does not start.
    pub advice: Option<Advice>,
    /// What the user asks for.
    pub wanted: Wanted,
}

/// What a server runs.
#[derive(Debug)]
pub(crate) struct Running {
    /// The id of the flavor.
    pub id: String,
    /// The title of the flavor.
    pub title: String,
    /// The folder of its data, if known.
    pub data: Option<String>,
    /// What the user can do if no setting switches purging on.
    pub way_out: Option<String>,
    /// The release line of `ZooKeeper`, if known.
    pub zookeeper: Option<ReleaseLine>,
    /// How snapshots are compressed, if that is set.
    pub compression: Option<Compression>,
}

/// A setting and what decides it.
#[derive(Debug)]
pub(crate) struct Decided {
    /// How `ZooKeeper` reads it.
    pub reading: Reading,
    /// How it was decided.
    pub evidence: Evidence,
    /// The place where a fix would write it, if there is one.
    pub own_place: Option<String>,
}

/// A purge setting that nothing reads.
#[derive(Debug)]
pub(crate) struct Unread {
    /// Which of the two was meant.
    pub which: PurgeSetting,
    /// Whether it says that old snapshots are purged.
    pub promises_purging: bool,
    /// The place, in words.
    pub place: String,
}

/// What is not visible.
#[derive(Debug)]
pub(crate) struct Doubt {
    /// Why the interval is unknown.
    pub because: Option<String>,
    /// What may override the interval although it is visible.
    pub unless: Option<String>,
    /// How to find out.
    pub look: &'static str,
}

/// Something else that deletes a server's old snapshots.
#[derive(Debug)]
pub(crate) struct Cleaner {
    /// Kind and name of everything that does so.
    pub by: Vec<String>,
    /// The names of the pods that are covered; `None` if all are.
    pub only: Option<Vec<String>>,
}

/// What a check says about a server. The place and the fix are filled in by whatever found the server.
#[derive(Debug)]
pub(crate) struct Statement {
    /// The check.
    pub check: Check,
    /// How serious it is.
    pub severity: Severity,
    /// What it is about.
    pub about: About,
    /// What an excerpt says below the place.
    pub label: String,
    /// What is wrong, in one line.
    pub message: String,
    /// Consequences and advice, a paragraph each.
    pub help: Vec<String>,
    /// How to free a disk that is already full.
    pub relief: Option<String>,
    /// The fix that goes with it.
    pub fix: FixOf,
}

/// What a statement is about, and so where it points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// A setting, or the place where it is missing.
    Setting(PurgeSetting),
    /// One of the settings that nothing reads, by its index.
    Unread(usize),
    /// The version of the chart that it comes from.
    Chart,
}

/// The fix that goes with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FixOf {
    /// None.
    Nothing,
    /// What makes the server purge.
    Server,
    /// What sets the retain count.
    Retain,
}

impl Decided {
    /// What an excerpt says below a number: `said`, if the number is visible.
    pub(super) fn label(&self, said: String) -> String {
        if let Written::Text(_) = self.evidence.value { said } else { "the value that counts is not here".to_owned() }
    }
}

impl Case {
    /// One of the two settings.
    pub(super) fn decided(&self, which: PurgeSetting) -> &Decided {
        which.pick(&self.interval, &self.retain)
    }

    /// The help text of an error: the consequence, and how to set it permanently.
    pub(super) fn help(&self, consequence: &str) -> Vec<String> {
        self.advice.as_ref().map_or_else(|| vec![consequence.to_owned()], |advice| advice.paragraphs(consequence))
    }
}

/// The statements of all checks about a server.
pub(crate) fn judge(case: &Case) -> Vec<Statement> {
    let checks = [
        chart_ships_purge_off::check,
        purge_disabled::check,
        purge_invalid::check,
        purge_unknown::check,
        purge_interval_differs::check,
        purge_unsafe::check,
        retain_below_minimum::check,
    ];
    let statements = checks.into_iter().filter_map(|check| check(case));
    statements.chain(setting_not_read::check(case)).collect()
}

/// How much of a setting's text a message quotes, in characters.
const LONGEST_TEXT: usize = 40;

/// A text as quoted in messages.
pub(crate) fn shortened(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_TEXT).collect();
    if short.len() < text.len() { short + "..." } else { short }
}
