//! Histories of servers that never were: small files in ZooKeeper's formats, whole, damaged and odd.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use simd_adler32::adler32;

use super::zookeeper::Jute;

/// Something that happens to a server's folder.
#[derive(Debug, Clone)]
pub(super) enum Event {
    /// So many transactions go into the log.
    Write(u8),
    /// A snapshot is taken; the log rolls unless it is `late`, when the next transactions go into the old one.
    Snapshot { damage: Damage, is_late: bool },
    /// A new leader is elected.
    Election,
    /// The last log is cut, so that it ends within a record.
    TearLog,
    /// The last log vanishes.
    LoseLog,
    /// A full disk leaves a log without a byte.
    EmptyLog,
    /// Somebody puts something there.
    Oddity(Oddity),
}

/// What becomes of a snapshot.
#[derive(Debug, Clone, Copy)]
pub(super) enum Damage {
    None,
    /// It ends early.
    Cut,
    /// It ends right behind the tree, so that only the checksum is missing.
    Unsealed,
    /// One byte is wrong.
    Flipped,
    /// A killed server's `.gz`.
    KilledGz,
    /// A copy lies beside it.
    Copied,
}

/// Things that people put into folders.
#[derive(Debug, Clone, Copy)]
pub(super) enum Oddity {
    Name(&'static str),
    Folder(&'static str),
    Link(&'static str),
    Pipe(&'static str),
}

const ODD_NAMES: [&str; 12] = [
    "snapshot.foo",
    "snapshot.",
    "snapshot.tmp",
    "snapshot.ffffffffffffffff",
    "snapshot.-5",
    "log.bak",
    "log.",
    "log.zz",
    "log.old.1",
    "currentEpoch",
    "logfile.1",
    "Snapshot.1",
];

const ODD_ENTRIES: [&str; 6] =
    ["snapshot.2", "snapshot.7fffffffffffffff", "log.2", "log.7fffffffffffffff", "snapshot.x", "backup"];

pub(super) fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(event(), 4..40)
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (1u8..20).prop_map(Event::Write),
        8 => (damage(), any::<bool>()).prop_map(|(damage, is_late)| Event::Snapshot { damage, is_late }),
        1 => Just(Event::Election),
        1 => Just(Event::TearLog),
        1 => Just(Event::LoseLog),
        1 => Just(Event::EmptyLog),
        2 => oddity().prop_map(Event::Oddity),
    ]
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        6 => Just(Damage::None),
        1 => Just(Damage::Cut),
        1 => Just(Damage::Unsealed),
        1 => Just(Damage::Flipped),
        1 => Just(Damage::KilledGz),
        1 => Just(Damage::Copied),
    ]
}

fn oddity() -> impl Strategy<Value = Oddity> {
    let entry = || prop::sample::select(&ODD_ENTRIES[..]);
    prop_oneof![
        3 => prop::sample::select(&ODD_NAMES[..]).prop_map(Oddity::Name),
        1 => entry().prop_map(Oddity::Folder),
        1 => entry().prop_map(Oddity::Link),
        1 => entry().prop_map(Oddity::Pipe),
    ]
}

/// Plays a history in `folder/data/version-2`. What links lead to is in `folder/outside`.
pub(super) fn play(folder: &Path, events: &[Event]) {
    let mut history = History { folder: folder.join("data/version-2"), zxid: 0, log: None };
    fs::create_dir_all(&history.folder).unwrap();
    fs::create_dir(folder.join("outside")).unwrap();
    fs::write(folder.join("outside/precious"), snapshot(1)).unwrap();
    for event in events {
        history.play(event);
    }
}

struct History {
    folder: PathBuf,
    zxid: i64,
    /// The name of the log that is open, and its records.
    log: Option<(String, Vec<u8>)>,
}

impl History {
    fn play(&mut self, event: &Event) {
        match event {
            Event::Write(count) => self.write(*count),
            Event::Snapshot { damage, is_late } => self.snapshot(*damage, *is_late),
            Event::Election => {
                self.zxid = ((self.zxid >> 32) + 1) << 32;
                self.log = None;
            }
            Event::TearLog => {
                if let Some((name, records)) = self.log.take() {
                    self.put(&name, &records[..records.len() - 7]);
                }
            }
            Event::LoseLog => {
                if let Some((name, _)) = self.log.take().filter(|(name, _)| is_file(&self.folder.join(name))) {
                    fs::remove_file(self.folder.join(name)).unwrap();
                }
            }
            Event::EmptyLog => self.put(&format!("log.{:x}", self.zxid + 1), b""),
            Event::Oddity(oddity) => self.oddity(*oddity),
        }
    }

    fn write(&mut self, count: u8) {
        let (name, mut records) = self.log.take().unwrap_or_else(|| (format!("log.{:x}", self.zxid + 1), log_header()));
        for _ in 0..count {
            self.zxid += 1;
            records.extend(record(self.zxid));
        }
        self.put(&name, &[records.as_slice(), &[0; 100]].concat());
        self.log = Some((name, records));
    }

    fn snapshot(&mut self, damage: Damage, is_late: bool) {
        let (name, mut bytes) = (format!("snapshot.{:x}", self.zxid), snapshot(self.zxid));
        match damage {
            Damage::None => {}
            Damage::Cut => bytes.truncate(bytes.len() / 2),
            Damage::Unsealed => bytes.truncate(bytes.len() - 13),
            Damage::Flipped => bytes[40] ^= 0xff,
            Damage::KilledGz => return self.put(&format!("{name}.gz"), b"\x1f\x8b\x08\0\0\0\0\0\0\xff"),
            Damage::Copied => self.put(&format!("{name}.bak"), &bytes),
        }
        self.put(&name, &bytes);
        if !is_late {
            self.log = None;
        }
    }

    fn oddity(&self, oddity: Oddity) {
        let (Oddity::Name(name) | Oddity::Folder(name) | Oddity::Link(name) | Oddity::Pipe(name)) = oddity;
        let path = self.folder.join(name);
        if path.symlink_metadata().is_ok() {
            return;
        }
        match oddity {
            Oddity::Name(_) => fs::write(path, "odd").unwrap(),
            Oddity::Folder(_) => fs::create_dir(path).unwrap(),
            Oddity::Link(_) => symlink("../../outside/precious", path).unwrap(),
            Oddity::Pipe(_) => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        }
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.join(name);
        if path.symlink_metadata().is_err() || is_file(&path) {
            fs::write(path, bytes).unwrap();
        }
    }
}

fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
}

/// A tree of one node, which tells when it is from.
fn snapshot(zxid: i64) -> Vec<u8> {
    let head = Jute { bytes: b"ZKSN".to_vec() }.int(2).long(-1).int(0).int(0);
    let data = format!("the state at {zxid:x}");
    let root = head.buffer(b"").buffer(data.as_bytes()).long(-1).long(0).long(zxid).long(0).long(0);
    let tree = root.int(0).int(0).int(0).long(0).long(zxid).buffer(b"/");
    let seal = i64::from(adler32(&tree.bytes.as_slice()));
    tree.long(seal).buffer(b"/").bytes
}

fn log_header() -> Vec<u8> {
    Jute { bytes: b"ZKLG".to_vec() }.int(2).long(0).bytes
}

/// A transaction that opens a session.
fn record(zxid: i64) -> Vec<u8> {
    let payload = Jute::default().long(1).int(1).long(zxid).long(0).int(-10).int(30_000).bytes;
    let sum = i64::from(adler32(&payload.as_slice()));
    Jute::default().long(sum).buffer(&payload).byte(b'B').bytes
}
