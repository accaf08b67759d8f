//! GitOps files of the corpus against what is known of them.

use std::fs;
use std::path::Path;

use autopurge::gitops::{Content, Folder, Presence, Release, Surroundings, release_again, releases};
use serde::Deserialize;

use super::library::{decided, described, read};
use crate::corpus;

#[derive(Deserialize)]
struct Truth {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    #[serde(rename = "file")]
    path: String,
    releases: Vec<Labelled>,
}

#[derive(Deserialize)]
struct Labelled {
    object: String,
    chart: Option<String>,
    version: Option<String>,
    values_at: Option<String>,
    zookeepers: Vec<ZooKeeper>,
    element: Option<usize>,
    fix: Option<Fix>,
}

#[derive(Deserialize)]
struct ZooKeeper {
    values_prefix: String,
    interval: i64,
}

#[derive(Deserialize)]
struct Fix {
    at: String,
}

/// Each release reads alone as it reads with all others of its file.
#[test]
fn releases_are_found_again() {
    let Some((corpus, truth)) = corpus::labels::<Truth>("truth-gitops.yaml") else { return };
    let mut found = 0;
    for File { path, .. } in truth.files {
        let folder = Folder::new(&corpus).unwrap();
        let text = fs::read_to_string(corpus.join(&path)).unwrap();
        let around = Surroundings::new(&folder);
        for release in &releases(&path, &text, &around).releases {
            let again = release_again(release, &path, &text, &around).unwrap();
            let without_label = |release: &Release| {
                let mut release = release.clone();
                release.object.element = None;
                format!("{release:?}")
            };
            assert_eq!(without_label(&again), without_label(release), "{path}");
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn releases_are_those_of_the_labels() {
    let Some((folder, truth)) = corpus::labels::<Truth>("truth-gitops.yaml") else { return };
    let wrong: Vec<String> = truth.files.iter().flat_map(|file| differences(&folder, file)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(folder: &Path, file: &File) -> Vec<String> {
    let mut reading = read(folder, &file.path);
    // The labels are of charts for certain.
    reading.releases.retain(|release| !release.chart.is_guess);
    let mut told: Vec<String> = reading.broken.iter().map(ToString::to_string).collect();
    let charts: Vec<&Labelled> = file.releases.iter().filter(|labelled| labelled.chart.is_some()).collect();
    if charts.len() != reading.releases.len() {
        told.push(format!("{} releases instead of {}", reading.releases.len(), charts.len()));
    }
    for (labelled, release) in charts.iter().zip(&reading.releases) {
        told.extend(labelled.differences(release).into_iter().map(|told| format!("{told}\n{}", described(release))));
    }
    told.into_iter().map(|told| format!("{}: {told}", file.path)).collect()
}

impl Labelled {
    fn differences(&self, release: &Release) -> Vec<String> {
        let mut told = Vec::new();
        let mut check = |is_right: bool, what: &str| {
            if !is_right {
                told.push(format!("{} {what}", self.object));
            }
        };
        let chart = &release.chart;
        check(release.object.title() == self.object, "title");
        check(chart.name == self.chart, "chart");
        check(chart.version.as_ref().map(|version| &version.text) == self.version.as_ref(), "version");
        let index = release.object.element.as_ref().map(|element| element.index);
        check(self.element.is_none() || index == self.element, "element");
        check(self.is_decided_where_it_says(release), "values_at");
        check(self.fix.as_ref().is_none_or(|fix| is_named(release, &fix.at)), "fix");
        let is_right = |zookeeper: &ZooKeeper| {
            let decided = decided(release, &zookeeper.keys()).map(|(text, _)| text);
            decided.is_none_or(|text| text == zookeeper.interval.to_string())
        };
        check(self.zookeepers.iter().all(is_right), "interval");
        told
    }

    fn is_decided_where_it_says(&self, release: &Release) -> bool {
        match self.values_at.as_deref() {
            Some("chart default") => release.layers.is_empty(),
            Some(at) if at.ends_with(".installed") => matches!(release.presence, Presence::Absent(_)),
            Some(at) => at.split(", ").all(|at| is_named(release, at)),
            None => true,
        }
    }
}

impl ZooKeeper {
    fn keys(&self) -> Vec<&str> {
        let prefix = self.values_prefix.split('.').filter(|key| *key != "(root)");
        prefix.chain(["autopurge", "purgeInterval"]).collect()
    }
}

/// A layer or a site has this name. Truth names files from the folder of the object, and elements by their own place.
fn is_named(release: &Release, at: &str) -> bool {
    let is_same = |own: &str| own == at || own.starts_with(&format!("{at}[")) || own.ends_with(&format!("/{at}"));
    let is_layer = release.layers.iter().any(|layer| match (&layer.content, at.strip_suffix(" (not here)")) {
        (Content::Missing(missing), Some(at)) => missing.what.starts_with(at),
        (_, Some(_)) => false,
        (Content::Missing(missing), None) => is_same(&layer.at) || missing.what == at,
        _ => is_same(&layer.at),
    });
    let is_gap = release.chart.version_gap.as_ref().is_some_and(|gap| gap.contains(at));
    is_gap || is_layer || release.sites.iter().any(|site| is_same(&site.at)) || is_element(release, at)
}

/// The interval stands in the element of a list.
fn is_element(release: &Release, at: &str) -> bool {
    let decided = decided(release, &["autopurge", "purgeInterval"]);
    let is_generator = at.starts_with("spec.generators") || at.starts_with("environments.");
    is_generator
        && decided.is_some_and(|(text, place)| {
            let content = fs::read_to_string(corpus::path().join(&*place.file)).unwrap();
            content[place.span.start..place.span.end].trim_matches('"') == text
        })
}
