//! Beside a real ZooKeeper: nothing that it acknowledged is lost, whatever is cleaned up, killed and restarted meanwhile.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::program::{autopurge, run};
use super::scratch::Scratch;
use super::zookeeper::{Server, ZooKeeper};

/// Snapshots every 100 transactions or so.
const OFTEN: &str = "-Dzookeeper.snapCount=100";

/// What a crash of the process needs, not of the machine: this machine does not lose what the system has taken.
const NO_SYNC: &str = "-Dzookeeper.forceSync=no";

const GZIP: &str = "-Dzookeeper.snapshot.compression.method=gz";

/// How long is written at least and at most before the server is killed.
const SHORTEST: Duration = Duration::from_secs(4);
const LONGEST: Duration = Duration::from_secs(60);

/// How many files have to be removed meanwhile, or it would prove nothing.
const ENOUGH: usize = 20;

const CLEANUP: [&str; 6] = ["cleanup", "--data", "data", "-n", "3", "--delete"];

#[test]
fn nothing_acknowledged_is_lost_with_plain_snapshots() {
    survive(&[OFTEN, NO_SYNC]);
}

#[test]
fn nothing_acknowledged_is_lost_with_compressed_snapshots() {
    survive(&[OFTEN, NO_SYNC, GZIP]);
}

/// Writes while cleanups run and are killed, kills the server, cleans up once more, and looks whether all is there.
fn survive(options: &[&str]) {
    let Some(zookeeper) = ZooKeeper::find() else { return };
    let scratch = Scratch::new();
    fs::create_dir(scratch.at("data")).unwrap();
    let server = zookeeper.serve(scratch.path(), options);
    let acknowledged = write_and_clean_up(&server, scratch.path());
    assert!(acknowledged.len() > 500, "only {} nodes were written", acknowledged.len());
    assert_eq!(run(scratch.path(), &CLEANUP).code, 0);
    drop(server);
    let server = zookeeper.serve(scratch.path(), options);
    let found: BTreeSet<String> = server.connect().unwrap().children("/").unwrap().into_iter().collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|name| !found.contains(*name)).collect();
    assert!(lost.is_empty(), "{} of {} nodes are lost: {lost:?}", lost.len(), acknowledged.len());
}

/// Writes and cleans up until enough files are gone, then kills the server; the names of the nodes that it acknowledged.
fn write_and_clean_up(server: &Server, folder: &Path) -> Vec<String> {
    let (removed, is_over) = (&AtomicUsize::new(0), &AtomicBool::new(false));
    thread::scope(|scope| {
        let writers = [0, 1, 2, 3].map(|number| scope.spawn(move || write(server, number)));
        let cleaner = scope.spawn(move || clean_up(folder, removed, is_over));
        let begin = Instant::now();
        while begin.elapsed() < SHORTEST || (removed.load(Ordering::Relaxed) < ENOUGH && begin.elapsed() < LONGEST) {
            thread::sleep(Duration::from_millis(50));
        }
        server.kill();
        is_over.store(true, Ordering::Relaxed);
        cleaner.join().unwrap();
        assert!(removed.load(Ordering::Relaxed) >= ENOUGH, "only {removed:?} files were removed");
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    })
}

/// Creates nodes until the server is gone; the names of those that it acknowledged.
fn write(server: &Server, number: usize) -> Vec<String> {
    let mut client = server.connect().unwrap();
    let names = (0..).map(|count| format!("node-{number}-{count:06}"));
    names.take_while(|name| client.create(&format!("/{name}"), &[b'x'; 200]).is_ok()).collect()
}

/// Cleans up again and again, every second time killed on the way; counts the files that the others removed.
fn clean_up(folder: &Path, removed: &AtomicUsize, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        kill_on_the_way(folder);
        let ran = run(folder, &[CLEANUP.as_slice(), &["--format", "json"]].concat());
        assert_eq!(ran.code, 0, "{ran:#?}");
        let report = ran.json();
        let is_removed = |file: &&Value| file["outcome"] == "removed";
        removed.fetch_add(report["files"].as_array().unwrap().iter().filter(is_removed).count(), Ordering::Relaxed);
    }
}

fn kill_on_the_way(folder: &Path) {
    let slowly = [CLEANUP.as_slice(), &["--max-files-per-second", "20"]].concat();
    let mut process = autopurge(folder, &slowly).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(200));
    process.kill().unwrap();
    process.wait().unwrap();
}

/// The recorded loss of data: three `.gz` of 10 bytes, which killed servers left, are the three that ZooKeeper keeps.
#[test]
fn three_truncated_snapshots_do_not_keep_a_server_from_starting() {
    let Some(zookeeper) = ZooKeeper::find() else { return };
    let killed = || {
        let scratch = Scratch::new();
        let leftovers = ["5a0", "5a1", "5a2"]
            .map(|zxid| json!(["copy", "broken/snapshot.149.gz", format!("data/version-2/snapshot.{zxid}.gz")]));
        scratch.set_up(&[json!(["copy-all", "small/version-2", "data/version-2"])]);
        scratch.set_up(&leftovers);
        scratch
    };
    let theirs = killed();
    zookeeper.purge(&theirs.at("data"));
    let Err((_, log)) = zookeeper.try_to_serve(theirs.path(), &[]) else { panic!("it starts: the danger is gone") };
    assert!(log.contains("Not able to find valid snapshots"), "{log}");
    let ours = killed();
    let ran = run(ours.path(), &CLEANUP);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let server = zookeeper.serve(ours.path(), &[]);
    let children = server.connect().unwrap().children("/").unwrap();
    assert!(children.contains(&"clickhouse".to_owned()), "{children:?}");
}

/// What a note says about logs without a header.
#[test]
fn a_log_without_a_header_stops_a_server_as_the_note_says() {
    let Some(zookeeper) = ZooKeeper::find() else { return };
    let scratch = Scratch::new();
    scratch.set_up(&[
        json!(["copy-all", "small/version-2", "data/version-2"]),
        json!(["write", "data/version-2/log.597", ""]),
    ]);
    let ran = run(scratch.path(), &CLEANUP);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran.assert_says(&["log.597 has no transactions", "before 3.9.3"]);
    assert!(zookeeper.try_to_serve(scratch.path(), &[]).is_err());
    fs::remove_file(scratch.at("data/version-2/log.597")).unwrap();
    zookeeper.serve(scratch.path(), &[]);
}
