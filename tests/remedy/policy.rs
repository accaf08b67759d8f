//! Policies, decided with the API server's own CEL (`tests/remedy/cel`): they agree with the tool wherever one object is
//! enough to tell, and say nothing elsewhere.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{objects, written};
use crate::post_render::corpus;
use crate::post_render::library::{HOURLY, Seen, judge};
use crate::post_render::program::{fixtures, input_of};
use crate::tool::tool;

/// What a policy says to a request.
#[derive(Debug, Deserialize)]
struct Decision {
    request: usize,
    policy: String,
    denied: Option<Vec<String>>,
    undecided: Option<String>,
    servers: Option<Vec<String>>,
    mutated: Option<Value>,
    error: Option<String>,
}

/// Decides on requests with policies; `None` where the program was not built.
fn decide(policies: &str, requests: &[Value]) -> Option<Vec<Decision>> {
    let program = tool("cel")?;
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("policies.yaml");
    fs::write(&path, policies).expect("a file");
    Some(run(&program, &path, requests))
}

fn run(program: &Path, policies: &Path, requests: &[Value]) -> Vec<Decision> {
    let mut command = Command::new(program);
    let pipes = command.arg(policies).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("cel starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let text: String = requests.iter().map(|request| format!("{request}\n")).collect();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("an end");
    writer.join().expect("a thread").expect("a pipe that is read");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    lines.map(|decision| decision.expect("a decision")).collect()
}

fn create(object: &Value) -> Value {
    json!({"operation": "CREATE", "object": object})
}

/// Streams to judge: every case of post-render with the built-in rules, and the corpus where it is there.
fn streams() -> Vec<(String, Vec<u8>)> {
    let names = fs::read_dir(fixtures()).expect("fixtures").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    // No API server gets to see a stream that is no YAML for others, nor rules of a user's; of live objects it sees each.
    names.retain(|name| {
        !fixtures().join(name).join("rules").is_dir() && !name.starts_with("bom") && !name.starts_with("live-")
    });
    names.sort();
    let cases = names.into_iter().map(|name| (name.clone(), input_of(&name)));
    let corpus = corpus::files().unwrap_or_default();
    cases.chain(corpus.into_iter().map(|file| (file.name.clone(), file.stream()))).collect()
}

/// Where an object is: stream, kind, name, namespace.
type Place = (String, String, String, Option<String>);

fn place(stream: &str, object: &Value) -> Place {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let name = text(&object["metadata"]["name"]).unwrap_or_default();
    (stream.to_owned(), text(&object["kind"]).unwrap_or_default(), name, text(&object["metadata"]["namespace"]))
}

/// What the tool says of a server: the name that policies give it, and the verdict.
fn seen(stream: &str, server: &Seen) -> (Place, String) {
    let place = (stream.to_owned(), server.kind.clone(), server.name.clone(), server.namespace.clone());
    let name = match (&server.container, &server.group) {
        (Some(container), _) => container.clone(),
        (None, Some(group)) => format!("{} (group {group})", server.name),
        (None, None) => server.name.clone(),
    };
    (place, name)
}

/// What a policy worked out: `name=interval=retain`.
fn verdict(server: &str) -> (String, &'static str) {
    let parts: Vec<&str> = server.rsplitn(3, '=').collect();
    let (retain, interval, name) = (parts[0], parts[1], parts[2]);
    let verdict = match (interval, retain) {
        _ if interval.starts_with("bad") || retain.starts_with("bad") => "does-not-start",
        ("unknown", _) => "unknown",
        ("on", _) => "purges",
        _ => "never-purges",
    };
    (name.to_owned(), verdict)
}

/// What admission has to decide: a variable that stands in the container itself, of images whose command says nothing
/// else. Elsewhere it may keep silent, but never say anything that the tool does not.
fn is_in_sight(server: &Seen, object: &Value) -> bool {
    let pod = object.pointer("/spec/template/spec").unwrap_or(&object["spec"]);
    let mut containers = pod["containers"].as_array().into_iter().flatten();
    let is_variable = server.store.starts_with("env ") && !server.store.contains(" from ");
    let is_plain = containers.all(|container| container["envFrom"].is_null() && container["volumeMounts"].is_null());
    // A value that another variable decides is not followed.
    let text = object.to_string();
    // Nor is what a command does with the variable, nor are the builder's revisions compared.
    let set = format!("{}=", server.store.trim_start_matches("env "));
    let is_plain = is_plain && !text.contains("$(") && !text.contains(&set) && !text.contains("-debian-11-r");
    // Nor are functions, nor does a policy know that the script ends with `true`.
    let is_plain = is_plain && !text.contains("() {") && !text.contains("/docker-entrypoint.sh true");
    is_variable && is_plain && server.verdict != "unknown" && ["bitnami", "official"].contains(&server.flavor.as_str())
}

/// A mounted script sets the variable itself, or may change the configuration, which admission is documented not to see.
const OUT_OF_SIGHT: [&str; 3] = [
    "script-that-exports-the-variable",
    "script-that-is-read-in-exports-the-variable",
    "script-out-of-sight-before-the-start-unknown",
];

#[test]
fn policies_agree_with_the_tool_for_what_they_can_decide() {
    let (mut requests, mut places) = (Vec::new(), Vec::new());
    let mut by_place: BTreeMap<Place, Value> = BTreeMap::new();
    let streams = streams();
    for (name, stream) in streams.iter().filter(|(name, _)| !OUT_OF_SIGHT.contains(&name.as_str())) {
        let text = String::from_utf8_lossy(stream);
        for object in objects(&text).into_iter().filter(is_served) {
            by_place.insert(place(name, &object), object.clone());
            places.push(place(name, &object));
            requests.push(create(&object));
        }
    }
    let Some(decisions) = decide(&written("policy", &[], b""), &requests) else { return };
    let mut decided: BTreeMap<(Place, String), &str> = BTreeMap::new();
    for decision in &decisions {
        if let Some(error) = &decision.error {
            assert!(error.starts_with("refused by the API server itself"), "{:?}: {error}", places[decision.request]);
            by_place.remove(&places[decision.request]);
        }
        for server in decision.servers.iter().flatten() {
            let (name, verdict) = verdict(server);
            decided.insert((places[decision.request].clone(), name), verdict);
        }
    }
    let (mut agreed, mut wrong) = (0, Vec::new());
    for (stream, bytes) in &streams {
        for server in judge(bytes, HOURLY).servers {
            let key = seen(stream, &server);
            let Some(object) = by_place.get(&key.0) else { continue };
            match decided.remove(&key).unwrap_or("unknown") {
                verdict if verdict == server.verdict => agreed += 1,
                "unknown" if !is_in_sight(&server, object) => {}
                verdict => wrong.push(format!("{key:?} {} and not {verdict} ({})", server.verdict, server.store)),
            }
        }
    }
    wrong.extend(
        decided.iter().filter(|(_, verdict)| **verdict != "unknown").map(|found| format!("no server: {found:?}")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agreed >= 90, "only {agreed} servers were decided");
}

/// Objects that an API server of today takes: not the beta groups of long ago.
fn is_served(object: &Value) -> bool {
    object["apiVersion"]
        .as_str()
        .is_some_and(|version| !version.starts_with("extensions/") && !version.starts_with("apps/v1beta"))
}

/// A stateful set that never purges.
fn off() -> Value {
    let stream = String::from_utf8(input_of("never-purges")).expect("UTF-8");
    objects(&stream).into_iter().find(|object| object["kind"] == "StatefulSet").expect("a stateful set")
}

/// What the policies say to one request.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// No policy is asked.
    NotAsked,
    /// The messages of the validations that fail.
    Denied(Vec<String>),
}

/// The answer of the policies; `None` where the program was not built.
fn asked(request: &Value) -> Option<Answer> {
    let decisions = decide(&written("policy", &[], b""), std::slice::from_ref(request))?;
    let first = decisions.into_iter().next();
    Some(first.map_or(Answer::NotAsked, |decision| Answer::Denied(decision.denied.unwrap_or_default())))
}

const MESSAGE: &str = "purge-disabled: zookeeper never deletes old snapshots: ZOO_AUTOPURGE_INTERVAL is 0 or missing";

#[test]
fn messages_name_the_container_and_the_variable() {
    let Some(answer) = asked(&create(&off())) else { return };
    assert_eq!(answer, Answer::Denied(vec![MESSAGE.to_owned()]));
}

#[test]
fn updates_count_only_when_the_pod_template_changes() {
    let (old, mut scaled, mut changed) = (off(), off(), off());
    scaled["spec"]["replicas"] = 5.into();
    changed["spec"]["template"]["metadata"]["labels"]["new"] = "label".into();
    let update = |new: &Value| json!({"operation": "UPDATE", "object": new, "oldObject": old});
    let Some(unchanged) = asked(&update(&scaled)) else { return };
    assert_eq!(unchanged, Answer::NotAsked);
    assert_eq!(asked(&update(&changed)), Some(Answer::Denied(vec![MESSAGE.to_owned()])));
}

#[test]
fn what_a_controller_owns_is_left_alone() {
    let spec = off()["spec"]["template"]["spec"].clone();
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "zk-0"}, "spec": spec});
    let Some(bare) = asked(&create(&pod)) else { return };
    assert_eq!(bare, Answer::Denied(vec![MESSAGE.to_owned()]));
    let owner = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "zk", "uid": "1", "controller": true});
    pod["metadata"]["ownerReferences"] = json!([owner]);
    assert_eq!(asked(&create(&pod)), Some(Answer::NotAsked));
}

#[test]
fn what_cannot_be_decided_leaves_a_note() {
    let stream = String::from_utf8(input_of("env-from-unknown")).expect("UTF-8");
    let requests: Vec<Value> = objects(&stream).iter().map(create).collect();
    let Some(decisions) = decide(&written("policy", &[], b""), &requests) else { return };
    let noted: Vec<&str> = decisions.iter().filter_map(|decision| decision.undecided.as_deref()).collect();
    assert_eq!(noted, ["zookeeper"]);
    assert!(decisions.iter().all(|decision| decision.denied.is_none()));
}

#[test]
fn bindings_warn_unless_they_enforce() {
    let actions = |args: &[&str]| -> Vec<Value> {
        let policies = objects(&written("policy", args, b""));
        policies
            .iter()
            .filter(|policy| policy["kind"] == "ValidatingAdmissionPolicyBinding")
            .map(|binding| binding["spec"]["validationActions"].clone())
            .collect()
    };
    assert!(actions(&[]).iter().all(|actions| *actions == json!(["Warn", "Audit"])));
    assert!(actions(&["--enforce"]).iter().all(|actions| *actions == json!(["Deny", "Audit"])));
    assert!(actions(&[]).len() >= 4);
}

#[test]
fn the_head_says_what_is_needed_and_what_is_not_decided() {
    let plain = written("policy", &[], b"");
    for words in ["Kubernetes 1.30", "cannot decide", "envFrom", "Unknown image"] {
        assert!(plain.contains(words), "{words}");
    }
    let mutating = written("policy", &["--mutate"], b"");
    for words in ["1.36", "argocd.argoproj.io/compare-options: ServerSideDiff=true,IncludeMutationWebhook=true"] {
        assert!(mutating.contains(words) && !plain.contains(words), "{words}");
    }
}

/// What the mutating policy makes of an object, where it is asked.
fn mutated(object: &Value) -> Option<Value> {
    let decisions = decide(&written("policy", &["--mutate", "--interval", "12"], b""), &[create(object)])?;
    let decision = decisions.into_iter().find(|decision| decision.policy == "autopurge-workloads-switch-on");
    let decision = decision.expect("it is asked");
    assert_eq!(decision.error, None);
    decision.mutated
}

#[test]
fn mutating_sets_the_variable_and_nothing_else() {
    let mut expected = off();
    let Some(mut mutated) = mutated(&off()) else { return };
    let variables =
        |object: &mut Value| object.pointer_mut("/spec/template/spec/containers/0/env").expect("env").take();
    let (before, after) = (variables(&mut expected), variables(&mut mutated));
    let difference: Vec<(&Value, &Value)> =
        before.as_array().unwrap().iter().zip(after.as_array().unwrap()).filter(|(old, new)| old != new).collect();
    assert_eq!(difference.len(), 1);
    assert_eq!(*difference[0].1, json!({"name": "ZOO_AUTOPURGE_INTERVAL", "value": "12"}));
    assert_eq!(
        mutated["spec"]["template"]["spec"]["containers"][0]["name"],
        expected["spec"]["template"]["spec"]["containers"][0]["name"]
    );
}

#[test]
fn mutating_leaves_a_purging_server_alone() {
    let stream = String::from_utf8(input_of("already-purges")).expect("UTF-8");
    let object = objects(&stream).into_iter().find(|object| object["kind"] == "StatefulSet").expect("a stateful set");
    let Some(mutated) = mutated(&object) else { return };
    assert_eq!(
        mutated["spec"]["template"]["spec"]["containers"][0]["env"],
        object["spec"]["template"]["spec"]["containers"][0]["env"]
    );
}
