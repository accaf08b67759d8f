//! `autopurge snapshot`: what is in snapshots, what has changed between them, and whether they are whole.

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
pub(super) use growth::Growth;
use input::InputError;
pub(super) use spelling::{arguments, refusal};

use super::{ExitCode, display};
use crate::zookeeper::data_dir::DataDirError;

/// Bytes that are written at once.
const CHUNK: usize = 256 * 1024;

/// Why a snapshot cannot be shown.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum SnapshotError {
    /// A file.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Input(#[from] InputError),
    /// A file that is not there, where that is a wrong argument and not an exception of Java.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Argument(InputError),
    /// Nothing says what is worth a line.
    #[error("--format java requires -b and -n")]
    NoThresholds,
    /// Not two files.
    #[error("expected two snapshots, got {0}")]
    #[diagnostic(help("autopurge snapshot compare OLD NEW"))]
    NotTwoFiles(usize),
    /// A threshold.
    #[error("{0:?} is not a 32-bit integer")]
    Number(String),
    /// Not one file.
    #[error("expected exactly one snapshot file, after all options")]
    NotOneFile,
    /// No such node.
    #[error("there is no node {0:?}")]
    #[diagnostic(help("a path starts with a slash and does not end with one"))]
    NoSuchNode(String),
    /// An interactive comparison was not ended.
    #[error("the input ended before the deepest level was printed")]
    QuestionsEnded,
    /// A folder that is not one of a server.
    #[error(transparent)]
    #[diagnostic(transparent)]
    DataDir(#[from] DataDirError),
    /// A folder that cannot be listed.
    #[error("cannot list {path}: {cause}")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The output.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl SnapshotError {
    /// 1 as for an exception of Java.
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

/// Whoever stops reading our output has seen enough.
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

/// Writes everything, or says that it could not.
fn finish(mut out: impl Write) -> Result<ExitCode, SnapshotError> {
    out.flush()?;
    Ok(ExitCode::Success)
}
