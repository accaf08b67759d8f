//! The policies for Kyverno, read by Kyverno's own code (`tests/remedy/kyverno`). What they decide is what those for the
//! API server decide: the expressions are the same.

use std::process::Command;

use serde_json::Value;

use super::{objects, written};
use crate::post_render::program::{feed, ran};
use crate::tool::tool;

#[test]
fn kyverno_takes_the_policies() {
    let Some(program) = tool("kyverno") else { return };
    for args in [&["--engine", "kyverno"][..], &["--engine", "kyverno", "--enforce"]] {
        let policies = written("policy", args, b"");
        let read = ran(&feed(Command::new(&program), policies.as_bytes()).wait_with_output().expect("an end"));
        assert_eq!(read.code, 0, "{}", read.stderr);
        let policies = objects(&policies);
        let name = |policy: &Value| format!("{}\n", policy["metadata"]["name"].as_str().expect("a name"));
        let names: String = policies.iter().map(name).collect();
        assert_eq!(String::from_utf8(read.stdout).expect("UTF-8"), names);
    }
}

/// It would say so if it did not.
#[test]
fn kyverno_refuses_what_it_does_not_know() {
    let Some(program) = tool("kyverno") else { return };
    let policies = written("policy", &["--engine", "kyverno"], b"").replace("celPreconditions:", "celConditions:");
    let read = ran(&feed(Command::new(&program), policies.as_bytes()).wait_with_output().expect("an end"));
    assert_eq!(read.code, 1);
    read.assert_says(&["unknown field", "celConditions"]);
}

/// Kyverno hands its expressions to the same library: they are the same texts.
#[test]
fn kyverno_gets_the_same_expressions() {
    let (ours, theirs) = (
        objects(&written("policy", &[], b"")),
        objects(&written("policy", &["--engine", "kyverno", "--enforce"], b"")),
    );
    let ours: Vec<&Value> = ours.iter().filter(|policy| policy["kind"] == "ValidatingAdmissionPolicy").collect();
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.into_iter().zip(&theirs) {
        assert_eq!(
            (theirs["apiVersion"].as_str(), theirs["kind"].as_str()),
            (Some("kyverno.io/v1"), Some("ClusterPolicy"))
        );
        let rule = &theirs["spec"]["rules"][0];
        assert_eq!(rule["validate"]["failureAction"], "Enforce");
        assert_eq!(rule["celPreconditions"], ours["spec"]["matchConditions"]);
        assert_eq!(rule["validate"]["cel"]["variables"], ours["spec"]["variables"]);
        let said = |list: &Value| -> Vec<(Value, Value)> {
            let list = list.as_array().unwrap().iter();
            list.map(|one| (one["expression"].clone(), one["messageExpression"].clone())).collect()
        };
        let validations = said(&ours["spec"]["validations"]);
        assert!(!validations.is_empty());
        assert_eq!(said(&rule["validate"]["cel"]["expressions"]), validations);
    }
}
