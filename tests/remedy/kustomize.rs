//! Components and Flux patches under real kustomize, as `kubectl kustomize` has it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{object, objects, remedy, written};
use crate::post_render::program::{fixtures, input_of};
use crate::tool::tool;

/// What kustomize builds from a stream with a component of ours, or without one; `None` where there is no kubectl.
pub(super) fn built(stream: &str, component: Option<&str>) -> Option<Result<Vec<Value>, String>> {
    let kubectl = tool("kubectl")?;
    let folder = TempDir::new().expect("a temporary folder");
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("a file");
    write("all.yaml", stream);
    write("kustomization.yaml", "resources: [all.yaml]\n");
    if let Some(component) = component {
        fs::create_dir(folder.path().join("autopurge")).expect("a folder");
        write("autopurge/kustomization.yaml", component);
        write("kustomization.yaml", "resources: [all.yaml]\ncomponents: [autopurge]\n");
    }
    Some(kustomize(&kubectl, folder.path()))
}

fn kustomize(kubectl: &Path, folder: &Path) -> Result<Vec<Value>, String> {
    let output = Command::new(kubectl).arg("kustomize").arg(folder).output().expect("kubectl starts");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(objects(&String::from_utf8(output.stdout).expect("UTF-8")))
}

/// Cases with one stream and what comes out of post-render, in which kustomize takes every object.
fn cases() -> Vec<String> {
    let names = fs::read_dir(fixtures()).expect("fixtures").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| {
        fixtures().join(name).join("output.yaml").is_file() && !fixtures().join(name).join("args").is_file()
    });
    names.sort();
    names
}

/// The objects with their variables by name: kustomize puts those of a patch in front.
fn sorted(mut objects: Vec<Value>) -> Vec<Value> {
    fn sort(value: &mut Value) {
        match value {
            Value::Object(table) => {
                for (key, value) in table.iter_mut() {
                    sort(value);
                    if let (true, Value::Array(items)) = (key == "env", value) {
                        items.sort_by_key(|item| item["name"].to_string());
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(sort),
            _ => {}
        }
    }
    objects.iter_mut().for_each(sort);
    objects.iter_mut().filter(|object| is_custom(object)).for_each(untyped);
    objects
}

fn is_custom(object: &Value) -> bool {
    object["apiVersion"]
        .as_str()
        .is_some_and(|version| version.split('/').next().is_some_and(|group| group.contains('.')))
}

/// Numbers as texts: kustomize leaves quotes around a value that had some, and operators take both.
fn untyped(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.to_string().into(),
        Value::Object(table) => table.values_mut().for_each(untyped),
        Value::Array(items) => items.iter_mut().for_each(untyped),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[test]
fn components_do_what_post_render_does() {
    let mut compared = 0;
    for case in cases() {
        let stream = String::from_utf8_lossy(&input_of(&case)).into_owned();
        // To kustomize a template of OpenShift is one object; its patches are for what comes out of it.
        if stream.contains("\nkind: Template\n") {
            continue;
        }
        let ran = remedy("kustomize", &[], stream.as_bytes());
        // Some streams are not for kustomize: objects without names, several of one name, what nothing cures.
        let Some(plain) = built(&stream, None) else { return };
        let (0, Ok(plain)) = (ran.code, plain) else { continue };
        let component = String::from_utf8(ran.stdout).expect("UTF-8");
        if component.is_empty() {
            continue;
        }
        let patched =
            built(&stream, Some(&component)).expect("kubectl").unwrap_or_else(|error| panic!("{case}: {error}"));
        let expected = fs::read_to_string(fixtures().join(&case).join("output.yaml")).expect("an output");
        let expected = built(&expected, None).expect("kubectl").expect("a build");
        assert_ne!(plain, patched, "{case}");
        assert_eq!(sorted(patched), sorted(expected), "{case}");
        compared += 1;
    }
    assert!(compared >= 40, "only {compared} cases were compared");
}

#[test]
fn flux_patches_do_the_same() {
    let stream = String::from_utf8(input_of("posthog-label-18.2.0")).expect("UTF-8");
    let fragment = written("flux", &[], stream.as_bytes());
    let fragment: Value = serde_yaml::from_str(&fragment).expect("YAML");
    let patches = &fragment["spec"]["postRenderers"][0]["kustomize"]["patches"];
    // The controller of Flux writes these patches into a kustomization, and builds it.
    let component = serde_json::json!({
        "apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "patches": patches
    });
    let Some(built) = built(&stream, Some(&component.to_string())) else { return };
    let objects = built.expect("a build");
    let container = &object(&objects, "StatefulSet", "zk")["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["env"][0], serde_json::json!({"name": "ZOO_AUTOPURGE_INTERVAL", "value": "1"}));
}
