//! Values and sub-charts as real Helm 3 and 4 give them to templates.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, thread};

use autopurge::helm::{self, Chart, ReleaseOptions, Sources};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use super::program::{Helm, Line};
use super::random::{Random, flags, values, write_chart};

/// The values of every chart that is rendered, by the path of its templates.
type Rendered = BTreeMap<String, Value>;

/// A chart on the disk, and what it is rendered with.
struct Case {
    folder: TempDir,
    files: Vec<String>,
    flags: Vec<(&'static str, String)>,
}

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

/// Helm meets sub-charts that no dependency asks for in random order, so that it is asked again where it matters.
fn difference(helm: &Helm, number: u64) -> Option<String> {
    let case = Case::random(number);
    let ours = case.ours(helm.line);
    let mut theirs = case.theirs(helm);
    for _ in 0..4 {
        if is_same(&ours, &theirs) {
            return None;
        }
        theirs = case.theirs(helm);
    }
    Some(describe(&format!("case {number} {:?}", helm.line), &ours, &theirs))
}

/// Where Helm stops, so do we; the words are our own.
fn is_same(ours: &Result<Rendered, String>, theirs: &Result<Rendered, String>) -> bool {
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => ours == theirs,
        (Err(_), Err(_)) => true,
        _ => false,
    }
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

impl Case {
    fn random(number: u64) -> Self {
        let mut random = Random(number);
        let folder = TempDir::new().unwrap();
        write_chart(&mut random, &folder.path().join("top"), "top", 0);
        let mut files = Vec::new();
        for file in 0..random.below(3) {
            let path = folder.path().join(format!("{file}.yaml"));
            let mut text = values(&mut random, 3).to_string();
            if random.chance(10) {
                text = format!("{text}\n---\n{}", values(&mut random, 2));
            }
            fs::write(&path, text).unwrap();
            files.push(path.to_str().unwrap().to_owned());
        }
        let mut flags = flags(&mut random);
        for (flag, argument) in &mut flags {
            if *flag == "--set-file" {
                *argument = argument.replace("values.yaml", folder.path().join("top/Chart.yaml").to_str().unwrap());
            }
        }
        Self { folder, files, flags }
    }

    fn chart(&self) -> std::path::PathBuf {
        self.folder.path().join("top")
    }

    fn theirs(&self, helm: &Helm) -> Result<Rendered, String> {
        let files = self.files.iter().flat_map(|file| ["-f", file]);
        let flags = self.flags.iter().flat_map(|(flag, argument)| [*flag, argument]);
        let output = helm.run(&self.chart(), &files.chain(flags).collect::<Vec<_>>(), &[]);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let text = String::from_utf8(output.stdout).unwrap();
        let documents = serde_yaml::Deserializer::from_str(&text).map(|document| Value::deserialize(document).unwrap());
        let documents = documents.filter(|document| document["kind"] == "Values");
        Ok(documents
            .map(|document| (document["path"].as_str().unwrap().to_owned(), document["values"].clone()))
            .collect())
    }

    fn ours(&self, line: Line) -> Result<Rendered, String> {
        rendered(&self.chart(), &self.options(), line).map_err(|error| format!("error: {error}"))
    }

    fn options(&self) -> ReleaseOptions {
        let mut options = ReleaseOptions::default();
        options.values.files.clone_from(&self.files);
        for (flag, argument) in &self.flags {
            let arguments = match *flag {
                "--set" => &mut options.values.typed,
                "--set-string" => &mut options.values.texts,
                "--set-json" => &mut options.values.json,
                "--set-literal" => &mut options.values.literals,
                _ => &mut options.values.from_files,
            };
            arguments.push(argument.clone());
        }
        options
    }
}

fn rendered(chart: &Path, options: &ReleaseOptions, line: Line) -> Result<Rendered, helm::HelmError> {
    let line = match line {
        Line::Three => helm::Line::Three,
        Line::Four => helm::Line::Four,
    };
    let mut sources = Sources::default();
    let chart = Chart::load(chart, line, &mut sources)?;
    let user = options.values.values(line, &mut sources, &mut |path| fs::read(path))?;
    let release = helm::coalesce(&chart, &user, line, &sources)?;
    let rendered = release.top.all().filter(|instance| instance.is_enabled());
    Ok(rendered.map(|instance| (format!("{}/templates", instance.path), instance.values.to_json())).collect())
}
