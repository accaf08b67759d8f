//! A log with one damaged record among others, as Java's `FileTxnLog` reads it and as this does.

use std::fs;

use autopurge::zookeeper::log::{Tail, Verified, verify_from};
use autopurge::zookeeper::{Cause, ReadError};

use super::golden;
use crate::cleanup::zookeeper::ZooKeeper;
use crate::tool::repository;

/// A log with 375 transactions, and where the record of one in the middle begins.
const LOG: &str = "small/version-2/log.1";
const BEFORE: u64 = 200;

/// A way to damage the record, and the damaged log.
type Damaged = (String, Vec<u8>);

/// The record in the middle: where it begins, and the length of its payload.
#[derive(Clone, Copy)]
struct Record {
    begin: usize,
    length: usize,
}

impl Record {
    fn of(log: &[u8]) -> Self {
        (0..BEFORE).fold(Self::at(log, 16), |record, _| Self::at(log, record.after()))
    }

    fn at(log: &[u8], begin: usize) -> Self {
        let length = u32::from_be_bytes(log[begin + 8..begin + 12].try_into().unwrap());
        Self { begin, length: length.try_into().unwrap() }
    }

    fn end(self) -> usize {
        self.begin + 12 + self.length
    }

    fn after(self) -> usize {
        self.end() + 1
    }
}

/// Every field of the record with other values, and what else disks and people do.
fn damaged(log: &[u8]) -> Vec<Damaged> {
    let record = Record::of(log);
    let mut damaged = Vec::new();
    let mut put = |what: String, at: usize, bytes: &[u8]| {
        let mut changed = log.to_vec();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        damaged.push((what, changed));
    };
    // The checksum, the length, the header with its five fields, the transaction, the end.
    for at in [0, 3, 4, 7, 8, 9, 10, 11, 12, 20, 24, 32, 40, 43, 44, 60, record.length + 11, record.length + 12] {
        for flip in [0x01, 0x42, 0x80, 0xff] {
            put(format!("byte {at} ^ {flip:#x}"), record.begin + at, &[log[record.begin + at] ^ flip]);
        }
    }
    let own = i32::try_from(record.length).unwrap();
    let rest = i32::try_from(log.len() - record.begin - 12).unwrap();
    let lengths = [0, 1, 12, 31, 32, own - 1, own + 1, own + 13, own + 300, rest - 1, rest, rest + 1, 1 << 20];
    for length in lengths.into_iter().chain([2_097_150, 2_097_151, 0x0030_0000, i32::MAX, -1, -5, i32::MIN]) {
        put(format!("length {length}"), record.begin + 8, &length.to_be_bytes());
    }
    for size in [1, 4, 12, 40, 512, 4096] {
        put(format!("{size} bytes lost from the beginning"), record.begin, &vec![0; size]);
        put(format!("{size} bytes lost from the end"), record.end(), &vec![0; size]);
        put(format!("{size} bytes overwritten from the beginning"), record.begin, &vec![0x5a; size]);
        put(format!("{size} bytes overwritten from the end"), record.end(), &vec![0x5a; size]);
    }
    for (what, at) in [("beginning", record.begin), ("length", record.begin + 8), ("middle", record.begin + 50)] {
        for size in [1, 7, 45] {
            damaged.push((format!("{size} bytes cut out, {what}"), [&log[..at], &log[at + size..]].concat()));
            damaged.push((format!("{size} bytes inserted, {what}"), [&log[..at], &vec![3; size], &log[at..]].concat()));
        }
    }
    damaged.push(("record cut out".to_owned(), [&log[..record.begin], &log[record.after()..]].concat()));
    damaged.push(("record twice".to_owned(), [&log[..record.after()], &log[record.begin..]].concat()));
    // The first bytes of a checksum are zero anyway.
    damaged.retain(|(_, bytes)| bytes != log);
    damaged
}

/// Nothing that is wrong in the middle of a log passes for what a killed server leaves.
#[test]
fn a_log_that_is_damaged_in_the_middle_is_never_good() {
    let log = golden::read(LOG);
    let end = Record::of(&log).begin;
    for (what, bytes) in damaged(&log) {
        match verify_from(&bytes[..]) {
            Err(ReadError::Io(error)) => panic!("{what}: {error}"),
            Err(ReadError::Damage(_)) | Ok(Verified { gap: Some(_), .. }) => {}
            Ok(log) => assert_eq!(log.tail, Tail::Debris(end.try_into().unwrap()), "{what}"),
        }
        let cut = &bytes[..bytes.len() - 35_239 - 60];
        let is_bad = verify_from(cut).map_or(true, |log| log.gap.is_some() || log.debris().is_some());
        assert!(is_bad, "{what}, without padding");
    }
}

#[test]
fn damaged_logs_are_read_as_far_as_java_reads_them() {
    let Some(zookeeper) = ZooKeeper::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let damaged = damaged(&golden::read(LOG));
    let mut folders = Vec::new();
    for (number, (_, bytes)) in damaged.iter().enumerate() {
        let place = folder.path().join(number.to_string());
        fs::create_dir(&place).unwrap();
        fs::write(place.join("log.1"), bytes).unwrap();
        folders.push(place.to_str().unwrap().to_owned());
    }
    let Some(said) = zookeeper.run(&repository().join("tests/snapshot/ReadLogs.java"), &folders) else { return };
    assert_eq!(said.lines().count(), damaged.len());
    for ((what, bytes), theirs) in damaged.iter().zip(said.lines()) {
        let ours = match verify_from(&bytes[..]) {
            Ok(log) => format!("{} ends", log.records),
            Err(ReadError::Damage(damage)) => {
                assert!(!matches!(damage.cause, Cause::Empty), "{what}");
                format!("{BEFORE} fails")
            }
            Err(ReadError::Io(error)) => panic!("{what}: {error}"),
        };
        assert_eq!(ours, theirs, "{what}");
    }
}
