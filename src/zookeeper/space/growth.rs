//! How fast snapshots and logs accumulate, from the times and sizes of those that exist.

use serde::Serialize;

use crate::zookeeper::data_dir::{Entry, Kind};

/// Seconds in an hour.
const HOUR: i64 = 3600;

/// If there is more history, only the last day counts.
const RECENT: i64 = 24 * HOUR;

/// If the files cover fewer seconds than this, the rate would be arbitrary.
const SHORTEST: i64 = 60;

/// Possible lengths of a step, in seconds; with these, steps end at round times.
const STEPS: [i64; 10] =
    [60, 600, HOUR, 3 * HOUR, 6 * HOUR, 24 * HOUR, 2 * 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR, 365 * 24 * HOUR];

/// Bytes on disk that were written in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Growth {
    /// The start, in seconds since 1970.
    pub since: i64,
    /// The end, in seconds since 1970.
    pub until: i64,
    /// What was written in between and is still there.
    pub bytes: u64,
    /// The same per hour.
    pub bytes_per_hour: u64,
}

/// When a volume is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// Seconds until then, from now.
    pub seconds: i64,
    /// That moment, in seconds since 1970.
    pub full_at: i64,
}

impl Growth {
    /// When `available` bytes are used up at this rate. `None` if nothing grows.
    #[must_use]
    pub fn forecast(&self, available: u64, now: i64) -> Option<Forecast> {
        let rate = u128::from(self.bytes_per_hour);
        let seconds = (u128::from(available) * 3600).checked_div(rate)?;
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Some(Forecast { seconds, full_at: now.saturating_add(seconds) })
    }
}

/// The growth of the last day, or of the whole time if that is less. `None` if the files cover too short a time.
///
/// All bytes of a file count for the time of its last write. The first file only marks the start, since it is unknown
/// when writing it began.
#[must_use]
pub fn growth(entries: &[Entry]) -> Option<Growth> {
    let files = piled(entries);
    let until = files.last()?.modified;
    let recent = files.iter().rev().find(|entry| entry.modified <= until.saturating_sub(RECENT));
    let since = recent.or(files.first())?.modified;
    let seconds = until.saturating_sub(since);
    if seconds < SHORTEST {
        return None;
    }
    let bytes = files.iter().filter(|entry| entry.modified > since).map(|entry| entry.allocated).sum();
    let per_hour = u128::from(bytes) * 3600 / u128::try_from(seconds).unwrap_or(1);
    Some(Growth { since, until, bytes, bytes_per_hour: u64::try_from(per_hour).unwrap_or(u64::MAX) })
}

/// What had accumulated by a point in time, counting only files that still exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pile {
    /// Seconds since 1970.
    pub at: i64,
    /// Bytes of snapshots on the disk.
    pub snapshots: u64,
    /// Bytes of logs on the disk.
    pub logs: u64,
}

impl Pile {
    /// Snapshots and logs.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.snapshots.saturating_add(self.logs)
    }
}

/// The sizes over time, in at most `most` steps of a round length.
#[must_use]
pub fn pile(entries: &[Entry], most: usize) -> Vec<Pile> {
    let files = piled(entries);
    let (Some(first), Some(last)) = (files.first(), files.last()) else { return Vec::new() };
    let step = step(first.modified, last.modified, most);
    let mut piles = Vec::new();
    let mut at = next(first.modified, step);
    loop {
        piles.push(pile_at(&files, at));
        if at >= last.modified {
            return piles;
        }
        at = at.saturating_add(step);
    }
}

fn pile_at(files: &[&Entry], at: i64) -> Pile {
    let sum = |kind| {
        let files = files.iter().filter(|entry| entry.kind == Some(kind) && entry.modified <= at);
        files.map(|entry| entry.allocated).sum()
    };
    Pile { at, snapshots: sum(Kind::Snapshot), logs: sum(Kind::Log) }
}

/// The shortest step that gives no more than `most` piles.
fn step(first: i64, last: i64, most: usize) -> i64 {
    let most = i64::try_from(most).unwrap_or(i64::MAX).max(1);
    let fits = |step: &&i64| next(last, **step).saturating_sub(next(first, **step)) / **step < most;
    // Divided among one step fewer and rounded up, because the time begins and ends within a step.
    let longest = (last.saturating_sub(first) / most.saturating_sub(1).max(1)).saturating_add(1);
    STEPS.iter().find(fits).copied().unwrap_or(longest)
}

/// The end of the step that contains a moment.
fn next(moment: i64, step: i64) -> i64 {
    moment.saturating_add((step - moment.rem_euclid(step)).rem_euclid(step))
}

/// Snapshots and logs in the order in which they were written.
fn piled(entries: &[Entry]) -> Vec<&Entry> {
    let mut files: Vec<&Entry> =
        entries.iter().filter(|entry| entry.kind.is_some_and(|kind| entry.is_readable_as(kind))).collect();
    files.sort_by(|left, right| (left.modified, &left.name).cmp(&(right.modified, &right.name)));
    files
}

#[cfg(test)]
mod tests {
    use super::{next, step};

    #[test]
    fn there_are_no_more_piles_than_asked_for() {
        for most in [2, 3, 24, 60] {
            for (first, length) in [(0, 0), (-7, 59), (1, 3_601), (86_399, 10_000_000), (1_700_000_000, 40_000_000_000)]
            {
                let (last, step) = (first + length, step(first, first + length, most));
                let piles = (next(last, step) - next(first, step)) / step + 1;
                assert!(usize::try_from(piles).unwrap() <= most, "{most} of {length} from {first}: {piles}");
            }
        }
    }
}
