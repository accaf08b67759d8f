//! What the report says of a server beside its verdict: what purges in its place, what is written in vain, what takes
//! effect when, and which objects are one server.

use serde_json::Value;

use super::flavors::report_on;
use super::program::input_of;

fn report(case: &str) -> Value {
    report_on(&input_of(case))
}

/// Severity and message of the findings of a check.
fn findings(report: &Value, check: &str) -> Vec<(String, String)> {
    let all = report["findings"].as_array().expect("findings").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    all.filter(|finding| finding["check"] == check)
        .map(|finding| (text(&finding["severity"]), text(&finding["message"])))
        .collect()
}

/// What else purges for the server, and what that makes of the finding; the verdict stays in every case.
const MITIGATED: [(&str, Option<&str>, &str); 12] = [
    ("cron-job-by-claim", Some("CronJob zk-cleanup"), "warning"),
    ("cron-job-by-exec", Some("CronJob zk-cleanup"), "warning"),
    ("cron-job-by-controller", Some("CronJob zk-cleanup"), "warning"),
    ("cron-job-by-selector", Some("CronJob zk-cleanup"), "warning"),
    ("cron-job-for-one-pod", Some("CronJob zk-cleanup"), "warning"),
    ("cron-job-per-pod", Some("CronJob purge-0, CronJob purge-1"), "warning"),
    ("cron-job-with-a-container-per-pod", Some("CronJob purge"), "warning"),
    ("sidecar-that-purges", Some("container purge"), "warning"),
    ("cron-job-for-another-server", None, "error"),
    ("cron-job-for-another-claim", None, "error"),
    ("cron-job-in-another-namespace", None, "error"),
    ("cron-job-suspended", None, "error"),
];

#[test]
fn a_cron_job_mitigates_for_its_own_server_alone() {
    for (case, by, severity) in MITIGATED {
        let report = report(case);
        assert_eq!(report["servers"].as_array().expect("servers").len(), 1, "{case}");
        let server = &report["servers"][0];
        assert_eq!(server["mitigated_by"].as_str(), by, "{case}");
        assert_eq!(server["verdict"], "never-purges", "{case}");
        let told = findings(&report, "purge-disabled");
        assert_eq!(told.len(), 1, "{case}");
        assert_eq!(told[0].0, severity, "{case}");
        assert_eq!(told[0].1.contains("by itself"), by.is_some(), "{case}: {}", told[0].1);
    }
}

#[test]
fn a_cron_job_for_one_pod_is_told_not_to_reach_the_others() {
    let report = report("cron-job-for-one-pod");
    assert!(report.to_string().contains("It reaches zookeeper-0 only"), "{report}");
}

#[test]
fn cron_jobs_count_together() {
    for case in ["cron-job-per-pod", "cron-job-with-a-container-per-pod"] {
        let report = report(case).to_string();
        assert!(!report.contains("other pods fill up"), "{report}");
    }
}

#[test]
fn purging_is_called_unsafe_where_it_goes_by_names_or_first_bytes() {
    for (case, word) in [
        ("unsafe-old-zookeeper", "ZooKeeper 3.5"),
        ("unsafe-compressed-snapshots", "truncated gz snapshot"),
        ("unsafe-compressed-by-a-variable", "truncated gz snapshot"),
    ] {
        let told = findings(&report(case), "purge-unsafe");
        assert_eq!(told.len(), 1, "{case}");
        assert!(told[0].0 == "warning" && told[0].1.contains(word), "{case}: {told:?}");
    }
    let safe = [
        "flavor-official",
        "never-purges",
        "flavor-kubernetes-zookeeper",
        "interval-differs",
        "compression-variable-of-another-image",
    ];
    for case in safe {
        assert_eq!(findings(&report(case), "purge-unsafe"), Vec::new(), "{case}");
    }
}

/// Where a purge setting is written in vain, and how much that weighs.
const IN_VAIN: [(&str, &[(&str, &str)]); 10] = [
    ("configmap-misspelt-key", &[("error", "autopurge.purgeInteval in ConfigMap zookeeper (key zoo.cfg)")]),
    (
        "configmap-decoys",
        &[
            ("error", "autopurge.purgeinterval in ConfigMap zookeeper (key zoo.cfg)"),
            ("note", "AUTOPURGE.SNAPRETAINCOUNT in ConfigMap zookeeper (key zoo.cfg)"),
        ],
    ),
    ("configmap-mounted-where-nothing-looks", &[("error", "it reads ZOO_AUTOPURGE_INTERVAL, which is not set")]),
    ("setting-not-read-under-an-optional-reference", &[("note", "ZOO_PURGE_INTERVAL")]),
    ("shell-misspelt-key", &[("error", "autopurge.purgeInteval in the command")]),
    ("cfg-extra-misspelt-key", &[("error", "autopurge.purgeinterval in env ZOO_CFG_EXTRA")]),
    (
        "strimzi-misspelt-key",
        &[
            ("error", "/spec/kafka/config/autopurge.purgeInterval"),
            ("error", "/spec/zookeeper/config/autopurge.purgeinterval"),
        ],
    ),
    ("pulsar-without-its-script", &[("note", "PULSAR_PREFIX_autopurge.purgeInterval")]),
    ("pravega-image-too-old-not-curable", &[("error", "/spec/config/autoPurgePurgeInterval")]),
    ("confluent-file-of-its-own", &[("error", "ConfigMap zookeeper (key own.properties) decides")]),
];

#[test]
fn what_is_written_in_vain_is_told_with_what_is_read_instead() {
    for (case, expected) in IN_VAIN {
        let told = findings(&report(case), "setting-not-read");
        assert_eq!(told.len(), expected.len(), "{case}: {told:?}");
        for ((severity, words), (seen, message)) in expected.iter().zip(&told) {
            assert!(seen == severity && message.contains(words), "{case}: {seen} {message}");
        }
    }
}

#[test]
fn the_way_out_is_told_where_nothing_can_be_patched() {
    for (case, words) in [
        ("flavor-kubernetes-zookeeper", "Move to the image zookeeper:3.9"),
        ("flavor-canonical", "Mount a zoo.cfg"),
        ("pravega-image-too-old-not-curable", "Upgrade the operator to 0.2.10"),
        ("configmap-immutable-not-curable", "immutable"),
    ] {
        let report = report(case);
        assert!(report["findings"][0]["fix"].as_array().expect("fixes").is_empty(), "{case}");
        assert!(report.to_string().contains(words), "{case}: {report}");
    }
}

#[test]
fn a_changed_config_map_takes_effect_when_something_restarts_the_pods() {
    for (case, effect, words) in [
        ("flavor-configmap-zoo-cfg", "on-restart", "restarts no pod"),
        ("configmap-with-checksum", "on-restart", "checksum/config was computed before the patch"),
        ("configmap-with-reloader", "on-rollout", "Reloader restarts"),
        ("configmap-with-reloader-on-the-pods", "on-rollout", "Reloader restarts"),
        ("configmap-with-reloader-by-name", "on-rollout", "Reloader restarts"),
        ("configmap-with-reloader-for-another", "on-restart", "restarts no pod"),
        ("never-purges", "on-rollout", "Restarts:"),
    ] {
        let report = report(case);
        assert_eq!(report["servers"][0]["takes_effect"], effect, "{case}");
        assert!(report.to_string().contains(words), "{case}: {report}");
    }
}

#[test]
fn both_numbers_that_cannot_be_read_are_named() {
    let told = findings(&report("two-numbers-that-cannot-be-read"), "purge-invalid");
    assert_eq!(told.len(), 1);
    let message = &told[0].1;
    assert!(message.contains("ZOO_AUTOPURGE_PURGEINTERVAL is \"1h\""), "{message}");
    assert!(message.contains("ZOO_AUTOPURGE_SNAPRETAINCOUNT is empty"), "{message}");
}

#[test]
fn a_stronger_variable_that_may_be_out_of_sight_is_told() {
    let report = report("env-from-behind-env");
    assert_eq!(report["servers"][0]["verdict"], "never-purges");
    let told = findings(&report, "purge-unknown");
    assert!(told.len() == 1 && told[0].0 == "note" && told[0].1.contains("Secret zk-settings"), "{told:?}");
}

#[test]
fn solr_with_a_zookeeper_of_its_own_and_one_that_is_there_makes_none() {
    assert_eq!(report("solr-provided-and-connection-info")["servers"], serde_json::json!([]));
}

#[test]
fn live_objects_are_one_server_per_controller() {
    for (case, kind, name) in [
        ("live-statefulset-with-its-pods", "StatefulSet", "zookeeper"),
        ("live-deployment-with-replica-sets-and-pods", "Deployment", "zookeeper"),
        ("live-pods-without-their-controller", "Pod", "zookeeper-0"),
        ("live-pods-of-a-deployment-without-replica-sets", "Deployment", "zookeeper"),
    ] {
        let report = report(case);
        let servers = report["servers"].as_array().expect("servers");
        assert_eq!(servers.len(), 1, "{case}: {servers:?}");
        assert_eq!((&servers[0]["kind"], &servers[0]["name"]), (&kind.into(), &name.into()), "{case}");
        assert_eq!(servers[0]["verdict"], "never-purges", "{case}");
    }
}
