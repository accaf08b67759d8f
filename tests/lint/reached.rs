//! What the patches of overlays reach, compared with what kustomize builds.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::overlays::{server, servers};
use super::program::{lint_stdin, report, write};
use crate::tool::{skip_aloud, tool};

const VALUE: &str = "/spec/template/spec/containers/0/env/0/value";

/// Operations on what a target selects.
fn patch(target: &str, operations: &str) -> String {
    let operations: Value = serde_yaml::from_str(&format!("[{operations}]")).expect("operations");
    format!("patches:\n- target: {{{target}}}\n  patch: '{operations}'\n")
}

/// An operation that switches a server off.
fn off() -> String {
    format!("{{op: replace, path: {VALUE}, value: '0'}}")
}

/// The server that an overlay deploys with some lists, for one that purges in the base; what kustomize builds is the
/// same wherever it is known.
fn deployed(folder: &Path, lists: &str, kubectl: Option<&Path>) -> String {
    let base = server(1).replace("metadata:\n", "metadata:\n  labels: {a: b}\n  annotations: {x: y}\n");
    let prod = format!("resources: [../base]\n{lists}");
    let part = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels: [{pairs: {l: m}}]\n\
                commonAnnotations: {own: o}\nnamePrefix: pre-\nnameSuffix: -post\nnamespace: moved\n";
    let files = [
        ("base/zk.yaml", base.as_str()),
        ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
        ("prod/kustomization.yaml", &prod),
        ("part/kustomization.yaml", part),
    ];
    write(folder, &files);
    let found = servers(&report(folder, &["base"])).join(", ");
    if let Some(kubectl) = kubectl.filter(|_| !found.contains("unknown") && !lists.contains("none.yaml")) {
        let built = Command::new(kubectl).arg("kustomize").arg(folder.join("prod")).output().expect("kubectl starts");
        assert!(built.status.success(), "{lists}: {}", String::from_utf8_lossy(&built.stderr));
        let stream = String::from_utf8(built.stdout).expect("UTF-8");
        let ran = lint_stdin(folder, &["-", "--format", "json", "--fail-on", "never"], &stream);
        let report: Value = serde_json::from_str(&ran.stdout).expect("a report");
        assert_eq!(servers(&report).join(", "), found.trim_start_matches("prod "), "{lists}\n{stream}");
    }
    found
}

const REACHED: &str = "prod never-purges";
const NOT_REACHED: &str = "purges";
const UNKNOWN: &str = "prod unknown";

fn check(table: &[(String, &str)]) {
    let kubectl = tool("kubectl");
    for (lists, expected) in table {
        let folder = TempDir::new().unwrap();
        assert_eq!(deployed(folder.path(), lists, kubectl.as_deref()), *expected, "{lists}");
    }
    if kubectl.is_none() {
        skip_aloud("kubectl");
    }
}

#[test]
fn targets_are_expressions_for_whole_words() {
    let table = [
        ("kind: StatefulSet", REACHED),
        ("kind: Deployment", NOT_REACHED),
        ("kind: Stateful.*", REACHED),
        ("kind: 'S(a|t).*t'", REACHED),
        ("kind: 'Stateful|Set'", NOT_REACHED),
        ("version: v1", REACHED),
        ("version: v2", NOT_REACHED),
        ("group: apps", REACHED),
        ("group: app", NOT_REACHED),
        ("name: zk", REACHED),
        ("name: z", NOT_REACHED),
        ("name: k", NOT_REACHED),
        ("name: z.", REACHED),
        ("name: '^(zk)$'", REACHED),
        ("name: 'a|zk'", REACHED),
        ("name: '[a-z]{2}'", REACHED),
        ("name: '[^z].*'", NOT_REACHED),
        ("name: '[[:alpha:]]+'", UNKNOWN),
        ("namespace: default", REACHED),
        ("namespace: prod", NOT_REACHED),
    ];
    check(&table.map(|(target, expected)| (patch(target, &off()), expected)));
}

#[test]
fn labels_and_annotations_select_what_has_them() {
    let table = [
        ("labelSelector: a=b", REACHED),
        ("labelSelector: a=c", NOT_REACHED),
        ("labelSelector: 'a in (b, c),!d'", REACHED),
        ("labelSelector: 'a notin (b, c)'", NOT_REACHED),
        ("labelSelector: 'x!=y'", REACHED),
        ("labelSelector: 'n > 1'", UNKNOWN),
        ("annotationSelector: x=y", REACHED),
        ("annotationSelector: x", REACHED),
        ("annotationSelector: '!x'", NOT_REACHED),
        ("kind: Deployment, labelSelector: a=b", NOT_REACHED),
    ];
    check(&table.map(|(target, expected)| (patch(target, &off()), expected)));
}

/// A kustomization renames and labels after its patches, and before those of the older list; components come first.
#[test]
fn names_and_labels_are_those_that_an_object_has_by_then() {
    let of_component = [
        ("labelSelector: l=m", REACHED),
        ("labelSelector: l!=m", NOT_REACHED),
        ("annotationSelector: own=o", REACHED),
        ("name: pre-zk-post", REACHED),
        ("name: zk", REACHED),
        ("name: pre-zk", NOT_REACHED),
        ("namespace: moved", REACHED),
        ("namespace: default", REACHED),
    ];
    check(
        &of_component.map(|(target, expected)| (format!("components: [../part]\n{}", patch(target, &off())), expected)),
    );
    let own = [
        ("labels: [{pairs: {l: m}}]", "kind: StatefulSet, name: z., labelSelector: l=m"),
        ("namePrefix: pre-", "kind: StatefulSet, name: pre-zk"),
    ];
    for (change, target) in own {
        let with = |patch: &str| format!("{change}\n{patch}");
        let patch = patch(&format!("{target}, group: apps, version: v1"), &off());
        let late = patch.replace("patches:", "patchesJson6902:");
        check(&[(with(&patch), NOT_REACHED), (with(&late), REACHED)]);
    }
    let labelled = patch("kind: StatefulSet", "{op: add, path: /metadata/labels/l, value: m}");
    let selecting = patch("labelSelector: l=m", &off());
    check(&[(labelled + selecting.trim_start_matches("patches:\n"), UNKNOWN)]);
}

#[test]
fn operations_do_what_they_do_in_kustomize() {
    let env = "/spec/template/spec/containers/0/env";
    let off = off();
    let table = [
        (format!("{{op: copy, from: {VALUE}, path: /metadata/annotations/c}}, {off}"), REACHED),
        (
            format!(
                "{{op: move, from: {VALUE}, path: /metadata/annotations/c}}, {{op: add, path: {VALUE}, value: '0'}}"
            ),
            REACHED,
        ),
        (format!("{{op: copy, from: {env}/0, path: {env}/-}}, {off}"), NOT_REACHED),
        (format!("{{op: move, from: {env}/0, path: {env}/-}}, {off}"), REACHED),
        (format!("{{op: move, from: {env}, path: /spec/template/spec/env}}"), REACHED),
        (format!("{{op: test, path: {VALUE}, value: '1'}}, {off}"), REACHED),
        (
            "{op: add, path: /metadata/labels/q, value: r}, {op: add, path: /spec/replicas, value: 3}".to_owned(),
            NOT_REACHED,
        ),
        (format!("{{op: replace, path: {env}/-1/value, value: '0'}}"), UNKNOWN),
    ];
    check(&table.map(|(operations, expected)| (patch("kind: StatefulSet", &operations), expected)));
}

/// Whether a patch that is not followed matters is told by what it touches.
#[test]
fn what_cannot_be_followed_is_a_doubt_where_it_touches_a_server() {
    let perhaps = |patch: &str| format!("patches:\n- target: {{labelSelector: 'n > 1'}}\n  patch: '{patch}'\n");
    let merge = |spec: &str| {
        perhaps(&format!("{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: x}}, spec: {spec}}}"))
    };
    let container =
        |fields: &str| merge(&format!("{{template: {{spec: {{containers: [{{name: zookeeper, {fields}}}]}}}}}}"));
    let replaced = |path: &str| {
        format!(
            "replacements:\n- source: {{kind: StatefulSet, name: zk, fieldPath: metadata.name}}\n  \
             targets: [{{select: {{kind: StatefulSet}}, fieldPaths: [{path}]}}]\n"
        )
    };
    let transformer =
        |fields: &str| format!("transformers:\n- |-\n  {{apiVersion: builtin, metadata: {{name: t}}, {fields}}}\n");
    let table = [
        (perhaps(r#"[{"op": "add", "path": "/spec/replicas", "value": 3}]"#), NOT_REACHED),
        (perhaps(r#"[{"op": "remove", "path": "/spec"}]"#), UNKNOWN),
        (merge("{replicas: 3}"), NOT_REACHED),
        (merge("{template: {metadata: {labels: {q: r}}, spec: {nodeSelector: {a: b}}}}"), NOT_REACHED),
        (merge("{template: {$patch: replace}}"), UNKNOWN),
        (container("resources: {limits: {cpu: 1}}"), NOT_REACHED),
        (container("env: [{name: A, value: b}]"), UNKNOWN),
        ("patches:\n- path: none.yaml\n".to_owned(), UNKNOWN),
        ("patches:\n- path: none.yaml\n  target: {kind: StatefulSet}\n".to_owned(), UNKNOWN),
        ("patches:\n- path: none.yaml\n  target: {kind: Service}\n".to_owned(), NOT_REACHED),
        ("patchesStrategicMerge: [none.yaml]\n".to_owned(), UNKNOWN),
        ("components: [../none.yaml]\n".to_owned(), UNKNOWN),
        ("components: ['https://example.com/none.yaml?ref=v1']\n".to_owned(), UNKNOWN),
        (replaced("metadata.labels.a"), NOT_REACHED),
        (replaced("spec.template.spec.containers.0.env.0.value"), UNKNOWN),
        ("replacements: [{path: none.yaml}]\n".to_owned(), UNKNOWN),
        (
            transformer("kind: LabelTransformer, labels: {q: r}, fieldSpecs: [{path: metadata/labels, create: true}]"),
            NOT_REACHED,
        ),
        (transformer("kind: PatchTransformer, target: {kind: StatefulSet}, patch: '[]'"), UNKNOWN),
    ];
    check(&table);
}

/// Another image reads other variables, and an old one reads none.
#[test]
fn images_are_those_that_a_kustomization_puts_in_their_place() {
    let bitnami = "docker.io/bitnami/zookeeper";
    let table = [
        (format!("{{name: {bitnami}, newTag: 3.5.5-debian-9-r93}}"), REACHED),
        (format!("{{name: {bitnami}, newTag: 3.9.3}}"), NOT_REACHED),
        (format!("{{name: {bitnami}, newName: zookeeper}}"), REACHED),
        ("{name: bitnami/zookeeper, newName: zookeeper}".to_owned(), NOT_REACHED),
        (format!("{{name: {bitnami}, digest: 'sha256:00ff'}}"), NOT_REACHED),
        (format!("{{name: {bitnami}, newName: a}}, {{name: a, newName: zookeeper, newTag: 3.4.10}}"), REACHED),
        ("{name: kafka, newTag: '1'}".to_owned(), NOT_REACHED),
    ];
    check(&table.map(|(images, expected)| (format!("images: [{images}]\n"), expected)));
    let renamed = patch("kind: StatefulSet", "{op: replace, path: /spec/template/spec/containers/0/image, value: own}");
    check(&[(format!("{renamed}images: [{{name: own, newName: zookeeper, newTag: 3.4.10}}]\n"), REACHED)]);
}
