//! What charts of the corpus are judged to do, against what real Helm rendered.

use std::fs;
use std::path::Path;

use autopurge::charts::{Judged, judge_chart, plain};
use autopurge::helm::{Chart, HelmVersion, Sources, ValuesOptions, coalesce};
use autopurge::rules::{RuleSet, built_in};
use serde_json::Value;

use crate::corpus::{self, Case, ZooKeeper};

/// A server that was judged, with the prefix of its values.
struct Seen {
    prefix: String,
    judged: Judged,
}

#[test]
fn real_charts_are_judged_as_they_are_labelled() {
    let Some((folder, charts)) = corpus::charts() else { return };
    let rules = built_in();
    let mut wrong = Vec::new();
    for chart in &charts {
        for case in &chart.cases {
            let differences = differences(chart, case, &judged(&folder.join(&chart.path), case, &rules));
            wrong.extend(differences.into_iter().map(|text| format!("{}#{}: {text}", chart.path, case.id)));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every server of a chart and those below it that are switched on.
fn judged(chart: &Path, case: &Case, rules: &RuleSet) -> Vec<Seen> {
    let (helm, mut sources) = (HelmVersion::V3, Sources::default());
    let loaded = Chart::load(chart, helm, &mut sources).unwrap();
    let user = options(&case.flags()).values(helm, &mut sources, &mut |path| fs::read(chart.join(path))).unwrap();
    let top = coalesce(&loaded, &user, helm, &sources).unwrap();
    let mut seen = Vec::new();
    for instance in top.all().filter(|instance| instance.is_enabled()) {
        let values = plain(&instance.values);
        for judged in judge_chart(instance.chart, &values, rules) {
            seen.push(Seen { prefix: instance.prefix.join("."), judged });
        }
    }
    seen
}

fn options(flags: &[String]) -> ValuesOptions {
    let mut options = ValuesOptions::default();
    let mut words = flags.iter();
    while let Some(word) = words.next() {
        let list = match word.as_str() {
            "-f" => &mut options.files,
            "--set" => &mut options.typed,
            _ => continue,
        };
        list.extend(words.next().cloned());
    }
    options
}

fn differences(chart: &corpus::Chart, case: &Case, seen: &[Seen]) -> Vec<String> {
    if case.helm_fails.is_some() {
        let fails = seen.iter().all(|server| server.judged.helm_fails.is_some());
        return if fails { Vec::new() } else { vec!["Helm does not render this".to_owned()] };
    }
    let enabled: Vec<&ZooKeeper> = case.zookeepers.iter().filter(|server| server.enabled).collect();
    let mut wrong = Vec::new();
    for server in &enabled {
        let prefix = server.prefix();
        match seen.iter().find(|seen| seen.prefix == prefix) {
            Some(seen) => wrong.extend(differs(server, seen)),
            None => wrong.push(format!("no server under \"{prefix}\"")),
        }
    }
    if seen.len() != enabled.len() {
        let prefixes: Vec<&str> = seen.iter().map(|seen| seen.prefix.as_str()).collect();
        wrong.push(format!("{} servers of {}: {prefixes:?} in {}", seen.len(), enabled.len(), chart.path));
    }
    wrong
}

fn differs(server: &ZooKeeper, seen: &Seen) -> Vec<String> {
    let judged = &seen.judged;
    let number = |value: Option<&Value>| match value {
        Some(value) if value == "off-by-default" => Some(0),
        value => value.and_then(Value::as_i64),
    };
    let fix = judged.fix.as_ref().map(|fix| {
        let prefix: Vec<String> = seen.prefix.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect();
        fix.path.below(&prefix).to_string()
    });
    // Labels name the list, a fix the entry in it.
    let is_fix = match (&fix, &server.fix_path) {
        (Some(fix), Some(path)) => fix.starts_with(path.as_str()),
        (None, path) => path.is_none() || server.verdict.as_deref() == Some("unknown"),
        (Some(_), None) => false,
    };
    let told = [
        (Some(judged.flavor.as_str()) == server.flavor.as_deref(), "flavor"),
        (Some(judged.verdict.as_str()) == server.verdict.as_deref(), "verdict"),
        (judged.interval.reading.number().map(i64::from) == number(server.interval.as_ref()), "interval"),
        (
            judged.retain.reading.number().map(|count| i64::from(count.max(3))) == number(server.retain.as_ref()),
            "retain",
        ),
        (judged.ignored.is_empty() != server.decoy.unwrap_or(false), "decoy"),
        (is_fix, "fix"),
    ];
    told.iter().filter(|(is_right, _)| !is_right).map(|(_, what)| format!("{what}: {fix:?} {judged:?}")).collect()
}
