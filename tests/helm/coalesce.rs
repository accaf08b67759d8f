//! Values and sub-charts as real Helm 3 and 4 give them to templates.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, thread};

use autopurge::helm::{self, Chart, ChartKind, HelmVersion, Instance, ReleaseOptions, Sources};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use super::fixture::Fixture;
use super::program::Helm;
use super::random::{Random, write_case};

/// The values of every chart that is rendered, by the path of its templates.
type Rendered = BTreeMap<String, Value>;

#[test]
fn random_charts_and_values_come_out_as_in_helm() {
    let count = env::var("AUTOPURGE_HELM_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(60);
    let first = env::var("AUTOPURGE_HELM_FIRST").ok().and_then(|first| first.parse().ok()).unwrap_or(0);
    let helms: Vec<_> = Helm::each().collect();
    let run = |rest: u64| {
        let numbers = (first..first + count).filter(|number| number % 2 == rest);
        numbers.flat_map(|number| helms.iter().filter_map(move |helm| difference(helm, number))).collect::<Vec<_>>()
    };
    let differences = thread::scope(|scope| {
        let other = scope.spawn(|| run(1));
        [run(0), other.join().unwrap()].concat()
    });
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn charts_of_our_own_come_out_as_in_helm() {
    for helm in Helm::each() {
        for fixture in Fixture::all() {
            for run in &fixture.runs {
                let difference = differs(&helm, &fixture.chart(), run);
                assert!(difference.is_none(), "{} {run:?}: {}", fixture.name, difference.unwrap_or_default());
            }
        }
    }
}

fn difference(helm: &Helm, number: u64) -> Option<String> {
    let folder = TempDir::new().unwrap();
    let arguments = write_case(&mut Random(number), folder.path());
    differs(helm, &folder.path().join("top"), &arguments).map(|difference| format!("case {number} {difference}"))
}

/// Helm meets sub-charts that no dependency asks for in random order, so that it is asked again where it matters.
fn differs(helm: &Helm, chart: &Path, arguments: &[String]) -> Option<String> {
    let ours = rendered(chart, &options(chart, arguments), helm.version).map_err(|error| format!("error: {error}"));
    let mut theirs = Err(String::new());
    for _ in 0..5 {
        theirs = rendered_by(helm, chart, arguments);
        if is_same(&ours, &theirs) {
            return None;
        }
    }
    Some(describe(&format!("{:?}", helm.version), &ours, &theirs))
}

/// Where Helm stops, so do we; the words are our own.
fn is_same(ours: &Result<Rendered, String>, theirs: &Result<Rendered, String>) -> bool {
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => as_floats(ours) == as_floats(theirs),
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

/// Helm has floats, and JSON writes those beyond 64 bits in different ways.
fn as_floats(rendered: &Rendered) -> Rendered {
    fn floats(value: &Value) -> Value {
        match value {
            Value::Number(number) => number.as_f64().into(),
            Value::Array(items) => items.iter().map(floats).collect(),
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), floats(value))).collect(),
            Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
        }
    }
    rendered.iter().map(|(path, value)| (path.clone(), floats(value))).collect()
}

fn describe(name: &str, ours: &Result<Rendered, String>, theirs: &Result<Rendered, String>) -> String {
    let (Ok(ours), Ok(theirs)) = (ours, theirs) else {
        return format!("{name}\n  ours   {}\n  theirs {}", short(ours), short(theirs));
    };
    let paths: std::collections::BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    let different = paths.into_iter().filter(|path| ours.get(*path) != theirs.get(*path));
    let text = |value: Option<&Value>| value.map_or("-".to_owned(), Value::to_string);
    let lines = different
        .map(|path| format!("\n  {path}\n    ours   {}\n    theirs {}", text(ours.get(path)), text(theirs.get(path))));
    format!("{name}{}", lines.collect::<String>())
}

fn short(result: &Result<Rendered, String>) -> String {
    match result {
        Ok(rendered) => format!("{} charts", rendered.len()),
        Err(error) => error.lines().filter(|line| line.contains("rror")).collect(),
    }
}

/// What Helm prints. Files in arguments are named by their path in the chart, or as a whole.
fn rendered_by(helm: &Helm, chart: &Path, arguments: &[String]) -> Result<Rendered, String> {
    let in_chart = |argument: &String| {
        let path = chart.join(argument);
        if path.is_file() { path.to_str().unwrap().to_owned() } else { argument.clone() }
    };
    let arguments: Vec<_> = arguments.iter().map(in_chart).collect();
    let output = helm.run(chart, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8(output.stdout).unwrap();
    let documents = serde_yaml::Deserializer::from_str(&text).map(|document| Value::deserialize(document).unwrap());
    let documents = documents.filter(|document| document["kind"] == "Values");
    Ok(documents.map(|document| (document["path"].as_str().unwrap().to_owned(), document["values"].clone())).collect())
}

/// The same arguments for us.
pub(super) fn options(chart: &Path, arguments: &[String]) -> ReleaseOptions {
    let mut options = ReleaseOptions::default();
    let values = &mut options.values;
    for pair in arguments.chunks(2) {
        let [flag, argument] = pair else { panic!("{arguments:?}") };
        match flag.as_str() {
            "-f" => values.files.push(chart.join(argument).to_str().unwrap().to_owned()),
            "--set" => values.typed.push(argument.clone()),
            "--set-string" => values.texts.push(argument.clone()),
            "--set-json" => values.json.push(argument.clone()),
            "--set-literal" => values.literals.push(argument.clone()),
            "--set-file" => values.from_files.push(argument.clone()),
            "--namespace" | "--kube-version" => {}
            _ => panic!("{flag}"),
        }
    }
    options
}

fn rendered(chart: &Path, options: &ReleaseOptions, helm: HelmVersion) -> Result<Rendered, helm::HelmError> {
    let mut sources = Sources::default();
    let chart = Chart::load(chart, helm, &mut sources)?;
    let user = options.values.values(helm, &mut sources, &mut |path| fs::read(path))?;
    let release = helm::coalesce(&chart, &user, helm, &sources)?;
    let is_printed =
        |instance: &&Instance<'_>| instance.is_enabled() && instance.chart.metadata.kind != ChartKind::Library;
    let rendered = release.all().filter(is_printed);
    Ok(rendered.map(|instance| (format!("{}/templates", instance.path), instance.values.to_json())).collect())
}
