//! The result of a cleanup as text.

use std::fmt::Write;
use std::io::IsTerminal;

use super::measure::{Measure, Mounted};
use super::{Cleanup, words};
use crate::cli::display::has_color;
use crate::cli::grid::{Align, Grid};
use crate::cli::quantity::{bytes, minute};
use crate::cli::snapshot::Growth;
use crate::printable::{counted, one_line};
use crate::zookeeper::data_dir::FileKind;
use crate::zookeeper::purge::{Decided, Execution, Fate, Keep};
use crate::zookeeper::space::Amount;

/// What is shown before anything is deleted: every file and what happens to it.
pub(super) fn plan(cleanup: &Cleanup<'_>) -> String {
    let mut text = String::new();
    for folder in cleanup.dir.folders() {
        let _ = writeln!(text, "{}", one_line(&folder.path().to_string_lossy()));
    }
    let mut grid = Grid::new([Align::Left, Align::Left, Align::Right, Align::Right, Align::Left, Align::Left]);
    grid.row(["FILE", "WRITTEN (UTC)", "SIZE", "ON DISK", "", "WHY"].map(str::to_owned));
    for file in &cleanup.plan.files {
        grid.row(row(file, cleanup.retain));
    }
    let has_color = has_color(cleanup.args.screen.color.when, std::io::stdout().is_terminal());
    let fates = std::iter::once(None).chain(cleanup.plan.files.iter().map(|file| Some(&file.fate)));
    for (line, fate) in grid.lines().zip(fates) {
        let color = fate.and_then(color).filter(|_| has_color);
        let _ = match color {
            Some(color) => writeln!(text, "\x1b[{color}m{line}\x1b[0m"),
            None => writeln!(text, "{line}"),
        };
    }
    for remark in &cleanup.plan.remarks {
        let _ = writeln!(text, "\nNote: {}.", words::remark(remark));
    }
    if let Some(growth) = &cleanup.growth {
        text.push_str(&summary(growth));
    }
    text
}

fn summary(growth: &Growth) -> String {
    let mut text = b"\nFrom the oldest whole snapshot to the newest:\n".to_vec();
    // Writing to memory cannot fail.
    let _ = growth.write(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn row(file: &Decided, retain: usize) -> [String; 6] {
    let Decided { entry, fate } = file;
    let slash = if entry.file_kind == FileKind::Folder { "/" } else { "" };
    let word = if matches!(fate, Fate::Remove(_)) { "delete" } else { "keep" };
    [
        entry.shown_name() + slash,
        minute(entry.modified),
        bytes(entry.apparent),
        bytes(entry.allocated),
        word.to_owned(),
        words::because(fate, retain),
    ]
}

/// Yellow for files to delete, green for snapshots that count, red for damaged files.
fn color(fate: &Fate) -> Option<&'static str> {
    match fate {
        Fate::Remove(_) => Some("33"),
        Fate::Keep(Keep::Counted { .. }) => Some("32"),
        Fate::Keep(Keep::Damaged { .. }) => Some("31"),
        Fate::Keep(_) => None,
    }
}

/// What is shown at the end: the space before and after, and what was done.
pub(super) fn outcome(cleanup: &Cleanup<'_>) -> String {
    let mut text = space(&cleanup.before, cleanup.after.measure());
    let freed = cleanup.before.usage.total.allocated.saturating_sub(cleanup.after.measure().usage.total.allocated);
    text.push('\n');
    match &cleanup.execution {
        None => text.push_str(&undone(cleanup, freed)),
        Some(execution) => {
            troubles(&mut text, execution);
            let count = counted(execution.removed.len(), "file");
            let _ = writeln!(text, "Deleted {count}, {} on disk.", bytes(removed_bytes(execution)));
        }
    }
    text
}

fn undone(cleanup: &Cleanup<'_>, freed: u64) -> String {
    match cleanup.plan.removals.len() {
        0 => "Nothing to delete.\n".to_owned(),
        count => format!(
            "Nothing was deleted. With --delete, {} ({} on disk) would be.\n",
            counted(count, "file"),
            bytes(freed)
        ),
    }
}

fn troubles(text: &mut String, execution: &Execution) {
    for entry in &execution.vanished {
        let _ = writeln!(text, "{} was already gone: something else is deleting files here, too.", entry.shown_name());
    }
    for failure in &execution.failed {
        let _ = writeln!(text, "Could not delete {}: {}.", failure.entry.shown_name(), failure.cause);
    }
    if let Some(failure) = &execution.stopped {
        let name = failure.entry.shown_name();
        let _ = writeln!(
            text,
            "Stopped: {name}, which has to be kept, has changed ({}). Nothing more was deleted.",
            failure.cause
        );
    }
}

fn removed_bytes(execution: &Execution) -> u64 {
    execution.removed.iter().map(|entry| entry.allocated).sum()
}

/// Both measurements side by side.
fn space(before: &Measure, after: &Measure) -> String {
    let mut grid = Grid::new([Align::Right; 7]);
    grid.row(["", "before", "size", "on disk", "after", "size", "on disk"].map(str::to_owned));
    let pairs = [
        ("snapshots", before.usage.snapshots, after.usage.snapshots),
        ("logs", before.usage.logs, after.usage.logs),
        ("others", before.usage.others, after.usage.others),
        ("total", before.usage.total, after.usage.total),
    ];
    for (name, before, after) in pairs {
        let [before, after] = [before, after].map(cells);
        let [files_before, size_before, disk_before] = before;
        let [files_after, size_after, disk_after] = after;
        grid.row([name.to_owned(), files_before, size_before, disk_before, files_after, size_after, disk_after]);
    }
    let mut text = String::from("\n");
    grid.lines().for_each(|line| text.push_str(&(line + "\n")));
    text.push('\n');
    volumes(before, after).lines().for_each(|line| text.push_str(&(line + "\n")));
    text
}

fn cells(amount: Amount) -> [String; 3] {
    [counted(amount.files, "file"), bytes(amount.apparent), bytes(amount.allocated)]
}

/// The volumes, as `df` shows them.
fn volumes(before: &Measure, after: &Measure) -> Grid<6> {
    let mut grid = Grid::new([Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left]);
    grid.row(["volume", "size", "used", "free", "use%", ""].map(str::to_owned));
    for (moment, measure) in [("before", before), ("after", after)] {
        for Mounted { path, size, used, available, percent_used } in &measure.volumes {
            let [size, used, available] = [size, used, available].map(|size| bytes(*size));
            grid.row([moment.to_owned(), size, used, available, format!("{percent_used}%"), one_line(path)]);
        }
    }
    grid
}
