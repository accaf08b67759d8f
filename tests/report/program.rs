//! Every format as the program itself writes it, of a repository with findings of several checks.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use roxmltree::Document;
use serde_json::Value;
use tempfile::TempDir;

use crate::post_render::program::{autopurge, ran};

const SERVER: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n        - name: zookeeper\n          image: bitnami/zookeeper:3.9.2\n          env:\n            - {name: ZOO_AUTOPURGE_INTERVAL, value: \"0\"}\n            - {name: ZOO_AUTOPURGE_PURGEINTERVAL, value: \"24\"}\n";
const HIDDEN: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: hidden}\nspec:\n  template:\n    spec:\n      containers:\n        - name: zookeeper\n          image: bitnami/zookeeper:3.9.2\n          env: # autopurge: ignore[purge-invalid]\n            - {name: ZOO_AUTOPURGE_INTERVAL, valueFrom: {secretKeyRef: {name: x, key: y}}}\n";

/// The checks that have findings here.
const CHECKS: [&str; 5] =
    ["purge-disabled", "purge-unknown", "setting-not-read", "unreadable-input", "unused-suppression"];

pub(super) fn repository() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (path, text) in [("zk.yaml", SERVER), ("hidden.yaml", HIDDEN), ("broken.yaml", "image: zookeeper\n  x: [")] {
        fs::write(folder.path().join(path), text).expect("a file");
    }
    folder
}

/// What `autopurge lint --format FORMAT ARGS` prints in a folder.
pub(super) fn printed(folder: &Path, format: &str, args: &[&str]) -> String {
    let args = [&["lint", "--format", format, "-v"], args].concat();
    let ran = ran(&autopurge(&args, &[]).current_dir(folder).output().expect("an end"));
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{format}");
    String::from_utf8(ran.stdout).expect("UTF-8")
}

fn json(format: &str) -> Value {
    serde_json::from_str(&printed(repository().path(), format, &[])).expect("JSON")
}

fn texts<'v>(list: &'v Value, key: &str) -> BTreeSet<&'v str> {
    list.as_array().expect("a list").iter().map(|one| one[key].as_str().expect("a text")).collect()
}

/// Code scanning services show nothing but the message of a result whose rule is not described.
#[test]
fn sarif_describes_the_rule_of_every_result() {
    let log = json("sarif");
    let run = &log["runs"][0];
    let rules = &run["tool"]["driver"]["rules"];
    assert_eq!(texts(&run["results"], "ruleId"), BTreeSet::from(CHECKS));
    for result in run["results"].as_array().expect("results") {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("an index")];
        assert_eq!(rule["id"], result["ruleId"]);
        let described = [&rule["shortDescription"]["text"], &rule["help"]["markdown"], &rule["helpUri"]];
        assert!(described.iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{rule}");
    }
}

/// A text of the user's takes the place of that one, and of no other.
#[test]
fn sarif_has_the_own_texts_of_a_team_beside_the_others() {
    let folder = repository();
    fs::create_dir_all(folder.path().join("house/checks")).expect("a folder");
    let text = "id: purge-disabled\ntitle: Ask the platform team\nseverity: error\nmeans: x\nwhy: x\nfix: x\n";
    fs::write(folder.path().join("house/checks/purge-disabled.yaml"), text).expect("a file");
    let log: Value = serde_json::from_str(&printed(folder.path(), "sarif", &["--rules", "house"])).expect("JSON");
    let rules = &log["runs"][0]["tool"]["driver"]["rules"];
    let titles: Vec<&Value> = rules.as_array().expect("rules").iter().map(|rule| &rule["shortDescription"]).collect();
    assert_eq!(titles.iter().filter(|title| title["text"] == "Ask the platform team.").count(), 1);
    assert_eq!(titles.len(), json("sarif")["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").len());
}

#[test]
fn json_has_every_check_and_every_server() {
    let report = json("json");
    assert_eq!(texts(&report["findings"], "check"), BTreeSet::from(CHECKS));
    assert_eq!(texts(&report["servers"], "name"), BTreeSet::from(["hidden", "zk"]));
}

#[test]
fn gitlab_has_every_check() {
    assert_eq!(texts(&json("gitlab"), "check_name"), BTreeSet::from(CHECKS));
}

#[test]
fn xml_formats_are_whole() {
    for (format, element, count) in [("junit", "testcase", 4), ("checkstyle", "error", 5)] {
        let text = printed(repository().path(), format, &[]);
        let document = Document::parse(&text).expect("XML");
        let found = document.descendants().filter(|node| node.has_tag_name(element)).count();
        assert_eq!(found, count, "{format}: {text}");
    }
}

#[test]
fn formats_of_text_name_every_check() {
    for format in ["full", "concise", "github"] {
        let text = printed(repository().path(), format, &[]);
        let missing: Vec<&str> = CHECKS.into_iter().filter(|check| !text.contains(check)).collect();
        assert!(missing.is_empty(), "{format}: {missing:?}\n{text}");
    }
}
