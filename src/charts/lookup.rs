//! Looks up what is known about a chart, whichever model its name turns out to refer to.

use semver::Version;
use serde_json::Value;

use super::altered::{Copy, added};
use super::asked::Asked;
use super::assess::{JudgedServer, assess, believed, not_assessed};
use super::identity::{Evidence, Identity, identify};
use super::judge::{Judged, judge, unknown};
use super::shipped::rows;
use super::values::plain;
use crate::helm::{self, parse_version};
use crate::rules::{Chart, RuleSet, Versions};
use crate::zookeeper::Verdict;

/// A reference to a chart that is not available.
#[derive(Clone, Copy)]
pub struct Reference<'a> {
    /// Its name.
    pub name: &'a str,
    /// The address of the repository that it comes from.
    pub repository: Option<&'a str>,
    /// The version that is asked for.
    pub asked: Asked<'a>,
}

/// Judges the servers of a chart's own templates with its effective values.
///
/// Returns none if no model fits the chart: what it may run is not known here.
#[must_use]
pub fn judge_chart(at_hand: &helm::Chart, effective: &Value, rules: &RuleSet) -> Vec<Judged> {
    let Some(version) = parse_version(&at_hand.metadata.version) else { return Vec::new() };
    let own = plain(&at_hand.values);
    let evidence = evidence(at_hand, &version, &own);
    let by = |chart: &Chart, versions: &Versions| {
        let judged = versions.servers.iter().filter_map(|model| {
            let copy = Copy { at_hand, model, values: effective, rules };
            Some(unaltered(&copy, believed(chart, judge(model, effective, rules)?), chart))
        });
        let added = added(at_hand, &versions.servers, effective, rules).filter(|_| !versions.servers.is_empty());
        judged.chain(added).collect::<Vec<_>>()
    };
    let of = |chart: &Chart| {
        if !chart.is_assessed(&version) {
            let newest = chart.versions.last().map(|versions| by(chart, versions)).unwrap_or_default();
            return newest.into_iter().map(|judged| not_assessed(judged, chart, &evidence.asked)).collect();
        }
        let renumbered = renumbered((at_hand, &own), chart, &version, rules);
        match chart.at(&version).filter(|_| renumbered.is_empty()) {
            Some(versions) => by(chart, versions),
            None => agreed(&renumbered, |versions| by(chart, versions)).unwrap_or_else(|servers| {
                doubtful(
                    servers,
                    &format!("this seems to be a renumbered copy of {}, and its versions differ", chart.title),
                )
            }),
        }
    };
    match identify(&evidence, rules) {
        Identity::Unknown => Vec::new(),
        Identity::Known(chart) => of(chart),
        Identity::OneOf(charts) => any_of(&charts, of),
        Identity::Doubtful(charts) => none_of(&charts, of),
        Identity::OutOfSight(charts) => out_of_sight(&charts, of),
    }
}

/// The verdict, unless the chart's templates do something else than its model says. A value that they may not read is
/// no way to change it.
fn unaltered(copy: &Copy<'_>, judged: Judged, chart: &Chart) -> Judged {
    if judged.verdict == Verdict::Unknown {
        return judged;
    }
    let Some(difference) = copy.difference(&judged) else { return judged };
    let because = format!("the templates of this copy of {} {difference}; --render tells what they do", chart.title);
    Judged { fix: None, ignored: Vec::new(), ..unknown(judged, because) }
}

/// What an available chart says of itself. `own` is its values.yaml.
fn evidence<'a>(at_hand: &'a helm::Chart, version: &'a Version, own: &'a Value) -> Evidence<'a> {
    let metadata = &at_hand.metadata;
    let asked = Asked::Exactly(version);
    Evidence { name: &metadata.name, asked, repository: None, metadata: Some(metadata), values: Some(own) }
}

/// The version ranges that an available chart may be a copy of, if the versions with its number have no value that
/// reaches the interval but its templates read one from another range: copies are often renumbered.
fn renumbered<'r>(
    (at_hand, own): (&helm::Chart, &Value),
    model: &'r Chart,
    version: &Version,
    rules: &RuleSet,
) -> Vec<&'r Versions> {
    let reaches_nothing =
        |judged: &Judged| judged.interval.path.is_none() && judged.fix.is_none() && judged.ignored.is_empty();
    let numbered = model.at(version).into_iter().flat_map(|versions| &versions.servers);
    if !numbered.filter_map(|server| judge(server, own, rules)).all(|judged| reaches_nothing(&judged)) {
        return Vec::new();
    }
    let is_read = |path: &String| at_hand.templates.values().any(|text| text.contains(&format!(".{path}")));
    let reads_interval = |versions: &&Versions| {
        rows(model, versions, rules).into_iter().filter_map(|row| row.interval).any(|path| is_read(&path))
    };
    model.versions.iter().filter(reads_interval).collect()
}

/// Judges the servers of an unavailable chart and its dependencies, with a user's values over the chart's defaults.
#[must_use]
pub fn assess_reference(reference: &Reference<'_>, user: &Value, rules: &RuleSet) -> Vec<JudgedServer> {
    let Reference { name, repository, asked } = *reference;
    let evidence = Evidence { name, asked, repository, metadata: None, values: None };
    let of = |chart: &Chart| assess(chart, &asked, user, rules);
    match identify(&evidence, rules) {
        Identity::Unknown => Vec::new(),
        Identity::Known(chart) => of(chart),
        Identity::OneOf(charts) => any_of(&charts, of),
        Identity::Doubtful(charts) => none_of(&charts, of),
        Identity::OutOfSight(charts) => out_of_sight(&charts, of),
    }
}

/// The model of a chart, by what its files say; `None` if that is ambiguous or its number is not the model's.
#[must_use]
pub fn model_of<'r>(at_hand: &helm::Chart, rules: &'r RuleSet) -> Option<&'r Chart> {
    let (version, own) = (parse_version(&at_hand.metadata.version)?, plain(&at_hand.values));
    let model = known(&evidence(at_hand, &version, &own), rules)?;
    renumbered((at_hand, &own), model, &version, rules).is_empty().then_some(model)
}

/// The model of an unavailable chart; `None` if that is ambiguous.
#[must_use]
pub fn model_of_reference<'r>(reference: &Reference<'_>, rules: &'r RuleSet) -> Option<&'r Chart> {
    let Reference { name, repository, asked } = *reference;
    known(&Evidence { name, asked, repository, metadata: None, values: None }, rules)
}

fn known<'r>(evidence: &Evidence<'_>, rules: &'r RuleSet) -> Option<&'r Chart> {
    match identify(evidence, rules) {
        Identity::Known(chart) => Some(chart),
        Identity::OneOf(_) | Identity::Doubtful(_) | Identity::OutOfSight(_) | Identity::Unknown => None,
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

/// The common answer of all candidate charts if they agree, otherwise a doubtful one.
fn any_of<T: Doubtful>(charts: &[&Chart], of: impl Fn(&Chart) -> Vec<T>) -> Vec<T> {
    match agreed(charts, |chart| of(chart)) {
        Ok(mut servers) => {
            for server in &mut servers {
                // They agree on the verdict, not on the value that changes it.
                server.judged().fix = None;
            }
            servers
        }
        Err(_) => none_of(charts, of),
    }
}

/// The answer of the first chart that has a server, marked as uncertain.
fn none_of<T: Doubtful>(charts: &[&Chart], of: impl Fn(&Chart) -> Vec<T>) -> Vec<T> {
    let titles: Vec<&str> = charts.iter().map(|chart| chart.title.as_str()).collect();
    let because = format!("it is not clear which chart this is ({}, or another of that name)", titles.join(", "));
    doubtful(first_server(charts, of), &because)
}

/// The same for a chart in a folder that is not at hand.
fn out_of_sight<T: Doubtful>(charts: &[&Chart], of: impl Fn(&Chart) -> Vec<T>) -> Vec<T> {
    doubtful(first_server(charts, of), "the folder of its chart is not at hand, and may hold any chart of that name")
}

fn first_server<T>(charts: &[&Chart], of: impl Fn(&Chart) -> Vec<T>) -> Vec<T> {
    charts.iter().map(|chart| of(chart)).find(|answer| !answer.is_empty()).unwrap_or_default()
}

/// The last candidate's answer: `Ok` if all candidates give every server the same verdict, else `Err`.
fn agreed<C, T: Doubtful>(candidates: &[&C], of: impl Fn(&C) -> Vec<T>) -> Result<Vec<T>, Vec<T>> {
    let mut answers: Vec<Vec<T>> = candidates.iter().map(|candidate| of(candidate)).collect();
    let verdicts =
        |servers: &Vec<T>| servers.iter().cloned().map(|mut server| server.judged().verdict).collect::<Vec<_>>();
    let first = answers.first().map(verdicts).unwrap_or_default();
    let is_same = answers.iter().all(|answer| verdicts(answer) == first);
    let last = answers.pop().unwrap_or_default();
    if is_same { Ok(last) } else { Err(last) }
}

/// The same servers, marked as uncertain.
fn doubtful<T: Doubtful>(mut servers: Vec<T>, because: &str) -> Vec<T> {
    for server in &mut servers {
        let judged = server.judged();
        *judged = unknown(judged.clone(), because.to_owned());
    }
    servers
}
