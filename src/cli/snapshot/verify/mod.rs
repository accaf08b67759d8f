//! `autopurge snapshot verify`: whether snapshots and logs are intact, and what a server would restore from them.

mod check;
mod json;
mod sequel;
mod text;

use std::path::{Path, PathBuf};

use check::{Checked, CheckedContent};

use super::args::VerifyArgs;
use super::{SnapshotError, finish, stdout};
use crate::cli::ExitCode;
use crate::cli::args::Format;
use crate::cli::progress::Progress;
use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::{DataDir, Kind};
use crate::zookeeper::restore::{self, Content, LogFile, Outcome};

/// The result for one argument: a file, or a folder and what a server would restore from it.
struct Verified {
    path: PathBuf,
    files: Vec<Checked>,
    restore: Option<Restore>,
}

/// What a server would restore from a folder.
enum Restore {
    /// No snapshot can be read.
    NoSnapshot,
    /// It would restore from this snapshot.
    From {
        /// The name of the snapshot.
        snapshot: String,
        /// The names of the logs that are read after it.
        logs: Vec<String>,
        /// How far this gets.
        outcome: Outcome,
    },
}

pub(super) fn run(args: &VerifyArgs) -> Result<ExitCode, SnapshotError> {
    let progress = Progress::of_bytes(false);
    let verified = args.paths.iter().map(|path| verify(path, args.log.as_deref(), &progress));
    let verified = verified.collect::<Result<Vec<Verified>, SnapshotError>>();
    progress.end();
    let mut out = stdout();
    let verified = match verified {
        Ok(verified) => verified,
        Err(error) => {
            if args.format == Format::Json {
                json::write_refusal(&mut out, &error)?;
                finish(out)?;
            }
            return Err(error);
        }
    };
    match args.format {
        Format::Text => text::write(&mut out, &verified)?,
        Format::Json => json::write(&mut out, &verified)?,
    }
    finish(out)?;
    Ok(exit_code(&verified))
}

fn exit_code(verified: &[Verified]) -> ExitCode {
    if verified.iter().all(|verified| verified.files.is_empty()) {
        ExitCode::NothingExamined
    } else if verified.iter().all(Verified::is_good) {
        ExitCode::Success
    } else {
        ExitCode::Findings
    }
}

impl Verified {
    fn is_file(&self) -> bool {
        self.restore.is_none() && !self.files.is_empty()
    }

    fn is_good(&self) -> bool {
        let restores = match &self.restore {
            None | Some(Restore::From { outcome: Outcome::Whole { .. }, .. }) => true,
            Some(Restore::NoSnapshot | Restore::From { .. }) => false,
        };
        restores && self.files.iter().all(Checked::is_good)
    }
}

fn verify(path: &Path, log: Option<&Path>, progress: &Progress) -> Result<Verified, SnapshotError> {
    if !path.is_dir() {
        return Ok(Verified { path: path.to_owned(), files: vec![check::file(path, progress)?], restore: None });
    }
    let dir = DataDir::open(path, log)?;
    let entries = dir.list().map_err(|cause| SnapshotError::Folder { path: path.to_owned(), cause })?;
    let wanted = entries.iter().filter(|entry| entry.kind.is_some_and(|kind| entry.is_readable_as(kind)));
    let mut files: Vec<Checked> = wanted.filter_map(|entry| check::entry(&dir, entry, progress)).collect();
    sequel::find(&mut files);
    Ok(Verified { path: path.to_owned(), restore: restore(&files), files })
}

/// What a server would restore, beginning with the newest good snapshot, as a server does; newer ones may be damaged.
/// The files have to be in the order of their names.
fn restore(files: &[Checked]) -> Option<Restore> {
    if files.is_empty() {
        return None;
    }
    let snapshots = files.iter().rev().filter(|file| file.kind == Kind::Snapshot);
    let Some((snapshot, zxid)) = snapshots.filter(|file| file.is_good()).find_map(|file| Some((file, file.zxid?)))
    else {
        return Some(Restore::NoSnapshot);
    };
    let logs: Vec<(&Checked, LogFile)> = files.iter().filter_map(|file| Some((file, log_file(file)?))).collect();
    let all: Vec<LogFile> = logs.iter().map(|(_, log)| *log).collect();
    let count = restore::needed(zxid, &all).len();
    let needed = logs.get(logs.len() - count..).unwrap_or_default();
    Some(Restore::From {
        snapshot: snapshot.name.clone(),
        logs: needed.iter().map(|(file, _)| file.name.clone()).collect(),
        outcome: restore::follow(zxid, &all),
    })
}

fn log_file(file: &Checked) -> Option<LogFile> {
    let zxid: Zxid = file.zxid.filter(|_| file.kind == Kind::Log)?;
    let content = match &file.found {
        Ok(CheckedContent::Log(log)) => log.into(),
        Ok(CheckedContent::Snapshot(_)) => return None,
        Err(_) => Content::Damaged,
    };
    Some(LogFile { zxid, content })
}
