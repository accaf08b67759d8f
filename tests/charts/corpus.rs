//! Real charts with labels, where the corpus is there (`../shared/corpus`).

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use autopurge::charts::{Judged, judge_chart, plain};
use autopurge::helm::{Chart, Line, Sources, ValuesOptions, coalesce};
use autopurge::rules::{RuleSet, built_in};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Truth {
    charts: Vec<Labelled>,
}

#[derive(Deserialize)]
struct Labelled {
    chart: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    command: String,
    helm_fails: Option<String>,
    zookeepers: Vec<Server>,
}

#[derive(Deserialize)]
struct Server {
    values_prefix: String,
    enabled: bool,
    flavor: Option<String>,
    #[serde(default)]
    interval: Value,
    #[serde(default)]
    retain: Value,
    verdict: Option<String>,
    #[serde(default)]
    decoy: bool,
    fix_path: Option<String>,
}

/// A server that was judged, with the prefix of its values.
struct Seen {
    prefix: String,
    judged: Judged,
}

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus")
}

#[test]
fn real_charts_are_judged_as_they_are_labelled() {
    let Ok(text) = fs::read_to_string(corpus().join("truth-charts.yaml")) else {
        writeln!(io::stderr(), "SKIPPED: {} is not there", corpus().display()).unwrap();
        return;
    };
    let truth: Truth = serde_yaml::from_str(&text).unwrap();
    let rules = built_in().unwrap();
    let mut wrong = Vec::new();
    for chart in &truth.charts {
        for case in &chart.cases {
            let differences = differences(chart, case, &judged(chart, case, &rules));
            wrong.extend(differences.into_iter().map(|text| format!("{}#{}: {text}", chart.chart, case.id)));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every server of a chart and those below it that are switched on.
fn judged(chart: &Labelled, case: &Case, rules: &RuleSet) -> Vec<Seen> {
    let (line, mut sources) = (Line::Three, Sources::default());
    let folder = corpus().join(&chart.chart);
    let loaded = Chart::load(&folder, line, &mut sources).unwrap();
    let user = options(&case.command).values(line, &mut sources, &mut |path| fs::read(folder.join(path))).unwrap();
    let top = coalesce(&loaded, &user, line, &sources).unwrap().top;
    let mut seen = Vec::new();
    for instance in top.all().filter(|instance| instance.is_enabled()) {
        let values = plain(&instance.values);
        for judged in judge_chart(&instance.chart.metadata, &instance.chart.values, &values, rules) {
            seen.push(Seen { prefix: instance.prefix.join("."), judged });
        }
    }
    seen
}

fn options(command: &str) -> ValuesOptions {
    let mut options = ValuesOptions::default();
    let mut words = command.split_whitespace();
    while let Some(word) = words.next() {
        let list = match word {
            "-f" => &mut options.files,
            "--set" => &mut options.typed,
            _ => continue,
        };
        list.extend(words.next().map(str::to_owned));
    }
    options
}

fn differences(chart: &Labelled, case: &Case, seen: &[Seen]) -> Vec<String> {
    if case.helm_fails.is_some() {
        let fails = seen.iter().all(|server| server.judged.helm_fails.is_some());
        return if fails { Vec::new() } else { vec!["Helm does not render this".to_owned()] };
    }
    let enabled: Vec<&Server> = case.zookeepers.iter().filter(|server| server.enabled).collect();
    let mut wrong = Vec::new();
    for server in &enabled {
        let prefix = server.values_prefix.trim_start_matches("(root)");
        match seen.iter().find(|seen| seen.prefix == prefix) {
            Some(seen) => wrong.extend(differs(server, seen)),
            None => wrong.push(format!("no server under \"{prefix}\"")),
        }
    }
    if seen.len() != enabled.len() {
        let prefixes: Vec<&str> = seen.iter().map(|seen| seen.prefix.as_str()).collect();
        wrong.push(format!("{} servers of {}: {prefixes:?} in {}", seen.len(), enabled.len(), chart.chart));
    }
    wrong
}

fn differs(server: &Server, seen: &Seen) -> Vec<String> {
    let judged = &seen.judged;
    let number = |value: &Value| if value == "off-by-default" { Some(0) } else { value.as_i64() };
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
        (judged.interval.number.map(i64::from) == number(&server.interval), "interval"),
        (judged.retain.number.map(i64::from) == number(&server.retain), "retain"),
        (judged.ignored.is_empty() != server.decoy, "decoy"),
        (is_fix, "fix"),
    ];
    told.iter().filter(|(is_right, _)| !is_right).map(|(_, what)| format!("{what}: {fix:?} {judged:?}")).collect()
}
