//! The order in which files may go.

use super::Fate;
use crate::zookeeper::data_dir::{Entry, Kind};

/// Indices of what goes: snapshots from the oldest to the newest, then logs from the oldest to the newest. So a log is
/// there as long as any snapshot that is restored with it, and whoever stops in between leaves a folder in which every
/// snapshot still has its logs.
pub(super) fn removals(fates: &[(Entry, Fate)]) -> Vec<usize> {
    let is_removed = |index: &usize| matches!(fates.get(*index), Some((_, Fate::Remove(_))));
    let mut removals: Vec<usize> = (0..fates.len()).filter(is_removed).collect();
    removals.sort_by_key(|index| {
        let entry = fates.get(*index).map(|(entry, _)| entry);
        entry.map(|entry| (entry.kind == Some(Kind::Log), entry.zxid, &entry.name))
    });
    removals
}
