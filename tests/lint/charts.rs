//! Charts of our own: where a finding points, and what is looked at.

use tempfile::TempDir;

use super::program::{lint, report, verdicts, write};

const CHART: &str = "apiVersion: v2\nname: zookeeper\nversion: 12.4.4\nsources: [https://github.com/bitnami/charts]\n";
const VALUES: &str = "image: {registry: docker.io, repository: bitnami/zookeeper, tag: 3.9.1}\nheapSize: 1024\n\
                      fourlwCommandsWhitelist: ruok\nautopurge:\n  snapRetainCount: 3\n  purgeInterval: 0\n";

#[test]
fn a_finding_points_at_the_value_that_decides() {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        &[
            ("zk/Chart.yaml", CHART),
            ("zk/values.yaml", VALUES),
            ("prod.yaml", "a: 1\nautopurge:\n  purgeInterval: -5\n"),
        ],
    );
    let place = |args: &[&str]| {
        let report = report(folder.path(), args);
        let finding = &report["findings"][0];
        format!("{}:{}:{} {}", finding["path"], finding["line"], finding["column"], finding["check"])
    };
    assert_eq!(place(&["zk"]), "\"zk/values.yaml\":6:18 \"purge-disabled\"");
    assert_eq!(place(&["zk", "-f", "prod.yaml"]), "\"prod.yaml\":3:18 \"purge-disabled\"");
}

#[test]
fn sub_charts_are_judged_through_the_chart_above_them_only() {
    let folder = TempDir::new().unwrap();
    let umbrella = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: zookeeper, version: 12.4.4}]\n";
    let files = [
        ("app/Chart.yaml", umbrella),
        ("app/values.yaml", "zookeeper: {autopurge: {purgeInterval: 3}}\n"),
        ("app/charts/zookeeper/Chart.yaml", CHART),
        ("app/charts/zookeeper/values.yaml", VALUES),
    ];
    write(folder.path(), &files);
    for path in [".", "app", "app/values.yaml", "app/charts/zookeeper"] {
        let expected = [("zookeeper".to_owned(), "purges".to_owned())];
        assert_eq!(verdicts(&report(folder.path(), &[path])), expected, "{path}");
    }
}

#[test]
fn libraries_and_other_charts_have_no_servers() {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        &[
            ("lib/Chart.yaml", "apiVersion: v2\nname: zookeeper\nversion: 12.4.4\ntype: library\n"),
            ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ],
    );
    let ran = lint(folder.path(), &["."]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "autopurge: no ZooKeeper server in 2 charts\n"));
}
