//! `autopurge snapshot verify`

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::golden;
use super::tools::{Ran, snapshot};

/// The folder of a server, whose snapshots and logs can be changed.
fn server() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let version_2 = folder.path().join("version-2");
    fs::create_dir(&version_2).unwrap();
    for entry in fs::read_dir(golden::folder().join("small/version-2")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), version_2.join(entry.file_name())).unwrap();
    }
    folder
}

fn verify(folder: &Path) -> Ran {
    snapshot(&["verify", folder.to_str().unwrap()], "")
}

fn assert_says(ran: &Ran, code: i32, lines: &[&str]) {
    assert_eq!(ran.code, code, "{}{}", ran.stdout, ran.stderr);
    for line in lines {
        assert!(ran.stdout.contains(line), "{line:?} is missing in\n{}", ran.stdout);
    }
}

#[test]
fn a_whole_folder_is_good_and_all_transactions_are_there() {
    let folder = server();
    let expected = [
        "snapshot.596  good",
        "1314 nodes, 7 sessions, plain, as written by 3.6 to 3.8, tree digest correct",
        "snapshot.168  good",
        "taken while transactions went on",
        "122 transactions, 0x51d to 0x596",
        "A server would restore from snapshot.596 and then log.51d.",
        "No transactions came after the snapshot (0x596).",
    ];
    assert_says(&verify(folder.path()), 0, &expected);
    assert_says(&verify(&folder.path().join("version-2")), 0, &expected);
}

#[test]
fn a_damaged_newest_snapshot_is_passed_over() {
    let folder = server();
    let newest = folder.path().join("version-2/snapshot.596");
    let mut bytes = fs::read(&newest).unwrap();
    bytes[82_610] = 0xff;
    fs::write(newest, bytes).unwrap();
    let expected = [
        "snapshot.596  BAD",
        "byte 302871: the Adler-32 checksum of a snapshot is 0xf26ca24f, but the file says 0x3f5fa1b5",
        "A server would restore from snapshot.51c and then log.49f, log.51d.",
        "All transactions up to 0x596 (20",
    ];
    assert_says(&verify(folder.path()), 1, &expected);
}

#[test]
fn a_missing_log_is_told_of() {
    let folder = server();
    let version_2 = folder.path().join("version-2");
    for name in ["snapshot.596", "snapshot.51c", "snapshot.49e", "log.49f"] {
        fs::remove_file(version_2.join(name)).unwrap();
    }
    let expected = ["restore from snapshot.44e", "Transactions between 0x49e and 0x51d are MISSING"];
    assert_says(&verify(folder.path()), 1, &expected);
}

#[test]
fn a_damaged_log_stops_a_server() {
    let folder = server();
    let log = folder.path().join("version-2/log.51d");
    let mut bytes = fs::read(&log).unwrap();
    bytes[100] ^= 1;
    fs::write(log, bytes).unwrap();
    assert_says(&verify(folder.path()), 1, &["log.51d       BAD", "It would NOT START: log.51d is damaged."]);
}

#[test]
fn three_snapshots_of_killed_servers_restore_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["snapshot.1.gz", "snapshot.2.gz", "snapshot.3.gz"] {
        fs::create_dir_all(folder.path().join("version-2")).unwrap();
        fs::write(folder.path().join("version-2").join(name), golden::read("broken/snapshot.149.gz")).unwrap();
    }
    assert_says(&verify(folder.path()), 1, &["No snapshot is good: a server could not start from this."]);
}

#[test]
fn nothing_to_examine_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("version-2")).unwrap();
    assert_says(&verify(folder.path()), 3, &["no snapshots and no logs"]);
    assert_eq!(verify(&folder.path().join("nosuch")).code, 2);
}

#[test]
fn programs_are_told_the_same() {
    let folder = server();
    fs::write(folder.path().join("version-2/snapshot.600"), golden::read("small/version-2/snapshot.596")).unwrap();
    fs::write(folder.path().join("version-2/snapshot.700.gz"), golden::read("broken/snapshot.149.gz")).unwrap();
    let ran = snapshot(&["verify", "--format", "json", folder.path().to_str().unwrap()], "");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &report["schema"]), (1, &"autopurge/snapshot-verify/v1".into()));
    let input = &report["inputs"][0];
    let file =
        |name: &str| input["files"].as_array().unwrap().iter().find(|file| file["name"] == name).unwrap().clone();
    assert_eq!(file("snapshot.596")["snapshot"]["digest"], "same");
    // The digest belongs to another zxid than the name.
    assert_eq!(file("snapshot.600")["snapshot"]["digest"], "same");
    assert_eq!(file("snapshot.700.gz")["snapshot"]["damage"]["byte"], 10);
    assert_eq!(file("log.51d")["log"]["transactions"], 122);
    assert_eq!(input["restore"]["snapshot"], "snapshot.600");
    assert_eq!(input["good"], false);
}

#[test]
fn files_named_one_by_one_are_one_table() {
    let ran = snapshot(&["verify", "small/version-2/log.1", "small/version-2/snapshot.168"], "");
    let expected = "log.1         good   128 KiB  375 transactions, 0x1 to 0x177
snapshot.168  good  84.7 KiB  366 nodes, 1 session, plain, as written by 3.6 to 3.8, taken while transactions went on
";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected), "{}", ran.stderr);
}
