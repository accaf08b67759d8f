//! What is judged: a server as checks see it, whether it was found in a manifest or in the values of a chart.
//!
//! Checks know nothing else, so that each of them is written once. Both who find servers, in manifests and in values, fill
//! in the same evidence and the same advice, which are put into words in one place each.

use super::{
    Advice, Check, Evidence, Severity, Wanted, Written, chart_ships_purge_off, purge_disabled, purge_interval_differs,
    purge_invalid, purge_unknown, purge_unsafe, retain_below_minimum, setting_not_read,
};
use crate::charts::ShippedServer;
use crate::detect::{Compression, ReleaseLine, Which};
use crate::zookeeper::{Reading, Verdict};

/// A judged server.
#[derive(Debug)]
pub(crate) struct Case {
    /// How messages call it.
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
    /// What nobody can see and would have to.
    pub doubt: Doubt,
    /// What the chart that it was installed with ships, where that is known.
    pub shipped: Option<ShippedServer>,
    /// What purges in its place, where it never does.
    pub cleaner: Option<Cleaner>,
    /// How it has to change, where it never purges or does not start.
    pub advice: Option<Advice>,
    /// What the user asks for.
    pub wanted: Wanted,
}

/// What a server runs.
#[derive(Debug)]
pub(crate) struct Running {
    /// The flavor.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The folder of its data, where it is known.
    pub data: Option<String>,
    /// What a person can do where no setting switches purging on.
    pub way_out: Option<String>,
    /// The release line of `ZooKeeper`, where it is told.
    pub zookeeper: Option<ReleaseLine>,
    /// How snapshots are compressed, where that is asked for.
    pub compression: Option<Compression>,
}

/// A setting and what decides about it.
#[derive(Debug)]
pub(crate) struct Decided {
    /// What `ZooKeeper` makes of it.
    pub reading: Reading,
    /// How it was decided.
    pub evidence: Evidence,
    /// The place where a fix would write it, where there is one.
    pub own_place: Option<String>,
}

/// A purge setting that nothing reads.
#[derive(Debug)]
pub(crate) struct Unread {
    /// Which of the two somebody meant.
    pub which: Which,
    /// It says that old snapshots are purged.
    pub promises_purging: bool,
    /// The place, in words.
    pub place: String,
}

/// What is out of sight.
#[derive(Debug)]
pub(crate) struct Doubt {
    /// Why nobody can say what the interval is.
    pub because: Option<String>,
    /// What may say otherwise although the interval is in sight.
    pub unless: Option<String>,
    /// How people find out.
    pub look: &'static str,
}

/// Something else that deletes a server's old snapshots.
#[derive(Debug)]
pub(crate) struct Cleaner {
    /// Kind and name.
    pub by: String,
    /// The pods that it reaches, where these are not all.
    pub only: Vec<String>,
}

/// What a check says of a server. The place and the fix are filled in by whoever found the server.
#[derive(Debug)]
pub(crate) struct Statement {
    /// The check.
    pub check: Check,
    /// How much it weighs.
    pub severity: Severity,
    /// What it is about.
    pub about: About,
    /// What stands under the place in an excerpt.
    pub label: String,
    /// What is the case, in one line.
    pub message: String,
    /// What follows and what to do, a paragraph each.
    pub help: Vec<String>,
    /// How to free a disk that is full now.
    pub relief: Option<String>,
    /// The fix that goes with it.
    pub fix: FixOf,
}

/// What a statement is about, which is where it points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// A setting, or the place where it is missing.
    Setting(Which),
    /// One of the settings that nothing reads, by its number.
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
    /// What stands under the place of a number: what is to be said of it, where it is there.
    pub(super) fn label(&self, said: String) -> String {
        if let Written::Text(_) = self.evidence.value { said } else { "the value that counts is not here".to_owned() }
    }
}

impl Case {
    /// One of the two settings.
    pub(super) fn decided(&self, which: Which) -> &Decided {
        match which {
            Which::Interval => &self.interval,
            Which::Retain => &self.retain,
        }
    }

    /// The fixed parts of what is said about an error: what follows, and how to set it for good.
    pub(super) fn help(&self, consequence: &str) -> Vec<String> {
        self.advice.as_ref().map_or_else(|| vec![consequence.to_owned()], |advice| advice.paragraphs(consequence))
    }
}

/// What all checks say of a server.
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

/// The most of a setting's text that a message reads out.
const LONGEST_TEXT: usize = 40;

/// A text as messages read it out.
pub(crate) fn shortened(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_TEXT).collect();
    if short.len() < text.len() { short + "..." } else { short }
}
