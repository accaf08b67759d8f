//! What the patched manifests do: the zoo.cfg that the container would write from them, read by a real `ZooKeeper`.
//!
//! What each image's start script makes of its environment is told here anew, from the scripts, and shares nothing with
//! the program. The manifests are read by another YAML reader.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::corpus;
use super::library::{HOURLY, judge, read};
use super::program::input_of;
use crate::zookeeper::{RunningServer, class_path};
use autopurge::yaml::split;

/// The objects of a stream, `List` items included.
fn objects(stream: &[u8]) -> Vec<Value> {
    let documents = split(stream).into_iter().map(|span| read(span.of_bytes(stream)));
    documents.flat_map(|document| document["items"].as_array().cloned().unwrap_or_else(|| vec![document])).collect()
}

/// A container with the objects that it refers to.
struct Pod<'o> {
    objects: &'o [Value],
    spec: &'o Value,
    container: &'o Value,
}

impl<'o> Pod<'o> {
    fn find(objects: &'o [Value], name: &str, container: &str) -> Self {
        let workload = objects.iter().find(|object| {
            object["metadata"]["name"] == name && object["spec"]["template"]["spec"]["containers"].is_array()
        });
        let spec = &workload.expect("a workload")["spec"]["template"]["spec"];
        let containers = spec["containers"].as_array().expect("containers").iter();
        let container = containers.into_iter().find(|one| one["name"] == container).expect("a container");
        Self { objects, spec, container }
    }

    fn data(&self, kind: &str, name: &Value) -> BTreeMap<String, String> {
        let object = self.objects.iter().find(|object| object["kind"] == kind && &object["metadata"]["name"] == name);
        let entries = object.and_then(|object| object["data"].as_object()).into_iter().flatten();
        entries.map(|(key, value)| (key.clone(), plain(value))).collect()
    }

    /// As Kubernetes sets it: `envFrom` first, then `env`, of which the last entry of a name counts.
    fn environment(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for from in self.container["envFrom"].as_array().into_iter().flatten() {
            all.extend(self.data("ConfigMap", &from["configMapRef"]["name"]));
        }
        for entry in self.container["env"].as_array().into_iter().flatten() {
            let reference = &entry["valueFrom"]["configMapKeyRef"];
            let value = match reference["key"].as_str() {
                Some(key) => self.data("ConfigMap", &reference["name"]).get(key).cloned(),
                None => Some(plain(&entry["value"])),
            };
            let name = entry["name"].as_str().expect("a name").to_owned();
            value.map(|value| all.insert(name, value));
        }
        all
    }

    /// A file that a `ConfigMap` puts into the container.
    fn file(&self, path: &str) -> Option<String> {
        let mounts = self.container["volumeMounts"].as_array()?.iter();
        mounts.into_iter().find_map(|mount| {
            let folder = mount["mountPath"].as_str()?;
            let volumes = self.spec["volumes"].as_array()?.iter();
            let volume = volumes.into_iter().find(|volume| volume["name"] == mount["name"])?;
            let data = self.data("ConfigMap", &volume["configMap"]["name"]);
            let key = match mount["subPath"].as_str() {
                Some(sub) if folder == path => sub,
                Some(_) => return None,
                None => path.strip_prefix(folder)?.trim_start_matches('/'),
            };
            data.get(key).cloned()
        })
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

/// What stands in every configuration, whatever the image.
const COMMON: &str = "tickTime=2000\ninitLimit=10\nsyncLimit=5\n";

/// libzookeeper.sh: a file that is there stays; else the variables, an empty one counting as unset; `ZOO_CFG_*` last.
fn bitnami(pod: &Pod<'_>) -> String {
    if let Some(text) = pod.file("/opt/bitnami/zookeeper/conf/zoo.cfg") {
        return text;
    }
    let environment = pod.environment();
    let or = |name: &str, default: &str| {
        environment.get(name).filter(|value| !value.is_empty()).cloned().unwrap_or_else(|| default.to_owned())
    };
    let mut text = format!(
        "{COMMON}autopurge.purgeInterval={}\nautopurge.snapRetainCount={}\n",
        or("ZOO_AUTOPURGE_INTERVAL", "0"),
        or("ZOO_AUTOPURGE_RETAIN_COUNT", "3")
    );
    for (name, value) in &environment {
        if let Some(key) = name.strip_prefix("ZOO_CFG_") {
            text.extend([key.replace('_', ".").as_str(), "=", value, "\n"]);
        }
    }
    text
}

/// docker-entrypoint.sh: a file that is there stays; else the variables, with the defaults of the Dockerfile where they
/// are missing, and the words of `ZOO_CFG_EXTRA` behind them.
fn official(pod: &Pod<'_>) -> String {
    if let Some(text) = pod.file("/conf/zoo.cfg") {
        return text;
    }
    let environment = pod.environment();
    let or = |name: &str, default: &str| environment.get(name).cloned().unwrap_or_else(|| default.to_owned());
    let extra = or("ZOO_CFG_EXTRA", "");
    format!(
        "{COMMON}autopurge.snapRetainCount={}\nautopurge.purgeInterval={}\nmaxClientCnxns=60\n{}\n",
        or("ZOO_AUTOPURGE_SNAPRETAINCOUNT", "3"),
        or("ZOO_AUTOPURGE_PURGEINTERVAL", "0"),
        extra.split_whitespace().collect::<Vec<_>>().join("\n")
    )
}

/// zookeeper.properties.template: a line for each variable that is there.
fn confluent(pod: &Pod<'_>) -> String {
    let environment = pod.environment();
    let line =
        |name: &str, key: &str| environment.get(name).map(|value| format!("{key}={value}\n")).unwrap_or_default();
    format!(
        "{COMMON}{}{}",
        line("ZOOKEEPER_AUTOPURGE_PURGE_INTERVAL", "autopurge.purgeInterval"),
        line("ZOOKEEPER_AUTOPURGE_SNAP_RETAIN_COUNT", "autopurge.snapRetainCount")
    )
}

/// The script `run` of the incubator chart: its own two variables, an empty one counting as unset.
fn incubator(pod: &Pod<'_>) -> String {
    let environment = pod.environment();
    let or = |name: &str, default: &str| {
        environment.get(name).filter(|value| !value.is_empty()).cloned().unwrap_or_else(|| default.to_owned())
    };
    format!(
        "{COMMON}autopurge.snapRetainCount={}\nautopurge.purgeInterval={}\n",
        or("ZK_SNAP_RETAIN_COUNT", "3"),
        or("ZK_PURGE_INTERVAL", "0")
    )
}

/// The configuration that a server of a flavor starts with; `None` for flavors that are not told here.
fn configuration(flavor: &str, pod: &Pod<'_>) -> Option<String> {
    match flavor {
        "bitnami" | "signoz" => Some(bitnami(pod)),
        "official" | "configmap-zoo-cfg" | "fabric-zookeeper" => Some(official(pod)),
        "confluent" => Some(confluent(pod)),
        "incubator-2x" => Some(incubator(pod)),
        _ => None,
    }
}

/// The configuration of a stream's server, by the flavor that it is known to be.
fn configurations(stream: &[u8]) -> Vec<(String, String)> {
    let objects = objects(stream);
    let servers = judge(stream, HOURLY).servers.into_iter();
    let told = servers.filter_map(|seen| {
        let pod = Pod::find(&objects, &seen.name, seen.container.as_deref()?);
        Some((seen.flavor.clone(), configuration(&seen.flavor, &pod)?))
    });
    told.collect()
}

/// Cases that never purge until they are patched, one store after the other.
const CASES: [&str; 8] = [
    "never-purges",
    "variable-added",
    "flavor-official",
    "cfg-extra",
    "flavor-confluent",
    "flavor-incubator-2x",
    "flavor-configmap-zoo-cfg",
    "env-from-config-map",
];

/// One of the corpus for each of the flavors, where it is there.
const FILES: [&str; 5] = [
    "rendered/posthog-18.2.0.yaml",
    "rendered/own-official-bare.yaml",
    "rendered/cp-helm-charts-0.6.1-zero.yaml",
    "rendered/incubator-zookeeper-2.1.6-decoy.yaml",
    "rendered/thingsboard-zookeeper.yaml",
];

#[test]
fn a_real_server_purges_with_what_the_patched_manifest_configures() {
    let Some(class_path) = class_path() else { return };
    let snapshot = first_snapshot(&class_path);
    let own = CASES.iter().map(|case| ((*case).to_owned(), input_of(case)));
    let files = corpus::files().unwrap_or_default().into_iter().filter(|file| FILES.contains(&file.name.as_str()));
    for (name, stream) in own.chain(files.map(|file| (file.name.clone(), file.stream()))) {
        let before = configurations(&stream);
        let after = configurations(&judge(&stream, HOURLY).output);
        assert!(!before.is_empty() && before.len() == after.len(), "{name}");
        for ((flavor, before), (_, after)) in before.iter().zip(&after) {
            assert_eq!(snapshots_left(&class_path, &snapshot, before), 6, "{name} ({flavor}) before:\n{before}");
            assert_eq!(snapshots_left(&class_path, &snapshot, after), 3, "{name} ({flavor}) after:\n{after}");
        }
    }
}

/// A snapshot that a real server has written.
fn first_snapshot(class_path: &str) -> Vec<u8> {
    let folder = TempDir::new().expect("a folder");
    let mut server = RunningServer::start(class_path, folder.path(), COMMON);
    server.wait_for(&["Snapshot taken"]);
    fs::read(folder.path().join("data/version-2/snapshot.0")).expect("a snapshot")
}

/// How many of six snapshots are left once a server with a configuration has said whether it purges.
fn snapshots_left(class_path: &str, snapshot: &[u8], configuration: &str) -> usize {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data/version-2");
    fs::create_dir_all(&data).expect("a data folder");
    for zxid in 1..=6 {
        fs::write(data.join(format!("snapshot.{zxid}")), snapshot).expect("a snapshot");
    }
    let mut server = RunningServer::start(class_path, folder.path(), configuration);
    server.wait_for(&["Purge task is not scheduled", "Purge task completed"]);
    count(&data)
}

/// The snapshots among the six; a server writes another one when it has started.
fn count(data: &Path) -> usize {
    (1..=6).filter(|zxid| data.join(format!("snapshot.{zxid}")).is_file()).count()
}

/// The same without a server, on every file: whatever purges after the patch does so by its configuration.
#[test]
fn every_patched_manifest_configures_what_the_program_says() {
    for file in corpus::files().unwrap_or_default() {
        let output = judge(&file.stream(), HOURLY).output;
        let objects = objects(&output);
        for seen in judge(&output, HOURLY).servers {
            let Some(container) = seen.container.as_deref().filter(|_| seen.kind != "Pod") else { continue };
            let pod = Pod::find(&objects, &seen.name, container);
            let Some(text) = configuration(&seen.flavor, &pod) else { continue };
            // Tags that read no variable, and what is out of sight, are not told here.
            if seen.verdict != "purges" {
                continue;
            }
            let hours = text.lines().rev().find_map(|line| line.trim().strip_prefix("autopurge.purgeInterval"));
            let hours = hours.map(|rest| rest.trim_start_matches([' ', '=']).trim().to_owned());
            assert_eq!(hours, seen.interval.map(|hours| hours.to_string()), "{}: {}\n{text}", file.name, seen.name);
        }
    }
}
