//! `autopurge remedy`: each shape of the cure, applied by the program that people apply it with.

mod alerts;
mod kustomize;
mod kyverno;
mod policy;
mod shapes;
mod unrendered;
mod versions;

use serde::Deserialize;
use serde_json::Value;

use crate::post_render::program::{Ran, run};

/// `autopurge remedy --as SHAPE ARGS` on a stream.
fn remedy(shape: &str, args: &[&str], stream: &[u8]) -> Ran {
    run(&[&["remedy", "--as", shape], args].concat(), stream)
}

/// What a remedy that leaves nothing out prints.
fn written(shape: &str, args: &[&str], stream: &[u8]) -> String {
    let ran = remedy(shape, args, stream);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    String::from_utf8(ran.stdout).expect("UTF-8")
}

/// The objects of a stream, read by an independent reader.
fn objects(stream: &str) -> Vec<Value> {
    let json: Option<Vec<Value>> =
        serde_json::Deserializer::from_str(stream).into_iter().collect::<Result<_, _>>().ok();
    let values = json.or_else(|| merged(stream)).unwrap_or_else(|| {
        // The last one of a key that stands there twice counts; that reader of values refuses it.
        serde_yaml::Deserializer::from_str(stream).map(|one| Value::deserialize(one).expect("YAML")).collect()
    });
    let items = values.into_iter().filter(|value| !value.is_null()).flat_map(|value| match value.get("items") {
        Some(Value::Array(items)) if value["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => items.clone(),
        _ => vec![value],
    });
    items.collect()
}

/// The documents with their merge keys followed.
fn merged(stream: &str) -> Option<Vec<Value>> {
    let value = |document: serde_yaml::Deserializer<'_>| {
        let mut value = serde_yaml::Value::deserialize(document).ok()?;
        value.apply_merge().ok()?;
        serde_json::to_value(value).ok()
    };
    serde_yaml::Deserializer::from_str(stream).map(value).collect()
}

/// The object of a kind and name.
fn object<'o>(objects: &'o [Value], kind: &str, name: &str) -> &'o Value {
    let is_it = |object: &&Value| object["kind"] == kind && object["metadata"]["name"] == name;
    objects.iter().find(is_it).unwrap_or_else(|| panic!("no {kind} {name}"))
}
