//! `docs/charts.md`: what is known about charts, as a table for people. `UPDATE_DOCS=1 cargo test` writes it.

use std::fmt::Write;
use std::fs;

use autopurge::rules::{Chart, RuleSet, ShippedRow, Versions, built_in};

const HEAD: &str = "# Charts

What is known about charts that run ZooKeeper, from `rules/charts`: what each range of versions does when nobody sets
anything, and the value that decides. Versions behind the last one that was looked at are *not assessed*, neither
affected nor safe. This file is generated from the rules.

| chart | versions | as shipped | value | looked at up to |
| --- | --- | --- | --- | --- |
";

#[test]
fn the_table_of_charts_is_up_to_date() {
    let rules = built_in();
    let mut charts: Vec<&Chart> = rules.charts.all().collect();
    charts.sort_by_key(|chart| &chart.id);
    let mut text = HEAD.to_owned();
    for chart in charts {
        for versions in &chart.versions {
            row(&mut text, chart, versions, &rules);
        }
    }
    let path = format!("{}/docs/charts.md", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{path} is not up to date");
}

fn row(text: &mut String, chart: &Chart, versions: &Versions, rules: &RuleSet) {
    let servers = newest(rules.charts.shipped(chart, versions).unwrap());
    let said: Vec<String> = servers.iter().map(said).collect();
    let values: Vec<String> = servers.iter().map(value).collect();
    let said = if said.is_empty() { "no ZooKeeper".to_owned() } else { said.join("<br>") };
    let Chart { title, repository, assessed_through, .. } = chart;
    let range = versions.range.replace('|', "\\|");
    let values = values.join("<br>");
    writeln!(text, "| {title} ({repository}) | `{range}` | {said} | {values} | {assessed_through} |").unwrap();
}

/// Each server once, as the newest chart below that the range can come with ships it.
fn newest(rows: Vec<ShippedRow>) -> Vec<ShippedRow> {
    let mut servers: Vec<ShippedRow> = Vec::new();
    for row in rows {
        match servers.last_mut().filter(|last| (&last.keys, last.number) == (&row.keys, row.number)) {
            Some(last) => *last = row,
            None => servers.push(row),
        }
    }
    servers
}

fn said(server: &ShippedRow) -> String {
    let place = if server.keys.is_empty() { String::new() } else { format!("`{}` ", server.keys.join(".")) };
    let off = if server.is_on { "" } else { ", switched off" };
    format!("{place}{}{off}", server.verdict.as_str())
}

fn value(server: &ShippedRow) -> String {
    let path = |path: &String| format!("`{}`", server.keys.iter().chain([path]).cloned().collect::<Vec<_>>().join("."));
    server.interval.as_ref().or(server.item.as_ref()).map_or_else(|| "none".to_owned(), path)
}
