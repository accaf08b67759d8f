//! `--post-renderer autopurge` under real Helm 3 and Helm 4, on a chart of our own.

mod coalesce;
mod constraints;
mod corpus;
mod fixture;
mod go;
mod hostile;
mod loading;
mod places;
mod program;
mod random;
mod sets;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use autopurge::helm::HelmVersion;
use program::Helm;

use crate::tool::repository;

#[test]
fn changes_the_interval_and_nothing_else() {
    for helm in Helm::each() {
        let before = helm.rendered(&chart(), &[]);
        let after = helm.post_rendered(&chart(), &[]);

        let changed = changed_lines(&before, &after);
        let [(name, old, new)] = changed.as_slice() else { panic!("{:?} changed {changed:?}", helm.version) };
        assert_eq!(name.trim(), "- name: ZOO_AUTOPURGE_INTERVAL");
        assert_eq!(old.trim(), r#"value: "0""#);
        assert_eq!(new.trim(), r#"value: "1" # autopurge changed this from "0""#);
    }
}

#[test]
fn changes_one_byte_without_comment() {
    for helm in Helm::each() {
        let before = helm.rendered(&chart(), &[]);
        let after = helm.post_rendered(&chart(), &["--post-renderer-args", "--no-comment"]);

        assert_eq!(before.len(), after.len(), "{:?}", helm.version);
        let changed: Vec<_> = before.bytes().zip(after.bytes()).filter(|(old, new)| old != new).collect();
        assert_eq!(changed, [(b'0', b'1')], "{:?}", helm.version);
    }
}

#[test]
fn comments_mean_nothing_to_helm() {
    for helm in Helm::each() {
        let with = helm.post_rendered(&chart(), &[]);
        let without = helm.post_rendered(&chart(), &["--post-renderer-args", "--no-comment"]);

        assert_ne!(with, without, "{:?}", helm.version);
        assert_eq!(values(&with), values(&without), "{:?}", helm.version);
    }
}

/// Manifests in every style, as templates of one chart: what a comment stands behind, above or is left out of.
#[test]
fn comments_in_every_place_mean_nothing_to_helm() {
    let styles = chart_of_styles();
    for helm in Helm::each() {
        let with = helm.post_rendered(styles.path(), &[]);
        let without = helm.post_rendered(styles.path(), &["--post-renderer-args", "--no-comment"]);
        let plain = helm.rendered(styles.path(), &[]);

        assert!(with.matches("# autopurge").count() >= 8, "{:?}\n{with}", helm.version);
        assert!(!without.contains("# autopurge"), "{:?}", helm.version);
        assert_eq!(values(&with), values(&without), "{:?}", helm.version);
        assert_eq!(values(&with).len(), values(&plain).len(), "{:?}", helm.version);
    }
}

#[test]
fn hooks_and_tests_stay_and_the_annotation_of_helm_4_goes() {
    for helm in Helm::each() {
        let after = helm.post_rendered(&chart(), &[]);

        assert!(after.contains("helm.sh/hook: post-install,post-upgrade"), "{:?}", helm.version);
        assert!(after.contains("helm.sh/hook: test"), "{:?}", helm.version);
        assert!(!after.contains("postrender-filename"), "{:?}", helm.version);
        assert!(!after.contains("generated-by-postrender"), "{:?}", helm.version);
    }
}

#[test]
fn leaves_a_chart_without_zookeeper_alone() {
    for helm in Helm::each() {
        let off = ["--set", "zookeeper.enabled=false"];
        assert_eq!(helm.post_rendered(&chart(), &off), helm.rendered(&chart(), &off), "{:?}", helm.version);
    }
}

#[test]
fn leaves_a_purging_zookeeper_alone() {
    for helm in Helm::each() {
        let purging = ["--set", "zookeeper.autopurge.purgeInterval=24"];
        assert_eq!(helm.post_rendered(&chart(), &purging), helm.rendered(&chart(), &purging), "{:?}", helm.version);
    }
}

#[test]
fn deny_makes_helm_fail() {
    for helm in Helm::each() {
        let output = helm.run(&chart(), &["--post-renderer", "autopurge"], &[("AUTOPURGE_MODE", "deny")]);

        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{:?}", helm.version);
        assert!(output.stdout.is_empty(), "{:?}", helm.version);
        match helm.version {
            HelmVersion::V3 => assert!(stderr.contains("purge-disabled"), "{stderr}"),
            // Helm 4 throws away what a post-renderer says.
            HelmVersion::V4 => assert!(stderr.contains(r#"plugin "autopurge" exited with error"#), "{stderr}"),
        }
    }
}

#[test]
fn writes_a_report() {
    for helm in Helm::each() {
        let report = report_on(&helm, &chart());

        assert_eq!(report["schema"], "autopurge/report/v1");
        assert_eq!(report["servers"].as_array().expect("servers").len(), 1);
        let server = &report["servers"][0];
        assert_eq!(server["name"], "events-zookeeper");
        assert_eq!(server["verdict"], "never-purges");
        assert_eq!(server["after"], "purges");
        assert_eq!(severities(&report, "purge-disabled"), ["error"]);
    }
}

#[test]
fn knows_the_chart_that_ships_purging_switched_off() {
    let posthog = renamed_chart("posthog", "18.2.0");
    for helm in Helm::each() {
        let report = report_on(&helm, posthog.path());
        assert!(severities(&report, "chart-ships-purge-off").contains(&"note"), "{report:#}");
    }
}

#[test]
fn the_plugin_has_the_version_of_the_program() {
    let text = fs::read_to_string(repository().join("helm-plugin/plugin.yaml")).expect("the plugin");
    let plugin: Value = serde_yaml::from_str(&text).expect("YAML");
    assert_eq!(plugin["version"], env!("CARGO_PKG_VERSION"));
}

fn chart() -> PathBuf {
    repository().join("fixtures/helm/chart")
}

/// Our chart under another chart's name and version.
fn renamed_chart(name: &str, version: &str) -> TempDir {
    let copy = TempDir::new().expect("a temporary folder");
    copy_folder(&chart(), copy.path());
    let file = copy.path().join("Chart.yaml");
    let text = fs::read_to_string(&file).expect("Chart.yaml");
    let renamed = text.replacen("name: events", &format!("name: {name}"), 1).replacen(
        "version: 1.4.0",
        &format!("version: {version}"),
        1,
    );
    fs::write(file, renamed).expect("Chart.yaml");
    copy
}

/// The chart with the fixtures of many styles as its templates; what looks like a template's action is none.
fn chart_of_styles() -> TempDir {
    let styles = [
        "never-purges",
        "flow-style",
        "flow-style-list",
        "json-document",
        "json-pretty",
        "block-scalar",
        "kind-list",
        "single-quoted",
        "tagged",
        "comment-behind-value",
        "variable-added",
        "no-env-list",
        "env-null",
        "anchored-env-shared-with-a-client",
        "old-image-not-curable",
        "two-not-curable-in-one-resource",
        "crlf",
    ];
    let chart = renamed_chart("styles", "1.0.0");
    for style in styles {
        let folder = repository().join("fixtures/post-render").join(style);
        let input = ["input.yaml", "input.json"].map(|name| folder.join(name)).into_iter().find(|path| path.is_file());
        let text = fs::read_to_string(input.expect("a fixture")).expect("text");
        assert!(!text.contains("{{"), "{style} would be a template");
        fs::write(chart.path().join(format!("templates/{style}.yaml")), text).expect("a template");
    }
    chart
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in walkdir::WalkDir::new(from).min_depth(1) {
        let entry = entry.expect("a readable folder");
        let target = to.join(entry.path().strip_prefix(from).expect("inside"));
        if entry.file_type().is_dir() {
            fs::create_dir(target).expect("a folder");
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// The report that a run of Helm leaves behind.
fn report_on(helm: &Helm, chart: &Path) -> Value {
    let file = helm.path("report.json");
    let output =
        helm.run(chart, &["--post-renderer", "autopurge"], &[("AUTOPURGE_REPORT", file.to_str().expect("UTF-8"))]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&fs::read(file).expect("a report")).expect("JSON")
}

fn severities<'report>(report: &'report Value, check: &str) -> Vec<&'report str> {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().filter(|finding| finding["check"] == check).filter_map(|f| f["severity"].as_str()).collect()
}

/// Each changed line: the line before it, what it was, what it is.
fn changed_lines<'text>(before: &'text str, after: &'text str) -> Vec<(&'text str, &'text str, &'text str)> {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    assert_eq!(before.len(), after.len(), "lines were added or removed");
    (1..before.len())
        .filter(|&line| before[line] != after[line])
        .map(|line| (before[line - 1], before[line], after[line]))
        .collect()
}

fn values(stream: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(stream).map(|document| Value::deserialize(document).expect("YAML")).collect()
}
