//! What could go wrong on the way: links, other hands in the folder, sudden ends, refusing systems.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use autopurge::zookeeper::data_dir::DataDir;
use autopurge::zookeeper::purge::{self, Execution, Plan, Readers, Rule, Step};
use serde_json::json;

use super::program::{autopurge, ran, run};
use super::scratch::{Scratch, golden};

const CLEANUP: [&str; 6] = ["cleanup", "--data", "data", "-n", "3", "--delete"];

/// How many files go of the small golden folder.
const GOES: usize = 9;

fn small() -> Scratch {
    let scratch = Scratch::new();
    scratch.set_up(&[json!(["copy-all", "small/version-2", "data/version-2"])]);
    scratch
}

/// How many snapshots and logs are left.
fn left(scratch: &Scratch) -> usize {
    scratch.listing().iter().filter(|name| name.starts_with("data/version-2/") && !name.ends_with('/')).count()
}

/// Plans for a folder, does something to it, and carries the plan out.
fn meanwhile(scratch: &Scratch, happens: impl FnOnce()) -> (Plan, Execution) {
    let dir = DataDir::open(&scratch.at("data"), None).unwrap();
    let plan = purge::plan(Rule::Careful, 3, &dir.list().unwrap(), &mut Readers::new(&dir, &|_| {})).unwrap();
    happens();
    let execution = purge::execute(&dir, &plan, &mut |_: Step<'_>| ControlFlow::Continue(()));
    (plan, execution)
}

#[test]
fn a_link_to_a_good_snapshot_does_not_count() {
    let scratch = small();
    let target = golden().join("small/version-2/snapshot.596");
    scratch.set_up(&[json!(["symlink", target.to_str().unwrap(), "data/version-2/snapshot.600"])]);
    let report = run(scratch.path(), &["cleanup", "--data", "data", "-n", "3", "--format", "json"]).json();
    let files = report["files"].as_array().unwrap();
    let link = files.iter().find(|file| file["name"] == "snapshot.600").unwrap();
    assert_eq!((&link["type"], &link["fate"], &link["reason"]), (&json!("link"), &json!("keep"), &json!("no-file")));
    let oldest = files.iter().find(|file| file["name"] == "snapshot.49e").unwrap();
    assert_eq!(oldest["fate"], "keep", "the link counted");
}

#[test]
fn nobody_waits_for_a_pipe() {
    let scratch = small();
    for name in ["snapshot.5", "snapshot.600", "log.5", "log.600"] {
        assert!(Command::new("mkfifo").arg(scratch.at("data/version-2").join(name)).status().unwrap().success());
    }
    for more in [&[][..], &["--like-zkcleanup"]] {
        let mut process = autopurge(scratch.path(), &[&CLEANUP[..5], more].concat());
        let mut process = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begin = Instant::now();
        while process.try_wait().unwrap().is_none() {
            assert!(begin.elapsed() < Duration::from_secs(20) || process.kill().is_err(), "it waits");
            thread::sleep(Duration::from_millis(20));
        }
        assert!(process.wait().unwrap().success(), "{more:?}");
    }
}

#[test]
fn a_file_that_vanishes_meanwhile_is_no_trouble() {
    let scratch = small();
    let (_, execution) = meanwhile(&scratch, || fs::remove_file(scratch.at("data/version-2/log.1")).unwrap());
    assert_eq!((execution.removed.len(), execution.vanished.len(), execution.failed.len()), (GOES - 1, 1, 0));
    assert!(execution.stopped.is_none());
}

/// Whatever takes the place of a file that was to go stays: another file, a link, a folder.
#[test]
fn what_takes_the_place_of_a_file_stays() {
    let scratch = small();
    let folder = scratch.at("data/version-2");
    let (_, execution) = meanwhile(&scratch, || {
        for name in ["snapshot.0", "snapshot.168", "log.1"] {
            fs::rename(folder.join(name), folder.join(format!("old-{name}"))).unwrap();
        }
        fs::write(folder.join("snapshot.0"), "new").unwrap();
        symlink("old-snapshot.168", folder.join("snapshot.168")).unwrap();
        fs::create_dir(folder.join("log.1")).unwrap();
    });
    assert_eq!((execution.removed.len(), execution.failed.len()), (GOES - 3, 3));
    for name in ["snapshot.0", "snapshot.168", "log.1", "old-snapshot.168"] {
        assert!(folder.join(name).symlink_metadata().is_ok(), "{name} is gone");
    }
}

#[test]
fn with_a_snapshot_gone_that_should_stay_nothing_more_goes() {
    let scratch = small();
    let before = left(&scratch);
    let (plan, execution) = meanwhile(&scratch, || fs::remove_file(scratch.at("data/version-2/snapshot.51c")).unwrap());
    assert!(plan.kept_snapshots().any(|entry| entry.name == "snapshot.51c"));
    assert_eq!(execution.removed.len(), 0);
    assert_eq!(execution.stopped.unwrap().entry.name, "snapshot.51c");
    assert_eq!(left(&scratch), before - 1);
}

/// The folder that was looked at is the one that is cleaned up, even if its path leads elsewhere by then.
#[test]
fn a_path_that_leads_elsewhere_meanwhile_leads_nowhere() {
    let scratch = small();
    scratch.set_up(&[json!(["copy-all", "small/version-2", "elsewhere"])]);
    let (_, execution) = meanwhile(&scratch, || {
        fs::rename(scratch.at("data/version-2"), scratch.at("data/moved")).unwrap();
        symlink("../elsewhere", scratch.at("data/version-2")).unwrap();
    });
    assert_eq!(execution.removed.len(), GOES);
    assert_eq!(fs::read_dir(scratch.at("elsewhere")).unwrap().count(), 15);
}

#[test]
fn a_cleanup_that_is_killed_can_be_finished_by_the_next() {
    let scratch = small();
    let mut process = autopurge(scratch.path(), &[CLEANUP.as_slice(), &["--max-files-per-second", "10"]].concat());
    let mut process = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while left(&scratch) == 15 {
        assert!(process.try_wait().unwrap().is_none(), "it ended without removing anything");
        thread::sleep(Duration::from_millis(5));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    assert!((6..15).contains(&left(&scratch)), "{:?}", scratch.listing());
    assert_eq!(run(scratch.path(), &CLEANUP).code, 0);
    assert_eq!(left(&scratch), 6);
}

#[test]
fn files_go_no_faster_than_asked() {
    let scratch = small();
    let begin = Instant::now();
    assert_eq!(run(scratch.path(), &[CLEANUP.as_slice(), &["--max-files-per-second", "20"]].concat()).code, 0);
    assert!(begin.elapsed() >= Duration::from_millis(50) * u32::try_from(GOES - 1).unwrap());
    assert_eq!(left(&scratch), 6);
}

/// A folder with something in it cannot be removed, which is what zkCleanup.sh tries.
#[test]
fn a_file_that_cannot_be_removed_does_not_keep_the_others() {
    let scratch = small();
    scratch.set_up(&[json!(["write", "data/version-2/snapshot.2/keep", "x"])]);
    let ran = run(scratch.path(), &[CLEANUP.as_slice(), &["--like-zkcleanup"]].concat());
    assert_eq!(ran.code, 1, "{ran:#?}");
    ran.assert_says(&["Could not delete snapshot.2", "Deleted 9 files"]);
    let report = run(scratch.path(), &[CLEANUP.as_slice(), &["--like-zkcleanup", "--format", "json"]].concat());
    assert_eq!(report.code, 1);
    let failed = &report.json()["files"][0];
    assert_eq!((&failed["name"], &failed["outcome"]), (&json!("snapshot.2"), &json!("failed")));
}

/// The disk is full: not a byte may be written to a file.
#[test]
fn nothing_is_written_to_any_file() {
    let scratch = small();
    let script = "ulimit -f 0 && exec \"$0\" cleanup --data data -n 3 --delete";
    let mut shell = Command::new("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_autopurge")]).current_dir(scratch.path());
    let ran = ran(&shell.output().unwrap());
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert_eq!(left(&scratch), 6);
}

#[test]
fn what_cannot_be_shown_is_not_deleted() {
    let scratch = small();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = ran(&autopurge(scratch.path(), &CLEANUP).stdout(full).output().unwrap());
    assert_eq!(ran.code, 2, "{ran:#?}");
    assert_eq!(left(&scratch), 15);
}

#[test]
fn without_delete_nothing_is_touched_whatever_the_environment_says() {
    let scratch = small();
    let before: BTreeSet<String> = scratch.listing();
    let names = ["DELETE", "CLEANUP", "FORCE", "YES", "LIKE_ZKCLEANUP", "RETAIN", "DATA", "MODE"];
    let variables = names.map(|name| (format!("AUTOPURGE_{name}"), "true"));
    for args in [&CLEANUP[..5], &["disk", "data"]] {
        let ran = ran(&autopurge(scratch.path(), args).envs(variables.clone()).output().unwrap());
        assert_eq!(ran.code, 0, "{ran:#?}");
        assert_eq!(scratch.listing(), before);
    }
}

#[test]
fn what_has_grown_is_told_before_the_first_file_goes() {
    for (format, words) in [("json", ["\"growth\": {", "\"order\": ["]), ("table", ["Grown most", "snapshot.0"])] {
        let scratch = small();
        let all = left(&scratch);
        let args = [CLEANUP.as_slice(), &["--format", format, "--max-files-per-second", "1"]].concat();
        let mut child = autopurge(scratch.path(), &args).stdout(Stdio::piped()).spawn().unwrap();
        let start = Instant::now();
        while left(&scratch) == all && start.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        let killed = ran(&child.wait_with_output().unwrap());
        assert!(all - GOES < left(&scratch) && left(&scratch) < all, "{killed:?}");
        killed.assert_says(&words);
    }
}
