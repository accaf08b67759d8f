//! `autopurge snapshot`: what snapshots contain, what has changed between them, and whether they are intact.

mod args;
mod compare;
mod format;
mod growth;
mod input;
mod spelling;
mod summary;
mod verify;

use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::PathBuf;

use miette::{Diagnostic, Report};
use thiserror::Error;

pub(super) use args::SnapshotArgs;
use args::SnapshotCommand;
pub(super) use growth::{Growth, GrowthDocument};
use input::InputError;
pub(super) use spelling::{arguments, refusal};

use super::{ExitCode, display};
use crate::zookeeper::data_dir::DataDirError;

/// Size of the output buffer in bytes.
const CHUNK: usize = 256 * 1024;

/// Why a snapshot cannot be shown.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum SnapshotError {
    /// A snapshot file cannot be used; Java's tools throw an exception.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Input(#[from] InputError),
    /// A snapshot file cannot be opened, which this tool treats as an invalid argument.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Argument(InputError),
    /// The thresholds of Java's output format are missing.
    #[error("--format java requires -b and -n")]
    NoThresholds,
    /// There are not exactly two files.
    #[error("expected two snapshots, got {0}")]
    #[diagnostic(help("autopurge snapshot compare OLD NEW"))]
    NotTwoFiles(usize),
    /// A threshold is not a number.
    #[error("{0:?} is not a 32-bit integer")]
    Number(String),
    /// There is not exactly one file.
    #[error("expected exactly one snapshot file, after all options")]
    NotOneFile,
    /// There is no such node.
    #[error("there is no node {0:?}")]
    #[diagnostic(help("a path starts with a slash and does not end with one"))]
    NoSuchNode(String),
    /// The input ended before an interactive comparison was finished.
    #[error("the input ended before the deepest level was printed")]
    QuestionsEnded,
    /// A folder is not a server's, or cannot be opened.
    #[error(transparent)]
    #[diagnostic(transparent)]
    DataDir(#[from] DataDirError),
    /// A folder cannot be listed.
    #[error("cannot list {path}: {cause}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Standard output cannot be written to.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl SnapshotError {
    /// Whether the exit code is 1, as after an exception in Java, and not 2.
    fn is_of_input(&self) -> bool {
        !matches!(
            self,
            Self::Argument(_)
                | Self::NotOneFile
                | Self::NoThresholds
                | Self::NotTwoFiles(_)
                | Self::DataDir(_)
                | Self::Folder { .. }
                | Self::Output(_)
        )
    }
}

/// Runs a subcommand.
pub(super) fn run(args: &SnapshotArgs) -> miette::Result<ExitCode> {
    let done = match &args.command {
        SnapshotCommand::Compare(args) => compare::run(args),
        SnapshotCommand::Format(args) => format::run(args),
        SnapshotCommand::Summary(args) => summary::run(args),
        SnapshotCommand::Verify(args) => verify::run(args),
    };
    done.or_else(complain)
}

/// Turns an error into an exit code or passes it on. A reader that has closed the pipe is not an error.
fn complain(error: SnapshotError) -> miette::Result<ExitCode> {
    match error {
        SnapshotError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::Success),
        error if error.is_of_input() => {
            display::complain(&Report::new(error));
            Ok(ExitCode::Findings)
        }
        error => Err(error.into()),
    }
}

fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(CHUNK, io::stdout().lock())
}

/// Flushes the output.
fn finish(mut out: impl Write) -> Result<ExitCode, SnapshotError> {
    out.flush()?;
    Ok(ExitCode::Success)
}
