//! Releases of charts that are not available: what the rules know of the chart decides.

use tempfile::TempDir;

use super::program::{application, report, verdicts, write};

/// A release of a chart in a repository, with values in flow style, and what its servers do.
fn judged(chart: &str, repository: &str, version: &str, values: &str) -> Vec<(String, String)> {
    let folder = TempDir::new().unwrap();
    let source = format!(
        "    chart: {chart}\n    repoURL: {repository}\n    targetRevision: {version}\n    helm: {{valuesObject: {values}}}\n"
    );
    write(folder.path(), &[("app.yaml", &application("app", &source))]);
    verdicts(&report(folder.path(), &["app.yaml"]))
}

/// Bitnami's charts run `sleep infinity` in their diagnostic mode, as their values.yaml says; no user has to write it.
#[test]
fn in_diagnostic_mode_no_server_runs() {
    const BITNAMI: &str = "https://charts.bitnami.com/bitnami";
    let sleeps = "{diagnosticMode: {enabled: true}}";
    let table: [(&str, &str, &str, &str, &[&str]); 10] = [
        ("zookeeper", BITNAMI, "12.4.4", sleeps, &[]),
        ("zookeeper", BITNAMI, "12.5.1", sleeps, &[]),
        ("zookeeper", BITNAMI, "7.1.0", sleeps, &[]),
        ("zookeeper", BITNAMI, "7.0.5", sleeps, &[" never-purges"]),
        ("zookeeper", BITNAMI, "12.4.4", "{diagnosticMode: {enabled: false}}", &[" never-purges"]),
        (
            "zookeeper",
            BITNAMI,
            "12.4.4",
            "{diagnosticMode: {enabled: true, command: [bash, -c], args: [sleep 9]}}",
            &[],
        ),
        (
            "zookeeper",
            BITNAMI,
            "12.4.4",
            "{diagnosticMode: {enabled: true, command: [/scripts/setup.sh], args: []}}",
            &[" never-purges"],
        ),
        ("kafka", BITNAMI, "21.0.0", "{zookeeper: {diagnosticMode: {enabled: true}}}", &[]),
        ("kafka", BITNAMI, "21.0.0", sleeps, &["zookeeper never-purges"]),
        (
            "signoz",
            "https://charts.signoz.io",
            "0.54.1",
            "{clickhouse: {zookeeper: {autopurge: {purgeInterval: 0}, diagnosticMode: {enabled: true}}}}",
            &[],
        ),
    ];
    for (chart, repository, version, values, expected) in table {
        let found = judged(chart, repository, version, values);
        let found: Vec<String> = found.iter().map(|(prefix, verdict)| format!("{prefix} {verdict}")).collect();
        assert_eq!(found, expected, "{chart} {version} {values}");
    }
}

/// Numbers of values are floats to Helm, and whole numbers in the resource that it renders.
#[test]
fn numbers_reach_the_fields_of_a_resource() {
    let table = [
        ("0.2.12", "{}", "purges"),
        ("0.2.12", "{config: {autoPurgePurgeInterval: 0}}", "purges"),
        ("0.2.12", "{config: {autoPurgePurgeInterval: 24}}", "purges"),
        ("0.2.12", "{config: {autoPurgePurgeInterval: -1}}", "never-purges"),
        ("0.2.12", "{config: {autoPurgeSnapRetainCount: 5}}", "purges"),
        ("0.2.9", "{config: {autoPurgePurgeInterval: 24}}", "never-purges"),
    ];
    for (version, values, verdict) in table {
        let found = judged("zookeeper", "https://charts.pravega.io", version, values);
        assert_eq!(found, [(String::new(), verdict.to_owned())], "{version} {values}");
    }
}

#[test]
fn charts_below_charts_come_in_the_versions_that_their_parents_ask_for() {
    let data_flow = |values| judged("spring-cloud-dataflow", "https://charts.bitnami.com/bitnami", "12.0.0", values);
    let server = |verdict: &str| [("kafka.zookeeper".to_owned(), verdict.to_owned())];
    assert_eq!(data_flow("{kafka: {enabled: true}}"), server("never-purges"));
    assert_eq!(data_flow("{kafka: {enabled: true, zookeeper: {autopurge: {purgeInterval: 6}}}}"), server("purges"));
    // A version that nobody has looked at is not that of another chart of this name.
    for version in ["2.0.9", "3.0.0"] {
        let pulsar = judged("pulsar", "https://datastax.github.io/pulsar-helm-chart", version, "{}");
        assert_eq!(pulsar, [(String::new(), "unknown".to_owned())], "{version}");
    }
}

/// A null takes a default away that only the sub-chart has.
#[test]
fn nulls_reach_the_charts_below() {
    let found = judged(
        "cp-helm-charts",
        "https://confluentinc.github.io/cp-helm-charts",
        "0.6.1",
        "{cp-zookeeper: {autoPurgePurgeInterval: null}}",
    );
    assert_eq!(found, [("cp-zookeeper".to_owned(), "does-not-start".to_owned())]);
}

/// A zoo.cfg of one's own is read since ZooKeeper's chart 8: the charts above it are told apart there.
#[test]
fn charts_above_bitnami_zookeeper_ask_for_the_major_that_their_own_brings() {
    let own = "configuration: \"autopurge.purgeInterval=4\"";
    let table = [
        ("kafka", "14.9.3", format!("{{zookeeper: {{{own}}}}}"), "never-purges"),
        ("kafka", "15.0.0", format!("{{zookeeper: {{{own}}}}}"), "purges"),
        ("kafka", "17.2.6", format!("{{zookeeper: {{{own}}}}}"), "purges"),
        ("solr", "2.0.0", format!("{{zookeeper: {{{own}}}}}"), "never-purges"),
        ("solr", "3.0.0", format!("{{zookeeper: {{{own}}}}}"), "purges"),
        ("spring-cloud-dataflow", "6.0.0", format!("{{kafka: {{enabled: true, zookeeper: {{{own}}}}}}}"), "purges"),
    ];
    for (chart, version, values, verdict) in table {
        let found = judged(chart, "https://charts.bitnami.com/bitnami", version, &values);
        let verdicts: Vec<&str> = found.iter().map(|(_, verdict)| verdict.as_str()).collect();
        assert_eq!(verdicts, [verdict], "{chart} {version}");
    }
}

/// Which of two Pulsars runs by default has changed; each has a key of its own.
#[test]
fn milvus_runs_the_zookeeper_of_its_queue() {
    let off = "zookeeper: {configData: {PULSAR_PREFIX_autopurge.purgeInterval: '0'}}";
    let table = [
        ("4.2.8", "{}".to_owned(), &[("pulsar", "purges")][..]),
        ("4.2.8", format!("{{pulsar: {{{off}}}}}"), &[("pulsar", "never-purges")]),
        ("4.2.8", "{pulsar: {enabled: false}}".to_owned(), &[]),
        ("4.2.25", "{}".to_owned(), &[("pulsarv3", "unknown")]),
        ("5.0.19", "{}".to_owned(), &[("pulsarv3", "purges")]),
        ("5.0.19", format!("{{pulsarv3: {{{off}}}}}"), &[("pulsarv3", "never-purges")]),
        (
            "5.0.19",
            format!("{{pulsarv3: {{enabled: false}}, pulsar: {{enabled: true, {off}}}}}"),
            &[("pulsar", "never-purges")],
        ),
        (
            "5.0.19",
            "{pulsarv3: {enabled: false}, kafka: {enabled: true}}".to_owned(),
            &[("kafka.zookeeper", "never-purges")],
        ),
    ];
    for (version, values, expected) in table {
        let found = judged("milvus", "https://zilliztech.github.io/milvus-helm", version, &values);
        let found: Vec<(&str, &str)> = found.iter().map(|(key, verdict)| (key.as_str(), verdict.as_str())).collect();
        assert_eq!(found, expected, "{version} {values}");
    }
}

#[test]
fn the_blueprint_of_bitnami_runs_one_zookeeper_for_all() {
    let bitnami =
        |version: &str, values: &str| judged("dataplatform-bp1", "https://charts.bitnami.com/bitnami", version, values);
    let one = |key: &str, verdict: &str| vec![(key.to_owned(), verdict.to_owned())];
    assert_eq!(bitnami("9.0.3", "{}"), one("zookeeper", "never-purges"));
    assert_eq!(bitnami("9.0.3", "{zookeeper: {autopurge: {purgeInterval: 6}}}"), one("zookeeper", "purges"));
    let own = "{zookeeper: {enabled: false}, kafka: {zookeeper: {enabled: true}}}";
    assert_eq!(bitnami("9.0.3", own), one("kafka.zookeeper", "never-purges"));
    // Newer ones were not looked at.
    assert_eq!(bitnami("12.0.0", "{}"), one("zookeeper", "unknown"));
}

#[test]
fn the_solr_chart_of_apache_has_its_operator_run_a_zookeeper() {
    let apache = |version: &str, values: &str| judged("solr", "https://solr.apache.org/charts", version, values);
    let one = |verdict: &str| vec![(String::new(), verdict.to_owned())];
    assert_eq!(apache("0.8.0", "{}"), one("purges"));
    assert_eq!(apache("0.8.0", "{zk: {provided: {config: {autoPurgePurgeInterval: -1}}}}"), one("never-purges"));
    assert_eq!(apache("0.8.0", "{zk: {address: 'zk:2181'}}"), []);
    assert_eq!(apache("0.8.0", "{zk: {externalAddress: 'zk:2181'}}"), []);
    assert_eq!(apache("0.4.0", "{}"), one("unknown"));
}

/// Another maker's image, whose own configuration nobody has read.
#[test]
fn a_pulsar_of_another_maker_is_not_judged_as_the_one_of_apache() {
    let others = [
        "https://charts.streamnative.io",
        "https://datastax.github.io/pulsar-helm-chart",
        "https://helm.kafkaesque.io",
    ];
    for repository in others {
        for version in ["1.4.3", "2.0.9", "3.0.0"] {
            let found = judged("pulsar", repository, version, "{}");
            assert!(found.iter().all(|(_, verdict)| verdict == "unknown"), "{repository} {version} {found:?}");
            assert_eq!(found.len(), 1, "{repository} {version}");
        }
    }
}

/// `apache/dolphinscheduler-helm` is what the project's own guide installs.
#[test]
fn a_chart_is_found_under_all_names_that_it_is_published_under() {
    let one = |prefix: &str, verdict: &str| vec![(prefix.to_owned(), verdict.to_owned())];
    let found = judged("dolphinscheduler-helm", "registry-1.docker.io/apache", "3.2.1", "{}");
    assert_eq!(found, one("zookeeper", "never-purges"));
    let found =
        judged("dolphinscheduler-helm", "registry-1.docker.io/apache", "3.2.1", "{zookeeper: {enabled: false}}");
    assert_eq!(found, []);
    assert_eq!(judged("dolphinscheduler-operator", "registry-1.docker.io/apache", "3.2.1", "{}"), []);
}

#[test]
fn charts_of_a_common_name_without_zookeeper_are_told_by_their_repository() {
    let table = [
        ("clickhouse", "https://helm.altinity.com", "0.3.3"),
        ("clickhouse", "https://sentry-kubernetes.github.io/charts", "3.1.2"),
        ("kafka", "registry-1.docker.io/cloudpirates", "0.1.0"),
        ("kafka", "registry-1.docker.io/cloudpirates", "1.2.0"),
    ];
    for (chart, repository, version) in table {
        assert_eq!(judged(chart, repository, version, "{}"), [], "{chart} {version}");
    }
}
