//! Finds charts by the Git repository that they are developed in.

use super::identity::is_source;
use crate::rules::{Chart, RuleSet};

/// Whether a chart of this name has servers, its own or in dependencies.
#[must_use]
pub fn has_servers(name: &str, rules: &RuleSet) -> bool {
    rules.charts.named(name).any(Chart::may_run_a_server)
}

/// The name of the chart that makes up a Git repository: the chart called `name`, or else the only one developed there.
/// `cetic/helm-nifi` is the chart `nifi`.
#[must_use]
pub fn name_at<'r>(address: &str, name: &str, rules: &'r RuleSet) -> Option<&'r str> {
    let address = address.to_lowercase();
    let place = address.split_once("://").map_or(address.as_str(), |(_, place)| place).trim_end_matches('/');
    let charts: Vec<&Chart> = rules.charts.all().filter(|chart| is_source(place, chart)).collect();
    let own = charts.iter().find(|chart| chart.name == name);
    let only = if let [only] = charts.as_slice() { Some(only) } else { None };
    own.or(only).map(|chart| chart.name.as_str())
}
