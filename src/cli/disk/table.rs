//! The state of a disk as text.

use std::fmt::Write;
use std::path::Path;

use super::{Disk, Outlook, chart};
use crate::cli::grid::{Align, Grid};
use crate::cli::quantity::{bytes, duration, minute};
use crate::printable::{counted, one_line, shell_word};
use crate::zookeeper::MINIMUM_RETAIN;
use crate::zookeeper::data_dir::{Entry, Kind};
use crate::zookeeper::space::{Amount, Forecast};

/// The whole output: usage, volumes, growth, chart, and what a cleanup would free.
pub(super) fn render(disk: &Disk<'_>) -> String {
    let mut text = String::new();
    for folder in &disk.folders {
        let _ = writeln!(text, "{}", one_line(folder));
    }
    for line in kinds(disk).lines().chain([String::new()]).chain(volumes(disk).lines()).chain([String::new()]) {
        let _ = writeln!(text, "{line}");
    }
    for line in disk.outlooks.iter().flat_map(|outlook| growth(disk, outlook)) {
        let _ = writeln!(text, "{line}");
    }
    text.push_str(&chart::render(disk));
    let _ = writeln!(text, "\n{}", one_line(&relief(disk)));
    text
}

fn kinds(disk: &Disk<'_>) -> Grid<6> {
    let mut grid = Grid::new([Align::Left, Align::Right, Align::Right, Align::Right, Align::Left, Align::Left]);
    grid.row(["", "files", "size", "on disk", "oldest (UTC)", "newest (UTC)"].map(str::to_owned));
    let usage = &disk.measure.usage;
    let rows = [
        ("snapshots", usage.snapshots, times(&disk.entries, Some(Kind::Snapshot))),
        ("logs", usage.logs, times(&disk.entries, Some(Kind::Log))),
        ("others", usage.others, times(&disk.entries, None)),
    ];
    for (name, amount, times) in rows {
        let [oldest, newest] = times.map_or_else(Default::default, |times| times.map(minute));
        let Amount { files, apparent, allocated } = amount;
        grid.row([name.to_owned(), files.to_string(), bytes(apparent), bytes(allocated), oldest, newest]);
    }
    grid
}

/// The times at which the oldest and the newest file of a kind were written.
fn times(entries: &[Entry], kind: Option<Kind>) -> Option<[i64; 2]> {
    let times = || entries.iter().filter(|entry| entry.kind == kind).map(|entry| entry.modified);
    Some([times().min()?, times().max()?])
}

fn volumes(disk: &Disk<'_>) -> Grid<5> {
    let mut grid = Grid::new([Align::Left, Align::Right, Align::Right, Align::Right, Align::Right]);
    grid.row(["volume of", "size", "used", "free", "use%"].map(str::to_owned));
    for Outlook { volume, .. } in &disk.outlooks {
        let [size, used, free] = [volume.size, volume.used, volume.available].map(bytes);
        grid.row([one_line(&volume.path), size, used, free, format!("{}%", volume.percent_used)]);
    }
    grid
}

/// How fast a volume fills and when it will be full, a line each.
pub(super) fn growth(disk: &Disk<'_>, outlook: &Outlook) -> Vec<String> {
    let place = match disk.outlooks.len() {
        1 => String::new(),
        _ => format!("{}: ", one_line(&outlook.volume.path)),
    };
    let Some(growth) = outlook.growth else {
        return vec![format!("{place}all files have the same timestamp, so the growth rate is unknown")];
    };
    let (rate, written) = (bytes(growth.bytes_per_hour), bytes(growth.bytes));
    let (since, until) = (minute(growth.since), minute(growth.until));
    let rate = format!("{place}grows by {rate} per hour: {written} from {since} to {until}");
    std::iter::once(rate).chain(outlook.forecast.map(full)).collect()
}

fn full(forecast: Forecast) -> String {
    // A date that is more than 68 years (2^31 seconds) away is meaningless, and is omitted.
    let date = match i32::try_from(forecast.seconds) {
        Ok(_) => format!(", on {}", minute(forecast.full_at)),
        Err(_) => String::new(),
    };
    format!("at this rate, and if nothing is deleted, the volume will be full in {}{date}", duration(forecast.seconds))
}

fn relief(disk: &Disk<'_>) -> String {
    let word = |path: &Path| shell_word(&path.display().to_string());
    match &disk.relief {
        Ok(relief) if relief.files == 0 => format!("cleanup -n {MINIMUM_RETAIN} would free nothing."),
        Ok(relief) => format!(
            "cleanup -n {MINIMUM_RETAIN} would free {} ({}): autopurge cleanup {}{} -n {MINIMUM_RETAIN}",
            bytes(relief.bytes),
            counted(relief.files, "file"),
            word(&disk.args.data),
            disk.args.log.as_ref().map(|log| format!(" --log {}", word(log))).unwrap_or_default(),
        ),
        Err(reason) => format!("cleanup -n {MINIMUM_RETAIN} would free nothing: {reason}"),
    }
}
