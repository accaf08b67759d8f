//! What is known about a chart, whichever model of its name it turns out to have.

use serde_json::Value;

use super::asked::Asked;
use super::assess::{JudgedServer, assess, believed, not_assessed};
use super::identity::{Evidence, Identity, identify};
use super::judge::{Judged, judge, unknown};
use super::values::plain;
use crate::helm::{self, Metadata, parse_version};
use crate::rules::{Chart, RuleSet};

/// A chart that something refers to and that is not at hand.
#[derive(Clone, Copy)]
pub struct Reference<'a> {
    /// Its name.
    pub name: &'a str,
    /// The address of the repository that it comes from.
    pub repository: Option<&'a str>,
    /// The version that is asked for.
    pub asked: Asked<'a>,
}

/// The servers of a chart's own templates, with its effective values. `own` is its values.yaml.
///
/// A chart that no model fits has none: what it may run is not known here.
#[must_use]
pub fn judge_chart(metadata: &Metadata, own: &helm::Value, effective: &Value, rules: &RuleSet) -> Vec<Judged> {
    let Some(version) = parse_version(&metadata.version) else { return Vec::new() };
    let (asked, own) = (Asked::Exactly(&version), plain(own));
    let evidence =
        Evidence { name: &metadata.name, asked, repository: None, metadata: Some(metadata), values: Some(&own) };
    let of = |chart: &Chart| {
        let is_assessed = chart.is_assessed(&version);
        let versions = if is_assessed { chart.at(&version) } else { chart.versions.last() };
        let servers = versions.into_iter().flat_map(|versions| &versions.servers);
        let judged = servers.filter_map(|server| judge(server, effective, rules)).map(|judged| believed(chart, judged));
        let doubt = |judged| if is_assessed { judged } else { not_assessed(judged, chart, &asked) };
        judged.map(doubt).collect::<Vec<_>>()
    };
    match identify(&evidence, rules) {
        Identity::Unknown => Vec::new(),
        Identity::Known(chart) => of(chart),
        Identity::OneOf(charts) => agreed(&charts, of),
        Identity::Doubtful(charts) => doubtful(&charts, of),
    }
}

/// The servers of a chart that is not at hand and of those below it, with a user's values over its defaults.
#[must_use]
pub fn assess_reference(reference: &Reference<'_>, user: &Value, rules: &RuleSet) -> Vec<JudgedServer> {
    let Reference { name, repository, asked } = *reference;
    let evidence = Evidence { name, asked, repository, metadata: None, values: None };
    let of = |chart: &Chart| assess(chart, &asked, user, rules);
    match identify(&evidence, rules) {
        Identity::Unknown => Vec::new(),
        Identity::Known(chart) => of(chart),
        Identity::OneOf(charts) => agreed(&charts, of),
        Identity::Doubtful(charts) => doubtful(&charts, of),
    }
}

/// The model of a chart by what it says of itself; nothing where that is open. `own` is its values.yaml.
#[must_use]
pub fn model_of<'r>(metadata: &Metadata, own: &helm::Value, rules: &'r RuleSet) -> Option<&'r Chart> {
    let (version, own) = (parse_version(&metadata.version)?, plain(own));
    let asked = Asked::Exactly(&version);
    known(
        &Evidence { name: &metadata.name, asked, repository: None, metadata: Some(metadata), values: Some(&own) },
        rules,
    )
}

/// The model of a chart that is not at hand; nothing where that is open.
#[must_use]
pub fn model_of_reference<'r>(reference: &Reference<'_>, rules: &'r RuleSet) -> Option<&'r Chart> {
    let Reference { name, repository, asked } = *reference;
    known(&Evidence { name, asked, repository, metadata: None, values: None }, rules)
}

fn known<'r>(evidence: &Evidence<'_>, rules: &'r RuleSet) -> Option<&'r Chart> {
    match identify(evidence, rules) {
        Identity::Known(chart) => Some(chart),
        Identity::OneOf(_) | Identity::Doubtful(_) | Identity::Unknown => None,
    }
}

/// Something with a verdict.
trait Doubtful: Clone {
    fn judged(&mut self) -> &mut Judged;
}

impl Doubtful for Judged {
    fn judged(&mut self) -> &mut Judged {
        self
    }
}

impl Doubtful for JudgedServer {
    fn judged(&mut self) -> &mut Judged {
        &mut self.judged
    }
}

/// What all charts say that can be meant, where they say the same; else nobody can be sure of it.
fn agreed<T: Doubtful>(charts: &[&Chart], of: impl Fn(&Chart) -> Vec<T>) -> Vec<T> {
    let mut answers: Vec<Vec<T>> = charts.iter().map(|chart| of(chart)).collect();
    let verdicts =
        |servers: &Vec<T>| servers.iter().cloned().map(|mut server| server.judged().verdict).collect::<Vec<_>>();
    let first = answers.first().map(verdicts).unwrap_or_default();
    if !answers.iter().all(|answer| verdicts(answer) == first) {
        return doubtful(charts, of);
    }
    let mut servers = answers.pop().unwrap_or_default();
    for server in &mut servers {
        // They agree about the verdict, not about the value that changes it.
        server.judged().fix = None;
    }
    servers
}

/// What the first chart says that has a server, as something that nobody can be sure of.
fn doubtful<T: Doubtful>(charts: &[&Chart], of: impl Fn(&Chart) -> Vec<T>) -> Vec<T> {
    let titles: Vec<&str> = charts.iter().map(|chart| chart.title.as_str()).collect();
    let because = format!("which chart this is cannot be told ({}, or another one of that name)", titles.join(", "));
    let mut servers = charts.iter().map(|chart| of(chart)).find(|answer| !answer.is_empty()).unwrap_or_default();
    for server in &mut servers {
        let judged = server.judged();
        *judged = unknown(judged.clone(), because.clone());
    }
    servers
}
