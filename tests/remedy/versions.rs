//! A remedy that was made for one version of a chart, applied to another one, in which the variable stands elsewhere.

use std::collections::BTreeMap;

use serde_json::Value;

use super::kustomize::built;
use super::{object, objects, written};
use crate::post_render::corpus;

/// Two versions of a stateful set: the newer one has other variables in front, and one container more.
const OLD: &str = include_str!("../../fixtures/remedy/versions/old.yaml");
const NEW: &str = include_str!("../../fixtures/remedy/versions/new.yaml");

/// The variables of all containers of the stateful set, by container and name.
fn variables(objects: &[Value], name: &str) -> BTreeMap<(String, String), Value> {
    let containers = object(objects, "StatefulSet", name)["spec"]["template"]["spec"]["containers"].as_array();
    let of_container = |container: &Value| {
        let owner = container["name"].as_str().expect("a name").to_owned();
        let entries = container["env"].as_array().cloned().unwrap_or_default();
        entries
            .into_iter()
            .map(move |entry| ((owner.clone(), entry["name"].as_str().expect("a name").to_owned()), entry))
    };
    containers.expect("containers").iter().flat_map(of_container).collect()
}

/// Applies the component made for one stream to another; the variables that are different then.
fn changed(made_for: &str, applied_to: &str, name: &str) -> Option<Vec<(String, String, Value)>> {
    let component = written("kustomize", &[], made_for.as_bytes());
    let patched = built(applied_to, Some(&component))?.expect("a build");
    let before = variables(&objects(applied_to), name);
    let after = variables(&patched, name);
    assert!(before.keys().all(|key| after.contains_key(key)), "variables went");
    let differs = |(key, value): &(&(String, String), &Value)| before.get(*key) != Some(*value);
    Some(
        after
            .iter()
            .filter(differs)
            .map(|((owner, name), entry)| (owner.clone(), name.clone(), entry["value"].clone()))
            .collect(),
    )
}

#[test]
fn merges_change_the_variable_and_no_other() {
    let expected = [("zookeeper".to_owned(), "ZOO_AUTOPURGE_INTERVAL".to_owned(), Value::from("1"))];
    if let Some(changed) = changed(OLD, NEW, "events-zookeeper") {
        assert_eq!(changed, expected);
    }
}

#[test]
fn json_patches_fail_rather_than_change_another_variable() {
    let patch: json_patch::Patch = serde_json::from_str(&written("json-patch", &[], OLD.as_bytes())).expect("RFC 6902");
    let mut old = object(&objects(OLD), "StatefulSet", "events-zookeeper").clone();
    json_patch::patch(&mut old, &patch).expect("it fits what it was made for");
    let mut new = object(&objects(NEW), "StatefulSet", "events-zookeeper").clone();
    assert!(json_patch::patch(&mut new, &patch).is_err());
}

/// Bitnami's chart over eight years: whatever was made for one version never changes another variable of any other.
#[test]
fn no_version_of_a_real_chart_is_harmed() {
    let Some(files) = corpus::files() else { return };
    let is_it = |name: &str| name.starts_with("rendered/bitnami-zookeeper-");
    let streams: Vec<(String, String)> = files
        .iter()
        .filter(|file| is_it(&file.name))
        .map(|file| (file.name.clone(), String::from_utf8(file.stream()).expect("UTF-8")))
        .filter(|(_, stream)| objects(stream).iter().any(is_server))
        .collect();
    let mut positions = std::collections::BTreeSet::new();
    for (made_for, old) in &streams {
        let ran = super::remedy("json-patch", &[], old.as_bytes());
        let patch = String::from_utf8(ran.stdout).expect("UTF-8");
        // Versions that purge, or whose image reads nothing, have no remedy; those of old betas have none by name.
        if ran.code != 0 || !patch.contains("/env/") || !old.contains("apiVersion: apps/v1\nkind: StatefulSet") {
            continue;
        }
        positions.extend(patch.lines().filter(|line| line.contains("\"replace\"")).map(str::to_owned));
        // The next version, and the newest of all: every pair would take minutes.
        let next = streams.iter().skip_while(|(other, _)| other != made_for).nth(1);
        for (applied_to, new) in next.into_iter().chain(streams.last()) {
            let Some(changed) = changed(old, new, "zk-zookeeper") else { return };
            assert!(changed.len() <= 1, "{made_for} -> {applied_to}: {changed:?}");
            assert!(
                changed.iter().all(|(_, name, _)| name == "ZOO_AUTOPURGE_INTERVAL"),
                "{made_for} -> {applied_to}: {changed:?}"
            );
        }
    }
    assert!(positions.len() > 1, "the variable stands at one place in all versions, which proves nothing");
}

fn is_server(object: &Value) -> bool {
    object["kind"] == "StatefulSet" && object["metadata"]["name"] == "zk-zookeeper"
}
