//! One truth: what lint says of a chart with some values is what it says of what Helm renders from them, findings and
//! their severities included.
//!
//! The chart is ours; its sub-charts are written as Bitnami's is, so that their model applies. Values files and flags are
//! generated, the same ones in every run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::program::{lint, report, write};
use crate::tool::tool;

/// Cases for each line of Helm; a process of Helm takes some 60 ms.
const CASES: u64 = 200;

const CHART: &str = "chart-ships-purge-off";

/// The checks of which values show as much as manifests do.
const CHECKS: [&str; 8] = [
    CHART,
    "purge-disabled",
    "purge-interval-differs",
    "purge-invalid",
    "purge-unknown",
    "purge-unsafe",
    "retain-below-minimum",
    "setting-not-read",
];

pub(super) const ZOOKEEPER: &str = "apiVersion: v2\nname: zookeeper\nversion: 11.4.11\nhome: https://bitnami.com\nsources: [https://github.com/bitnami/charts]\n";

pub(super) const ZOOKEEPER_VALUES: &str = "image: {registry: docker.io, repository: bitnami/zookeeper, tag: 3.8.2}\nheapSize: 1024\nfourlwCommandsWhitelist: srvr, mntr, ruok\ncommand: [/scripts/setup.sh]\ndiagnosticMode: {enabled: false, command: [sleep], args: [infinity]}\nautopurge: {snapRetainCount: 3, purgeInterval: 0}\nextraEnvVars: []\nexports: {exported: {autopurge: {purgeInterval: 7}}}\n";

pub(super) const TEMPLATE: &str = r#"apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Name }}
  labels: {helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}}
spec:
  serviceName: zk
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
        - name: zookeeper
          image: {{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}
          {{- if .Values.diagnosticMode.enabled }}
          command: {{ toJson .Values.diagnosticMode.command }}
          args: {{ toJson .Values.diagnosticMode.args }}
          {{- else if .Values.command }}
          command: {{ toJson .Values.command }}
          {{- end }}
          env:
            - name: ALLOW_ANONYMOUS_LOGIN
              value: "yes"
            - name: ZOO_AUTOPURGE_INTERVAL
              value: {{ .Values.autopurge.purgeInterval | quote }}
            - name: ZOO_AUTOPURGE_RETAIN_COUNT
              value: {{ .Values.autopurge.snapRetainCount | quote }}
            {{- if .Values.extraEnvVars }}
            {{- toYaml .Values.extraEnvVars | nindent 12 }}
            {{- end }}
          {{- if .Values.extraEnvVarsCM }}
          envFrom:
            - configMapRef: {name: {{ .Values.extraEnvVarsCM }}}
          {{- end }}
"#;

const APP: &str = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n  - {name: zookeeper, version: 11.x.x, condition: 'zookeeper.enabled,global.zk', import-values: [exported]}\n  - {name: zookeeper, alias: second, version: ^11.4.0, tags: [extra], condition: second.on}\n  - {name: queue, version: '>=1.0.0', condition: queue.enabled}\n";

const QUEUE: &str = "apiVersion: v2\nname: queue\nversion: 1.2.3\ndependencies:\n  - {name: zookeeper, version: 11.4.11, condition: zookeeper.enabled, tags: [queue-zk]}\n";

fn chart(folder: &Path) {
    let files = [
        ("app/Chart.yaml", APP),
        ("app/values.yaml", "tags: {extra: false}\nzookeeper: {autopurge: {purgeInterval: 2}}\n"),
        ("app/charts/zookeeper/Chart.yaml", ZOOKEEPER),
        ("app/charts/zookeeper/values.yaml", ZOOKEEPER_VALUES),
        ("app/charts/zookeeper/templates/statefulset.yaml", TEMPLATE),
        ("app/charts/queue/Chart.yaml", QUEUE),
        ("app/charts/queue/values.yaml", "zookeeper: {enabled: true, autopurge: {snapRetainCount: 5}}\n"),
        ("app/charts/queue/charts/zookeeper/Chart.yaml", ZOOKEEPER),
        ("app/charts/queue/charts/zookeeper/values.yaml", ZOOKEEPER_VALUES),
        ("app/charts/queue/charts/zookeeper/templates/statefulset.yaml", TEMPLATE),
    ];
    write(folder, &files);
}

/// Choices that are the same in every run.
struct Chooser(u64);

impl Chooser {
    fn below(&mut self, count: usize) -> usize {
        // Knuth's generator; good enough to choose from short lists.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn of<'t, T>(&mut self, choices: &'t [T]) -> &'t T {
        &choices[self.below(choices.len())]
    }
}

const PATHS: [&str; 17] = [
    "zookeeper.autopurge.purgeInterval",
    "second.autopurge.purgeInterval",
    "queue.zookeeper.autopurge.purgeInterval",
    "queue.zookeeper.autopurge.snapRetainCount",
    "zookeeper.enabled",
    "second.on",
    "queue.enabled",
    "queue.zookeeper.enabled",
    "tags.extra",
    "tags.queue-zk",
    "global.zk",
    "zookeeper.diagnosticMode.enabled",
    "zookeeper.autopurge.snapRetainCount",
    "zookeeper.image.tag",
    "second.image.tag",
    "zookeeper.extraEnvVarsCM",
    "zookeeper.command",
];

fn value(path: &str, chooser: &mut Chooser) -> Value {
    let numbers = [
        json!(0),
        json!(1),
        json!(24),
        json!("0"),
        json!("6"),
        json!(null),
        json!(-1),
        json!(""),
        json!("abc"),
        json!(2),
        json!(1_000_000),
        json!(0.5),
        json!(true),
    ];
    let tags = [json!("3.4.14"), json!("3.5.10-debian-11-r0"), json!("3.9.1"), json!("latest")];
    let switches = [json!(true), json!(false), json!(null), json!("true"), json!("")];
    match path.rsplit('.').next() {
        Some("purgeInterval" | "snapRetainCount") => chooser.of(&numbers).clone(),
        Some("extraEnvVarsCM") => json!("variables"),
        Some("command") => json!(["/own/start.sh"]),
        Some("tag") => chooser.of(&tags).clone(),
        _ => chooser.of(&switches).clone(),
    }
}

fn values_file(chooser: &mut Chooser) -> Value {
    let mut values = json!({});
    for _ in 0..=chooser.below(5) {
        let path = *chooser.of(&PATHS);
        let value = value(path, chooser);
        let pointer = path.split('.').fold(&mut values, |table, key| {
            if !table.is_object() {
                *table = json!({});
            }
            table.as_object_mut().unwrap().entry(key).or_insert(json!(null))
        });
        *pointer = value;
    }
    if chooser.below(3) == 0 {
        values["second"]["extraEnvVars"] = json!([chooser.of(&variables())]);
    }
    values
}

/// Variables that count, that nothing reads, and that say how snapshots are written.
fn variables() -> Vec<Value> {
    let table = [
        ("ZOO_AUTOPURGE_INTERVAL", "1"),
        ("ZOO_AUTOPURGE_INTERVAL", "0"),
        ("ZOO_AUTOPURGE_PURGEINTERVAL", "1"),
        ("ZOO_AUTOPURGE_PURGEINTERVAL", "0"),
        ("ZOO_CFG_snapshot_compression_method", "gz"),
        ("OTHER", "1"),
    ];
    let elsewhere = json!({"configMapKeyRef": {"name": "settings", "key": "hours"}});
    let written = table.into_iter().map(|(name, value)| json!({"name": name, "value": value}));
    written.chain([json!({"name": "ZOO_AUTOPURGE_INTERVAL", "valueFrom": elsewhere})]).collect()
}

fn flags(chooser: &mut Chooser) -> Vec<String> {
    let mut flags = Vec::new();
    for _ in 0..chooser.below(3) {
        let path = *chooser.of(&PATHS);
        let value = value(path, chooser);
        // A list is a list in --set-json alone.
        let choices: &[&str] =
            if value.is_array() { &["--set-json"] } else { &["--set", "--set-string", "--set-json"] };
        let flag = *chooser.of(choices);
        let text = match value {
            Value::String(text) if flag != "--set-json" => text,
            other => other.to_string(),
        };
        flags.extend([flag.to_owned(), format!("{path}={text}")]);
    }
    flags
}

/// What a report says.
#[derive(Debug, PartialEq)]
struct Seen {
    /// Of each server, by its prefix.
    servers: BTreeMap<String, Said>,
    /// The charts of which the version is told, once for all their servers.
    charts: BTreeSet<(String, String)>,
}

/// What a report says of a server.
#[derive(Debug, PartialEq)]
struct Said {
    verdict: Value,
    hours: Value,
    count: Value,
    /// By check and severity.
    findings: Vec<(String, String)>,
}

impl Seen {
    fn of(report: &Value, prefix: impl Fn(&Value) -> String) -> Self {
        let servers = report["servers"].as_array().expect("servers").iter().enumerate();
        let said = |number: usize, server: &Value| Said {
            verdict: server["verdict"].clone(),
            hours: server["interval"]["hours"].clone(),
            count: server["retain"]["count"].clone(),
            findings: findings(report, number),
        };
        let servers = servers.map(|(number, server)| (prefix(server), said(number, server)));
        let all = report["findings"].as_array().expect("findings").iter();
        let charts = all.filter(|finding| finding["check"] == CHART);
        let charts = charts.map(|finding| (text(&finding["severity"]), text(&finding["message"])));
        let servers: BTreeMap<String, Said> = servers.collect();
        // Under an alias labels do not name the chart, so that manifests do not show which one it is.
        let is_named = servers.keys().any(|prefix| prefix != "second");
        Self { servers, charts: charts.filter(|_| is_named).collect() }
    }

    /// Where nobody says which Helm it is, each server of either is there, and has the same verdict or none.
    fn covers(&self, of_one: &Self) -> bool {
        of_one.servers.iter().all(|(prefix, said)| {
            let verdict = self.servers.get(prefix).map(|said| &said.verdict);
            verdict.is_some_and(|verdict| *verdict == said.verdict || *verdict == json!("unknown"))
        })
    }

    /// The checks that have something to say.
    fn checks(&self) -> impl Iterator<Item = &str> {
        let of_servers = self.servers.values().flat_map(|said| &said.findings);
        of_servers.map(|(check, _)| check.as_str()).chain(self.charts.iter().map(|_| CHART))
    }
}

fn findings(report: &Value, server: usize) -> Vec<(String, String)> {
    let all = report["findings"].as_array().expect("findings").iter();
    let own =
        all.filter(|finding| finding["server"].as_u64() == u64::try_from(server).ok() && finding["check"] != CHART);
    let mut told: Vec<_> = own.map(|finding| (text(&finding["check"]), text(&finding["severity"]))).collect();
    told.sort();
    told
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The sub-charts that a rendered server's template stands in.
fn of_template(server: &Value) -> String {
    let template = server["template"].as_str().unwrap_or_default();
    let folder = template.split("/templates/").next().unwrap_or_default();
    folder.split("/charts/").skip(1).collect::<Vec<_>>().join(".")
}

#[test]
fn lint_and_what_helm_3_renders_agree() {
    if let Some(helm) = tool("helm3/helm") {
        lint_and_what_helm_renders_agree(&helm, "3");
    }
}

#[test]
fn lint_and_what_helm_4_renders_agree() {
    if let Some(helm) = tool("helm4/helm") {
        lint_and_what_helm_renders_agree(&helm, "4");
    }
}

fn lint_and_what_helm_renders_agree(helm: &Path, version: &str) {
    let folder = TempDir::new().unwrap();
    chart(folder.path());
    let (mut chooser, mut differences, mut told) = (Chooser(20_261_126), Vec::new(), BTreeSet::new());
    let mut undecided = 0;
    for case in 0..CASES {
        let mut values = values_file(&mut chooser).to_string();
        if chooser.below(4) == 0 {
            values = format!("{values}\n---\n{}", values_file(&mut chooser));
        }
        std::fs::write(folder.path().join("user.yaml"), &values).unwrap();
        let flags = flags(&mut chooser);
        let args: Vec<&str> = ["app", "-f", "user.yaml"].into_iter().chain(flags.iter().map(String::as_str)).collect();
        let mut template = Command::new(helm);
        let output = template.current_dir(folder.path()).args(["template", "r"]).args(&args).output().unwrap();
        // Lint runs no templates, so that the values are such as these render.
        assert!(
            output.status.success(),
            "case {case}: {values} {flags:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        std::fs::write(folder.path().join("rendered.yaml"), &output.stdout).unwrap();
        let helms = Seen::of(&report(folder.path(), &["rendered.yaml"]), of_template);
        let prefix = |server: &Value| server["chart"]["prefix"].as_str().unwrap_or_default().to_owned();
        let ours = Seen::of(&report(folder.path(), &[&args[..], &["--helm", version]].concat()), prefix);
        let either = Seen::of(&report(folder.path(), &args), prefix);
        told.extend(ours.checks().map(str::to_owned));
        if helms != ours {
            differences.push(format!("case {case}: {values} {flags:?}\n  Helm: {helms:?}\n  lint: {ours:?}"));
        }
        if !either.covers(&ours) {
            differences
                .push(format!("case {case}: {values} {flags:?}\n  either: {either:?}\n  Helm {version}: {ours:?}"));
        }
        undecided += u64::from(either != ours);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!((1..CASES / 4).contains(&undecided), "{undecided} cases differ from what nobody's Helm says");
    let silent: Vec<&str> = CHECKS.into_iter().filter(|check| !told.contains(*check)).collect();
    assert!(silent.is_empty(), "no case shows {silent:?}");
}

/// What Helm refuses before it comes to the templates is not called fine.
#[test]
fn values_that_helm_refuses_are_refused() {
    let Some(helm) = tool("helm3/helm") else { return };
    let folder = TempDir::new().unwrap();
    chart(folder.path());
    write(folder.path(), &[("list.yaml", "- a\n"), ("broken.yaml", "a: [\n")]);
    let table = [
        ["--set", "zookeeper=5"],
        ["--set", "queue.zookeeper=text"],
        ["--set", "a[0]b=1"],
        ["--set", "a[65537]=1"],
        ["--set-json", "a={"],
        ["-f", "list.yaml"],
        ["-f", "broken.yaml"],
        ["-f", "none.yaml"],
    ];
    let purges = ["zookeeper", "second", "queue.zookeeper"].map(|it| format!("--set={it}.autopurge.purgeInterval=1"));
    let fine: Vec<&str> = std::iter::once("app").chain(purges.iter().map(String::as_str)).collect();
    assert_eq!(lint(folder.path(), &fine).code, 0);
    for wrong in table {
        let args = [fine.as_slice(), &wrong].concat();
        let output =
            Command::new(&helm).current_dir(folder.path()).args(["template", "r"]).args(&args).output().unwrap();
        assert!(!output.status.success(), "{wrong:?}");
        assert_ne!(lint(folder.path(), &args).code, 0, "{wrong:?}");
    }
}
