//! The same objects under other names, and as a cluster gives them back: the same verdicts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::corpus;
use super::library::{HOURLY, Judged, Seen, judge, read};
use super::program::input_of;
use autopurge::yaml::split;

/// Cases with references between their objects.
const CASES: [&str; 8] = [
    "never-purges",
    "configmap-items",
    "configmap-projected",
    "env-from-config-map",
    "env-from-with-prefix",
    "value-from-config-map",
    "stackable-role-and-role-group",
    "cron-job-by-claim",
];

/// Manifests by name: our own, and those of the corpus.
fn manifests() -> Vec<(String, Vec<u8>)> {
    let own = CASES.into_iter().map(|case| (case.to_owned(), input_of(case)));
    let files = corpus::files().unwrap_or_default();
    own.chain(files.iter().map(|file| (file.name.clone(), file.stream()))).collect()
}

fn objects(stream: &[u8]) -> Vec<Value> {
    let documents = split(stream).into_iter().map(|span| read(span.of_bytes(stream)));
    let objects = documents.flat_map(|document| match document["items"].as_array() {
        Some(items) if document["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => items.clone(),
        _ => vec![document],
    });
    objects.filter(|object| object["kind"].is_string()).collect()
}

fn stream_of(objects: &[Value]) -> Vec<u8> {
    objects.iter().flat_map(|object| format!("---\n{object}\n").into_bytes()).collect()
}

/// Everything about a server but how it is called.
fn nameless(judged: &Judged) -> Vec<String> {
    let servers = judged.servers.iter().zip(&judged.after);
    servers
        .map(|(seen, after)| {
            let Seen { kind, flavor, verdict, interval, retain, has_ignored, .. } = seen;
            format!("{kind} {flavor} {verdict} {interval:?} {retain:?} {has_ignored} {after:?}")
        })
        .collect()
}

#[test]
fn every_free_name_replaced() {
    for (name, stream) in manifests() {
        let mut objects = objects(&stream);
        let plain = judge(&stream_of(&objects), HOURLY);
        let names = names(&objects);
        for object in &mut objects {
            rename(object, &names);
        }
        let renamed = stream_of(&objects);
        let judged = judge(&renamed, HOURLY);
        assert_eq!(nameless(&plain), nameless(&judged), "{name}");
        judged.assert_laws(&renamed, HOURLY);
    }
}

/// What people are free to choose: the names of objects, namespaces and releases.
fn names(objects: &[Value]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for object in objects {
        let metadata = &object["metadata"];
        let labels = ["app.kubernetes.io/instance", "release"].map(|key| &metadata["labels"][key]);
        let all = [&metadata["name"], &metadata["namespace"]].into_iter().chain(labels);
        names.extend(all.filter_map(Value::as_str).map(str::to_owned));
    }
    names
}

/// Keys whose text says what a thing is and not which.
const MEANS_SOMETHING: [&str; 8] =
    ["image", "kind", "apiVersion", "componentDef", "mountPath", "subPath", "key", "path"];

/// Replaces whole texts that are names, and the beginnings of claims and commands that hold one.
fn rename(value: &mut Value, names: &BTreeSet<String>) {
    match value {
        Value::String(text) if names.contains(text.as_str()) => *text = renamed(text),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::Object(fields) => {
            // The container that an operator replaces is known by its name.
            let is_container = fields.contains_key("image") || fields.contains_key("mountPath");
            for (key, field) in fields.iter_mut() {
                match (key.as_str(), &mut *field) {
                    ("claimName", Value::String(claim)) => {
                        let whole =
                            names.iter().filter(|name| claim.contains(name.as_str())).max_by_key(|name| name.len());
                        if let Some(name) = whole {
                            *claim = claim.replace(name.as_str(), &renamed(name));
                        }
                    }
                    (key, _) if MEANS_SOMETHING.contains(&key) || (is_container && key == "name") => {}
                    ("volumeClaimTemplates" | "volumes" | "env", list) => keep_names(list, names),
                    _ => rename(field, names),
                }
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A list whose items are called by names of their own.
fn keep_names(list: &mut Value, names: &BTreeSet<String>) {
    for item in list.as_array_mut().into_iter().flatten() {
        for (key, field) in item.as_object_mut().into_iter().flatten() {
            if key != "name" && key != "metadata" {
                rename(field, names);
            }
        }
    }
}

fn renamed(name: &str) -> String {
    format!("n{}-x", name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))))
}

#[test]
fn live_objects_with_their_pods() {
    for (name, stream) in manifests() {
        let objects: Vec<Value> = objects(&stream)
            .into_iter()
            .filter(|object| object["metadata"]["annotations"]["helm.sh/hook"].is_null())
            .collect();
        let plain = judge(&stream_of(&objects), HOURLY);
        let mut items: Vec<Value> =
            objects.iter().enumerate().flat_map(|(number, object)| live(object, number)).collect();
        // A cluster gives its objects back by kind: what is controlled comes before what controls it, or behind.
        items.sort_by_key(|item| item["kind"].as_str().map(str::to_owned));
        let list = json!({ "apiVersion": "v1", "kind": "List", "items": items, "metadata": { "resourceVersion": "" } });
        let judged = judge(list.to_string().as_bytes(), HOURLY);
        let servers = |judged: &Judged| {
            let mut servers: Vec<String> = judged
                .servers
                .iter()
                .zip(&judged.after)
                .map(|(seen, after)| {
                    format!(
                        "{} {} {:?} {:?} {} {:?} {after:?}",
                        seen.kind, seen.name, seen.container, seen.group, seen.verdict, seen.interval
                    )
                })
                .collect();
            servers.sort();
            servers
        };
        assert_eq!(servers(&plain), servers(&judged), "{name}");
    }
}

/// An object as `kubectl get -o yaml` shows it, and what its controller has made of it.
fn live(object: &Value, number: usize) -> Vec<Value> {
    let uid = format!("00000000-0000-4000-8000-{number:012}");
    let mut own = object.clone();
    let applied = object.to_string();
    dress(&mut own, &uid);
    own["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = Value::from(applied);
    let template = &object["spec"]["template"];
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let owner = |kind: &str, name: &str, uid: &str| json!([{ "apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": true }]);
    let mut made = Vec::new();
    match object["kind"].as_str().unwrap_or_default() {
        kind @ ("StatefulSet" | "DaemonSet") => {
            for ordinal in 0..2 {
                made.push(pod(object, template, &format!("{name}-{ordinal}"), &owner(kind, name, &uid)));
            }
        }
        "Deployment" => {
            let set = format!("{name}-5d9c7b");
            let mut replica_set = json!({ "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": { "name": set, "ownerReferences": owner("Deployment", name, &uid) }, "spec": { "replicas": 1, "template": template } });
            replica_set["metadata"]["namespace"] = object["metadata"]["namespace"].clone();
            made.push(pod(object, template, &format!("{set}-abcde"), &owner("ReplicaSet", &set, "r")));
            made.push(replica_set);
        }
        _ => {}
    }
    for (at, one) in made.iter_mut().enumerate() {
        dress(one, &format!("{uid}-{at}"));
    }
    made.push(own);
    made
}

fn pod(controller: &Value, template: &Value, name: &str, owners: &Value) -> Value {
    let mut pod =
        json!({ "apiVersion": "v1", "kind": "Pod", "metadata": template["metadata"], "spec": template["spec"] });
    if !pod["metadata"].is_object() {
        pod["metadata"] = json!({});
    }
    pod["metadata"]["name"] = Value::from(name);
    pod["metadata"]["namespace"] = controller["metadata"]["namespace"].clone();
    pod["metadata"]["ownerReferences"] = owners.clone();
    pod["spec"]["nodeName"] = Value::from("node-a");
    pod
}

fn dress(object: &mut Value, uid: &str) {
    object["metadata"]["uid"] = Value::from(uid);
    object["metadata"]["resourceVersion"] = Value::from("4711");
    object["metadata"]["managedFields"] =
        json!([{ "manager": "helm", "operation": "Update", "fieldsV1": { "f:spec": { "f:template": {} } } }]);
    object["status"] = json!({ "observedGeneration": 1 });
}
