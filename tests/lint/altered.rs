//! Copies of published charts with templates that somebody edited: what the model says no longer holds.

use tempfile::TempDir;

use super::program::{lint, report, text, verdicts, write};

const CHART: &str = "apiVersion: v2\nname: zookeeper\nversion: 12.5.0\nsources: [https://github.com/bitnami/charts]\n";
const VALUES: &str = "image: {registry: docker.io, repository: bitnami/zookeeper, tag: 3.9.1}\nheapSize: 1024\n\
                      fourlwCommandsWhitelist: ruok\ncommand: [/scripts/setup.sh]\nautopurge:\n  purgeInterval: 1\n";
const INTERVAL: &str = "            - name: ZOO_AUTOPURGE_INTERVAL
              value: {{ .Values.autopurge.purgeInterval | quote }}
";
const IMAGE: &str = "{{ template \"zookeeper.image\" . }}";
const COMMAND: &str = "{{- toYaml .Values.command | nindent 12 }}";
const MOUNTED: &str = "            - name: own\n              mountPath: /opt/bitnami/zookeeper/conf/zoo.cfg\n";
const AT_DATA: &str = "            - {name: data, mountPath: /bitnami/zookeeper}\n";
const PARTIAL: &str =
    "{{- define \"zookeeper.image\" -}}{{ .Values.image.repository }}:{{ .Values.image.tag }}{{- end -}}\n";

/// As short as it can be.
fn template() -> String {
    format!(
        "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: zookeeper
  labels: {{{{- include \"labels\" . | nindent 4 }}}}
    app.kubernetes.io/component: zookeeper
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: {IMAGE}
          command: {COMMAND}
          env:
            - name: ZOO_PORT_NUMBER
              value: \"2181\"
{INTERVAL}          livenessProbe:
            exec: {{command: [bash, -c, echo ruok]}}
          volumeMounts:
            - {{name: data, mountPath: /bitnami/zookeeper}}
            {{{{- if or .Values.configuration .Values.existingConfigmap }}}}
            - {{name: config, mountPath: /opt/bitnami/zookeeper/conf/zoo.cfg, subPath: zoo.cfg}}
            {{{{- end }}}}
"
    )
}

/// What the server of a copy does, and why that is not known.
fn judged(folder: &TempDir, below: &str, files: &[(&str, &str)]) -> (Vec<String>, String) {
    let files: Vec<(String, &str)> = files.iter().map(|(path, text)| (format!("{below}{path}"), *text)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    write(folder.path(), &files);
    let report = report(folder.path(), &["."]);
    let verdicts = verdicts(&report).into_iter().map(|(_, verdict)| verdict).collect();
    (verdicts, report["findings"].to_string())
}

/// Verdict and findings of a copy of which one place is edited, by itself and within another chart.
fn edited(old: &str, new: &str) -> [(Vec<String>, String); 2] {
    ["", "app/charts/zookeeper/"].map(|below| {
        let folder = TempDir::new().unwrap();
        if !below.is_empty() {
            let umbrella =
                "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: zookeeper, version: 12.5.0}]\n";
            write(folder.path(), &[("app/Chart.yaml", umbrella)]);
        }
        let template = template().replacen(old, new, 1);
        let files = [
            ("Chart.yaml", CHART),
            ("values.yaml", VALUES),
            ("templates/_helpers.tpl", PARTIAL),
            ("templates/statefulset.yaml", &template),
        ];
        judged(&folder, below, &files)
    })
}

fn env(value: &str) -> String {
    format!("            - name: ZOO_AUTOPURGE_INTERVAL\n              value: {value}\n")
}

#[test]
fn what_does_not_matter_may_be_written_otherwise() {
    let end = "{{- end }}\n";
    let exporter = "        - name: exporter\n          image: \"{{ .Values.metrics.image.repository }}:1\"\n          command: [java, -jar, exporter.jar]\n";
    let table = [
        ("", "", String::new()),
        ("as in the published one", IMAGE, "\"{{ .Values.image.repository }}:{{ .Values.image.tag }}\"".to_owned()),
        ("what the value says", COMMAND, "[/scripts/setup.sh]".to_owned()),
        (
            "as in a block",
            INTERVAL,
            format!("{{{{- with .Values.autopurge }}}}\n{}{{{{- end }}}}\n", env("{{ .purgeInterval | quote }}")),
        ),
        (
            "through a variable",
            INTERVAL,
            format!("{{{{- $hours := .Values.autopurge.purgeInterval }}}}\n{}", env("{{ $hours | quote }}")),
        ),
        ("another container beside it", end, format!("{end}{exporter}")),
        (
            "another branch",
            AT_DATA,
            format!(
                "{AT_DATA}{{{{- if .Values.heapSize }}}}\n{{{{- else if .Values.jvmFlags }}}}\n{{{{- else }}}}\n{MOUNTED}{end}"
            ),
        ),
    ];
    for (case, old, new) in table {
        for (verdicts, said) in edited(old, &new) {
            assert_eq!(verdicts, ["purges"], "{case} {said}");
        }
    }
}

#[test]
fn an_edited_template_is_not_judged_by_the_model() {
    let of_cfg = "            - name: ZOO_CFG_autopurge_purgeInterval\n              value: \"0\"\n";
    let table = [
        (INTERVAL, String::new(), "do not read autopurge.purgeInterval"),
        (INTERVAL, env("\"0\""), "do not read autopurge.purgeInterval"),
        (INTERVAL, format!("{}{INTERVAL}", env("\"0\"")), "set ZOO_AUTOPURGE_INTERVAL in a way of their own"),
        (INTERVAL, env("{{ .Values.other.purgeInterval | quote }}"), "do not read autopurge.purgeInterval"),
        (INTERVAL, format!("{INTERVAL}{of_cfg}"), "set ZOO_CFG_autopurge_purgeInterval in a way of their own"),
        (
            COMMAND,
            "[bash, -c, exec zkServer.sh start-foreground]".to_owned(),
            "write the command of the server themselves",
        ),
        (IMAGE, "zookeeper:3.9.3".to_owned(), "write the image zookeeper:3.9.3 themselves"),
        (AT_DATA, format!("{AT_DATA}{MOUNTED}"), "mount a file at /opt/bitnami/zookeeper/conf/zoo.cfg"),
        (AT_DATA, format!("{{{{- if .Values.heapSize }}}}\n{MOUNTED}{{{{- end }}}}\n"), "mount a file at"),
    ];
    for (old, new, because) in table {
        for (verdicts, said) in edited(old, &new) {
            assert_eq!(verdicts, ["unknown"], "{new} {said}");
            assert!(said.contains(because), "{because}: {said}");
            assert!(said.contains("the templates of this copy of Bitnami ZooKeeper"), "{said}");
        }
    }
}

/// Nothing reads the value, so nothing is gained by setting it.
#[test]
fn a_value_that_no_template_reads_is_no_fix() {
    let folder = TempDir::new().unwrap();
    let template = template().replace("{{ .Values.autopurge.purgeInterval | quote }}", "\"1\"");
    let values = VALUES.replace("purgeInterval: 1", "purgeInterval: 0");
    let files =
        [("zk/Chart.yaml", CHART), ("zk/values.yaml", values.as_str()), ("zk/templates/statefulset.yaml", &template)];
    write(folder.path(), &files);
    assert_eq!(verdicts(&report(folder.path(), &["zk"])), [(String::new(), "unknown".to_owned())]);
    lint(folder.path(), &["zk", "--fix"]);
    assert_eq!(text(folder.path(), "zk/values.yaml"), values);
}

/// Charts whose scripts and files write the setting, and one whose variables are a table of values.
#[test]
fn other_charts_are_compared_in_what_decides_in_them() {
    let script = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: run}\ndata:\n  run: |\n    ZK_PURGE_INTERVAL=${ZK_PURGE_INTERVAL:-0}\n    echo \"autopurge.purgeInterval=$ZK_PURGE_INTERVAL\" >> zoo.cfg\n";
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n      - name: zookeeper\n        image: \"{{ .Values.image.repository }}:{{ .Values.image.tag }}\"\n        command: {{- toYaml .Values.command | nindent 8 }}\n        env:\n        {{- range $key, $value := .Values.env }}\n        - name: {{ $key }}\n          value: {{ $value | quote }}\n        {{- end }}\n";
    let table = [
        (script.to_owned(), set.to_owned(), "purges"),
        (script.replace(":-0}", ":-24}"), set.to_owned(), "unknown"),
        (script.replace("=$ZK_PURGE_INTERVAL", "=0"), set.to_owned(), "unknown"),
        (
            script.to_owned(),
            set.replace("range $key, $value := .Values.env", "range $key, $value := .Values.variables"),
            "unknown",
        ),
    ];
    let chart = "apiVersion: v1\nname: zookeeper\nversion: 2.1.6\nsources: [https://github.com/kubernetes/contrib/tree/master/statefulsets/zookeeper]\n";
    let values = "image: {repository: zookeeper, tag: 3.5.5}\ncommand: [/bin/bash, -xec, /config-scripts/run]\nenv: {ZK_PURGE_INTERVAL: 3}\nreplicaCount: 3\nexporters: {}\njobs: {}\n";
    for (script, set, expected) in table {
        let folder = TempDir::new().unwrap();
        let files = [
            ("Chart.yaml", chart),
            ("values.yaml", values),
            ("templates/config-script.yaml", script.as_str()),
            ("templates/statefulset.yaml", &set),
        ];
        let (verdicts, said) = judged(&folder, "", &files);
        assert_eq!(verdicts, [expected], "{script}{set}{said}");
    }
}

/// One that the published chart does not have.
#[test]
fn a_second_server_of_a_copy_is_seen() {
    let folder = TempDir::new().unwrap();
    let second = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: second}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: main, image: 'zookeeper:3.9'}\n";
    let files = [
        ("Chart.yaml", CHART),
        ("values.yaml", VALUES),
        ("templates/second.yaml", second),
        ("templates/statefulset.yaml", &template()),
    ];
    let (verdicts, said) = judged(&folder, "", &files);
    assert_eq!(verdicts, ["purges", "unknown"], "{said}");
}
