//! What holds for all inputs: no panic, no memory for bytes that are not there, and the same words as an independent
//! reader in Python where that is there.

use std::path::PathBuf;
use std::process::Command;

use autopurge::zookeeper::log;
use autopurge::zookeeper::snapshot::{Described, Keep, Order, Wanted, read, verify_from};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::golden;
use super::tools::snapshot;
use super::writer::{self, Node};
use crate::tool::{repository, skip};

/// How a file can be damaged.
#[derive(Debug, Clone)]
enum Mutation {
    Set(Index, u8),
    /// Four bytes: most often the length of something.
    Int(Index, i32),
    Cut(Index),
    Remove(Index, usize),
    Repeat(Index, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let int = prop_oneof![any::<i32>(), Just(-1), Just(0), Just(1), Just(i32::MAX), Just(i32::MIN), 0..4096];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (any::<Index>(), int).prop_map(|(at, int)| Mutation::Int(at, int)),
        any::<Index>().prop_map(Mutation::Cut),
        (any::<Index>(), 1..200_usize).prop_map(|(at, count)| Mutation::Remove(at, count)),
        (any::<Index>(), 1..200_usize).prop_map(|(at, count)| Mutation::Repeat(at, count)),
    ]
}

fn mutate(mut bytes: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        let length = bytes.len();
        let place = |at: &Index| at.index(length.max(1)).min(length);
        let end = |at: &Index, count: usize| (place(at) + count).min(length);
        match mutation {
            Mutation::Set(at, byte) => bytes.iter_mut().skip(place(at)).take(1).for_each(|old| *old = *byte),
            Mutation::Int(at, int) => {
                bytes.iter_mut().skip(place(at)).zip(int.to_be_bytes()).for_each(|(old, new)| *old = new);
            }
            Mutation::Cut(at) => bytes.truncate(place(at)),
            Mutation::Remove(at, count) => drop(bytes.drain(place(at)..end(at, *count))),
            Mutation::Repeat(at, count) => {
                let piece = bytes[place(at)..end(at, *count)].to_vec();
                drop(bytes.splice(place(at)..place(at), piece));
            }
        }
    }
    bytes
}

/// Everything that reads a snapshot.
fn read_all(name: &str, bytes: &[u8]) {
    let what = Described { name, size: Some(u64::try_from(bytes.len()).unwrap()) };
    let _ = verify_from(what, || Ok(bytes));
    let keep = Keep { stats: true, data: true, contents: true };
    for order in [Order::Java, Order::Name] {
        let _ = read(what, bytes, Wanted { keep, order });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn damaged_snapshots_never_panic(
        file in prop::sample::select(vec![
            "small/version-2/snapshot.168",
            "gz/snapshot.596.gz",
            "snappy/snapshot.596.snappy",
            "versions/3.9.5/snapshot.19b",
        ]),
        mutations in vec(mutation(), 1..4),
    ) {
        read_all(file, &mutate(golden::read(file), &mutations));
    }

    #[test]
    fn a_single_changed_byte_of_a_snapshot_is_noticed(at in any::<Index>(), bit in 0..8_u32) {
        let mut bytes = golden::read("versions/3.9.5/snapshot.19b");
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let what = Described { name: "snapshot.19b", size: None };
        prop_assert!(verify_from(what, || Ok(bytes.as_slice())).is_err(), "byte {at}");
    }

    #[test]
    fn damaged_logs_never_panic(mutations in vec(mutation(), 1..4)) {
        let _ = log::verify_from(mutate(golden::read("small/version-2/log.44f"), &mutations).as_slice());
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..300)) {
        for name in ["snapshot.1", "snapshot.1.gz", "snapshot.1.snappy"] {
            read_all(name, &bytes);
        }
        let _ = log::verify_from(bytes.as_slice());
    }

}

proptest! {
    // Every case starts eight programs.
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn trees_of_any_names_are_printed_as_by_the_other_reader(names in vec(name(), 0..120), nested in vec(any::<Index>(), 120)) {
        let nodes = nodes(&names, &nested);
        assert_printed_alike(&writer::snapshot(&nodes));
    }
}

/// Names with many equal hashes (`Aa` and `BB` have the same one), and with characters around the slash.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "(Aa|BB){3,6}",
        2 => "[a-c]{1,2}[-.0_]?[a-c]?",
        1 => "[ -.0-~]{1,6}",
        1 => "[日本語éß]{1,3}",
    ]
}

/// A tree in the order of a server's file, with each path once.
fn nodes(names: &[String], nested: &[Index]) -> Vec<Node> {
    let mut paths = std::collections::BTreeSet::from([String::new()]);
    for (name, parent) in names.iter().zip(nested) {
        let parents: Vec<&String> = paths.iter().collect();
        let parent = parents[parent.index(parents.len().min(4))].clone();
        paths.insert(format!("{parent}/{name}"));
    }
    paths.iter().map(|path| Node::new(path, &path.to_uppercase())).collect()
}

/// The independent reader; `None`, said aloud, where it or Python is missing.
fn other_reader() -> Option<PathBuf> {
    let script = repository().join("../shared/zookeeper/zkref.py");
    let has_python = Command::new("python3").arg("--version").output().is_ok();
    if script.is_file() && has_python {
        return Some(script);
    }
    skip(&format!("python3 or {} is not there", script.display()));
    None
}

fn assert_printed_alike(bytes: &[u8]) {
    let Some(script) = other_reader() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (file, before) = (folder.path().join("snapshot.7"), folder.path().join("snapshot.1"));
    std::fs::write(&file, bytes).unwrap();
    std::fs::copy(golden::folder().join("small/version-2/snapshot.0"), &before).unwrap();
    let (file, before) = (file.to_str().unwrap(), before.to_str().unwrap());
    let compare = ["compare", "-l", before, "-r", file, "-b", "3", "-n", "1", "-d"];
    let table: [(&[&str], &[&str]); 4] = [
        (&["format", file], &["format", file]),
        (&["format", "-json", file], &["format", "-json", file]),
        (&["summary", file, "/", "0"], &["summary", file, "/", "0"]),
        (&compare, &["compare", "-d", before, file, "3", "1"]),
    ];
    for (ours, theirs) in table {
        let output = Command::new("python3").arg(&script).args(theirs).env("TZ", "UTC").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(snapshot(ours, "").stdout, String::from_utf8_lossy(&output.stdout), "{ours:?}");
    }
}

#[test]
fn recorded_snapshots_are_printed_as_by_the_other_reader() {
    for file in ["small/version-2/snapshot.44e", "versions/3.9.5/snapshot.19b"] {
        assert_printed_alike(&golden::read(file));
    }
}
