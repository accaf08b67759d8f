//! Broken, damaged and dangerous input is one finding each, and the rest goes on.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use tempfile::TempDir;

use super::program::{lint, report, text, verdicts, write};

const SERVER: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: zookeeper, image: bitnami/zookeeper:3.9.2}\n";

fn unreadable(folder: &TempDir) -> Vec<String> {
    let report = report(folder.path(), &["."]);
    let findings = report["findings"].as_array().expect("findings").clone();
    let broken = findings.iter().filter(|finding| finding["check"] == "unreadable-input");
    broken.map(|finding| format!("{}: {}", finding["path"].as_str().unwrap_or_default(), finding["message"])).collect()
}

#[test]
fn a_broken_document_is_a_finding_and_the_others_are_judged() {
    let folder = TempDir::new().unwrap();
    let broken = format!("{SERVER}---\nkind: StatefulSet\nimage: [zookeeper\n---\n{SERVER}");
    write(folder.path(), &[("a.yaml", &broken), ("b.yaml", SERVER)]);
    let found = unreadable(&folder);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("a.yaml: "), "{found:?}");
    assert_eq!(report(folder.path(), &["."])["summary"]["servers"], 3);
    assert_eq!(lint(folder.path(), &["."]).code, 1);
}

/// A file that two looks cannot read is told of once.
#[test]
fn a_broken_helmfile_is_one_finding() {
    let folder = TempDir::new().unwrap();
    let text = "repositories: []\nreleases:\n- name: z\n  chart: [bitnami/zookeeper\n  values: {\n";
    write(folder.path(), &[("helmfile.yaml", text)]);
    let found = unreadable(&folder);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("helmfile.yaml: ") && found[0].contains("cannot be read: broken YAML"), "{found:?}");
}

/// A server with its configuration, and between them documents that name it, and that it may need, and are broken.
const NEEDING: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {note: [zk-config}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: zk-config}
data: {zoo.cfg: \"dataDir=/data\\nautopurge.purgeInterval=24\\n\"}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: zk-config}
spec: {ConfigMap: [zkCleanup.sh}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: zk}
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: zookeeper:3.8
          volumeMounts: [{name: c, mountPath: /conf/zoo.cfg, subPath: zoo.cfg}]
      volumes: [{name: c, configMap: {name: zk-config}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: zk-2}
spec: {image: [zookeeper, ConfigMap, zk-config}
";

#[test]
fn broken_documents_keep_no_server_from_its_configuration() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("a.yaml", NEEDING)]);
    let report = report(folder.path(), &["."]);
    assert_eq!(verdicts(&report), [(String::new(), "purges".to_owned())]);
    let found = unreadable(&folder);
    assert_eq!(found.len(), 3, "each once: {found:?}");
    for (found, number) in found.iter().zip([1, 3, 5]) {
        assert!(found.contains(&format!("cannot read document {number}")), "{found}");
    }
}

#[test]
fn a_values_file_that_is_not_there_is_no_finding_but_a_mistake() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("chart/Chart.yaml", "apiVersion: v2\nname: zk\nversion: 1.0.0\n")]);
    let ran = lint(folder.path(), &["chart", "-f", "prod.yaml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("prod.yaml: cannot be read: No such file"), "{}", ran.stderr);
}

#[test]
fn a_template_is_told_from_a_broken_manifest() {
    let folder = TempDir::new().unwrap();
    let template = "kind: StatefulSet\nimage: zookeeper:{{ .Values.tag }}\n{{ if .Values.x }}\n";
    write(folder.path(), &[("a.yaml", template)]);
    let ran = lint(folder.path(), &["."]);
    assert!(ran.stdout.contains("looks like a template"), "{}", ran.stdout);
}

#[test]
fn charts_that_helm_refuses_are_findings() {
    let folder = TempDir::new().unwrap();
    let files = [
        ("no-name/Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n"),
        ("broken/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"),
        ("broken/values.yaml", "a: [1\n"),
        ("good.yaml", SERVER),
    ];
    write(folder.path(), &files);
    let found = unreadable(&folder);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("broken/values.yaml"), "{found:?}");
    assert_eq!(report(folder.path(), &["."])["summary"]["servers"], 1);
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (path, content) in entries {
        let mut header = tar::Header::new_gnu();
        // The library refuses such names, which is what is tried here.
        let name = header.as_old_mut().name.get_mut(..path.len()).expect("a short name");
        name.copy_from_slice(path.as_bytes());
        header.set_size(u64::try_from(content.len()).unwrap());
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

#[test]
fn dangerous_and_damaged_packages_are_findings_and_leave_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let chart: (&str, &[u8]) = ("zookeeper/Chart.yaml", b"apiVersion: v2\nname: zookeeper\nversion: 1.0.0\n");
    let good = archive(&[chart]);
    let zeros = vec![0; 200 << 20];
    let packages = [
        ("escape.tgz", archive(&[chart, ("zookeeper/../../escaped.yaml", b"x: 1\n")])),
        ("absolute.tgz", archive(&[("/etc/autopurge-test/Chart.yaml", b"x: 1\n")])),
        ("bomb.tgz", archive(&[chart, ("zookeeper/values.yaml", &zeros)])),
        ("cut.tgz", good.get(..good.len() / 2).unwrap().to_vec()),
        ("not-gzip.tgz", b"PK\x03\x04 not gzip".to_vec()),
    ];
    for (name, bytes) in &packages {
        std::fs::File::create(folder.path().join(name)).unwrap().write_all(bytes).unwrap();
    }
    let found = unreadable(&folder);
    for (name, _) in &packages {
        assert!(found.iter().any(|one| one.starts_with(name)), "{name} is missing in {found:?}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), packages.len());
}

/// Where the words of a server stand among bytes that are no text, one may hide.
#[test]
fn binary_and_empty_files_are_passed_over_unless_they_name_zookeeper() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.yaml"), b"\x00\xff\xfe\x00zookeeper\x00").unwrap();
    std::fs::write(folder.path().join("b.yaml"), b"").unwrap();
    std::fs::write(folder.path().join("c.json"), b"\xff\xfea\x00").unwrap();
    std::fs::write(folder.path().join("d.yaml"), b"\x00\xff\x01\x02").unwrap();
    let found = unreadable(&folder);
    assert_eq!(
        found,
        [
            "a.yaml: \"cannot read document 1: this is not UTF-8\"",
            "c.json: \"the file is UTF-16; autopurge reads UTF-8 only\"",
        ]
    );
    assert_eq!(lint(folder.path(), &["."]).code, 1);
    assert_eq!(lint(folder.path(), &["b.yaml", "d.yaml"]).code, 3);
}

#[test]
fn a_report_never_takes_the_place_of_what_is_examined() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("m.yaml"), SERVER).unwrap();
    for args in [&["m.yaml", "--format", "json", "-o", "./m.yaml"][..], &["m.yaml", "--create-baseline", "m.yaml"]] {
        let ran = lint(folder.path(), args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("m.yaml is to be examined, and to be overwritten"), "{}", ran.stderr);
        assert_eq!(text(folder.path(), "m.yaml"), SERVER);
    }
}

#[test]
fn reports_in_files_are_written_beside_a_patch_or_a_baseline() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("m.yaml"), SERVER).unwrap();
    for (number, args) in [&["--diff"][..], &["--create-baseline", "baseline.json"]].into_iter().enumerate() {
        let name = format!("{number}.json");
        let ran = lint(folder.path(), &[&["m.yaml", "--format", "json", "-o", &name], args].concat());
        assert!(text(folder.path(), &name).contains("autopurge/report/v1"), "{args:?}: {}", ran.stderr);
        assert!(!ran.stdout.contains("autopurge/report/v1"), "{}", ran.stdout);
    }
}
