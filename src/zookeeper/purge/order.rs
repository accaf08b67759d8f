//! The order in which files may be removed.

use super::{Decided, Fate};
use crate::zookeeper::data_dir::Kind;

/// Indices of what is removed: snapshots from oldest to newest, then logs from oldest to newest. A log thus remains as
/// long as any snapshot that needs it, and an interruption leaves a folder in which every snapshot still has its logs.
pub(super) fn removals(files: &[Decided]) -> Vec<usize> {
    let is_removed = |index: &usize| matches!(files.get(*index), Some(Decided { fate: Fate::Remove(_), .. }));
    let mut removals: Vec<usize> = (0..files.len()).filter(is_removed).collect();
    removals.sort_by_key(|index| {
        let entry = files.get(*index).map(|file| &file.entry);
        entry.map(|entry| (entry.kind == Some(Kind::Log), entry.zxid, &entry.name))
    });
    removals
}
