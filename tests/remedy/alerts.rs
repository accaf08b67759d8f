//! Alerts, checked and tested by Prometheus' own tool.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{remedy, written};
use crate::post_render::program::input_of;
use crate::tool::tool;

const SERVER: &str = include_str!("../../fixtures/remedy/claims.yaml");

/// The rule file in a `PrometheusRule`, and a tool to try it with.
fn rules(text: &str, folder: &Path) {
    let rule: Value = serde_yaml::from_str(text).expect("YAML");
    assert_eq!(
        (rule["kind"].as_str(), rule["apiVersion"].as_str()),
        (Some("PrometheusRule"), Some("monitoring.coreos.com/v1"))
    );
    fs::write(folder.join("rules.yaml"), rule["spec"].to_string()).expect("a file");
}

fn promtool(program: &Path, args: &[&str], folder: &Path) {
    let output = Command::new(program).args(args).current_dir(folder).output().expect("promtool starts");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn only_the_claims_with_the_data_are_watched() {
    let text = written("prometheus-rule", &["-n", "events"], SERVER.as_bytes());
    assert!(text.contains("persistentvolumeclaim=~\"data-events-zookeeper-[0-9]+\""), "{text}");
    assert!(text.contains("namespace=\"events\""), "{text}");
    assert!(!text.contains("tmp-events"), "{text}");
}

#[test]
fn hours_follow_the_interval() {
    let hourly = written("prometheus-rule", &[], SERVER.as_bytes());
    assert!(hourly.contains("[6h], 21600)") && hourly.contains("[3h]"), "{hourly}");
    let daily = written("prometheus-rule", &["--interval", "24"], SERVER.as_bytes());
    assert!(daily.contains("[48h], 172800)") && daily.contains("[72h]"), "{daily}");
}

#[test]
fn servers_without_a_claim_are_named() {
    let ran = remedy("prometheus-rule", &[], &input_of("never-purges"));
    assert_eq!(ran.code, 1);
    ran.assert_says(&["no volume claim was found"]);
}

/// Usage in percent of the disk, every ten minutes, and the alerts that have to be there after twelve hours.
const CASES: [(&str, &str, &[&str]); 5] = [
    ("fills up within hours", "40+0.7x72", &["ZooKeeperDiskFullSoon", "ZooKeeperNeverPurges"]),
    ("grows slowly and never falls", "10+0.2x72", &["ZooKeeperNeverPurges"]),
    (
        "falls every hour",
        "30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30 33 36 30",
        &[],
    ),
    ("is idle", "30+0x72", &[]),
    ("is new", "_x68 30 31 32 33 34", &[]),
];

#[test]
fn alerts_fire_when_they_should() {
    let Some(program) = tool("promtool") else { return };
    let folder = TempDir::new().expect("a temporary folder");
    rules(&written("prometheus-rule", &["-n", "events"], SERVER.as_bytes()), folder.path());
    promtool(&program, &["check", "rules", "rules.yaml"], folder.path());
    fs::write(folder.path().join("tests.yaml"), tests()).expect("a file");
    promtool(&program, &["test", "rules", "tests.yaml"], folder.path());
}

fn tests() -> String {
    let mut text = "rule_files: [rules.yaml]\nevaluation_interval: 10m\ntests:\n".to_owned();
    for (name, used, alerts) in CASES {
        let labels = r#"{namespace="events", persistentvolumeclaim="data-events-zookeeper-0"}"#;
        let available = available(used);
        write!(
            text,
            "- name: {name}\n  interval: 10m\n  input_series:\n  - {{series: 'kubelet_volume_stats_used_bytes{labels}', values: '{used}'}}\n  \
             - {{series: 'kubelet_volume_stats_available_bytes{labels}', values: '{available}'}}\n  \
             - {{series: 'kubelet_volume_stats_capacity_bytes{labels}', values: '100+0x72'}}\n  alert_rule_test:\n"
        )
        .expect("a text");
        for alert in ["ZooKeeperDiskFullSoon", "ZooKeeperNeverPurges"] {
            let severity = if alert.ends_with("Soon") { "critical" } else { "warning" };
            let fires = if alerts.contains(&alert) {
                format!(
                    "[{{exp_labels: {{severity: {severity}, namespace: events, persistentvolumeclaim: data-events-zookeeper-0}}, exp_annotations: {}}}]",
                    annotations(alert)
                )
            } else {
                "[]".to_owned()
            };
            writeln!(text, "  - {{eval_time: 12h, alertname: {alert}, exp_alerts: {fires}}}").expect("a text");
        }
    }
    text
}

/// What is left of a disk of 100.
fn available(used: &str) -> String {
    if let Some((start, rest)) = used.split_once('+').filter(|(start, _)| start.parse::<i32>().is_ok()) {
        let start: i32 = start.parse().expect("a number");
        return format!("{}-{rest}", 100 - start);
    }
    let left = |word: &str| word.parse::<i32>().map_or(word.to_owned(), |used| (100 - used).to_string());
    used.split(' ').map(left).collect::<Vec<_>>().join(" ")
}

/// promtool wants to know every word that an alert says.
fn annotations(alert: &str) -> String {
    let text = written("prometheus-rule", &["-n", "events"], SERVER.as_bytes());
    let rule: Value = serde_yaml::from_str(&text).expect("YAML");
    let rules = rule["spec"]["groups"][0]["rules"].as_array().expect("rules");
    let rule = rules.iter().find(|rule| rule["alert"] == alert).expect("the alert");
    rule["annotations"].to_string().replace("{{ $labels.persistentvolumeclaim }}", "data-events-zookeeper-0")
}
