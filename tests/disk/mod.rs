//! `autopurge disk`: what is there, how it grows, and when that ends.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cleanup::program::{Ran, run};
use crate::cleanup::scratch::Scratch;
use crate::tool::skip;

const HOUR: u64 = 3600;

/// Midnight of a Sunday: 2026-11-22.
const BEGIN: u64 = 1_795_305_600;

/// Files with their sizes in KiB and the hours at which they were written.
fn made(files: &[(&str, usize, u64)]) -> Scratch {
    let scratch = Scratch::new();
    for (name, size, hour) in files {
        let name = format!("data/version-2/{name}");
        scratch.set_up(&[json!(["write", name, "x".repeat(size * 1024)])]);
        written(&scratch.at(&name), *hour);
    }
    scratch
}

fn written(path: &Path, hour: u64) {
    let time: SystemTime = UNIX_EPOCH + Duration::from_secs(BEGIN + hour * HOUR);
    File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

fn report(scratch: &Scratch) -> Value {
    let ran: Ran = run(scratch.path(), &["disk", "data", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran.json()
}

#[test]
fn the_folder_is_no_option_in_the_help() {
    let help = run(Path::new("."), &["disk", "--help"]).stdout;
    let (arguments, options) = help.split_once("Options:").expect("options");
    assert!(arguments.contains("Arguments:\n  <DIR>") && !options.contains("  <DIR>\n"), "{help}");
}

#[test]
fn growth_is_what_was_written_in_the_time() {
    // The first one marks the start; what it took to write it nobody knows.
    let scratch = made(&[("snapshot.1", 500, 0), ("log.2", 64, 5), ("snapshot.3", 128, 10), ("log.4", 64, 10)]);
    let report = report(&scratch);
    let growth = &report["volumes"][0]["growth"];
    assert_eq!((&growth["since"], &growth["until"]), (&json!("2026-11-22T00:00:00Z"), &json!("2026-11-22T10:00:00Z")));
    assert_eq!((&growth["bytes"], &growth["bytes_per_hour"]), (&json!(256 * 1024), &json!(256 * 1024 / 10)));
    assert_eq!(report["usage"]["snapshots"], json!({"files": 2, "apparent": 628 * 1024, "allocated": 628 * 1024}));
    let available = report["volumes"][0]["available"].as_u64().unwrap();
    let expected = u128::from(available) * 3600 / (256 * 1024 / 10);
    assert_eq!(report["volumes"][0]["full_in_seconds"].as_u64().map(u128::from), Some(expected));
}

/// A snapshot an hour for three days, four times as large on the last one.
#[test]
fn only_the_last_day_counts_where_there_is_more() {
    let names: Vec<String> = (0..72).map(|hour| format!("snapshot.{hour:x}")).collect();
    let files: Vec<(&str, usize, u64)> =
        (0..).zip(&names).map(|(hour, name)| (name.as_str(), if hour < 48 { 4 } else { 16 }, hour)).collect();
    let report = report(&made(&files));
    let growth = &report["volumes"][0]["growth"];
    assert_eq!(growth["since"], "2026-11-23T23:00:00Z");
    assert_eq!(growth["bytes_per_hour"], 16 * 1024);
}

#[test]
fn files_of_one_moment_tell_no_growth() {
    let scratch = made(&[("snapshot.1", 4, 7), ("log.1", 4, 7)]);
    let report = report(&scratch);
    assert_eq!((&report["volumes"][0]["growth"], &report["volumes"][0]["full_at"]), (&Value::Null, &Value::Null));
    run(scratch.path(), &["disk", "data"]).assert_says(&["the growth rate is unknown"]);
}

#[test]
fn bars_grow_with_the_pile() {
    let scratch = made(&[("snapshot.1", 64, 1), ("snapshot.2", 64, 20), ("log.1", 128, 40)]);
    let ran = run(scratch.path(), &["disk", "data"]);
    let bars: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("2026-")).collect();
    let count = |line: &str, character| line.chars().filter(|found| *found == character).count();
    let shapes: Vec<(usize, usize)> = bars.iter().map(|line| (count(line, '█'), count(line, '░'))).collect();
    assert_eq!(shapes.first(), Some(&(12, 0)), "{}", ran.stdout);
    assert_eq!(shapes.last(), Some(&(24, 24)), "{}", ran.stdout);
    assert!(shapes.is_sorted() && (10..=24).contains(&shapes.len()), "{shapes:?}");
}

#[test]
fn the_picture_shows_what_the_text_shows() {
    let scratch = made(&[("snapshot.1", 64, 1), ("snapshot.2", 64, 20), ("log.1", 128, 40)]);
    let ran = run(scratch.path(), &["disk", "data", "--svg", "chart.svg"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let svg = std::fs::read_to_string(scratch.at("chart.svg")).unwrap();
    assert!(svg.starts_with("<svg xmlns=") && svg.trim_end().ends_with("</svg>"));
    let bars = ran.stdout.lines().filter(|line| line.starts_with("2026-")).count();
    assert_eq!(svg.matches("<g><title>").count(), bars);
    assert!(svg.contains("<title>2026-11-23 18:00: snapshots 128 KiB, logs 128 KiB</title>"), "{svg}");
}

#[test]
fn a_picture_that_cannot_be_written_is_an_error() {
    let scratch = made(&[("snapshot.1", 4, 1)]);
    let ran = run(scratch.path(), &["disk", "data", "--svg", "nosuch/chart.svg"]);
    assert_eq!(ran.code, 2);
    ran.assert_says(&["cannot write the picture to nosuch/chart.svg"]);
}

/// The files of a server, and the folders that they are in.
#[test]
fn a_picture_never_takes_the_place_of_what_is_examined() {
    let scratch = Scratch::new();
    scratch.set_up(&[
        json!(["copy-all", "small/version-2", "data/version-2"]),
        json!(["mkdir", "logs/version-2"]),
        json!(["symlink", "data/version-2/snapshot.0", "link.svg"]),
    ]);
    for name in ["log.1", "log.178", "log.2e0", "log.3dd", "log.44f", "log.49f", "log.51d"] {
        scratch.set_up(&[json!(["move", format!("data/version-2/{name}"), format!("logs/version-2/{name}")])]);
    }
    let snapshot = || std::fs::read(scratch.at("data/version-2/snapshot.0")).unwrap();
    let (listing, bytes) = (scratch.listing(), snapshot());
    let places =
        ["data/version-2/snapshot.0", "data/version-2/new.svg", "data/new.svg", "logs/version-2/log.1", "link.svg"];
    for place in places {
        for format in ["text", "json"] {
            let args = ["disk", "data", "--log", "logs/version-2", "--format", format, "--svg", place];
            let ran = run(scratch.path(), &args);
            assert_eq!(ran.code, 2, "{ran:#?}");
            ran.assert_says(&[&format!("{place} is in a folder that is to be examined, and nothing is written there")]);
        }
    }
    assert_eq!((scratch.listing(), snapshot()), (listing, bytes));
}

#[test]
fn a_picture_needs_a_file() {
    let scratch = made(&[("snapshot.1", 4, 1)]);
    scratch.set_up(&[json!(["mkdir", "pictures"])]);
    for (place, words) in [
        ("pictures", "cannot write the picture to pictures: it is a folder"),
        ("new/", "cannot write the picture to new/: it is a folder"),
        ("-", "cannot write the picture to -: that is standard output, where the text goes"),
    ] {
        let ran = run(scratch.path(), &["disk", "data", "--svg", place]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:#?}");
        ran.assert_says(&[words]);
    }
}

#[test]
fn the_name_of_a_folder_does_not_move_the_cursor() {
    let scratch = Scratch::new();
    let (folder, empty) = ("a\u{1b}[31m\nb\u{202e}", "e\u{9b}31m");
    scratch.set_up(&[
        json!(["copy-all", "small/version-2", format!("{folder}/version-2")]),
        json!(["mkdir", format!("{empty}/version-2")]),
    ]);
    let file = |name: &str| format!("{folder}/version-2/{name}");
    let odd = file("snapshot.51c\u{1b}[0m");
    std::fs::copy(scratch.at(&file("snapshot.51c")), scratch.at(&odd)).unwrap();
    let newest = file("snapshot.596");
    let table: [&[&str]; 6] = [
        &["disk", folder],
        &["cleanup", folder, "-n", "3"],
        &["snapshot", "verify", folder],
        &["snapshot", "verify", empty],
        &["snapshot", "verify", &odd],
        &["snapshot", "compare", &odd, &newest],
    ];
    for args in table {
        let ran = run(scratch.path(), args);
        let moves = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!ran.stdout.is_empty() && !ran.stdout.contains(moves), "{args:?}: {ran:#?}");
    }
}

/// The promise of docs/reports.md.
#[test]
fn a_refusal_is_a_document_too() {
    let scratch = made(&[("snapshot.1", 4, 1)]);
    scratch.set_up(&[json!(["mkdir", "empty/version-2"])]);
    let table: [(&[&str], i32, &str, &str); 8] = [
        (&["disk", "empty"], 3, "disk", "there are no snapshots and no logs"),
        (&["disk", "nothere"], 2, "disk", "cannot read nothere"),
        (&["disk", "data", "--svg", "no/chart.svg"], 2, "disk", "cannot write the picture to no/chart.svg"),
        (&["cleanup", "empty", "-n", "3"], 3, "cleanup", "there are no snapshots and no logs"),
        (&["cleanup", "nothere", "-n", "3"], 2, "cleanup", "cannot read nothere"),
        (&["snapshot", "verify", "nothere"], 2, "snapshot-verify", "cannot open nothere"),
        (&["snapshot", "verify", "."], 2, "snapshot-verify", "has no version-2"),
        (
            &["snapshot", "compare", "nothere", "data/version-2/snapshot.1"],
            1,
            "snapshot-compare",
            "cannot open nothere",
        ),
    ];
    for (args, code, schema, words) in table {
        let ran = run(scratch.path(), &[args, &["--format", "json"]].concat());
        assert_eq!(ran.code, code, "{args:?}: {ran:#?}");
        let document = ran.json();
        assert_eq!(document["schema"], format!("autopurge/{schema}/v1"), "{args:?}");
        assert!(document["refused"].as_str().unwrap().contains(words), "{args:?}: {document:#}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn what_a_cleanup_would_free_is_what_it_frees() {
    let scratch = Scratch::new();
    scratch.set_up(&[json!(["copy-all", "small/version-2", "data/version-2"])]);
    let promised = report(&scratch)["cleanup"].clone();
    assert_eq!((&promised["files"], &promised["refused"]), (&json!(9), &Value::Null));
    let before = report(&scratch)["usage"]["total"]["allocated"].as_u64().unwrap();
    assert_eq!(run(scratch.path(), &["cleanup", "--data", "data", "-n", "3", "--delete"]).code, 0);
    let after = report(&scratch)["usage"]["total"]["allocated"].as_u64().unwrap();
    assert_eq!(promised["allocated"].as_u64(), Some(before - after));
    run(scratch.path(), &["disk", "data"]).assert_says(&["cleanup -n 3 would free nothing."]);
}

/// What is printed for pasting is what a shell reads.
#[test]
fn a_folder_with_a_blank_is_one_word_of_the_command() {
    let scratch = Scratch::new();
    scratch.set_up(&[json!(["copy-all", "small/version-2", "my data/version-2"])]);
    run(scratch.path(), &["disk", "my data"]).assert_says(&["autopurge cleanup 'my data' -n 3"]);
}

/// With the logs on a volume of their own each volume has its own future.
#[test]
fn two_volumes_are_told_apart() {
    let scratch = made(&[("snapshot.1", 4, 0), ("snapshot.2", 40, 10)]);
    let Some(logs) = elsewhere(scratch.path()) else { return };
    std::fs::create_dir(logs.path().join("version-2")).unwrap();
    for (name, hour) in [("log.1", 0), ("log.2", 10)] {
        let path = logs.path().join("version-2").join(name);
        std::fs::write(&path, vec![b'x'; 80 * 1024]).unwrap();
        written(&path, hour);
    }
    let ran = run(scratch.path(), &["disk", "data", "--log", logs.path().to_str().unwrap(), "--format", "json"]);
    let report = ran.json();
    let rates: Vec<&Value> =
        report["volumes"].as_array().unwrap().iter().map(|volume| &volume["growth"]["bytes_per_hour"]).collect();
    assert_eq!(rates, [&json!(4 * 1024), &json!(8 * 1024)]);
}

/// A folder on another volume; `None`, said aloud, where there is none.
fn elsewhere(folder: &Path) -> Option<TempDir> {
    let device = |path: &Path| std::fs::metadata(path).unwrap().dev();
    let other = TempDir::new_in("/dev/shm").ok().filter(|other| device(other.path()) != device(folder));
    if other.is_none() {
        skip("/dev/shm is no other volume");
    }
    other
}
