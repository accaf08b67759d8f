//! Charts as repositories hold them: a values file of some length, and a packaged sub-chart with a template.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

const SUB_CHART: &str = "apiVersion: v2\nname: zookeeper\nversion: 11.4.11\nappVersion: 3.8.2\nhome: https://bitnami.com\n\
                         sources: [https://github.com/bitnami/charts]\n";

const SUB_VALUES: &str = "image: {registry: docker.io, repository: bitnami/zookeeper, tag: 3.8.2}\nheapSize: 1024\n\
                          fourlwCommandsWhitelist: srvr, mntr, ruok\ncommand: [/scripts/setup.sh]\n\
                          autopurge: {snapRetainCount: 3, purgeInterval: 0}\nextraEnvVars: []\n";

const TEMPLATE: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: {{ .Release.Name }}-zookeeper}\nspec:\n  serviceName: zk\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n        - name: zookeeper\n          image: {{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}\n          command: {{ toJson .Values.command }}\n          env:\n            - name: ZOO_AUTOPURGE_INTERVAL\n              value: {{ .Values.autopurge.purgeInterval | quote }}\n            - name: ZOO_AUTOPURGE_RETAIN_COUNT\n              value: {{ .Values.autopurge.snapRetainCount | quote }}\n";

/// A folder with so many charts.
pub(crate) fn tree(scratch: &Path, count: u32) -> PathBuf {
    let (tree, package) = (scratch.join("charts"), package());
    for number in 0..count {
        let chart = tree.join(name(number));
        std::fs::create_dir_all(chart.join("charts")).expect("a folder");
        let write = |path: &str, bytes: &[u8]| std::fs::write(chart.join(path), bytes).expect("a writable folder");
        write("Chart.yaml", manifest(number).as_bytes());
        write("values.yaml", values(number).as_bytes());
        write("charts/zookeeper-11.4.11.tgz", &package);
    }
    tree
}

/// The name of a chart.
pub(crate) fn name(number: u32) -> String {
    format!("app-{number:04}")
}

fn manifest(number: u32) -> String {
    format!(
        "apiVersion: v2\nname: {}\nversion: 1.0.{number}\ndependencies:\n  - name: zookeeper\n    version: 11.x.x\n    repository: https://charts.bitnami.com/bitnami\n    condition: zookeeper.enabled\n",
        name(number)
    )
}

/// Every second chart purges.
fn values(number: u32) -> String {
    let mut text = String::new();
    for line in 0..100 {
        let _ = write!(text, "# what setting{line} is for\nsetting{line}:\n  enabled: true\n  size: {line}Gi\n");
    }
    let _ = write!(text, "zookeeper:\n  enabled: true\n  autopurge:\n    purgeInterval: {}\n", number % 2);
    text
}

fn package() -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    let files = [("Chart.yaml", SUB_CHART), ("values.yaml", SUB_VALUES), ("templates/statefulset.yaml", TEMPLATE)];
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(text.len()).expect("a small file"));
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("zookeeper/{path}"), text.as_bytes()).expect("memory");
    }
    let mut encoder = builder.into_inner().expect("memory");
    encoder.flush().expect("memory");
    encoder.finish().expect("memory")
}
