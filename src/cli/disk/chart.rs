//! The pile over time as bars in a terminal.

use std::fmt::Write;

use super::Disk;
use crate::cli::quantity::{bytes, minute};
use crate::zookeeper::space::Pile;

/// Characters of the longest bar.
const WIDTH: u64 = 48;

/// The bars, or nothing where there is only one moment to show.
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

/// How many characters a size takes. What is there is seen.
fn cells(size: u64, longest: u64) -> usize {
    let cells = (u128::from(size) * u128::from(WIDTH)).div_ceil(u128::from(longest.max(1)));
    usize::try_from(cells).unwrap_or(0)
}
