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
