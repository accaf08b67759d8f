//! `--render`: real Helm is asked, and its word counts.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::differential::{TEMPLATE, ZOOKEEPER, ZOOKEEPER_VALUES};
use super::program::{lint, lint_with_helm, write};
use crate::post_render::program::run_with;
use crate::tool::tool;

fn chart(folder: &TempDir, name: &str, metadata: &str, template: &str) {
    let path = |file: &str| format!("{name}/{file}");
    let (chart, values) = (path("Chart.yaml"), path("values.yaml"));
    let files = [(chart.as_str(), metadata), (&values, ZOOKEEPER_VALUES), (&path("templates/zk.yaml"), template)];
    write(folder.path(), &files);
}

#[test]
fn a_chart_that_was_changed_is_seen_through() {
    let Some(helm) = tool("helm3/helm") else { return };
    let folder = TempDir::new().unwrap();
    let changed = TEMPLATE.replace("{{ .Values.autopurge", "{{ add 5 .Values.autopurge");
    chart(&folder, "zk", ZOOKEEPER, &changed);
    assert_eq!(lint(folder.path(), &["zk"]).code, 1);
    let ran = lint_with_helm(folder.path(), &helm, &["zk", "--render"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.contains("lint predicted never-purges, but Helm rendered purges"), "{}", ran.stdout);
}

#[test]
fn servers_of_charts_that_nobody_knows_are_found() {
    let Some(helm) = tool("helm3/helm") else { return };
    let folder = TempDir::new().unwrap();
    chart(&folder, "odd", "apiVersion: v2\nname: odd\nversion: 1.0.0\n", TEMPLATE);
    assert_eq!(lint(folder.path(), &["odd"]).code, 0);
    let ran = lint_with_helm(folder.path(), &helm, &["odd", "--render", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &report["servers"][0]["verdict"]), (1, &Value::from("never-purges")));
}

#[test]
fn where_both_agree_the_line_of_the_value_is_named() {
    let Some(helm) = tool("helm3/helm") else { return };
    let folder = TempDir::new().unwrap();
    chart(&folder, "zk", ZOOKEEPER, TEMPLATE);
    let with = lint_with_helm(folder.path(), &helm, &["zk", "--render", "--format", "concise"]);
    assert_eq!(with.stdout, lint(folder.path(), &["zk", "--format", "concise"]).stdout);
}

/// Helm gets what was on standard input, too.
#[test]
fn values_from_standard_input_are_rendered() {
    let Some(helm) = tool("helm4/helm") else { return };
    let folder = TempDir::new().unwrap();
    chart(&folder, "zk", ZOOKEEPER, TEMPLATE);
    let (path, helm) = (folder.path().join("zk").display().to_string(), helm.display().to_string());
    let variables = [("HELM_BIN", helm.as_str()), ("HOME", "/nonexistent")];
    for (hours, code) in [("0", 1), ("24", 0)] {
        let values = format!("autopurge: {{purgeInterval: {hours}}}\n");
        let args = ["lint", "--no-config", "--render", "-f", "-", &path];
        let ran = run_with(&args, &variables, values.as_bytes());
        let said = String::from_utf8_lossy(&ran.stdout);
        assert_eq!((ran.code, said.contains("but Helm rendered")), (code, false), "{said}{}", ran.stderr);
    }
}

/// A chart with two servers of one model, of which the template of the first one ignores its value.
#[test]
fn nothing_is_written_for_a_server_that_helm_shows_otherwise() {
    let Some(helm) = tool("helm3/helm") else { return };
    let folder = TempDir::new().unwrap();
    let deaf = TEMPLATE.replace("{{ .Values.autopurge", "{{ add 24 .Values.autopurge");
    let umbrella = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: zookeeper, version: 11.x}, {name: zookeeper, version: 11.x, alias: other}]\n";
    write(folder.path(), &[("app/Chart.yaml", umbrella), ("app/values.yaml", "zookeeper: {}\nother: {}\n")]);
    chart(
        &folder,
        "app/charts/zookeeper",
        ZOOKEEPER,
        &format!("{{{{- if eq .Chart.Name \"zookeeper\" }}}}\n{deaf}\n{{{{- else }}}}\n{TEMPLATE}\n{{{{- end }}}}\n"),
    );
    let both = lint(folder.path(), &["app", "--diff"]);
    assert!(both.stdout.contains("+zookeeper:") && both.stdout.contains("+other:"), "{}", both.stdout);
    let diff = lint_with_helm(folder.path(), &helm, &["app", "--render", "--diff"]);
    assert!(!diff.stdout.contains("+zookeeper:") && diff.stdout.contains("+other:"), "{}", diff.stdout);
    lint_with_helm(folder.path(), &helm, &["app", "--render", "--fix"]);
    let values = std::fs::read_to_string(folder.path().join("app/values.yaml")).unwrap();
    assert_eq!(values, "zookeeper: {}\nother: {autopurge: {purgeInterval: 1}}\n");
}

#[test]
fn a_chart_that_does_not_render_says_so() {
    let Some(helm) = tool("helm3/helm") else { return };
    let folder = TempDir::new().unwrap();
    chart(&folder, "zk", ZOOKEEPER, "{{ fail \"no password\" }}");
    let ran = lint_with_helm(folder.path(), &helm, &["zk", "--render"]);
    assert_eq!(ran.code, 1);
    for part in ["no password", "Pass the values that it needs"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
}

#[test]
fn a_helm_that_is_not_there_is_to_be_installed() {
    let folder = TempDir::new().unwrap();
    chart(&folder, "zk", ZOOKEEPER, TEMPLATE);
    let ran = lint_with_helm(folder.path(), Path::new("/nowhere/helm"), &["zk", "--render"]);
    for part in ["cannot run /nowhere/helm", "Install Helm, or set HELM_BIN", "Only its values were checked"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("Pass the values"), "{}", ran.stdout);
}

/// The options of a `helm template` can be taken as they are.
#[test]
fn options_for_helm_alone_are_said_to_have_no_effect() {
    let folder = TempDir::new().unwrap();
    chart(&folder, "zk", ZOOKEEPER, TEMPLATE);
    let told = |args: &[&str]| {
        let args = [&["zk", "-n", "posthog", "--kube-version", "1.30"], args].concat();
        lint(folder.path(), &args).stderr
    };
    assert_eq!(told(&[]), "autopurge: no effect without --render: --namespace, --kube-version\n");
    assert_eq!(told(&["--quiet"]), "");
}

/// An app of apps is judged by the releases that Helm renders; what stands in a template as it is keeps its line.
#[test]
fn rendered_releases_are_judged() {
    let Some(helm) = tool("helm3/helm") else { return };
    let application = |name: &str, version: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  source:\n    \
             chart: zookeeper\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: {version}\n"
        )
    };
    let folder = TempDir::new().unwrap();
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: apps\nversion: 0.1.0\n"),
        ("values.yaml", "zk: {version: 10.2.0, newer: 13.0.0}\n"),
        ("templates/plain.yaml", &application("plain", "11.0.0")),
        ("templates/newer.yaml", &application("newer", "{{ .Values.zk.newer }}")),
        ("templates/zk.yaml", &application("zk", "{{ .Values.zk.version }}")),
    ];
    write(folder.path(), &files);
    let ran = lint_with_helm(folder.path(), &helm, &["--render", "--format", "concise", "."]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    for part in [
        ".: error",
        "Application/zk (chart zookeeper 10.2.0)",
        "templates/plain.yaml:3:18: error",
        "1 already purging, 2 never purging",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
}

/// Where lint only knew that there may be a server, Helm answers a question and contradicts nothing.
#[test]
fn a_guess_that_helm_does_not_bear_out_is_no_disagreement() {
    let Some(helm) = tool("helm3/helm") else { return };
    let folder = TempDir::new().unwrap();
    let off = "{{- if and .Values.autopurge.on .Values.heapSize }}\napiVersion: apps/v1\nkind: StatefulSet\n\
               metadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n      - name: zk\n        \
               image: zookeeper:3.8\n{{- end }}\n";
    chart(&folder, "own", "apiVersion: v2\nname: own\nversion: 1.0.0\n", off);
    assert!(lint(folder.path(), &["own"]).stdout.contains("seems to run a server"));
    let ran = lint_with_helm(folder.path(), &helm, &["own", "--render", "--fail-on", "note"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(!ran.stdout.contains("render-disagrees"), "{}", ran.stdout);
}

/// Where Helm renders what cannot be decided either, the reason is that of the manifest.
#[test]
fn a_guess_gives_way_to_the_reason_in_what_helm_renders() {
    let Some(helm) = tool("helm3/helm") else { return };
    let folder = TempDir::new().unwrap();
    let elsewhere = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      \
                     containers:\n      - name: zk\n        image: zookeeper:3.8\n        envFrom: [{configMapRef: {name: {{ .Release.Name }}}}]\n        env: \
                     [{name: ZOO_AUTOPURGE_PURGEINTERVAL, valueFrom: {configMapKeyRef: {name: elsewhere, key: hours}}}]\n";
    chart(&folder, "own", "apiVersion: v2\nname: own\nversion: 1.0.0\n", elsewhere);
    assert!(lint(folder.path(), &["own"]).stdout.contains("seems to run a server"));
    let ran = lint_with_helm(folder.path(), &helm, &["own", "--render"]);
    assert!(ran.stdout.contains("ConfigMap elsewhere"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("seems to run a server"), "{}", ran.stdout);
}
