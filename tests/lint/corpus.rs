//! Charts and GitOps files with labels, where the corpus is there: what lint says against what real Helm rendered.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::program::report;
use crate::corpus::{self, Case, Chart, ZooKeeper};

impl ZooKeeper {
    fn accepts(&self, verdict: &str) -> bool {
        self.accept.iter().any(|accepted| accepted == verdict) || self.verdict.as_deref() == Some(verdict)
    }

    /// What differs.
    fn differences(&self, server: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        let verdict = server["verdict"].as_str().unwrap_or_default();
        if !self.accepts(verdict) {
            differences.push(format!("{verdict}, not {:?}: {}", self.verdict, server["unknown_because"]));
        }
        if self.verdict.as_deref() != Some(verdict) {
            return differences;
        }
        let off = Value::from(0);
        let interval = self.interval.as_ref().map(|value| if value == "off-by-default" { &off } else { value });
        let numbers = [
            ("interval", interval, &server["interval"]["hours"]),
            ("retain", self.retain.as_ref(), &server["retain"]["count"]),
        ];
        for (name, expected, seen) in numbers {
            if expected.is_some_and(|expected| expected.is_i64() && expected != seen) {
                differences.push(format!("{name} {seen}, not {expected:?}"));
            }
        }
        let has_dead = server["ignored_settings"].as_array().is_some_and(|dead| !dead.is_empty());
        if self.decoy.is_some_and(|decoy| decoy != has_dead) {
            differences.push(format!("dead settings: {}", server["ignored_settings"]));
        }
        if self.flavor.as_deref().is_some_and(|flavor| server["flavor"] != flavor) {
            differences.push(format!("flavor {}", server["flavor"]));
        }
        differences
    }
}

/// The flags of a labelled `helm template` command, with its values files where they are.
fn flags(case: &Case, folder: &Path) -> Vec<String> {
    let file = |word: &str| folder.join(word).display().to_string();
    case.flags().into_iter().map(|word| if word.starts_with("case-") { file(&word) } else { word }).collect()
}

#[test]
fn charts_do_what_their_renders_do() {
    let Some((corpus, charts)) = corpus::charts() else { return };
    let mut differences = Vec::new();
    for Chart { path: chart, cases } in charts {
        let folder = corpus.join(&chart);
        for case in cases.iter().filter(|case| case.helm_fails.is_none()) {
            let flags = flags(case, &folder);
            let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
            let report = report(&corpus, &[&[chart.as_str()], flags.as_slice()].concat());
            let servers = report["servers"].as_array().expect("servers").clone();
            let of = |prefix: &str| servers.iter().find(|server| server["chart"]["prefix"] == prefix);
            let enabled: Vec<&ZooKeeper> = case.zookeepers.iter().filter(|one| one.enabled).collect();
            for labelled in &enabled {
                let may_be_silent = !labelled.from_metadata || labelled.accepts("absent");
                let found = match of(labelled.prefix()) {
                    Some(server) => labelled.differences(server),
                    None if may_be_silent => Vec::new(),
                    None => vec!["not found".to_owned()],
                };
                differences
                    .extend(found.iter().map(|what| format!("{chart} {} {}: {what}", case.id, labelled.prefix())));
            }
            let is_known = |server: &Value| enabled.iter().any(|one| server["chart"]["prefix"] == one.prefix());
            let invented = servers.iter().filter(|server| !is_known(server));
            differences.extend(invented.map(|server| format!("{chart} {}: invented {}", case.id, server["chart"])));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[derive(Deserialize)]
struct GitOps {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    file: String,
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Release {
    object: String,
    element: Option<u64>,
    verdict: String,
    #[serde(default)]
    accept: Vec<String>,
    #[serde(default)]
    zookeepers: Vec<ZooKeeper>,
}

impl Release {
    /// Kind, name, and the number of the element.
    fn parts(&self) -> (String, String, u64) {
        let (kind, name) = self.object.split_once('/').or(self.object.split_once('.')).expect("kind and name");
        let (name, element) = name.split_once('[').map_or((name, None), |(name, rest)| (name, Some(rest)));
        (kind.to_owned(), name.to_owned(), self.element.unwrap_or(u64::from(element.is_some())))
    }

    fn is_of(&self, server: &Value) -> bool {
        let (kind, name, index) = self.parts();
        server["kind"] == kind && server["name"] == name && server["release"]["index"] == index
    }

    fn differences(&self, servers: &[&Value]) -> Vec<String> {
        let mut worst = ["does-not-start", "never-purges", "unknown", "purges"].into_iter();
        let verdict = worst.find(|verdict| servers.iter().any(|server| server["verdict"] == *verdict));
        let verdict = verdict.unwrap_or("no-zookeeper");
        if self.verdict != verdict {
            let is_accepted = self.accept.iter().any(|accepted| accepted == verdict);
            return if is_accepted { Vec::new() } else { vec![format!("{verdict}, not {}", self.verdict)] };
        }
        let of = |prefix: &str| servers.iter().find(|server| server["chart"]["prefix"] == prefix);
        let labelled = self.zookeepers.iter();
        labelled
            .flat_map(|one| of(one.prefix()).map_or(vec!["not found".to_owned()], |server| one.differences(server)))
            .collect()
    }
}

#[test]
fn gitops_releases_do_what_their_renders_do() {
    let Some((corpus, labels)) = corpus::labels::<GitOps>("truth-gitops.yaml") else { return };
    let mut differences = Vec::new();
    for File { file, releases } in labels.files {
        let report = report(&corpus, &[&file]);
        let servers = report["servers"].as_array().expect("servers");
        for release in &releases {
            let own: Vec<&Value> = servers.iter().filter(|server| release.is_of(server)).collect();
            let found = release.differences(&own);
            differences.extend(found.iter().map(|what| format!("{file} {}: {what}", release.object)));
        }
        let invented = servers.iter().filter(|server| !releases.iter().any(|release| release.is_of(server)));
        differences.extend(invented.map(|server| format!("{file}: invented {} {}", server["kind"], server["name"])));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Threads change nothing but the time.
#[test]
fn the_whole_corpus_gives_the_same_bytes_on_any_number_of_threads() {
    let Some(corpus) = corpus::folder() else { return };
    let one = report(&corpus, &[".", "-j1"]);
    assert_eq!(one, report(&corpus, &[".", "-j8"]));
    assert!(one["servers"].as_array().is_some_and(|servers| servers.len() > 150), "{}", one["summary"]);
}
