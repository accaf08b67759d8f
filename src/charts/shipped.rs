//! What a chart ships, as rows that can be stored.

use semver::Version;
use serde_json::json;

use super::assess::shipped;
use super::fix::ValuesChange;
use super::judge::is_rendered;
use super::tree::{Place, sides};
use crate::rules::{Chart, RuleSet, ShippedRow, Versions};

/// The servers that a range of a chart's versions ships, oldest ranges of its dependencies first. The rows were
/// computed when the rules were written, because judging would take a quarter of a post-renderer's time; with other
/// rules they are computed anew.
pub(super) fn rows(chart: &Chart, versions: &Versions, rules: &RuleSet) -> Vec<ShippedRow> {
    rules.charts.shipped(chart, versions).unwrap_or_else(|| work_out(chart, versions, rules))
}

fn work_out(chart: &Chart, versions: &Versions, rules: &RuleSet) -> Vec<ShippedRow> {
    let mut rows = Vec::new();
    for ((keys, number), sides) in sides(chart, &[versions], &json!({}), rules) {
        let places = sides.into_iter().filter_map(|side| side.place);
        rows.extend(places.filter_map(|place| row((&keys, number), &place, (chart, versions), rules)));
    }
    rows
}

fn row(
    (keys, number): (&[String], usize),
    place: &Place<'_>,
    by: (&Chart, &Versions),
    rules: &RuleSet,
) -> Option<ShippedRow> {
    let judged = shipped(place, by, rules)?;
    let fix = |change| judged.fix.as_ref().filter(|fix| fix.change == change).map(|fix| fix.path.to_string());
    let decides = judged.interval.path.as_ref().map(ToString::to_string);
    Some(ShippedRow {
        keys: keys.to_vec(),
        number,
        chart: place.chart.name.clone(),
        range: place.range.to_owned(),
        asked: place.asked.map(str::to_owned),
        flavor: place.model.flavor.clone(),
        is_on: place.is_on && is_rendered(place.model, &place.values),
        verdict: judged.verdict,
        item: fix(ValuesChange::Append).filter(|_| decides.is_none()),
        interval: decides.or_else(|| fix(ValuesChange::Set)),
        hours: judged.interval.reading.number().filter(|_| judged.interval.path.is_some()),
        retain: judged.retain.path.map(|path| path.to_string()),
    })
}

/// What a version of a chart ships for a server, as told to users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippedServer {
    /// The chart's display name.
    pub title: String,
    /// The version.
    pub version: String,
    /// Whether the server never purges.
    pub is_off: bool,
    /// The last version that the vendor documents as never purging.
    pub documented_through: Option<String>,
    /// The last version that was measured to never purge.
    pub measured_through: Option<String>,
    /// The first version that ships purging switched on.
    pub fixed_in: Option<String>,
    /// The value that switches it on, as a path in the release's own values.
    pub path: Option<String>,
    /// The default of that value, if it has one.
    pub hours: Option<i32>,
}

impl ShippedServer {
    pub(super) fn new(chart: &Chart, version: String, (row, path): (&ShippedRow, Option<String>)) -> Self {
        Self {
            title: chart.title.clone(),
            version,
            is_off: row.never_purges(),
            documented_through: chart.documented_through.clone(),
            measured_through: chart.measured_through.clone(),
            fixed_in: chart.fixed_in.clone(),
            path,
            hours: row.hours,
        }
    }
}

/// What a version of a chart ships for the server whose values are under `keys` in that chart, which itself is under
/// `around`; `None` if there is no such server or the version has not been assessed. The server counts as off only if
/// it is with all versions of the dependencies.
#[must_use]
pub fn shipped_server(
    chart: &Chart,
    version: &Version,
    (around, keys): (&[String], &[String]),
    rules: &RuleSet,
) -> Option<ShippedServer> {
    let versions = chart.at(version).filter(|_| chart.is_assessed(version))?;
    let rows: Vec<ShippedRow> = rows(chart, versions, rules).into_iter().filter(|row| row.keys == keys).collect();
    let row = rows.last()?;
    let path = row.interval.as_ref().map(|path| [around, keys, std::slice::from_ref(path)].concat().join("."));
    let server = ShippedServer::new(chart, version.to_string(), (row, path));
    Some(ShippedServer { is_off: rows.iter().all(ShippedRow::never_purges), ..server })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::rules;

    /// To update the file: `UPDATE_SHIPPED=1 cargo test`.
    #[test]
    fn the_rows_that_are_kept_are_those_that_come_out() {
        let rules = rules::built_in();
        let mut charts: Vec<&Chart> = rules.charts.all().collect();
        charts.sort_by_key(|chart| &chart.id);
        let charts: Vec<String> = charts.into_iter().map(|chart| of_chart(chart, &rules)).collect();
        let text = format!("{{\n{}\n}}\n", charts.join(",\n"));
        let path = format!("{}/rules/shipped.json", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE_SHIPPED").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert!(std::fs::read_to_string(&path).unwrap() == text, "{path} is not up to date");
    }

    /// One line per server, to keep diffs readable.
    fn of_chart(chart: &Chart, rules: &RuleSet) -> String {
        let mut text = format!("  {:?}: {{", chart.id);
        for (number, versions) in chart.versions.iter().enumerate() {
            let rows = work_out(chart, versions, rules);
            let lines: Vec<String> =
                rows.iter().map(|row| format!("\n      {}", serde_json::to_string(row).unwrap())).collect();
            let comma = if number == 0 { "" } else { "," };
            write!(text, "{comma}\n    {:?}: [{}]", versions.range, lines.join(",")).unwrap();
        }
        text + "\n  }"
    }

    /// The last version that ships a server with purging switched off, according to the ranges. Servers that are not
    /// switched on by default do not count.
    fn measured_through(chart: &Chart, rules: &RuleSet) -> Option<String> {
        let is_off = |versions| work_out(chart, versions, rules).iter().any(|row| row.is_on && row.never_purges());
        let (range, _) = chart.ranges().rev().find(|(_, versions)| is_off(versions))?;
        range.last().map(|version| version.to_string())
    }

    #[test]
    fn what_charts_say_was_measured_is_what_their_ranges_come_to() {
        let rules = rules::built_in();
        let wrong: Vec<String> = rules
            .charts
            .all()
            .map(|chart| (chart, measured_through(chart, &rules)))
            .filter(|(chart, measured)| chart.measured_through != *measured)
            .map(|(chart, measured)| format!("{}: {:?}, not {measured:?}", chart.id, chart.measured_through))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
