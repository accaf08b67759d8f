//! Which servers a chart and its dependencies can have, according to their models, and the values that each is rendered
//! with. Nothing is judged here.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::asked::{Asked, Fits};
use super::path::path_of;
use super::text::is_empty;
use super::values::{handed_down, overlay};
use crate::rules::{Chart, ChartDependency, ChartServer, Range, RuleSet, Versions};

/// A server's address: the keys from the assessed chart down to its own chart's values, and its index in that chart.
pub(super) type Address = (Vec<String>, usize);

/// All servers, each with what the candidate versions make of it, oldest first.
pub(super) type Sides<'r> = BTreeMap<Address, Vec<Side<'r>>>;

/// What one range of versions makes of a server.
#[derive(Clone)]
pub(super) struct Side<'r> {
    /// The range.
    pub(super) range: &'r str,
    /// The server; `None` if this range does not have it.
    pub(super) place: Option<Place<'r>>,
}

/// A server of a chart, and the values that it is rendered with.
#[derive(Clone)]
pub(super) struct Place<'r> {
    /// The chart whose templates render it.
    pub(super) chart: &'r Chart,
    /// The range of that chart's versions.
    pub(super) range: &'r str,
    /// The version constraint that its parent chart was published with.
    pub(super) asked: Option<&'r str>,
    /// The model of the server in that range.
    pub(super) model: &'r ChartServer,
    /// The effective values of that chart.
    pub(super) values: Value,
    /// Whether all charts on the way down to it are switched on.
    pub(super) is_on: bool,
}

/// More levels than any real chart has; a user's own models may refer to each other in a cycle.
const DEEPEST: usize = 8;

/// The servers of a chart in several ranges of its versions.
pub(super) fn sides<'r>(chart: &'r Chart, versions: &[&'r Versions], user: &Value, rules: &'r RuleSet) -> Sides<'r> {
    let level = |versions| Level { chart, versions, rules, asked: None, depth: 0, is_on: true };
    let range = |versions: &&'r Versions| (versions.range.as_str(), level(versions).sides(user));
    united(&versions.iter().map(range).collect::<Vec<_>>(), versions.len() > 1)
}

/// Merges the sides of every server across ranges; a range without the server is a side too.
fn united<'r>(ranges: &[(&'r str, Sides<'r>)], is_named_anew: bool) -> Sides<'r> {
    let mut all = Sides::new();
    for address in ranges.iter().flat_map(|(_, sides)| sides.keys()) {
        all.entry(address.clone()).or_default();
    }
    for (address, united) in &mut all {
        for (range, sides) in ranges {
            let named =
                |side: &Side<'r>| Side { range: if is_named_anew { range } else { side.range }, ..side.clone() };
            match sides.get(address) {
                Some(own) => united.extend(own.iter().map(named)),
                None => united.push(Side { range, place: None }),
            }
        }
    }
    all
}

/// One chart in a dependency tree, in one range of its versions.
struct Level<'r> {
    chart: &'r Chart,
    versions: &'r Versions,
    rules: &'r RuleSet,
    asked: Option<&'r str>,
    depth: usize,
    is_on: bool,
}

impl<'r> Level<'r> {
    /// All servers of the chart and its dependencies.
    fn sides(&self, user: &Value) -> Sides<'r> {
        let values = overlay(&self.versions.values, user);
        let table = Value::Object(values.clone());
        let mut sides = Sides::new();
        for (number, model) in self.versions.servers.iter().enumerate() {
            let range = self.versions.range.as_str();
            let place = self.place(model, table.clone());
            sides.insert((Vec::new(), number), vec![Side { range, place: Some(place) }]);
        }
        for dependency in self.versions.dependencies.iter().filter(|_| self.depth < DEEPEST) {
            if let Some(chart) = self.rules.charts.get(&dependency.chart) {
                sides.extend(self.below(dependency, chart, (&values, &table)));
            }
        }
        sides
    }

    fn place(&self, model: &'r ChartServer, values: Value) -> Place<'r> {
        let Self { chart, versions, asked, is_on, .. } = *self;
        Place { chart, range: &versions.range, asked, model, values, is_on }
    }

    /// The servers of a dependency, under its key.
    fn below(
        &self,
        dependency: &'r ChartDependency,
        chart: &'r Chart,
        values: (&Map<String, Value>, &Value),
    ) -> Sides<'r> {
        let (values, table) = values;
        let key = dependency.alias.as_ref().unwrap_or(&chart.name);
        let user = handed_down(values, key);
        let Ok(range) = dependency.version.parse::<Range>() else { return Sides::new() };
        let set = |version: &semver::Version| range.contains(version);
        let (Fits::Versions(versions) | Fits::NotAssessed(versions)) =
            Asked::OneOf(&set, &dependency.version).fits(chart)
        else {
            return Sides::new();
        };
        let (rules, depth) = (self.rules, self.depth + 1);
        let is_on = self.is_on && is_enabled(dependency, table);
        let asked = Some(dependency.version.as_str());
        let level = |versions| Level { chart, versions, rules, asked, depth, is_on };
        let ranges: Vec<(&str, Sides<'r>)> =
            versions.into_iter().map(|one| (one.range.as_str(), level(one).sides(&user))).collect();
        let keyed = |((prefix, number), sides): (Address, Vec<Side<'r>>)| {
            (([key.clone()].into_iter().chain(prefix).collect(), number), sides)
        };
        united(&ranges, false).into_iter().map(keyed).collect()
    }
}

/// Whether a dependency is switched on: the first condition that is a boolean decides, else the tags.
fn is_enabled(dependency: &ChartDependency, values: &Value) -> bool {
    let mut paths = dependency.condition.iter().flat_map(|condition| condition.split(','));
    let condition = paths.find_map(|path| path_of(path).of(values)?.as_bool());
    let tags: Vec<&Value> = dependency.tags.iter().filter_map(|tag| values.get("tags")?.get(tag)).collect();
    condition.unwrap_or_else(|| tags.is_empty() || tags.into_iter().any(|tag| !is_empty(Some(tag))))
}
