//! Finds the values with which the servers of a chart or release purge, for users who write them elsewhere.
//!
//! Everything offered has been tried first, in the form in which it is offered.

mod retain;
mod trial;

use std::path::Path;

use serde_json::Value;

use super::Linter;
use super::models::ModelledServer;
use super::reading::Reading;
use crate::charts::{SetArgument, ValuesFix};
use crate::checks::{self, no_value};
use crate::cure::SUPPRESSED;
use crate::helm::{ChartKind, HelmError, Step};
use crate::remedy::{Settings, file};
use crate::zookeeper::{MINIMUM_RETAIN, Verdict};
use trial::ChartTrial;
pub(super) use trial::{More, Trial};

/// The servers of a chart, or of a release that an object asks for, with the values that cure the faulty ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cures {
    /// The chart with its version, or the object with its chart.
    pub title: String,
    /// The kind of the object that installs the chart; `None` for the chart itself.
    pub kind: Option<String>,
    /// How many servers there are, including the good ones.
    pub servers: usize,
    /// The cures of the faulty servers.
    pub cures: Vec<ValuesCure>,
    /// Servers for which it is unknown what they do, with the reason.
    pub unknown: Vec<String>,
}

/// The cure of one server in two forms; the reason if a form cannot express it.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesCure {
    /// The chart that it comes from, and where its values are.
    pub server: String,
    /// Keys and values for a values file. Lists are given in full, because Helm replaces lists.
    pub file: Result<Said<Vec<Setting>>, String>,
    /// Helm arguments.
    pub words: Result<Said<Vec<SetArgument>>, String>,
}

/// The keys from the top of the values, and the value to put there.
pub type Setting = (Vec<String>, Value);

/// A cure in one form.
#[derive(Debug, Clone, PartialEq)]
pub struct Said<T> {
    /// The cure itself.
    pub what: T,
    /// Whether a retain count was asked for that no known value sets.
    pub lacks_retain: bool,
}

impl Linter<'_> {
    /// Finds what cures the servers of a chart.
    ///
    /// # Errors
    /// When the chart, or the values given for it, cannot be read.
    pub fn chart_cures(&self, path: &Path) -> Result<Cures, HelmError> {
        let readings = Reading::each(path, self)?;
        let Some(chart) = readings.first().map(|reading| &reading.chart) else { return Ok(Cures::default()) };
        let title = format!("the chart {} {}", chart.metadata.name, chart.metadata.version);
        if chart.metadata.kind == ChartKind::Library {
            return Ok(Cures { title, ..Cures::default() });
        }
        let trial = ChartTrial { path, readings: &readings, options: self.values_of(path), linter: self };
        trial.check()?;
        Ok(Cures::of(&trial, self, (title, None)))
    }
}

impl Cures {
    /// Tries out what cures the servers.
    pub(super) fn of(trial: &impl Trial, linter: &Linter<'_>, (title, kind): (String, Option<String>)) -> Self {
        let (servers, values) = (trial.servers_with(More::Nothing), trial.effective());
        let search = |number| Search { trial, linter, values: &values, servers: &servers, number };
        let to_leave = trial.servers_to_leave();
        let (mut cures, mut unknown) = (Vec::new(), Vec::new());
        for (number, server) in servers.iter().enumerate() {
            match server.judged.verdict {
                Verdict::NeverPurges | Verdict::DoesNotStart if to_leave.contains(&number) => {
                    cures.push(ValuesCure::none(server, SUPPRESSED));
                }
                Verdict::NeverPurges | Verdict::DoesNotStart => cures.push(search(number).cure(server)),
                Verdict::Unknown => unknown.push(undecided(server)),
                Verdict::Purges => {}
            }
        }
        Self { title, kind, servers: servers.len(), cures, unknown }
    }
}

impl ValuesCure {
    /// The lack of a cure, in either form, and why.
    fn none(server: &ModelledServer, because: &str) -> Self {
        Self { server: name(server), file: Err(because.to_owned()), words: Err(because.to_owned()) }
    }
}

fn name(server: &ModelledServer) -> String {
    let (name, version) = &server.chart;
    let version = if version.is_empty() { String::new() } else { format!(" {version}") };
    let place = if server.prefix.is_empty() { String::new() } else { format!(" at {}", server.prefix.join(".")) };
    format!("{name}{version}{place}")
}

fn undecided(server: &ModelledServer) -> String {
    format!("{}: {}", name(server), checks::undecided(server.judged.unknown_because.as_deref()))
}

/// Looks for the cure of one server.
struct Search<'a, T> {
    trial: &'a T,
    linter: &'a Linter<'a>,
    values: &'a Value,
    servers: &'a [ModelledServer],
    number: usize,
}

impl<T: Trial> Search<'_, T> {
    fn cure(&self, server: &ModelledServer) -> ValuesCure {
        let Some(fix) = server.judged.fix.as_ref().map(|fix| self.as_wanted(fix, &server.prefix)) else {
            return ValuesCure::none(server, &no_value("the chart"));
        };
        let mut ways = retain::beside(&fix, server, (self.values, self.linter));
        ways.push(vec![fix]);
        let words = ways.iter().find_map(|changes| self.in_words(changes));
        let file = ways.iter().find_map(|changes| self.in_file(changes));
        ValuesCure {
            server: name(server),
            file: file.ok_or_else(no_values_file),
            words: words.ok_or_else(no_set_option),
        }
    }

    /// A fix with the requested hours, as a path from the top of all values.
    fn as_wanted(&self, fix: &ValuesFix, prefix: &[String]) -> ValuesFix {
        let fix = fix.clone().with_hours(self.linter.wanted.interval);
        ValuesFix { path: fix.path.below(prefix), ..fix }
    }

    fn in_file(&self, changes: &[ValuesFix]) -> Option<Said<Vec<Setting>>> {
        let what = settings(changes, self.values)?;
        let text = file(&Settings { of: String::new(), values: what.clone() }).text();
        let lacks_retain = self.try_out(More::File(&text), changes.len())?;
        Some(Said { what, lacks_retain })
    }

    fn in_words(&self, changes: &[ValuesFix]) -> Option<Said<Vec<SetArgument>>> {
        let what: Vec<SetArgument> = changes.iter().map(ValuesFix::as_set).collect::<Option<_>>()?;
        let lacks_retain = self.try_out(More::Words(&what), changes.len())?;
        Some(Said { what, lacks_retain })
    }

    /// Whether the server, when it purges with these values added, still lacks the requested retain count; `None` if it
    /// does not purge, or if several changes do not set the count either.
    fn try_out(&self, more: More<'_>, changes: usize) -> Option<bool> {
        let after = self.trial.servers_with(more);
        let (before, after) = (self.servers.get(self.number)?, after.get(self.number)?);
        let judged = &after.judged;
        let is_cured = before.prefix == after.prefix && judged.verdict == Verdict::Purges;
        let wanted = self.linter.wanted.retain.map(|count| count.max(MINIMUM_RETAIN));
        let kept = judged.retain.reading.number().map(|count| count.max(MINIMUM_RETAIN));
        let lacks_retain = wanted.is_some() && kept != wanted;
        (is_cured && !(lacks_retain && changes > 1)).then_some(lacks_retain)
    }
}

fn no_values_file() -> String {
    "a parameter or an option decides here, not a values file: change that (`autopurge lint --fix` does so in GitOps files)".to_owned()
}

fn no_set_option() -> String {
    "--set cannot express this without changing more; use --as values".to_owned()
}

/// The keys that the changes set, each cut off at the first list, with the values there once all changes are made.
fn settings(changes: &[ValuesFix], values: &Value) -> Option<Vec<Setting>> {
    let after = changes.iter().fold(values.clone(), |values, fix| fix.applied_to(&values));
    let mut settings: Vec<Setting> = Vec::new();
    for fix in changes {
        let keys = fix.path.steps.iter().map_while(|step| match step {
            Step::Key(key) => Some(key.clone()),
            Step::Index(_) => None,
        });
        let keys: Vec<String> = keys.collect();
        let value = keys.iter().try_fold(&after, |value, key| value.get(key))?.clone();
        if !settings.iter().any(|(other, _)| *other == keys) {
            settings.push((keys, value));
        }
    }
    Some(settings)
}
