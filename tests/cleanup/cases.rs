//! The recorded runs of ZooKeeper's own tool: 62 folders and command lines, run here by both rules.
//!
//! `--like-zkcleanup` has to remove exactly what 3.8 removed, but where nothing to restore from were left. Where the
//! default differs, `docs/cleanup.md` says so in a table, which is made here; `UPDATE_FIXTURES=1 cargo test` writes it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::program::{Ran, run};
use super::scratch::{Scratch, golden};

/// A recorded run.
#[derive(Deserialize)]
struct Case {
    name: String,
    zookeeper: String,
    setup: Vec<Value>,
    args: Vec<String>,
    exit: i32,
    before: BTreeSet<String>,
    removed: BTreeSet<String>,
    /// What there is to see.
    #[serde(default)]
    note: String,
}

/// The release that `--like-zkcleanup` follows; the goldens of 3.6 and 3.9 are no different.
const FOLLOWED: [&str; 3] = ["3.6.4", "3.8.0", "3.9.5"];

/// Where the real tool leaves nothing that a server could restore from.
const NOTHING_LEFT: [&str; 2] = ["corrupt-middle-counts", "killed-gz-counts"];

/// Where the real tool looks into the wrong folder, or refuses one folder under two names; the default does neither.
const FOUND_HERE: [&str; 2] = ["n3-same-dir-other-spelling", "version-2-given"];

/// Arguments in an order that the real tool refuses, and that makes no difference here.
const IN_ANY_ORDER: [&str; 1] = ["error-flag-first"];

fn cases() -> Vec<Case> {
    serde_json::from_slice(&fs::read(golden().join("purge-cases.json")).unwrap()).unwrap()
}

/// What a rule made of a case.
struct Outcome {
    ran: Ran,
    removed: BTreeSet<String>,
    added: BTreeSet<String>,
}

impl Case {
    fn run(&self, more: &[&str]) -> Outcome {
        let scratch = Scratch::new();
        scratch.set_up(&self.setup);
        let before = scratch.listing();
        assert_eq!(before, self.before, "{}: the folder is not the recorded one", self.name);
        let args = self.translated();
        let args: Vec<&str> = ["cleanup", "--delete"]
            .into_iter()
            .chain(args.iter().map(String::as_str))
            .chain(more.iter().copied())
            .collect();
        let ran = run(scratch.path(), &args);
        ran.assert_says(&[]);
        let after = scratch.listing();
        let removed = before.difference(&after).cloned().collect();
        Outcome { ran, removed, added: after.difference(&before).cloned().collect() }
    }

    /// `PurgeTxnLog dataLogDir [snapDir] -n count` in our words.
    fn translated(&self) -> Vec<String> {
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        let words: Vec<&str> = match *args.as_slice() {
            [data, "-n", count] => vec![data, "-n", count],
            [log, data, "-n", count] => vec![data, "--log", log, "-n", count],
            _ => args,
        };
        words.into_iter().map(str::to_owned).collect()
    }

    fn is_followed(&self) -> bool {
        FOLLOWED.contains(&self.zookeeper.as_str()) && !IN_ANY_ORDER.contains(&self.name.as_str())
    }
}

#[test]
fn like_zkcleanup_removes_what_zkcleanup_removes() {
    for case in cases().iter().filter(|case| case.is_followed()) {
        let outcome = case.run(&["--like-zkcleanup"]);
        let expected = if NOTHING_LEFT.contains(&case.name.as_str()) { BTreeSet::new() } else { case.removed.clone() };
        assert_eq!(outcome.removed, expected, "{}: {:#?}", case.name, outcome.ran);
        assert!(outcome.added.is_empty(), "{}: {:?}", case.name, outcome.added);
        if case.exit != 0 {
            assert_eq!(outcome.ran.code, 2, "{}: {:#?}", case.name, outcome.ran);
        }
    }
}

#[test]
fn where_nothing_restorable_would_be_left_nothing_goes() {
    for case in cases().iter().filter(|case| NOTHING_LEFT.contains(&case.name.as_str())) {
        let outcome = case.run(&["--like-zkcleanup"]);
        assert_eq!(outcome.ran.code, 2);
        outcome.ran.assert_says(&["zkCleanup.sh would keep", "none of them is whole"]);
    }
}

/// The default removes nothing that the real tool (of 3.6 or newer) keeps: it only ever keeps more.
#[test]
fn the_default_never_removes_more() {
    for case in cases().iter().filter(|case| case.is_followed() && !FOUND_HERE.contains(&case.name.as_str())) {
        let outcome = case.run(&[]);
        let more: Vec<&String> = outcome.removed.difference(&case.removed).collect();
        assert!(more.is_empty(), "{}: {more:?}", case.name);
        assert!(outcome.added.is_empty(), "{}: {:?}", case.name, outcome.added);
    }
}

/// What the table of the documentation says about a case; nothing where there is no difference.
fn line(case: &Case) -> Option<String> {
    let outcome = case.run(&["--format", "json"]);
    let stays: BTreeSet<&String> = case.removed.difference(&outcome.removed).collect();
    let goes: BTreeSet<&String> = outcome.removed.difference(&case.removed).collect();
    if stays.is_empty() && goes.is_empty() && (outcome.ran.code == 0) == (case.exit == 0) {
        return None;
    }
    let Case { name, zookeeper, exit, note, .. } = case;
    let (why, code) = (why(&outcome.ran, &stays), outcome.ran.code);
    let (stays, goes) = (names(&stays), names(&goes));
    Some(format!("| {name} | {zookeeper} | {stays} | {goes} | {exit}, {code} | {note} | {why} |"))
}

fn names(names: &BTreeSet<&String>) -> String {
    let names: Vec<&str> = names.iter().map(|name| last_part(name)).collect();
    if names.is_empty() { String::new() } else { format!("`{}`", names.join("` `")) }
}

fn last_part(name: &str) -> &str {
    name.trim_end_matches(['/', '@']).rsplit('/').next().unwrap()
}

/// The reasons in the program's own words: why it refused, or why files stay.
fn why(ran: &Ran, stays: &BTreeSet<&String>) -> String {
    if ran.stdout.is_empty() {
        return sentence(&ran.stderr);
    }
    let report = ran.json();
    if let Some(refused) = report["refused"].as_str() {
        return refused.to_owned();
    }
    let names: BTreeSet<&str> = stays.iter().map(|name| last_part(name)).collect();
    let files = report["files"].as_array().unwrap().iter();
    let files = files.filter(|file| names.contains(file["name"].as_str().unwrap()));
    let clause = |file: &'_ Value| file["why"].as_str().unwrap().split(',').next().unwrap().to_owned();
    let reasons: BTreeSet<String> = files.map(clause).collect();
    reasons.into_iter().collect::<Vec<String>>().join("; ")
}

/// The first sentence of a message, without its decoration.
fn sentence(stderr: &str) -> String {
    let words: Vec<&str> = stderr.split_whitespace().skip_while(|word| !word.contains(char::is_alphanumeric)).collect();
    let text = words.join(" ");
    text.split("help:").next().unwrap().trim_end_matches([' ', '│', '╰', '─', '▶']).replace('│', "")
}

#[test]
fn the_documentation_says_where_the_default_differs() {
    let mut table = String::from("| case | ZooKeeper | stays here | goes here | exit there, here | there | here |\n");
    table.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for line in cases().iter().filter_map(line) {
        let _ = writeln!(table, "{line}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cleanup.md");
    let page = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- made by tests/cleanup/cases.rs -->\n", "<!-- end -->");
    let (before, rest) = page.split_once(begin).unwrap();
    let (written, after) = rest.split_once(end).unwrap();
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, format!("{before}{begin}{table}{end}{after}")).unwrap();
        return;
    }
    assert_eq!(written, table, "UPDATE_FIXTURES=1 cargo test writes the table");
}
