//! What is said, and how it ends.

use std::fs;

use serde_json::{Value, json};

use super::program::run;
use super::scratch::Scratch;

const DRY: [&str; 5] = ["cleanup", "--data", "data", "-n", "3"];

fn set_up(steps: &[Value]) -> Scratch {
    let scratch = Scratch::new();
    scratch.set_up(&[&[json!(["copy-all", "small/version-2", "data/version-2"])], steps].concat());
    scratch
}

/// A case: its name, what is done to the folder, the arguments, and what is said.
type Row<'a> = (&'a str, Vec<Value>, &'a [&'a str], &'a [&'a str]);

#[test]
fn refusals_say_what_and_what_to_do() {
    let log = |name: &str| json!(["move", format!("data/version-2/{name}"), format!("logs/version-2/{name}")]);
    let logs = ["log.1", "log.178", "log.2e0", "log.3dd", "log.44f", "log.49f", "log.51d"];
    let remove = |name: &str| json!(["remove", format!("data/version-2/{name}")]);
    let table: [Row<'_>; 9] = [
        ("the logs are elsewhere", logs.map(log).to_vec(), &DRY, &["no log", "pass it with --log"]),
        (
            "swapped",
            logs.map(log).to_vec(),
            &["cleanup", "--data", "logs", "--log", "data", "-n", "3"],
            &["given as the folder of the snapshots, but contains log.1", "Swap them"],
        ),
        (
            "a log is rotten",
            vec![json!(["flip", "data/version-2/log.51d", 5000])],
            &DRY,
            &["log.51d is damaged", "restores from snapshot.596 stops there"],
        ),
        (
            "the end of a transaction is rotten",
            vec![json!(["flip", "data/version-2/log.51d", 2656])],
            &DRY,
            &["log.51d is damaged (byte 2450: a record without its end, and more bytes after it)", "loses silently"],
        ),
        (
            "the length of a transaction is rotten",
            vec![json!(["flip", "data/version-2/log.51d", 2459])],
            &DRY,
            &["log.51d is damaged (byte 2458: the length of a transaction is 16711", "unless jute.maxbuffer is larger"],
        ),
        (
            "transactions are missing",
            vec![remove("snapshot.596"), remove("snapshot.51c"), remove("log.49f"), remove("log.44f")],
            &DRY,
            &["after 0x49e and before 0x51d", "restores from snapshot.49e loses them"],
        ),
        ("too few", vec![], &["cleanup", "--data", "data", "-n", "2"], &["must be 3 or more"]),
        ("wrong folder", vec![], &["cleanup", "--data", ".", "-n", "3"], &["has no version-2", "did you mean ./data?"]),
        ("no folder", vec![], &["cleanup", "--data", "nosuch", "-n", "3"], &["cannot read nosuch"]),
    ];
    for (name, steps, args, words) in table {
        let scratch = set_up(&steps);
        let before = scratch.listing();
        let ran = run(scratch.path(), &[args, &["--delete"]].concat());
        assert_eq!(ran.code, 2, "{name}: {ran:#?}");
        ran.assert_says(words);
        assert_eq!(scratch.listing(), before, "{name}");
    }
}

#[test]
fn a_folder_without_anything_has_a_code_of_its_own() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.at("data/version-2")).unwrap();
    for args in [&DRY[..], &["disk", "data"]] {
        let ran = run(scratch.path(), args);
        assert_eq!(ran.code, 3, "{ran:#?}");
        ran.assert_says(&["no snapshots and no logs"]);
    }
}

#[test]
fn the_folder_is_an_argument_or_an_option() {
    let scratch = set_up(&[]);
    let [argument, option] = [&["cleanup", "data", "-n", "3"][..], &DRY].map(|args| run(scratch.path(), args));
    assert_eq!((argument.code, &argument.stdout), (0, &option.stdout), "{argument:#?}");
    argument.assert_says(&["delete", "keep"]);
    for args in [&["cleanup", "-n", "3"][..], &["cleanup", "data", "--data", "data", "-n", "3"]] {
        assert_eq!(run(scratch.path(), args).code, 2);
    }
}

#[test]
fn a_refusal_is_in_the_report_too() {
    let scratch = set_up(&[json!(["flip", "data/version-2/log.51d", 5000])]);
    let ran = run(scratch.path(), &[DRY.as_slice(), &["--format", "json", "--delete"]].concat());
    assert_eq!(ran.code, 2);
    assert!(ran.json()["refused"].as_str().unwrap().contains("log.51d is damaged"));
}

#[test]
fn the_report_says_what_goes_and_what_that_frees() {
    let scratch = set_up(&[]);
    let report = run(scratch.path(), &[DRY.as_slice(), &["--format", "json"]].concat()).json();
    let order: Vec<&str> = report["order"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let snapshots = ["snapshot.0", "snapshot.168", "snapshot.307", "snapshot.3dc", "snapshot.44e"];
    assert_eq!(order, [&snapshots[..], &["log.1", "log.178", "log.2e0", "log.3dd"]].concat());
    assert_eq!(report["after_is"], "expected");
    let expected = report["after"]["usage"].clone();
    let ran = run(scratch.path(), &[DRY.as_slice(), &["--format", "json", "--delete"]].concat());
    assert_eq!((ran.code, &ran.json()["after_is"]), (0, &json!("measured")));
    assert_eq!(ran.json()["after"]["usage"], expected, "what was expected has come true");
    assert_eq!((&expected["snapshots"]["files"], &expected["logs"]["files"]), (&json!(3), &json!(3)));
}

#[test]
fn two_folders_are_cleaned_up_together() {
    let logs = ["log.1", "log.178", "log.2e0", "log.3dd", "log.44f", "log.49f", "log.51d"];
    let scratch =
        set_up(&logs.map(|name| json!(["move", format!("data/version-2/{name}"), format!("logs/version-2/{name}")])));
    let ran = run(scratch.path(), &["cleanup", "--data", "data", "--log", "logs", "-n", "3", "--delete"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let left: Vec<String> = scratch.listing().into_iter().filter(|name| !name.ends_with('/')).collect();
    let expected = ["data/version-2/snapshot.49e", "data/version-2/snapshot.51c", "data/version-2/snapshot.596"];
    let logs = ["logs/version-2/log.44f", "logs/version-2/log.49f", "logs/version-2/log.51d"];
    assert_eq!(left, [expected, logs].concat());
}

/// A log that full disks leave behind does not take the place of the one before it: that has what snapshots need.
#[test]
fn an_empty_log_does_not_straddle() {
    for content in ["", "ZKLG", &"\0".repeat(65_536)] {
        let scratch = set_up(&[json!(["write", "data/version-2/log.49e", content])]);
        let ran = run(scratch.path(), &[DRY.as_slice(), &["--delete"]].concat());
        assert_eq!(ran.code, 0, "{ran:#?}");
        ran.assert_says(&["log.49e has no transactions", "a full disk"]);
        assert!(scratch.at("data/version-2/log.44f").exists(), "the log with the transactions before 49e is gone");
    }
}

/// A log that lost its first block has transactions, and no server starts with it.
#[test]
fn a_log_without_its_beginning_is_not_empty() {
    let scratch = set_up(&[]);
    let log = scratch.at("data/version-2/log.51d");
    let mut bytes = fs::read(&log).unwrap();
    bytes[..512].fill(0);
    fs::write(&log, bytes).unwrap();
    let ran = run(scratch.path(), &[DRY.as_slice(), &["--delete"]].concat());
    assert_eq!(ran.code, 2, "{ran:#?}");
    ran.assert_says(&["log.51d is damaged (byte 0: 0x00000000 is not the beginning of a transaction log)"]);
}

#[test]
fn control_characters_in_names_do_not_reach_the_terminal() {
    let scratch = set_up(&[json!(["write", "data/version-2/snapshot.\u{1b}[2J", "x"])]);
    let ran = run(scratch.path(), &DRY);
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert!(!ran.stdout.contains('\u{1b}'));
    ran.assert_says(&["snapshot.\\u{1b}[2J"]);
}

/// What filled the disk is told before the evidence goes.
#[test]
fn what_has_grown_is_told_before_anything_goes() {
    let scratch = set_up(&[json!(["truncate", "data/version-2/snapshot.0", 100])]);
    let told = run(scratch.path(), &[DRY.as_slice(), &["--format", "json"]].concat()).json();
    let growth = &told["growth"];
    assert_eq!((&growth["left"], &growth["right"]), (&json!("snapshot.168"), &json!("snapshot.596")), "the whole ones");
    assert_eq!((&growth["whole"]["before"]["nodes"], &growth["whole"]["after"]["nodes"]), (&json!(366), &json!(1314)));
    let ran = run(scratch.path(), &[DRY.as_slice(), &["--delete"]].concat());
    ran.assert_says(&["From the oldest whole snapshot to the newest", "Grown most", "ClickHouse tables"]);
    let told = ran.stdout.find("Grown most").unwrap();
    assert!(told < ran.stdout.find("Deleted 9 files").unwrap());
    let scratch = set_up(&[]);
    let report = run(scratch.path(), &[DRY.as_slice(), &["--format", "json", "--no-summary"]].concat()).json();
    assert_eq!(report["growth"], Value::Null);
}

#[test]
fn logs_that_end_too_early_are_noted() {
    let scratch = set_up(&[json!(["remove", "data/version-2/log.51d"]), json!(["remove", "data/version-2/log.49f"])]);
    let ran = run(scratch.path(), &DRY);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran.assert_says(&["the logs end at 0x49e, before snapshot.596 was taken", "--log"]);
}

/// Standard error belongs to people who watch, and to what goes wrong.
#[test]
fn nothing_is_said_on_standard_error_where_nobody_watches() {
    let scratch = set_up(&[]);
    for args in [&DRY[..], &["disk", "data"], &["cleanup", "--data", "data", "-n", "3", "--delete"]] {
        let ran = run(scratch.path(), args);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
    }
}
