//! Rendered manifests and live objects.

use tempfile::TempDir;

use super::program::{report, write};

/// A live list: releases of one name in two namespaces, and another version under another name.
#[test]
fn servers_of_one_list_have_each_the_label_of_their_release() {
    let server = |namespace: &str, release: &str, version: &str| {
        format!(
            "- apiVersion: apps/v1\n  kind: StatefulSet\n  metadata:\n    name: {release}\n    namespace: {namespace}\n    labels: {{helm.sh/chart: zookeeper-{version}, app.kubernetes.io/instance: {release}}}\n  spec: {{template: {{spec: {{containers: [{{name: zookeeper, image: docker.io/bitnami/zookeeper:3.9.1}}]}}}}}}\n"
        )
    };
    let asked = [("a", "zk", "12.4.4"), ("b", "zk", "12.4.3"), ("c", "other", "12.4.4"), ("d", "zk", "12.4.4")];
    let items: String = asked.iter().map(|(namespace, release, version)| server(namespace, release, version)).collect();
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("live.yaml", &format!("apiVersion: v1\nkind: List\nitems:\n{items}"))]);
    let report = report(folder.path(), &["live.yaml"]);
    for (number, (_, _, version)) in asked.iter().enumerate() {
        assert_eq!(report["servers"][number]["chart"]["version"], *version, "{number}");
    }
    let labels: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter(|one| one["check"] == "chart-ships-purge-off").collect();
    let lines: Vec<_> = labels.iter().map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [9, 16, 23, 30], "each at its own label");
}
