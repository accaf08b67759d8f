//! What the values of a chart have to be so that its servers purge: for people who write them somewhere else.

use std::path::Path;

use serde_json::Value;

use super::Linter;
use super::models::{ModelledServer, servers_of};
use super::values::with_hours;
use crate::charts::{ValuesFix, plain};
use crate::helm::{Chart, ChartKind, HelmError, Sources, Step, coalesce};
use crate::zookeeper::Verdict;

/// A chart's servers that are wrong, each with its cure.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartCures {
    /// Name and version.
    pub title: String,
    /// How many servers the chart has, the good ones too.
    pub servers: usize,
    /// The wrong ones.
    pub cures: Vec<ValuesCure>,
}

/// The cure of one server of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesCure {
    /// The chart that it comes from, and where its values stand.
    pub server: String,
    /// Keys and value for a values file, where a value cures it. A list is there as a whole: Helm replaces lists.
    pub value: Option<(Vec<String>, Value)>,
    /// The same for the command line, where that can say it.
    pub words: Option<String>,
}

impl Linter<'_> {
    /// What cures the servers of a chart.
    ///
    /// # Errors
    /// When the chart, or the values given for it, cannot be read.
    pub fn cures(&self, chart: &Path) -> Result<ChartCures, HelmError> {
        let mut sources = Sources::default();
        let chart = Chart::load(chart, self.line, &mut sources)?;
        let title = format!("{} {}", chart.metadata.name, chart.metadata.version);
        if chart.metadata.kind == ChartKind::Library {
            return Ok(ChartCures { title, servers: 0, cures: Vec::new() });
        }
        let user = self.values.values(self.line, &mut sources, &mut |path| std::fs::read(path))?;
        let top = coalesce(&chart, &user, self.line, &sources)?.top;
        let (all, values) = (servers_of(&top, self), plain(&top.values));
        let is_wrong =
            |server: &&ModelledServer| matches!(server.judged.verdict, Verdict::NeverPurges | Verdict::DoesNotStart);
        let cures = all.iter().filter(is_wrong).map(|server| self.cure(server, &values)).collect();
        Ok(ChartCures { title, servers: all.len(), cures })
    }

    fn cure(&self, server: &ModelledServer, values: &Value) -> ValuesCure {
        let fix = server.judged.fix.as_ref().map(|fix| ValuesFix {
            path: fix.path.below(&server.prefix),
            value: with_hours(&fix.value, self.wanted.interval),
            change: fix.change,
        });
        let (name, version) = &server.chart;
        let place = if server.prefix.is_empty() { String::new() } else { format!(" at {}", server.prefix.join(".")) };
        ValuesCure {
            server: format!("{name} {version}{place}").replace("  ", " "),
            value: fix.as_ref().and_then(|fix| whole(fix, values)),
            words: fix.and_then(|fix| fix.as_set()),
        }
    }
}

/// The keys of a change up to the first list, with what stands there afterwards.
fn whole(fix: &ValuesFix, values: &Value) -> Option<(Vec<String>, Value)> {
    let keys = fix.path.steps.iter().map_while(|step| match step {
        Step::Key(key) => Some(key.clone()),
        Step::Index(_) => None,
    });
    let keys: Vec<String> = keys.collect();
    let changed = fix.applied_to(values);
    let value = keys.iter().try_fold(&changed, |value, key| value.get(key))?;
    Some((keys, value.clone()))
}
