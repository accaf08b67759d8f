//! Every way to run `ZooKeeper` that the rules know has a case that shows it (`flavor-<id>`), and one with what is only
//! near it (`flavor-<id>-not`).

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::program::{fixtures, input_of, run};
use crate::tool::repository;

/// The ids of the rule files, read by a reader that is not ours.
fn ids() -> Vec<String> {
    let folder = fs::read_dir(repository().join("rules/flavors")).expect("rules");
    let mut ids: Vec<String> = folder
        .map(|entry| {
            let text = fs::read_to_string(entry.expect("an entry").path()).expect("a rule file");
            let rule: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
            rule["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    ids.sort();
    assert!(!ids.is_empty());
    ids
}

pub(super) fn report_on(stream: &[u8]) -> Value {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("report.json");
    let ran = run(&["post-render", "--report", path.to_str().expect("UTF-8")], stream);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_slice(&fs::read(path).expect("a report")).expect("JSON")
}

fn servers_in(case: &str) -> Vec<Value> {
    report_on(&input_of(case))["servers"].as_array().expect("servers").clone()
}

#[test]
fn every_flavor_has_a_case_with_a_server_of_it() {
    for id in ids() {
        let servers = servers_in(&format!("flavor-{id}"));
        assert!(!servers.is_empty(), "{id}: no server");
        for server in servers {
            assert_eq!(server["flavor"], id.as_str(), "{server}");
        }
    }
}

#[test]
fn every_flavor_has_a_case_with_what_it_is_not() {
    for id in ids() {
        let servers = servers_in(&format!("flavor-{id}-not"));
        assert!(servers.is_empty(), "{id}: {servers:?}");
    }
}

#[test]
fn every_case_of_a_flavor_is_of_a_flavor_that_the_rules_know() {
    let ids = ids();
    for entry in fs::read_dir(fixtures()).expect("cases") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let Some(id) = name.strip_prefix("flavor-") else { continue };
        let id = id.strip_suffix("-not").unwrap_or(id);
        assert!(ids.iter().any(|known| known == id), "{name}");
    }
}

/// What each case comes to: verdict, verdict after the edits, and where the interval stands.
const VERDICTS: [(&str, &str, &str, &str); 110] = [
    ("configmap-key-without-a-value", "does-not-start", "purges", "ConfigMap config (key zoo.cfg)"),
    ("flavor-milvus-operator", "unknown", "unknown", "default"),
    ("flavor-never-purging-start", "never-purges", "never-purges", "default"),
    ("started-by-another-product-unknown", "unknown", "unknown", "command"),
    ("clone-set", "never-purges", "purges", "default"),
    ("zoo-servers-with-more-lines", "purges", "purges", "env ZOO_SERVERS"),
    ("zoo-servers-switches-off", "never-purges", "purges", "env ZOO_SERVERS"),
    ("zoo-servers-out-of-sight-says-nothing", "never-purges", "purges", "default"),
    ("folder-in-place-of-the-file-unknown", "unknown", "unknown", "file /conf/zoo.cfg"),
    ("folder-that-nothing-can-be-written-to-unknown", "unknown", "unknown", "file /conf/zoo.cfg"),
    ("sub-path-of-a-key-that-is-not-there-unknown", "unknown", "unknown", "file /conf/zoo.cfg"),
    ("other-file-beside-the-configuration", "purges", "purges", "env ZOO_AUTOPURGE_PURGEINTERVAL"),
    ("value-from-optional-key-that-is-not-there", "never-purges", "purges", "default"),
    (
        "value-from-optional-key-behind-env-from",
        "purges",
        "purges",
        "env ZOO_AUTOPURGE_PURGEINTERVAL from ConfigMap purging, key ZOO_AUTOPURGE_PURGEINTERVAL",
    ),
    (
        "value-from-key-that-is-not-there-unknown",
        "unknown",
        "unknown",
        "env ZOO_AUTOPURGE_PURGEINTERVAL from ConfigMap purging, key interval",
    ),
    ("refers-to-a-variable-from-a-config-map", "purges", "purges", "env ZOO_AUTOPURGE_PURGEINTERVAL"),
    ("refers-to-a-variable-that-env-from-brings", "purges", "purges", "env ZOO_AUTOPURGE_PURGEINTERVAL"),
    ("refers-to-itself-again-and-again-unknown", "unknown", "unknown", "env ZOO_AUTOPURGE_PURGEINTERVAL"),
    ("flavor-bitnami", "never-purges", "purges", "env ZOO_AUTOPURGE_INTERVAL"),
    ("flavor-official", "never-purges", "purges", "env ZOO_AUTOPURGE_PURGEINTERVAL"),
    ("flavor-signoz", "never-purges", "purges", "env ZOO_AUTOPURGE_INTERVAL"),
    ("flavor-confluent", "never-purges", "purges", "default"),
    ("flavor-fabric-zookeeper", "never-purges", "purges", "env ZOO_AUTOPURGE_PURGEINTERVAL"),
    ("flavor-incubator-2x", "never-purges", "purges", "default"),
    ("flavor-k8szk", "never-purges", "purges", "default"),
    ("flavor-kubernetes-zookeeper", "never-purges", "never-purges", "default"),
    ("flavor-canonical", "never-purges", "never-purges", "default"),
    ("flavor-debezium", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("flavor-wurstmeister", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("flavor-kubeblocks", "never-purges", "purges", "ConfigMap zookeeper-config (key zoo.cfg)"),
    ("flavor-configmap-zoo-cfg", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-key-before-dynamic-config-file", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-items", "never-purges", "purges", "ConfigMap zookeeper (key server-config)"),
    ("configmap-projected", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-in-a-list", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-missing-unknown", "unknown", "unknown", "file /conf/zoo.cfg"),
    ("configmap-of-another-namespace-unknown", "unknown", "unknown", "file /conf/zoo.cfg"),
    ("secret-zoo-cfg-encoded-not-written", "never-purges", "never-purges", "Secret zookeeper (key zoo.cfg)"),
    ("secret-zoo-cfg-not-written", "never-purges", "never-purges", "Secret zookeeper (key zoo.cfg)"),
    (
        "env-from-config-map",
        "never-purges",
        "purges",
        "env ZOO_AUTOPURGE_PURGEINTERVAL from ConfigMap zookeeper, key ZOO_AUTOPURGE_PURGEINTERVAL",
    ),
    (
        "value-from-config-map",
        "never-purges",
        "purges",
        "env ZOO_AUTOPURGE_PURGEINTERVAL from ConfigMap zookeeper, key purge.interval",
    ),
    ("cfg-extra", "never-purges", "purges", "env ZOO_CFG_EXTRA"),
    ("flavor-shell-heredoc", "never-purges", "purges", "script"),
    ("shell-heredoc-without-the-key", "never-purges", "purges", "script"),
    ("flavor-kafka-bundled", "never-purges", "purges", "ConfigMap zookeeper-config (key zookeeper.properties)"),
    ("flavor-pulsar", "never-purges", "purges", "env PULSAR_PREFIX_autopurge.purgeInterval"),
    ("flavor-unknown-image", "unknown", "unknown", "default"),
    ("flavor-pravega", "never-purges", "purges", "field /spec/config/autoPurgePurgeInterval"),
    ("flavor-strimzi", "never-purges", "purges", "field /spec/zookeeper/config/autopurge.purgeInterval"),
    ("flavor-stackable", "never-purges", "purges", "default"),
    (
        "stackable-role-and-role-group",
        "never-purges",
        "purges",
        "field /spec/servers/roleGroups/secondary/configOverrides/zoo.cfg/autopurge.purgeInterval",
    ),
    (
        "flavor-kubedoop",
        "never-purges",
        "purges",
        "field /spec/servers/roleGroups/default/configOverrides/zoo.cfg/autopurge.purgeInterval",
    ),
    ("flavor-cfk", "never-purges", "purges", "field /spec/configOverrides/server"),
    ("cfk-unknown", "unknown", "unknown", "default"),
    ("flavor-monimesl", "never-purges", "purges", "field /spec/zkCfg"),
    ("monimesl-without-a-text", "never-purges", "purges", "default"),
    (
        "flavor-solr-operator",
        "never-purges",
        "purges",
        "field /spec/zookeeperRef/provided/config/autoPurgePurgeInterval",
    ),
    ("flavor-solr-operator-bloomberg", "never-purges", "never-purges", "default"),
    ("solr-without-zookeeper-ref", "purges", "purges", "default"),
    ("flavor-unknown-kubeblocks", "unknown", "unknown", "default"),
    ("flavor-unknown-operator", "unknown", "unknown", "default"),
    ("flavor-event-streams", "unknown", "unknown", "default"),
    ("confluent-copy-under-another-name", "never-purges", "purges", "env ZOOKEEPER_AUTOPURGE_PURGE_INTERVAL"),
    ("flavor-streamnative", "unknown", "unknown", "field /spec/config/custom/PULSAR_PREFIX_autopurge.purgeInterval"),
    ("flavor-kubedb", "unknown", "unknown", "default"),
    ("configmap-text-in-one-line", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-text-in-quotes", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-text-folded", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-text-without-last-newline", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-last-line-of-a-key-counts", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-misspelt-key", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-line-goes-on", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-of-two-servers", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmaps-of-one-name-unknown", "unknown", "unknown", "file /conf/zoo.cfg"),
    ("configmap-binary-not-curable", "never-purges", "never-purges", "ConfigMap zookeeper (key zoo.cfg)"),
    (
        "env-from-with-prefix",
        "never-purges",
        "purges",
        "env ZOO_AUTOPURGE_PURGEINTERVAL from ConfigMap zookeeper, key AUTOPURGE_PURGEINTERVAL",
    ),
    (
        "env-from-secret",
        "never-purges",
        "purges",
        "env ZOO_AUTOPURGE_PURGEINTERVAL from Secret zookeeper, key ZOO_AUTOPURGE_PURGEINTERVAL",
    ),
    ("shell-interval-worked-out-unknown", "unknown", "unknown", "script"),
    ("shell-in-one-line", "never-purges", "purges", "script"),
    ("shell-that-hands-on-to-the-entrypoint", "never-purges", "purges", "default"),
    ("kafka-file-of-the-image-not-curable", "never-purges", "never-purges", "default"),
    ("stackable-overrides-null", "never-purges", "purges", "default"),
    ("strimzi-text-for-a-number", "never-purges", "purges", "field /spec/zookeeper/config/autopurge.purgeInterval"),
    ("pravega-image-too-old-not-curable", "never-purges", "never-purges", "default"),
    ("pravega-operator-too-old-not-curable", "never-purges", "never-purges", "default"),
    ("pravega-container-of-its-own", "never-purges", "purges", "ConfigMap zookeeper-scripts (key zoo.cfg)"),
    ("solr-chart-too-old-not-curable", "never-purges", "never-purges", "default"),
    ("solr-chart-that-hands-nothing-on", "purges", "purges", "default"),
    ("kubeblocks-cluster", "purges", "purges", "default"),
    ("canonical-ubuntu-unknown", "unknown", "unknown", "default"),
    ("canonical-started-by-hand", "never-purges", "never-purges", "default"),
    ("pulsar-without-its-script", "purges", "purges", "default"),
    ("confluent-file-of-its-own", "never-purges", "purges", "ConfigMap zookeeper (key own.properties)"),
    ("kafka-relative-path", "never-purges", "purges", "ConfigMap zookeeper (key zookeeper.properties)"),
    ("conf-dir-of-its-own", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("cfg-extra-out-of-sight-unknown", "unknown", "unknown", "env ZOO_CFG_EXTRA from Secret elsewhere, key extra"),
    ("empty-dir-filled-by-an-init-container-unknown", "unknown", "unknown", "file /conf/zoo.cfg"),
    ("configmap-immutable-not-curable", "never-purges", "never-purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-with-checksum", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-last-line-is-cut-off", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-decoys", "never-purges", "purges", "ConfigMap zookeeper (key zoo.cfg)"),
    ("configmap-mounted-where-nothing-looks", "never-purges", "purges", "default"),
    ("shell-misspelt-key", "never-purges", "purges", "script"),
    ("cfg-extra-misspelt-key", "never-purges", "purges", "default"),
    ("strimzi-misspelt-key", "never-purges", "purges", "field /spec/zookeeper/config/autopurge.purgeInterval"),
    ("k8szk-that-adds-the-key", "purges", "purges", "script"),
    ("shell-interval-from-a-variable", "never-purges", "purges", "script"),
    (
        "configmap-copied-by-an-init-container",
        "never-purges",
        "purges",
        "ConfigMap zookeeper-config (key zookeeper.properties)",
    ),
    ("bitnami-image-of-another-name", "never-purges", "purges", "env ZOO_AUTOPURGE_INTERVAL"),
    ("k8szk-inside-of-quotes-not-curable", "never-purges", "never-purges", "default"),
];

#[test]
fn cases_of_flavors_come_to_the_verdicts_that_the_images_and_operators_give() {
    for (case, verdict, after, store) in VERDICTS {
        let servers = servers_in(case);
        let server = servers.last().expect("a server");
        let seen = [&server["verdict"], &server["after"], &server["interval"]["store"]].map(Value::as_str);
        assert_eq!(seen, [Some(verdict), Some(after), Some(store)], "{case}");
    }
}

/// Where no setting helps, a comment says so above the resource; where nobody knows, nothing is written.
#[test]
fn what_cannot_be_cured_is_said_above_the_resource() {
    for case in ["flavor-kubernetes-zookeeper", "flavor-canonical", "secret-zoo-cfg-not-written"] {
        let ran = run(&["post-render"], &input_of(case));
        let output = String::from_utf8(ran.stdout).expect("UTF-8");
        let (first, rest) = output.split_once('\n').expect("a line");
        assert!(first.starts_with("# autopurge: purge-disabled"), "{case}: {first}");
        assert_eq!(rest.as_bytes(), input_of(case), "{case}");
    }
}

#[test]
fn a_config_map_counts_on_either_side_of_its_server() {
    for case in [
        "flavor-debezium",
        "flavor-configmap-zoo-cfg",
        "flavor-kafka-bundled",
        "configmap-items",
        "configmap-projected",
    ] {
        let text = String::from_utf8(input_of(case)).expect("UTF-8");
        let (first, second) = text.split_once("---\n").expect("two documents");
        let swapped = report_on(format!("{second}---\n{first}").as_bytes());
        assert_eq!(swapped["servers"][0]["verdict"], "never-purges", "{case}");
        assert_eq!(swapped["servers"][0]["after"], "purges", "{case}");
    }
}

#[test]
fn a_text_in_a_secret_is_neither_shown_nor_written() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("report.json");
    let ran = run(&["-v", "--report", path.to_str().expect("UTF-8")], &input_of("secret-zoo-cfg-not-written"));
    let told = ran.stderr + &fs::read_to_string(path).expect("a report");
    assert!(!told.contains("hunter2") && !told.contains("autopurge.purgeInterval=0"), "{told}");
    let output = String::from_utf8(ran.stdout).expect("UTF-8");
    assert!(output.ends_with("    ssl.keyStore.password=hunter2\n    autopurge.purgeInterval=0\n"), "{output}");
}

#[test]
fn a_line_for_the_configuration_goes_before_the_dynamic_file() {
    let output = run(&[], &input_of("configmap-key-before-dynamic-config-file")).stdout;
    let output = String::from_utf8(output).expect("UTF-8");
    let place = |word: &str| output.rfind(word).expect("a line");
    assert!(place("    autopurge.purgeInterval=1") < place("    dynamicConfigFile="), "{output}");
}
