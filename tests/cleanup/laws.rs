//! What holds in every folder, however damaged and odd.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use autopurge::zookeeper::data_dir::{DataDir, Entry};
use autopurge::zookeeper::purge::{self, Plan, PurgeError, Readers, Refusal, Rule, Step};
use autopurge::zookeeper::{log, snapshot};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use super::craft::{Event, events, play};

/// Snapshots that are kept.
const RETAIN: usize = 3;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whoever stops a cleanup anywhere leaves a folder from which a server restores what it would have restored before,
    /// and so from each snapshot that is left.
    #[test]
    fn after_any_part_of_a_cleanup_the_same_is_restored(events in events(), percent in 0usize..=100) {
        let scratch = played(&events);
        let folder = scratch.path().join("data/version-2");
        let (before, odd) = (restorable(&folder), oddities(&folder));
        let dir = DataDir::open(&scratch.path().join("data"), None).unwrap();
        if let Ok(plan) = planned(&dir, Rule::Careful) {
            carry_out(&dir, &plan, percent);
            let after = restorable(&folder);
            prop_assert_eq!(after.last_key_value(), before.last_key_value());
            prop_assert!(after.iter().all(|(name, state)| before.get(name) == Some(state)));
            prop_assert!(plan.removals.is_empty() || after.len() >= RETAIN);
            prop_assert_eq!(oddities(&folder), odd);
        }
        prop_assert_eq!(fs::read_dir(scratch.path().join("outside")).unwrap().count(), 1);
        prop_assert!(fs::read(scratch.path().join("outside/precious")).unwrap().starts_with(b"ZKSN"));
    }

    /// With a plan carried out there is nothing left to do.
    #[test]
    fn the_second_cleanup_finds_nothing(events in events()) {
        let scratch = played(&events);
        let dir = DataDir::open(&scratch.path().join("data"), None).unwrap();
        if let Ok(plan) = planned(&dir, Rule::Careful) {
            carry_out(&dir, &plan, 100);
            prop_assert_eq!(planned(&dir, Rule::Careful).unwrap().removals.len(), 0);
        }
    }

    #[test]
    fn like_zkcleanup_chooses_as_the_rule_says(events in events()) {
        let scratch = played(&events);
        let dir = DataDir::open(&scratch.path().join("data"), None).unwrap();
        let expected = zkcleanup(&scratch.path().join("data/version-2"));
        match planned(&dir, Rule::LikeZkCleanup) {
            Ok(plan) => prop_assert_eq!(plan.removed().map(Entry::shown_name).collect::<BTreeSet<String>>(), expected),
            Err(PurgeError::Refused(Refusal::NothingRestorableLeft { .. })) => {
                let left = restorable(&scratch.path().join("data/version-2"));
                prop_assert!(left.keys().all(|zxid| expected.iter().any(|name| zxid_of(name, "snapshot") == *zxid)));
            }
            Err(error) => prop_assert!(matches!(error, PurgeError::Nothing), "{error}"),
        }
    }
}

/// The laws would say nothing about folders in which nothing ever goes.
#[test]
fn the_histories_are_worth_looking_at() {
    let mut runner = TestRunner::deterministic();
    let (mut removing, mut refused) = (0, 0);
    for _ in 0..100 {
        let scratch = played(&events().new_tree(&mut runner).unwrap().current());
        let dir = DataDir::open(&scratch.path().join("data"), None).unwrap();
        match planned(&dir, Rule::Careful) {
            Ok(plan) => removing += usize::from(!plan.removals.is_empty()),
            Err(_) => refused += 1,
        }
    }
    assert!(removing > 25 && refused > 10, "{removing} remove something, {refused} are refused");
}

/// In memory where there is such a place: many small folders are made, and syncing them to a disk takes long.
fn played(events: &[Event]) -> TempDir {
    let scratch = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap();
    play(scratch.path(), events);
    scratch
}

fn planned(dir: &DataDir, rule: Rule) -> Result<Plan, PurgeError> {
    purge::plan(rule, RETAIN, &dir.list().unwrap(), &mut Readers::new(dir, &|_| {}))
}

/// Removes the first part of what a plan removes.
fn carry_out(dir: &DataDir, plan: &Plan, percent: usize) {
    let mut left = plan.removals.len() * percent / 100;
    let execution = purge::execute(dir, plan, &mut |step| {
        match step {
            Step::Next(_) if left == 0 => return ControlFlow::Break(()),
            Step::Next(_) => left -= 1,
            Step::Removed(_) => {}
            Step::Vanished(entry) | Step::Failed(entry, _) => panic!("{}", entry.shown_name()),
        }
        ControlFlow::Continue(())
    });
    assert!(execution.stopped.is_none() && execution.failed.is_empty(), "{execution:?}");
}

/// For each whole snapshot the last transaction that a server reaches from it, and how many it replays on the way.
fn restorable(folder: &Path) -> BTreeMap<i64, (i64, usize)> {
    let mut states = BTreeMap::new();
    for (name, zxid) in named(folder, "snapshot") {
        if zxid >= 0 && is_file(&folder.join(&name)) && snapshot::verify(&folder.join(&name)).is_ok() {
            states.insert(zxid, replay(folder, zxid));
        }
    }
    states
}

/// What a server does after reading a snapshot: all logs from the newest that starts at or before it.
fn replay(folder: &Path, zxid: i64) -> (i64, usize) {
    let mut logs: Vec<(i64, log::Span)> = Vec::new();
    for (name, start) in named(folder, "log") {
        let span = is_file(&folder.join(&name)).then(|| log::verify(&folder.join(&name)).ok()?.span).flatten();
        logs.extend(span.filter(|_| start >= 0).map(|span| (start, span)));
    }
    logs.sort_by_key(|(start, _)| *start);
    let first = logs.iter().rposition(|(start, _)| *start <= zxid).unwrap_or(0);
    let needed = &logs[first..];
    let reached = needed.iter().map(|(_, span)| span.last.0).max().unwrap_or(zxid).max(zxid);
    let replayed = needed
        .iter()
        .filter(|(_, span)| span.last.0 > zxid)
        .map(|(_, span)| span.last.0 - span.first.0.max(zxid + 1) + 1);
    (reached, usize::try_from(replayed.sum::<i64>()).unwrap())
}

/// Everything that must never go.
fn oddities(folder: &Path) -> BTreeSet<String> {
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_odd = |name: &String| {
        let zxid = zxid_of(name, "snapshot").max(zxid_of(name, "log"));
        zxid < 0 || !is_file(&folder.join(name))
    };
    all.filter(is_odd).collect()
}

fn is_file(path: &Path) -> bool {
    path.symlink_metadata().unwrap().is_file()
}

/// A model of `PurgeTxnLog`, written from its description: the names of what it removes.
fn zkcleanup(folder: &Path) -> BTreeSet<String> {
    let mut snapshots = named(folder, "snapshot");
    snapshots.sort_by_key(|(_, zxid)| std::cmp::Reverse(*zxid));
    let valid = snapshots.iter().filter(|(name, zxid)| *zxid != -1 && looks_valid(&folder.join(name)));
    let Some(limit) = valid.take(RETAIN).last().map(|(_, zxid)| *zxid) else { return BTreeSet::new() };
    let logs = named(folder, "log");
    let straddling = logs.iter().map(|(_, zxid)| *zxid).filter(|zxid| *zxid <= limit).max().unwrap_or(0).max(0);
    let logs = logs.into_iter().filter(|(_, zxid)| *zxid < straddling && *zxid < limit);
    let snapshots = snapshots.into_iter().filter(|(_, zxid)| *zxid < limit);
    logs.chain(snapshots).map(|(name, _)| name).collect()
}

/// The last five bytes of a plain snapshot, the first two of a gzip one. Links are not followed here.
fn looks_valid(path: &Path) -> bool {
    if !is_file(path) {
        return false;
    }
    let bytes = fs::read(path).unwrap();
    match path.extension() {
        Some(extension) if extension == "gz" => bytes.starts_with(b"\x1f\x8b"),
        _ => bytes.len() >= 10 && bytes.ends_with(&[0, 0, 0, 1, b'/']),
    }
}

/// Names that begin like a kind, with their zxids.
fn named(folder: &Path, prefix: &str) -> Vec<(String, i64)> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = names.filter(|name| name.starts_with(&format!("{prefix}.")));
    names.map(|name| (name.clone(), zxid_of(&name, prefix))).collect()
}

/// `Util.getZxidFromName`
fn zxid_of(name: &str, prefix: &str) -> i64 {
    let mut parts = name.trim_end_matches('.').split('.');
    match (parts.next(), parts.next()) {
        (Some(first), Some(second)) if first == prefix => i64::from_str_radix(second, 16).unwrap_or(-1),
        _ => -1,
    }
}
