//! Charts with dependencies that are not at hand: which version is meant.

use tempfile::TempDir;

use super::program::{report, verdicts, write};

const REPOSITORY: &str = "https://charts.bitnami.com/bitnami";

/// Chart.yaml or Chart.lock with dependencies, each a name with more fields in flow style.
fn listing(head: &str, dependencies: &[&str]) -> String {
    let entry = |fields: &&str| format!("- {{repository: '{REPOSITORY}', name: {fields}}}\n");
    format!("{head}dependencies:\n{}", dependencies.iter().map(entry).collect::<String>())
}

/// What is said of the servers of a chart with these dependencies and this lock.
fn judged(dependencies: &[&str], locked: &[&str]) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let chart = listing("apiVersion: v2\nname: app\nversion: 0.1.0\n", dependencies);
    write(folder.path(), &[("app/Chart.yaml", &chart), ("app/Chart.lock", &listing("", locked))]);
    let found = verdicts(&report(folder.path(), &["app"]));
    found.iter().map(|(prefix, verdict)| format!("{prefix} {verdict}")).collect()
}

#[test]
fn a_lock_lists_dependencies_of_one_name_in_their_order() {
    let two = ["zookeeper, alias: new, version: 13.x.x", "zookeeper, alias: old, version: 11.x.x"];
    let locked = ["zookeeper, version: 13.8.7", "zookeeper, version: 11.4.11"];
    assert_eq!(judged(&two, &locked), ["new purges", "old never-purges"]);
    // As they were before Chart.yaml was changed.
    assert_eq!(judged(&[two[1], two[0]], &["zookeeper, version: 11.4.11"])[0], "old never-purges");
    let others = ["kafka, alias: old, version: 20.x.x", "kafka, alias: new, version: 32.x.x"];
    assert_eq!(judged(&others, &["kafka, version: 20.1.1", "kafka, version: 32.4.3"]), ["old.zookeeper never-purges"]);
}

/// `helm dependency build` refuses it, and `helm dependency update` chooses anew.
#[test]
fn a_lock_that_does_not_fit_is_not_believed() {
    assert_eq!(judged(&["zookeeper, version: '>=12.0.0'"], &["zookeeper, version: 11.0.0"]), ["zookeeper unknown"]);
    assert_eq!(judged(&["zookeeper, version: 13.8.7"], &["zookeeper, version: 11.0.0"]), ["zookeeper purges"]);
    assert_eq!(
        judged(&["zookeeper, version: '>=11.0.0'"], &["zookeeper, version: 11.0.0"]),
        ["zookeeper never-purges"]
    );
}

/// Helm asks for names in `charts/`, and renders what is there.
#[test]
fn a_chart_at_hand_in_another_version_is_the_only_one() {
    let folder = TempDir::new().unwrap();
    let chart = listing("apiVersion: v2\nname: app\nversion: 0.1.0\n", &["zookeeper, version: 13.x.x"]);
    let old = "apiVersion: v2\nname: zookeeper\nversion: 12.4.4\nsources: [https://github.com/bitnami/charts]\n";
    let values = "image: {repository: bitnami/zookeeper}\nheapSize: 1024\nfourlwCommandsWhitelist: ruok\n\
                  autopurge: {purgeInterval: 7}\n";
    let files = [
        ("app/Chart.yaml", chart.as_str()),
        ("app/charts/old/Chart.yaml", old),
        ("app/charts/old/values.yaml", values),
    ];
    write(folder.path(), &files);
    assert_eq!(verdicts(&report(folder.path(), &["app"])), [("zookeeper".to_owned(), "purges".to_owned())]);
}
