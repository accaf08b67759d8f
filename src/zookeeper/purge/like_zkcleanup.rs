//! Removes what `PurgeTxnLog` of 3.6 to 3.9 removes, for those who want exactly that.
//!
//! There are two deliberate differences: links are not followed to see whether they lead to snapshots, so more may be
//! kept; and nothing is removed if no verified snapshot would be left.

use std::path::Path;

use super::{Decided, Fate, Keep, Plan, PurgeError, Refusal, Remove, SnapshotEvidence, Witness};
use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::{DataDir, Entry, FileKind, Kind};

/// The paths as typed, which `PurgeTxnLog` takes literally.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    /// `dataDir`
    pub data: &'a Path,
    /// `dataLogDir`
    pub log: Option<&'a Path>,
}

/// Refuses where `PurgeTxnLog` would do nothing though there is something to do: it compares folders as text, and it
/// looks for a `version-2` in whatever it is given.
///
/// # Errors
/// When that is the case.
pub fn refuse_as_typed(typed: Typed<'_>, dir: &DataDir) -> Result<(), Refusal> {
    let text =
        |path: &Path| path.to_string_lossy().split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let is_one = dir.folders().count() == 1;
    if let Some(log) = typed.log.filter(|log| is_one && text(log) != text(typed.data)) {
        return Err(Refusal::OtherSpelling { data: typed.data.to_owned(), log: log.to_owned() });
    }
    let given = std::iter::once(typed.data).chain(typed.log);
    let itself = dir.folders().zip(given).find(|(folder, given)| folder.path() == *given);
    itself.map_or(Ok(()), |(folder, _)| Err(Refusal::LooksInside { path: folder.path().to_owned() }))
}

/// What `ZooKeeper` reads from a name without a zxid.
const UNREADABLE: Zxid = Zxid(-1);

pub(super) fn plan(retain: usize, entries: &[Entry], witness: &mut dyn Witness) -> Result<Plan, PurgeError> {
    let valid = newest_valid(retain, entries, witness)?;
    let limit = valid.last().and_then(|entry| entry.zxid);
    let limits = Limits { limit, start: limit.map(|limit| start(limit, entries)), valid: &valid };
    let mut plan = Plan::of(entries, |entry| limits.fate(entry));
    if !plan.removals.is_empty() {
        plan.keepers = vec![verified_keeper(&plan, witness)?];
    }
    Ok(plan)
}

/// The newest N that look valid, newest first; several copies with the same zxid each count.
fn newest_valid<'a>(
    retain: usize,
    entries: &'a [Entry],
    witness: &mut dyn Witness,
) -> Result<Vec<&'a Entry>, PurgeError> {
    let mut valid = Vec::new();
    let is_candidate = |entry: &&Entry| {
        entry.kind == Some(Kind::Snapshot) && entry.zxid.is_some() && entry.file_kind == FileKind::Regular
    };
    for entry in entries.iter().rev().filter(is_candidate) {
        if valid.len() == retain {
            break;
        }
        if witness.looks_valid(entry).map_err(|cause| PurgeError::reading(entry, cause))? {
            valid.push(entry);
        }
    }
    Ok(valid)
}

/// The largest zxid in a log's name that is not above the limit, whatever the log contains.
fn start(limit: Zxid, entries: &[Entry]) -> Zxid {
    let logs = entries.iter().filter(|entry| entry.kind == Some(Kind::Log));
    logs.filter_map(|entry| entry.zxid).filter(|zxid| *zxid <= limit).max().unwrap_or(Zxid(0)).max(Zxid(0))
}

/// The newest snapshot that would be left and is intact.
fn verified_keeper(plan: &Plan, witness: &mut dyn Witness) -> Result<usize, PurgeError> {
    let mut damaged = None;
    for (index, Decided { entry, fate }) in plan.files.iter().enumerate().rev() {
        if !entry.is_readable_as(Kind::Snapshot) || matches!(fate, Fate::Remove(_)) {
            continue;
        }
        match witness.snapshot(entry).map_err(|cause| PurgeError::reading(entry, cause))? {
            SnapshotEvidence::Verified => return Ok(index),
            SnapshotEvidence::Damaged { cause } => {
                damaged.get_or_insert_with(|| format!("{}: {cause}", entry.shown_name()));
            }
        }
    }
    let kept: Vec<String> = plan.kept_snapshots().map(Entry::shown_name).collect();
    let newest = damaged.unwrap_or_else(|| "no regular file is among them".to_owned());
    Err(Refusal::NothingRestorableLeft { kept: kept.join(", "), newest }.into())
}

/// The boundary between what is kept and what is removed.
struct Limits<'a> {
    limit: Option<Zxid>,
    start: Option<Zxid>,
    valid: &'a [&'a Entry],
}

impl Limits<'_> {
    fn fate(&self, entry: &Entry) -> Fate {
        let Some(kind) = entry.kind else { return Fate::Keep(Keep::Other) };
        let (Some(limit), Some(start)) = (self.limit, self.start) else {
            return Fate::Keep(Keep::TooFew { counted: 0 });
        };
        match (kind, entry.zxid.unwrap_or(UNREADABLE)) {
            (Kind::Log, zxid) if zxid == start => Fate::Keep(Keep::Straddles { limit }),
            (Kind::Log, zxid) if zxid > start => Fate::Keep(Keep::Newer { limit }),
            (_, UNREADABLE) if UNREADABLE < limit => Fate::Remove(Remove::UnreadableName),
            (_, zxid) if zxid < limit => Fate::Remove(Remove::Older { limit }),
            _ => Fate::Keep(self.rank(entry).map_or(Keep::NotOlder, |rank| Keep::Counted { rank })),
        }
    }

    fn rank(&self, entry: &Entry) -> Option<usize> {
        self.valid.iter().position(|valid| *valid == entry).map(|index| index + 1)
    }
}
