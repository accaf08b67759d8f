//! Charts that are not at hand, by name, repository and version: the ends of every range that is known.

use autopurge::charts::{Asked, JudgedServer, Reference, assess_reference};
use autopurge::helm::{Constraint, parse_version};
use autopurge::rules::{RuleSet, built_in};
use semver::Version;
use serde_json::{Value, json};

const BITNAMI: &str = "https://charts.bitnami.com/bitnami";
const INCUBATOR: &str = "https://charts.helm.sh/incubator";

/// The servers of a chart in a version or range, as `prefix verdict`.
fn servers(name: &str, repository: Option<&str>, version: &str, values: &Value) -> Vec<JudgedServer> {
    let rules: RuleSet = built_in();
    let constraint: Constraint = version.parse().unwrap();
    let exact = parse_version(version);
    let set = |version: &Version| constraint.contains(version);
    let asked = exact.as_ref().map_or(Asked::OneOf(&set, version), Asked::Exactly);
    assess_reference(&Reference { name, repository, asked }, values, &rules)
}

fn said(name: &str, repository: Option<&str>, version: &str, values: &Value) -> Vec<String> {
    let servers = servers(name, repository, version, values);
    servers.iter().map(|one| format!("{} {}", one.prefix.join("."), one.judged.verdict.as_str())).collect()
}

fn check(repository: Option<&str>, table: &[(&str, &str, &[&str])]) {
    for (name, version, expected) in table {
        assert_eq!(said(name, repository, version, &json!({})), *expected, "{name} {version}");
    }
}

#[test]
fn bitnami_charts_change_at_their_first_fixed_version() {
    check(
        Some(BITNAMI),
        &[
            ("zookeeper", "5.4.3", &[" never-purges"]),
            ("zookeeper", "12.4.4", &[" never-purges"]),
            ("zookeeper", "12.5.0", &[" purges"]),
            ("zookeeper", "13.8.8", &[" purges"]),
            ("zookeeper", "99.0.0", &[" unknown"]),
            ("kafka", "7.3.0", &["zookeeper never-purges"]),
            ("kafka", "21.4.6", &["zookeeper never-purges"]),
            ("kafka", "22.0.0", &[]),
            ("kafka", "32.0.0", &[]),
            ("solr", "8.4.0", &["zookeeper never-purges"]),
            ("solr", "8.4.1", &["zookeeper purges"]),
            ("solr", "8.10.0", &["zookeeper purges"]),
            ("solr", "9.2.0", &["zookeeper purges"]),
            ("clickhouse", "4.3.0", &["zookeeper never-purges"]),
            ("clickhouse", "4.3.1", &["zookeeper purges"]),
            ("clickhouse", "9.0.0", &[]),
            ("schema-registry", "9.0.0", &["kafka.zookeeper never-purges"]),
            ("schema-registry", "18.0.0", &[]),
            ("spring-cloud-dataflow", "26.5.1", &[]),
            ("dremio", "0.1.0", &["zookeeper purges"]),
            ("postgresql", "15.5.0", &[]),
        ],
    );
}

#[test]
fn servers_that_are_off_by_default_are_there_when_values_switch_them_on() {
    let on = json!({"kafka": {"enabled": true, "zookeeper": {"enabled": true}}, "zookeeper": {"enabled": true}});
    let table: [(&str, &str, &[&str]); 6] = [
        ("kafka", "26.7.0", &["zookeeper never-purges"]),
        ("kafka", "26.7.1", &["zookeeper purges"]),
        ("spring-cloud-dataflow", "26.5.1", &["kafka.zookeeper never-purges"]),
        ("spring-cloud-dataflow", "26.5.2", &["kafka.zookeeper purges"]),
        ("milvus", "5.3.1", &["kafka.zookeeper never-purges"]),
        ("milvus", "5.3.2", &["kafka.zookeeper purges"]),
    ];
    for (name, version, expected) in table {
        assert_eq!(said(name, Some(BITNAMI), version, &on), expected, "{name} {version}");
    }
}

#[test]
fn incubator_charts_never_purge() {
    check(
        Some(INCUBATOR),
        &[
            ("zookeeper", "0.1.0", &[" never-purges"]),
            ("zookeeper", "0.6.4", &[" never-purges"]),
            ("zookeeper", "1.3.3", &[" never-purges"]),
            ("zookeeper", "2.1.6", &[" never-purges"]),
            ("kafka", "0.16.2", &["zookeeper never-purges"]),
            ("kafka", "0.21.5", &["zookeeper never-purges"]),
            ("solr", "1.5.5", &["zookeeper never-purges"]),
            ("druid", "0.2.18", &["zookeeper never-purges"]),
        ],
    );
}

#[test]
fn stable_charts_bring_those_of_the_incubator_when_values_say_so() {
    let stable = Some("https://charts.helm.sh/stable");
    let on = json!({"zookeeper": {"enabled": true}, "kafka": {"enabled": true}});
    let table: [(&str, &str, &Value, &[&str]); 6] = [
        ("kafka-manager", "2.3.1", &on, &["zookeeper never-purges"]),
        ("kafka-manager", "2.3.1", &json!({}), &[]),
        ("kafka-manager", "1.0.0", &on, &[]),
        ("spring-cloud-data-flow", "2.7.0", &on, &["kafka.zookeeper never-purges"]),
        ("spring-cloud-data-flow", "2.0.0", &on, &["kafka.zookeeper unknown"]),
        ("spring-cloud-data-flow", "2.7.0", &json!({}), &[]),
    ];
    for (name, version, values, expected) in table {
        assert_eq!(said(name, stable, version, values), expected, "{name} {version} {values}");
    }
}

#[test]
fn variables_are_read_by_the_images_that_versions_ship() {
    let set = json!({"extraEnvVars": [{"name": "ZOO_CFG_autopurge_purgeInterval", "value": "2"}]});
    for (version, verdict) in [
        ("5.21.9", " never-purges"),
        ("7.0.5", " never-purges"),
        ("7.4.11", " never-purges"),
        ("9.0.0", " unknown"),
        ("9.2.7", " purges"),
        ("11.0.0", " purges"),
        ("12.4.4", " purges"),
    ] {
        assert_eq!(said("zookeeper", Some(BITNAMI), version, &set), [verdict], "{version}");
    }
    let old = json!({"image": {"tag": "0.2.9"}});
    assert_eq!(said("zookeeper", Some("https://charts.pravega.io"), "0.2.15", &old), [" never-purges"]);
    let mirror = json!({"image": "registry.example.com/zk"});
    assert_eq!(said("cp-zookeeper", None, "0.1.0", &mirror), [" purges"]);
}

#[test]
fn charts_of_one_name_only_need_no_repository() {
    check(
        None,
        &[
            // PostHog's other chart of this name runs none.
            ("posthog", "1.4.24", &["kafka.zookeeper unknown"]),
            ("posthog", "18.2.1", &["zookeeper never-purges"]),
            ("posthog", "18.2.2", &["zookeeper purges"]),
            ("sentry", "4.3.0", &["kafka.zookeeper unknown"]),
            ("sentry", "13.0.0", &["kafka.zookeeper never-purges"]),
            ("sentry", "17.0.0", &["kafka.zookeeper never-purges", "zookeeper never-purges"]),
            ("sentry", "19.0.0", &["kafka.zookeeper unknown", "zookeeper unknown"]),
            ("sentry", "20.1.1", &["kafka.zookeeper never-purges", "zookeeper never-purges"]),
            ("sentry", "25.20.0", &["zookeeper never-purges"]),
            ("sentry", "28.1.0", &["zookeeper never-purges"]),
            ("sentry", "29.0.0", &[]),
            ("signoz", "0.54.1", &["clickhouse.zookeeper purges"]),
            ("signoz", "0.83.2", &["clickhouse.zookeeper purges"]),
            ("signoz", "0.88.3", &["clickhouse.zookeeper purges"]),
            ("signoz", "0.999.0", &["clickhouse.zookeeper unknown"]),
            ("datahub-prerequisites", "0.1.7", &["kafka.zookeeper never-purges"]),
            ("datahub-prerequisites", "0.1.8", &["kafka.zookeeper purges"]),
            ("datahub-prerequisites", "0.3.0", &[]),
            ("dolphinscheduler", "3.2.2", &["zookeeper never-purges"]),
            ("openwhisk", "1.0.1", &[" never-purges"]),
            ("cp-helm-charts", "0.6.1", &["cp-zookeeper purges"]),
            ("cp-zookeeper", "0.1.0", &[" purges"]),
            ("pinot", "0.2.4", &["zookeeper never-purges"]),
            ("pinot", "0.2.5", &["zookeeper never-purges"]),
            ("pinot", "0.2.6", &["zookeeper purges"]),
            ("pinot", "1.0.0", &[" never-purges"]),
            ("nifi", "0.5.0", &["zookeeper never-purges"]),
            ("nifi", "1.2.1", &["zookeeper never-purges"]),
            ("hbase", "0.1.6", &["zookeeper never-purges"]),
            ("opentsdb", "0.1.7", &["hbase.zookeeper never-purges"]),
            ("langfuse", "1.0.0", &["clickhouse.zookeeper purges"]),
            ("clickhouse-cluster", "v2.1.1", &[" purges"]),
            ("kyuubi", "0.1.0", &[]),
            ("nobody-knows-this", "1.0.0", &[]),
        ],
    );
}

#[test]
fn a_repository_tells_charts_of_one_name_apart() {
    let table: [(&str, &str, &str, &[&str]); 17] = [
        ("zookeeper", "oci://registry-1.docker.io/bitnamicharts", "2.1.6", &[" never-purges"]),
        ("zookeeper", "https://charts.signoz.io", "0.0.1", &[" never-purges"]),
        ("zookeeper", "oci://registry-1.docker.io/cloudpirates", "0.1.5", &[" purges"]),
        ("zookeeper", "https://charts.pravega.io", "0.2.15", &[" purges"]),
        ("zookeeper", "https://harbor.example.com/bitnami", "12.4.4", &[" never-purges"]),
        ("zookeeper", "https://charts.example.com/stable", "12.4.4", &[" never-purges"]),
        ("zookeeper", "https://charts.example.com/stable", "0.3.8", &[" unknown"]),
        ("clickhouse", "https://charts.signoz.io", "24.1.7", &["zookeeper purges"]),
        ("clickhouse", "https://charts.example.com", "3.0.0", &["zookeeper unknown"]),
        ("solr", "https://solr.apache.org/charts", "0.9.0", &[" unknown"]),
        ("pulsar", "https://pulsar.apache.org/charts", "4.7.0", &[" purges"]),
        ("druid", "https://asdf2014.github.io/druid-helm", "29.0.3", &["zookeeper never-purges"]),
        ("druid", "https://asdf2014.github.io/druid-helm", "29.0.4", &["zookeeper purges"]),
        ("druid", "https://asdf2014.github.io/druid-helm", "37.0.2", &["zookeeper purges"]),
        ("druid", "https://asdf2014.github.io/druid-helm", ">=30.0.0 <32.0.0", &["zookeeper purges"]),
        ("druid", "https://wiremind.github.io/wiremind-helm-charts", "1.22.1", &[]),
        ("milvus", "https://zilliztech.github.io/milvus-helm", "5.0.19", &["pulsarv3 purges"]),
    ];
    for (name, repository, version, expected) in table {
        assert_eq!(said(name, Some(repository), version, &json!({})), expected, "{name} {version} of {repository}");
    }
}

/// A vendor's repository and a page of GitHub serve charts of their own; a mirror has copies.
#[test]
fn a_chart_of_that_name_from_somebody_else_is_not_judged() {
    const STABLE: &str = "https://charts.helm.sh/stable";
    let table: [(&str, &str, &str, &[&str]); 16] = [
        ("posthog", "https://posthog.github.io/charts/", "1.4.2", &[]),
        ("posthog", "https://posthog.github.io/charts/", "1.10.0", &[]),
        ("posthog", "https://posthog.github.io/charts-clickhouse/", "1.4.24", &["kafka.zookeeper never-purges"]),
        ("posthog", "https://954alberto.github.io/helm-posthog", "0.3.0", &["kafka.zookeeper unknown"]),
        ("posthog", "https://harbor.example.com/posthog", "1.4.24", &["kafka.zookeeper never-purges"]),
        ("posthog", "https://harbor.example.com/charts", "18.2.1", &["zookeeper never-purges"]),
        ("sentry", STABLE, "4.3.0", &[]),
        ("sentry", STABLE, "~4.3", &[]),
        ("sentry", "https://kubernetes-charts.storage.googleapis.com", "1.5.0", &[]),
        ("sentry", "https://harbor.example.com/charts", "4.3.0", &["kafka.zookeeper unknown"]),
        ("sentry", "https://harbor.example.com/charts", "25.20.0", &["zookeeper never-purges"]),
        ("sentry", "https://charts.signoz.io", "25.20.0", &["zookeeper unknown"]),
        ("governance", "https://harbor.example.com/charts", "0.1.0", &["zookeeper unknown"]),
        ("governance", "https://harbor.example.com/charts", "1.2.0", &["zookeeper unknown"]),
        ("governance", "https://apache.github.io/shardingsphere-on-cloud", "0.3.0", &["zookeeper never-purges"]),
        ("zookeeper", "../charts", "12.4.4", &[" unknown"]),
    ];
    for (name, repository, version, expected) in table {
        assert_eq!(said(name, Some(repository), version, &json!({})), expected, "{name} {version} of {repository}");
    }
}

#[test]
fn charts_around_kafka_bring_its_zookeeper() {
    let table: [(&str, &str, &str, &[&str]); 7] = [
        ("dataplatform-bp2", BITNAMI, "0.1.0", &["kafka.zookeeper never-purges"]),
        ("dataplatform-bp2", BITNAMI, "8.0.0", &["kafka.zookeeper never-purges"]),
        ("schema-registry", INCUBATOR, "1.2.0", &["kafka.zookeeper never-purges"]),
        ("schema-registry", INCUBATOR, "1.0.2", &["kafka.zookeeper unknown"]),
        ("stardog", "https://stardog-union.github.io/helm-charts/", "2.0.5", &["zookeeper never-purges"]),
        ("stardog", "https://stardog-union.github.io/helm-charts/", "2.1.0", &["zookeeper unknown"]),
        ("stardog", "https://charts.appuio.ch", "0.12.0", &["zookeeper unknown"]),
    ];
    for (name, repository, version, expected) in table {
        assert_eq!(said(name, Some(repository), version, &json!({})), expected, "{name} {version} of {repository}");
    }
}

/// A number that no version had, or one that nobody looked at: the chart is there all the same.
#[test]
fn a_version_between_those_that_are_known_is_unknown() {
    let table: [(&str, &str, &str, &[&str]); 4] = [
        ("druid", "https://asdf2014.github.io/druid-helm", "1.0.0", &["zookeeper unknown"]),
        ("druid", "https://asdf2014.github.io/druid-helm", "~1.2.0", &["zookeeper unknown"]),
        // The chart has no such server unless somebody switches it on.
        ("jaeger", "https://jaegertracing.github.io/helm-charts", "0.18.0", &[]),
        ("schema-registry", BITNAMI, "3.0.0", &["kafka.zookeeper unknown"]),
    ];
    for (name, repository, version, expected) in table {
        assert_eq!(said(name, Some(repository), version, &json!({})), expected, "{name} {version} of {repository}");
    }
}

#[test]
fn ranges_are_certain_where_all_versions_agree() {
    let table: [(&str, &[&str]); 10] = [
        (">=7.0.0 <12.0.0", &[" never-purges"]),
        ("12.x", &[" unknown"]),
        ("~12.4.0", &[" never-purges"]),
        (">=12.5.0 <13.0.0", &[" purges"]),
        ("^11.0.0 || 10.x", &[" never-purges"]),
        ("11.1 - 12.4", &[" never-purges"]),
        // Nothing newer is published.
        ("^13.0.0", &[" purges"]),
        ("13.x.x", &[" purges"]),
        ("^14.0.0", &[" unknown"]),
        (">=5.4.0 <5.6.0", &[" never-purges"]),
    ];
    for (range, expected) in table {
        assert_eq!(said("zookeeper", Some(BITNAMI), range, &json!({})), expected, "{range}");
    }
    assert_eq!(said("zookeeper", None, ">=7.0.0 <12.0.0", &json!({})), [" never-purges"]);
    assert_eq!(said("zookeeper", None, "0.x", &json!({})), [" unknown"]);
    assert_eq!(said("zookeeper", None, "2.1.6", &json!({})), [" never-purges"]);
    let set = json!({"autopurge": {"purgeInterval": 6}});
    assert_eq!(said("zookeeper", Some(BITNAMI), "12.x", &set), [" purges"]);
    assert_eq!(servers("zookeeper", Some(BITNAMI), "12.x", &set)[0].judged.interval.reading.number(), Some(6));
}

#[test]
fn values_decide_wherever_the_chart_takes_them() {
    let judge = |name: &str, version: &str, values: Value| {
        let servers = servers(name, Some(BITNAMI), version, &values);
        let judged = servers[0].judged.clone();
        let fix = judged.fix.as_ref().map(|fix| servers[0].below(&fix.path).to_string());
        (judged.verdict.as_str().to_owned(), judged.interval.reading.number(), fix.unwrap_or_default())
    };
    let is = |verdict: &str, hours: Option<i32>, fix: &str| (verdict.to_owned(), hours, fix.to_owned());
    let table = [
        (json!({"autopurge": {"purgeInterval": "x"}}), is("does-not-start", None, "autopurge.purgeInterval")),
        (json!({"autopurge": {"purgeInterval": 0.5}}), is("does-not-start", None, "autopurge.purgeInterval")),
        (json!({"autopurge": {"purgeInterval": 1_000_000.0}}), is("does-not-start", None, "autopurge.purgeInterval")),
        (json!({"autopurge": {"purgeInterval": null}}), is("never-purges", Some(0), "autopurge.purgeInterval")),
        (
            json!({"extraEnvVars": [{"name": "ZOO_AUTOPURGE_INTERVAL", "value": "0"}]}),
            is("never-purges", Some(0), "extraEnvVars[0].value"),
        ),
        (json!({"configuration": "clientPort=2181\n"}), is("never-purges", Some(0), "configuration")),
        (json!({"configuration": "autopurge.purgeInterval=6"}), is("purges", Some(6), "configuration")),
        (json!({"configuration": "x={{ include \"a\" . }}"}), is("unknown", None, "")),
        (json!({"configuration": "x={{ .Values.not.here }}"}), is("never-purges", Some(0), "configuration")),
        (json!({"existingConfigmap": "mine"}), is("unknown", None, "")),
        (json!({"image": {"repository": "mine/zk"}}), is("unknown", None, "")),
        (json!({"command": ["zkServer.sh", "start-foreground"]}), is("unknown", None, "")),
    ];
    for (values, expected) in table {
        assert_eq!(judge("zookeeper", "12.5.0", values.clone()), expected, "{values}");
    }
    let nested = judge("kafka", "17.2.6", json!({"zookeeper": {"autopurge": {"purgeInterval": 24}}}));
    assert_eq!(nested, is("purges", Some(24), "zookeeper.autopurge.purgeInterval"));
    assert!(
        said(
            "zookeeper",
            Some(BITNAMI),
            "12.5.0",
            &json!({"diagnosticMode": {"enabled": true, "command": ["sleep"], "args": ["infinity"]}})
        )
        .is_empty()
    );
}

/// What versions of a range do is told once for all neighbours that do the same.
#[test]
fn versions_that_differ_are_told_apart_by_the_first_that_differs() {
    let table = [
        ("zookeeper", BITNAMI, "12.x", "before 12.5.0 it never purges, from then on it purges"),
        ("zookeeper", BITNAMI, "*", "before 12.5.0 it never purges, from then on it purges"),
        ("kafka", BITNAMI, ">=21.0.0 <23.0.0", "before 22.0.0 it never purges, from then on it has no such server"),
        (
            "clickhouse",
            BITNAMI,
            "<=9.0.0",
            "before 4.3.1 it never purges, from then on it purges, from 9.0.0 on it has no such server",
        ),
        // Nothing is published in between.
        (
            "druid",
            "https://asdf2014.github.io/druid-helm",
            "<30.0.0",
            "up to 29.0.3 it never purges, from 29.0.4 on it purges",
        ),
    ];
    for (name, repository, range, expected) in table {
        let open = servers(name, Some(repository), range, &json!({}));
        let because = open[0].judged.unknown_because.clone().unwrap();
        assert_eq!(because, format!("possibly affected: \"{range}\" allows several versions: {expected}"));
    }
}
