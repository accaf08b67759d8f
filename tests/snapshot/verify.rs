//! `autopurge snapshot verify`

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::golden;
use super::tools::{Ran, snapshot};
use crate::cleanup::zookeeper::ZooKeeper;
use crate::tool::repository;

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

/// The end of a record in the middle of the last log. What comes after it, no server reads.
#[test]
fn what_no_server_reads_is_lost_and_never_harmless() {
    let folder = server();
    let log = folder.path().join("version-2/log.51d");
    let mut bytes = fs::read(&log).unwrap();
    bytes[UNCLOSED.1] ^= 1;
    fs::write(&log, bytes).unwrap();
    let expected = [
        "log.51d       BAD",
        "10 transactions, 0x51d to 0x526, damaged at byte 2450: no server reads the bytes from there on",
        "A server would restore from snapshot.596 and then log.51d.",
        "What comes after byte 2450 of log.51d is LOST; the server would start without it.",
    ];
    assert_says(&verify(folder.path()), 1, &expected);
    let ran = snapshot(&["verify", "--format", "json", folder.path().to_str().unwrap()], "");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let restore = &report["inputs"][0]["restore"];
    assert_eq!(
        (&restore["outcome"], &restore["log"], &restore["byte"]),
        (&"unread".into(), &"51d".into(), &2450.into())
    );
}

/// A record of log.51d: where it begins and where its last byte is.
const UNCLOSED: (usize, usize) = (2450, 2656);

#[test]
fn a_length_that_no_server_reads_stops_it() {
    let folder = server();
    let log = folder.path().join("version-2/log.51d");
    let mut bytes = fs::read(&log).unwrap();
    bytes[UNCLOSED.0 + 8..UNCLOSED.0 + 12].copy_from_slice(&0x0030_0000_u32.to_be_bytes());
    fs::write(&log, bytes).unwrap();
    let expected = [
        "log.51d       BAD",
        "byte 2458: the length of a transaction is 3145728, but no server reads more than 2097150 unless jute.maxbuffer is larger",
        "It would NOT START: log.51d is damaged.",
    ];
    assert_says(&verify(folder.path()), 1, &expected);
}

/// Ends a log as a killed server does: within the record after so many bytes.
fn tear(log: &Path, at: u64) {
    fs::File::options().write(true).open(log).unwrap().set_len(at).unwrap();
}

#[test]
fn only_the_last_log_is_torn_without_harm() {
    let folder = server();
    let version_2 = folder.path().join("version-2");
    // The last record, which is that of 0x596, of which there is a snapshot.
    tear(&version_2.join("log.51d"), LAST_OF_51D + 50);
    let line = "121 transactions, 0x51d to 0x595, cut off at byte 26785, although snapshot.596 is newer";
    assert_says(&verify(folder.path()), 1, &["log.51d       BAD", line]);
    fs::remove_file(version_2.join("snapshot.596")).unwrap();
    let line = "121 transactions, 0x51d to 0x595, cut off at byte 26785 when the server stopped: harmless";
    assert_says(&verify(folder.path()), 0, &["log.51d       good", line, "All transactions up to 0x595"]);
    // A file by itself is not known to be the last.
    let ran = verify(&version_2.join("log.51d"));
    assert_says(&ran, 0, &["cut off at byte 26785\n"]);
}

const LAST_OF_51D: u64 = 26_785;

#[test]
fn a_torn_log_goes_on_in_the_next_one_or_transactions_are_missing() {
    let folder = server();
    let version_2 = folder.path().join("version-2");
    let first = version_2.join("log.1");
    let mut bytes = fs::read(&first).unwrap();
    // The first half of a record that was written again into the next log.
    bytes.copy_within(16..66, 95_849);
    fs::write(&first, bytes).unwrap();
    let line =
        "375 transactions, 0x1 to 0x177, cut off at byte 95849 when a server stopped, and continued in the next log";
    assert_says(&verify(folder.path()), 0, &["log.1         good", line]);
    tear(&version_2.join("log.3dd"), 17_650);
    let line =
        "70 transactions, 0x3dd to 0x422, cut off at byte 17617; the next log begins at 0x44f, after snapshot.44e";
    assert_says(&verify(folder.path()), 1, &["log.3dd       BAD", line]);
}

/// A server that gets its snapshot from the leader has no log of what is in it.
#[test]
fn what_is_between_two_logs_is_in_a_snapshot_or_missing() {
    let folder = server();
    let version_2 = folder.path().join("version-2");
    fs::remove_file(version_2.join("log.3dd")).unwrap();
    let line = "253 transactions, 0x2e0 to 0x3dc; the next log begins at 0x44f";
    assert_says(&verify(folder.path()), 0, &["log.2e0       good", &format!("{line}, after snapshot.44e")]);
    let ran = snapshot(&["verify", "--format", "json", folder.path().to_str().unwrap()], "");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let files = report["inputs"][0]["files"].as_array().unwrap();
    let log = &files.iter().find(|file| file["name"] == "log.2e0").unwrap()["log"];
    assert_eq!(log["missing_before_next"], serde_json::json!({"after": "3dc", "before": "44f"}));
    assert_eq!(log["missing_is_in"], "snapshot.44e");
    fs::remove_file(version_2.join("snapshot.44e")).unwrap();
    assert_says(&verify(folder.path()), 1, &["log.2e0       BAD", &format!("{line}\n")]);
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

/// A tree whose first node is not its root.
#[test]
fn the_parent_of_a_node_below_the_root_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snapshot.1");
    let tree = [&b"ZKSN\0\0\0\x02\xff\xff\xff\xff\xff\xff\xff\xff"[..], &[0; 8], b"\0\0\0\x02/a", &[0; 99]].concat();
    fs::write(&file, tree).unwrap();
    assert_says(&verify(&file), 1, &["byte 28: the node /a comes before its parent /\n"]);
}

/// A server that has digests takes the last zxid for one, and does not start.
#[test]
fn a_snapshot_of_a_server_without_digests_is_for_such_servers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snapshot.596");
    let mut bytes = golden::read("small/version-2/snapshot.596");
    // The digest and its seal.
    bytes.truncate(bytes.len() - 33);
    bytes.extend(0x596_i64.to_be_bytes());
    let sum = u64::from(simd_adler32::adler32(&&bytes[..]));
    bytes.extend([&sum.to_be_bytes()[..], b"\0\0\0\x01/"].concat());
    fs::write(&file, bytes).unwrap();
    let words = "as written by 3.9 with zookeeper.digest.enabled=false and read by such servers only\n";
    assert_says(&verify(&file), 0, &["good", words]);
    if let Some(zookeeper) = ZooKeeper::find() {
        let folders = [folder.path().to_str().unwrap().to_owned()];
        let said = zookeeper.run(&repository().join("tests/snapshot/ReadSnapshots.java"), &folders);
        assert!(said.is_none_or(|said| said == "none\n"), "a server with digests reads it");
    }
}

#[test]
fn bytes_after_a_compressed_stream_are_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snapshot.596.gz");
    let whole = golden::gzip(&golden::read("small/version-2/snapshot.596"));
    fs::write(&file, [&whole[..], b"more"].concat()).unwrap();
    assert_says(&verify(&file), 0, &["good", "tree digest correct, followed by 4 bytes that servers ignore\n"]);
}

#[test]
fn files_named_one_by_one_are_one_table() {
    let ran = snapshot(&["verify", "small/version-2/log.1", "small/version-2/snapshot.168"], "");
    let expected = "log.1         good   128 KiB  375 transactions, 0x1 to 0x177
snapshot.168  good  84.7 KiB  366 nodes, 1 session, plain, as written by 3.6 to 3.8, taken while transactions went on
";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected), "{}", ran.stderr);
}
