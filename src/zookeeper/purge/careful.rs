//! The default rule.
//!
//! How it differs from `ZooKeeper`'s own: a snapshot counts only if all of it has been read and is intact; snapshots
//! with the same zxid count once; if fewer than N count, nothing is removed; names without a transaction id, folders,
//! links and special files are never removed; a log without transactions holds nothing that a snapshot needs, so the
//! one before it is kept; and nothing is removed from a folder that a server could not restore from.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ffi::OsStr;

use super::restorable::{self, ReadLog};
use super::{Fate, Keep, Plan, PurgeError, Refusal, Remove, SnapshotEvidence, Witness};
use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::{Entry, Kind};

/// A snapshot that counts.
#[derive(Clone, Copy)]
struct Counted<'a> {
    entry: &'a Entry,
    zxid: Zxid,
}

/// The snapshots that had to be read.
#[derive(Default)]
struct Looked<'a> {
    /// What was found, by file name.
    seen: BTreeMap<&'a OsStr, Keep>,
    /// Those that count, newest first.
    counted: Vec<Counted<'a>>,
}

pub(super) fn plan(retain: usize, entries: &[Entry], witness: &mut dyn Witness) -> Result<Plan, PurgeError> {
    let looked = Looked::at(entries, retain, witness)?;
    let (Some(newest), Some(oldest)) = (looked.counted.first(), looked.counted.last()) else {
        return Err(nothing_counts(entries, &looked).into());
    };
    let limit = oldest.zxid;
    if looked.counted.len() < retain {
        return Ok(Plan::of(entries, |entry| Fate::Keep(looked.keep(entry))));
    }
    let logs = read_logs(limit, entries, witness)?;
    if logs.is_empty() {
        return Err(Refusal::NoLog.into());
    }
    restorable::follow(newest.entry, newest.zxid, &logs)?;
    let start = logs.first().filter(|log| log.straddles(limit)).and_then(|log| log.entry.zxid);
    let limits = Limits { limit, start };
    let mut plan = Plan::of(entries, |entry| limits.fate(entry, &looked));
    plan.remarks = restorable::remarks(newest.entry, newest.zxid, &logs);
    Ok(plan)
}

/// Readable files of a kind, with a zxid in their names, newest first. Those with the same zxid are in the order of
/// their names, so that a copy such as `snapshot.5.bak` counts only if the original does not.
fn readable(entries: &[Entry], kind: Kind) -> Vec<&Entry> {
    let mut files: Vec<&Entry> = entries.iter().filter(|entry| entry.is_readable_as(kind)).collect();
    files.sort_by_key(|entry| (Reverse(entry.zxid), &entry.name));
    files
}

impl<'a> Looked<'a> {
    /// Reads snapshots from the newest on, until enough with different zxids are verified.
    fn at(entries: &'a [Entry], retain: usize, witness: &mut dyn Witness) -> Result<Self, PurgeError> {
        let mut looked = Self::default();
        for entry in readable(entries, Kind::Snapshot) {
            let Some(zxid) = entry.zxid else { continue };
            let is_same_moment = looked.counted.last().is_some_and(|last| last.zxid == zxid);
            if is_same_moment {
                looked.seen.insert(&entry.name, Keep::SameMoment);
            } else if looked.counted.len() < retain {
                looked.read(entry, zxid, witness)?;
            }
        }
        Ok(looked)
    }

    fn read(&mut self, entry: &'a Entry, zxid: Zxid, witness: &mut dyn Witness) -> Result<(), PurgeError> {
        let keep = match witness.snapshot(entry).map_err(|cause| PurgeError::reading(entry, cause))? {
            SnapshotEvidence::Damaged { cause } => Keep::Damaged { cause },
            SnapshotEvidence::Verified => {
                self.counted.push(Counted { entry, zxid });
                Keep::Counted { rank: self.counted.len() }
            }
        };
        self.seen.insert(&entry.name, keep);
        Ok(())
    }

    /// Why an entry is kept when nothing is removed.
    fn keep(&self, entry: &Entry) -> Keep {
        let keep = unpurgeable(entry).or_else(|| self.seen.get(entry.name.as_os_str()).cloned());
        keep.unwrap_or(Keep::TooFew { counted: self.counted.len() })
    }
}

fn nothing_counts(entries: &[Entry], looked: &Looked<'_>) -> Refusal {
    let snapshots = readable(entries, Kind::Snapshot);
    let newest = snapshots.first().map(|entry| (entry.shown_name(), looked.seen.get(entry.name.as_os_str())));
    match newest {
        Some((name, Some(Keep::Damaged { cause }))) => {
            Refusal::NoVerifiedSnapshot { count: snapshots.len(), newest: format!("{name}: {cause}") }
        }
        _ => Refusal::NoSnapshot,
    }
}

/// Reads the logs after the limit and the one that straddles it, in order. Older ones do not matter.
fn read_logs<'a>(limit: Zxid, entries: &'a [Entry], witness: &mut dyn Witness) -> Result<Vec<ReadLog<'a>>, PurgeError> {
    let mut logs = Vec::new();
    for entry in readable(entries, Kind::Log) {
        let evidence = witness.log(entry).map_err(|cause| PurgeError::reading(entry, cause))?;
        let log = ReadLog { entry, evidence };
        let is_start = log.straddles(limit);
        logs.push(log);
        if is_start {
            break;
        }
    }
    logs.reverse();
    Ok(logs)
}

/// Why an entry is never removed, whatever the limit.
fn unpurgeable(entry: &Entry) -> Option<Keep> {
    let Some(kind) = entry.kind else { return Some(Keep::Other) };
    let is_named = entry.zxid.is_some_and(|zxid| zxid.0 >= 0);
    match (entry.is_readable_as(kind), is_named) {
        (true, _) => None,
        (false, true) => Some(Keep::NoFile),
        (false, false) => Some(Keep::UnreadableName),
    }
}

/// The boundary between what is kept and what is removed.
struct Limits {
    /// The oldest snapshot that counts.
    limit: Zxid,
    /// The start of the log that straddles it, if there is one.
    start: Option<Zxid>,
}

impl Limits {
    fn fate(&self, entry: &Entry, looked: &Looked<'_>) -> Fate {
        let limit = self.limit;
        let (None, Some(kind), Some(zxid)) = (unpurgeable(entry), entry.kind, entry.zxid) else {
            return Fate::Keep(looked.keep(entry));
        };
        match kind {
            Kind::Snapshot if zxid >= limit => Fate::Keep(looked.keep(entry)),
            Kind::Log if self.start.is_none_or(|start| zxid > start) => Fate::Keep(Keep::Newer { limit }),
            Kind::Log if self.start == Some(zxid) => Fate::Keep(Keep::Straddles { limit }),
            Kind::Snapshot | Kind::Log => Fate::Remove(Remove::Older { limit }),
        }
    }
}
