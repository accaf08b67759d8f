//! The used space over time, as a bar chart in a terminal.

use std::fmt::Write;

use super::Disk;
use crate::cli::quantity::{bytes, minute};
use crate::zookeeper::space::Pile;

/// Length of the longest bar, in characters.
const WIDTH: u64 = 48;

/// The bars; empty if there is only one point in time.
pub(super) fn render(disk: &Disk<'_>) -> String {
    let longest = disk.piles.iter().map(Pile::total).max().unwrap_or(0);
    if disk.piles.len() < 2 || longest == 0 {
        return String::new();
    }
    let mut text = String::from("\nOn disk by then (UTC): snapshots █, logs ░\n");
    for pile in &disk.piles {
        let (snapshots, all) = (cells(pile.snapshots, longest), cells(pile.total(), longest));
        let logs = all.saturating_sub(snapshots);
        let bar = "█".repeat(snapshots) + &"░".repeat(logs);
        let _ = writeln!(text, "{}  {bar} {}", minute(pile.at), bytes(pile.total()));
    }
    text
}

/// The length of a bar in characters, rounded up so that a small size remains visible.
fn cells(size: u64, longest: u64) -> usize {
    let cells = (u128::from(size) * u128::from(WIDTH)).div_ceil(u128::from(longest.max(1)));
    usize::try_from(cells).unwrap_or(0)
}
