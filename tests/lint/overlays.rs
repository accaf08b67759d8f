//! Manifests that overlays of kustomize patch.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::program::{lint, report, write};
use crate::post_render::program::{fixtures, input_of, run};

/// A server of Bitnami's image with an interval.
pub(super) fn server(hours: u8) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: zk\nspec:\n  template:\n    spec:\n      containers:\n        \
         - name: zookeeper\n          image: docker.io/bitnami/zookeeper:3.9.2\n          env:\n            - name: \
         ZOO_AUTOPURGE_INTERVAL\n              value: \"{hours}\"\n"
    )
}

/// A strategic merge of a container, in flow style.
fn merge(container: &str) -> String {
    format!(
        "patches:\n- patch: |\n    {{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: zk}}, spec: {{template: {{spec: \
         {{containers: [{{name: zookeeper, {container}}}]}}}}}}}}\n"
    )
}

/// Operations on every stateful set.
fn operations(operations: &str) -> String {
    format!("patches:\n- target: {{kind: StatefulSet}}\n  patch: |\n    [{operations}]\n")
}

/// Overlay and verdict of each server.
pub(super) fn servers(report: &Value) -> Vec<String> {
    let servers = report["servers"].as_array().expect("servers").iter();
    let text = |value: &Value| value.as_str().map(|text| format!("{text} ")).unwrap_or_default();
    servers.map(|server| format!("{}{}", text(&server["overlay"]), text(&server["verdict"]).trim())).collect()
}

/// File, line and message of each error and warning, and whether it has a fix.
fn findings(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let findings = findings.filter(|finding| finding["severity"] != "note");
    findings
        .map(|finding| {
            let fix = if finding["fix"].as_array().expect("a list").is_empty() { "" } else { ", fixed" };
            format!(
                "{}:{} {} {}{fix}",
                finding["path"].as_str().unwrap_or_default(),
                finding["line"],
                finding["check"].as_str().unwrap_or_default(),
                finding["message"].as_str().unwrap_or_default().split(':').next().unwrap_or_default()
            )
        })
        .collect()
}

fn files(folder: &Path, hours: u8, overlays: &[(&str, String)]) {
    let base = [("base/zk.yaml", server(hours)), ("base/kustomization.yaml", "resources: [zk.yaml]\n".to_owned())];
    let overlay = |(name, patches): &(&str, String)| {
        (format!("{name}/kustomization.yaml"), format!("resources: [../base]\n{patches}"))
    };
    let overlays: Vec<(String, String)> = overlays.iter().map(overlay).collect();
    let base = base.iter().map(|(path, text)| (*path, text.as_str()));
    let all: Vec<(&str, &str)> =
        base.chain(overlays.iter().map(|(path, text)| (path.as_str(), text.as_str()))).collect();
    write(folder, &all);
}

#[test]
fn what_counts_is_what_an_overlay_deploys() {
    let env = "/spec/template/spec/containers/0/env";
    let table: [(u8, String, &str); 14] = [
        (0, String::new(), "never-purges"),
        (0, "namePrefix: a-\n".to_owned(), "never-purges"),
        (0, merge("env: [{name: ZOO_AUTOPURGE_INTERVAL, value: '1'}]"), "prod purges"),
        (0, merge("env: [{name: ZOO_AUTOPURGE_INTERVAL, value: '0'}]"), "prod never-purges"),
        (0, merge("env: [{name: OTHER, value: '1'}]"), "never-purges"),
        (1, merge("env: [{name: ZOO_AUTOPURGE_INTERVAL, $patch: delete}]"), "prod never-purges"),
        (1, merge("env: [{$patch: replace}, {name: ZOO_AUTOPURGE_INTERVAL, value: '1'}]"), "purges"),
        (1, merge("env: [{$patch: replace}]"), "prod never-purges"),
        (1, merge("image: 'example.com/other:1'"), ""),
        (0, merge("image: 'docker.io/bitnami/zookeeper:3.9.3'"), "never-purges"),
        (0, operations(&format!("{{op: replace, path: {env}/0/value, value: '1'}}")), "prod purges"),
        (1, operations(&format!("{{op: remove, path: {env}}}")), "prod never-purges"),
        (0, operations("{op: add, path: /spec/replicas, value: 3}"), "never-purges"),
        (0, "patchesStrategicMerge:\n- |\n  $patch: delete\n  apiVersion: apps/v1\n  kind: StatefulSet\n  metadata: {name: zk}\n".to_owned(), ""),
    ];
    for (hours, patches, expected) in table {
        let folder = TempDir::new().unwrap();
        files(folder.path(), hours, &[("prod", patches.clone())]);
        assert_eq!(servers(&report(folder.path(), &["."])).join(", "), expected, "{hours} {patches}");
    }
}

/// A patch of what a server reads is as good as one of the server.
#[test]
fn configuration_that_may_be_patched_is_doubted_with_what_reads_it() {
    let config = |name: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  zoo.cfg: |\n    autopurge.purgeInterval=1\n"
        )
    };
    let server = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: zk\nspec:\n  template:\n    spec:\n      \
                  containers:\n        - name: zookeeper\n          image: docker.io/bitnami/zookeeper:3.9.2\n          volumeMounts: [{name: c, mountPath: \
                  /opt/bitnami/zookeeper/conf/zoo.cfg, subPath: zoo.cfg}]\n      volumes: [{name: c, configMap: {name: zk-config}}]\n";
    let patch = |name: &str, path: &str| {
        format!(
            "patches:\n- target: {{kind: ConfigMap, name: {name}, labelSelector: 'a > 1'}}\n  patch: '[{{op: replace, path: {path}, value: \"\"}}]'\n"
        )
    };
    let table = [
        (String::new(), "purges"),
        (patch("zk-config", "/data/zoo.cfg"), "prod unknown"),
        (patch("zk-config", "/metadata/labels"), "purges"),
        (patch("other", "/data/zoo.cfg"), "purges"),
    ];
    for (patches, expected) in table {
        let folder = TempDir::new().unwrap();
        let all = format!("{server}---\n{}---\n{}", config("zk-config"), config("other"));
        let prod = format!("resources: [../base]\n{patches}");
        let files = [
            ("base/zk.yaml", all.as_str()),
            ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
            ("prod/kustomization.yaml", &prod),
        ];
        write(folder.path(), &files);
        assert_eq!(servers(&report(folder.path(), &["."])).join(", "), expected, "{patches}");
    }
}

/// What is deployed in too many ways is not known, whatever the file says.
#[test]
fn more_overlays_than_are_followed_leave_doubt() {
    let folder = TempDir::new().unwrap();
    let names: Vec<String> = (0..70).map(|number| format!("o{number}")).collect();
    let overlays: Vec<(&str, String)> = names.iter().map(|name| (name.as_str(), String::new())).collect();
    files(folder.path(), 1, &overlays);
    let report = report(folder.path(), &["."]);
    assert_eq!(servers(&report), ["unknown"]);
    let [finding] = findings(&report).try_into().expect("one finding");
    assert!(finding.starts_with("base/zk.yaml:"), "{finding}");
}

/// The overlay that is named is the one that patches.
#[test]
fn an_overlay_has_one_name_for_whatever_it_deploys() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk}\nspec:\n  chart: {spec: {chart: zookeeper, \
                   version: 11.0.3, sourceRef: {kind: HelmRepository, name: bitnami}}}\n";
    let prod = "resources: [../base]\npatches:\n- target: {kind: HelmRelease}\n  patch: '[{op: add, path: /spec/values, value: {replicaCount: 5}}]'\n\
                - target: {kind: StatefulSet}\n  patch: '[{op: replace, path: /spec/template/spec/containers/0/env/0/value, value: \"-1\"}]'\n";
    let folder = TempDir::new().unwrap();
    let files = [
        ("base/release.yaml", release),
        ("base/zk.yaml", &server(0)),
        ("base/kustomization.yaml", "resources: [release.yaml, zk.yaml]\n"),
        ("prod/kustomization.yaml", prod),
        ("clusters/a/kustomization.yaml", "resources: [../../prod]\n"),
        ("clusters/b/kustomization.yaml", "resources: [../../prod]\n"),
    ];
    write(folder.path(), &files);
    let report = report(folder.path(), &["."]);
    assert_eq!(servers(&report), ["prod never-purges", "prod never-purges"]);
    let told = findings(&report);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|finding| finding.contains(" zk[prod] ") || finding.contains("/zk[prod] ")), "{told:?}");
}

/// Where it differs, each overlay has a server of its own; a fix of the base is made for those that it cures, and no
/// other.
#[test]
fn overlays_that_differ_are_told_apart() {
    let folder = TempDir::new().unwrap();
    let hours = |hours: &str| merge(&format!("env: [{{name: ZOO_AUTOPURGE_INTERVAL, value: '{hours}'}}]"));
    let label = "patches:\n- target: {kind: StatefulSet, labelSelector: a > 1}\n  patch: |\n    [{op: add, path: \
                 /spec/template/spec/containers/0/env/0, value: {name: ZOO_AUTOPURGE_INTERVAL, value: '1'}}]\n";
    let overlays = [
        ("dev", operations("{op: add, path: /spec/replicas, value: 3}")),
        ("off", hours("-1")),
        ("perhaps", label.to_owned()),
        ("prod", hours("24")),
    ];
    files(folder.path(), 0, &overlays);
    let before = report(folder.path(), &["."]);
    assert_eq!(servers(&before), ["dev never-purges", "off never-purges", "perhaps unknown", "prod purges"]);
    let told = [
        "base/zk.yaml:13 purge-disabled StatefulSet zk[dev] (container zookeeper) never deletes old snapshots, fixed",
        "base/zk.yaml:13 purge-unknown StatefulSet zk[perhaps] (container zookeeper) may or may not delete old snapshots",
        "off/kustomization.yaml:4 purge-disabled StatefulSet zk[off] (container zookeeper) never deletes old snapshots",
    ];
    assert_eq!(findings(&before), told);
    lint(folder.path(), &["--fix", "."]);
    assert_eq!(std::fs::read_to_string(folder.path().join("base/zk.yaml")).unwrap(), server(1));
    let after = report(folder.path(), &["."]);
    assert_eq!(servers(&after), ["dev purges", "off never-purges", "perhaps unknown", "prod purges"]);
    assert_eq!(findings(&after), told[1..]);
}

/// An edit that no overlay deploys would only hide what is wrong.
#[test]
fn a_base_is_not_edited_where_that_cures_nothing() {
    let env = "/spec/template/spec/containers/0/env";
    for (hours, patches) in [
        (0, merge("env: [{name: ZOO_AUTOPURGE_INTERVAL, value: '1'}]")),
        (0, merge("env: [{name: ZOO_AUTOPURGE_INTERVAL, value: '0'}]")),
        (1, operations(&format!("{{op: remove, path: {env}}}"))),
        (
            0,
            operations(&format!("{{op: replace, path: {env}/0, value: {{name: ZOO_AUTOPURGE_INTERVAL, value: '0'}}}}")),
        ),
    ] {
        let folder = TempDir::new().unwrap();
        files(folder.path(), hours, &[("prod", patches.clone())]);
        lint(folder.path(), &["--fix", "."]);
        let after = std::fs::read_to_string(folder.path().join("base/zk.yaml")).unwrap();
        assert_eq!(after, server(hours), "{patches}");
    }
}

/// A file counts as it is deployed, whichever of its files is named.
#[test]
fn whatever_is_named_is_judged_with_its_overlays() {
    let folder = TempDir::new().unwrap();
    files(folder.path(), 0, &[("prod", merge("env: [{name: ZOO_AUTOPURGE_INTERVAL, value: '1'}]"))]);
    write(folder.path(), &[(".git/HEAD", "ref: x\n")]);
    for named in [".", "base", "base/zk.yaml", "base/kustomization.yaml", "prod", "prod/kustomization.yaml"] {
        assert_eq!(servers(&report(folder.path(), &[named])), ["prod purges"], "{named}");
    }
}

/// The component that `remedy` writes is seen as the cure that it is, for every case.
#[test]
fn components_of_remedy_cure_what_post_render_cures() {
    let (mut compared, mut wrong) = (0, Vec::new());
    let entries = std::fs::read_dir(fixtures()).expect("fixtures").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| {
        let file = |file: &str| fixtures().join(name).join(file).is_file();
        // kustomize patches no objects that others hold.
        let is_held = ["objects-that-other-objects-hold", "openshift-template"].contains(&name.as_str());
        file("input.yaml") && file("output.yaml") && !file("args") && !is_held
    });
    names.sort();
    for name in names {
        let stream = input_of(&name);
        let ran = run(&["remedy", "--as", "kustomize", "-"], &stream);
        let component = String::from_utf8(ran.stdout.clone()).expect("UTF-8");
        if component.is_empty() || component.contains("patchesStrategicMerge") {
            continue;
        }
        let patched = run(&["post-render"], &stream).stdout;
        let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let stream = String::from_utf8(stream).expect("UTF-8");
        let kustomization = "resources: [all.yaml]\ncomponents: [autopurge]\n";
        let files = [
            ("all.yaml", stream.as_str()),
            ("kustomization.yaml", kustomization),
            ("autopurge/kustomization.yaml", &component),
        ];
        write(one.path(), &files);
        write(other.path(), &[("all.yaml", &String::from_utf8(patched).expect("UTF-8"))]);
        let verdicts = |folder: &TempDir| -> Vec<String> {
            let report = report(folder.path(), &["."]);
            report["servers"].as_array().expect("servers").iter().map(|server| server["verdict"].to_string()).collect()
        };
        compared += 1;
        if verdicts(&one) != verdicts(&other) {
            wrong.push(format!("{name}: {:?} and not {:?}", verdicts(&one), verdicts(&other)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 50, "{compared}");
}
