//! `autopurge disk`: what fills a server's disk, how fast, when the volume will be full, and what a cleanup would
//! free.

mod args;
mod chart;
mod json;
mod svg;
mod table;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use miette::Diagnostic;
use thiserror::Error;

pub use args::DiskArgs;

use super::args::Format;
use super::cleanup::measure::{Measure, Mounted};
use super::cleanup::{CleanupError, decide};
use super::{ExitCode, display, print, report_file};
use crate::zookeeper::MINIMUM_RETAIN;
use crate::zookeeper::data_dir::{DataDir, Entry, Folder, Place};
use crate::zookeeper::purge::{PurgeError, Rule};
use crate::zookeeper::space::{Forecast, Growth, Pile, growth, pile};

/// The maximum number of bars in a chart.
const BARS: usize = 24;

/// What is known about a disk.
struct Disk<'a> {
    args: &'a DiskArgs,
    folders: Vec<String>,
    entries: Vec<Entry>,
    measure: Measure,
    outlooks: Vec<Outlook>,
    piles: Vec<Pile>,
    /// What a cleanup would free, or why it would be refused.
    relief: Result<Relief, String>,
}

/// A volume and its forecast.
struct Outlook {
    volume: Mounted,
    growth: Option<Growth>,
    forecast: Option<Forecast>,
}

/// The number of files that a cleanup would delete, and their bytes on disk.
struct Relief {
    files: usize,
    bytes: u64,
}

/// Why nothing is shown.
#[derive(Debug, Error, Diagnostic)]
enum DiskError {
    /// The folders cannot be examined.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Examine(#[from] CleanupError),
    /// The picture would be written among the files that are examined.
    #[error("{path} is in a folder that is to be examined, and nothing is written there")]
    #[diagnostic(help("write the picture to another folder"))]
    ChartIsInput {
        /// The file.
        path: PathBuf,
    },
    /// The picture would need a name.
    #[error("cannot write the picture to {path}: it is a folder")]
    #[diagnostic(help("name a file in it"))]
    ChartIsFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The picture cannot be written.
    #[error("cannot write the picture to {path}: {cause}")]
    Chart {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

/// Examines the folders and prints the result.
pub(super) fn run(args: &DiskArgs) -> miette::Result<ExitCode> {
    match examine(args) {
        Ok(text) => {
            print(&text)?;
            Ok(ExitCode::Success)
        }
        Err(error) => refuse(args, error),
    }
}

/// Also says in JSON why nothing is shown. If the folders are empty, the exit code says that nothing was examined.
fn refuse(args: &DiskArgs, error: DiskError) -> miette::Result<ExitCode> {
    if args.format == Format::Json {
        print(&json::refusal(args, &error))?;
    }
    if matches!(error, DiskError::Examine(CleanupError::Purge(PurgeError::Nothing))) {
        display::complain(&miette::Report::new(error));
        return Ok(ExitCode::NothingExamined);
    }
    Err(error.into())
}

/// What is printed about the folders. Writes the picture.
fn examine(args: &DiskArgs) -> Result<String, DiskError> {
    let dir = DataDir::open(&args.data, args.log.as_deref()).map_err(CleanupError::DataDir)?;
    if let Some(path) = &args.svg {
        check_chart(path, args, &dir)?;
    }
    let entries = dir.list().map_err(CleanupError::Folder)?;
    if !entries.iter().any(|entry| entry.kind.is_some()) {
        return Err(CleanupError::Purge(PurgeError::Nothing).into());
    }
    let measure = Measure::take(&dir, &entries).map_err(CleanupError::Folder)?;
    let disk = Disk {
        args,
        folders: dir.folders().map(|folder| folder.path().display().to_string()).collect(),
        outlooks: outlooks(&measure, &entries),
        piles: pile(&entries, BARS),
        relief: relief(&dir, args.screen.quiet),
        measure,
        entries,
    };
    if let Some(path) = &args.svg {
        write_chart(path, &disk)?;
    }
    Ok(match args.format {
        Format::Text => table::render(&disk),
        Format::Json => json::render(&disk),
    })
}

/// The growth and forecast of each volume.
fn outlooks(measure: &Measure, entries: &[Entry]) -> Vec<Outlook> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    let is_one = measure.volumes.len() == 1;
    let volumes = measure.volumes.iter().zip([Place::Data, Place::Log]);
    let outlook = |(volume, place): (&Mounted, Place)| {
        let here: Vec<Entry> = entries.iter().filter(|entry| is_one || entry.place == place).cloned().collect();
        let growth = growth(&here);
        let forecast = growth.and_then(|growth| growth.forecast(volume.available, now));
        Outlook { volume: volume.clone(), growth, forecast }
    };
    volumes.map(outlook).collect()
}

/// What `cleanup -n 3` would free, or why it would be refused.
fn relief(dir: &DataDir, is_quiet: bool) -> Result<Relief, String> {
    let retain = usize::try_from(MINIMUM_RETAIN).unwrap_or(usize::MAX);
    let plan = decide(dir, Rule::Careful, retain, is_quiet).map_err(|error| error.to_string())?.plan;
    Ok(Relief { files: plan.removals.len(), bytes: plan.removed().map(|entry| entry.allocated).sum() })
}

/// The picture must not take the place of a file of the server, nor space on a disk that may be full.
fn check_chart(path: &Path, args: &DiskArgs, dir: &DataDir) -> Result<(), DiskError> {
    if path.is_dir() || path.to_string_lossy().ends_with('/') {
        return Err(DiskError::ChartIsFolder { path: path.to_owned() });
    }
    if path == Path::new("-") {
        let cause = io::Error::other("that is standard output, where the text goes");
        return Err(DiskError::Chart { path: path.to_owned(), cause });
    }
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    // A link is kept, and the file that it leads to is written.
    let Ok(place) = std::fs::canonicalize(path).or_else(|_| std::fs::canonicalize(folder)) else { return Ok(()) };
    let named = std::iter::once(args.data.as_path()).chain(args.log.as_deref());
    let mut examined = dir.folders().map(Folder::path).chain(named).filter_map(|path| std::fs::canonicalize(path).ok());
    if examined.any(|folder| place.starts_with(folder)) {
        return Err(DiskError::ChartIsInput { path: path.to_owned() });
    }
    Ok(())
}

fn write_chart(path: &Path, disk: &Disk<'_>) -> Result<(), DiskError> {
    let failed = |cause| DiskError::Chart { path: path.to_owned(), cause };
    report_file::write_file(path, &svg::render(disk)).map(drop).map_err(failed)
}
