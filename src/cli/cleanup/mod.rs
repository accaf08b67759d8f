//! `autopurge cleanup`: deletes old snapshots and logs of a server, running or not, but never the last good ones.
//!
//! Everything is shown before anything is deleted; if it cannot be shown, nothing is deleted.

mod args;
mod json;
pub(super) mod measure;
mod pace;
mod summary;
mod table;
mod words;

use std::io;
use std::ops::ControlFlow;

pub use args::CleanupArgs;

use miette::Diagnostic;
use thiserror::Error;

use super::args::Format;
use super::progress::Progress;
use super::snapshot::Growth;
use super::{ExitCode, OutputError, print};
use crate::zookeeper::data_dir::{DataDir, DataDirError, Entry};
use crate::zookeeper::purge::{self, Execution, Plan, PurgeError, Readers, Reading, Refusal, Rule, Step, Typed};
use measure::Measure;
use pace::Pace;

/// How many times a folder is listed at most, if files vanish after they were listed.
const TRIES: usize = 5;

/// Why nothing could be cleaned up.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum CleanupError {
    /// A folder is not a server's, or cannot be opened.
    #[error(transparent)]
    #[diagnostic(transparent)]
    DataDir(#[from] DataDirError),
    /// No plan can be made, or deleting is refused.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Purge(#[from] PurgeError),
    /// The folder cannot be listed or measured.
    #[error("cannot read the folder: {0}")]
    Folder(io::Error),
    /// The summary of growth cannot be made.
    #[error("nothing was deleted: cannot sum up what has grown: {0}")]
    #[diagnostic(help("run it again, or skip the summary with --no-summary"))]
    Growth(String),
    /// Standard output cannot be written to.
    #[error(transparent)]
    Output(#[from] OutputError),
}

pub(super) fn run(args: &CleanupArgs) -> miette::Result<ExitCode> {
    Ok(clean_up(args)?)
}

/// Decides and shows what to delete, and deletes it with `--delete`.
fn clean_up(args: &CleanupArgs) -> Result<ExitCode, CleanupError> {
    let retain = usize::try_from(args.retain).unwrap_or(usize::MAX);
    let Prepared { dir, plan, growth, before } = match Prepared::of(args, retain) {
        Ok(prepared) => prepared,
        Err(error) => return refuse(args, error),
    };
    let after = After::Expected(before.after(&plan));
    let mut cleanup = Cleanup { args, dir: &dir, retain, plan: &plan, growth, before, after, execution: None };
    // What only the old files can tell is printed before the first one is deleted, even if the process is killed then.
    print(&match args.format {
        Format::Text => table::plan(&cleanup),
        Format::Json => json::opening(&cleanup),
    })?;
    let deleted = if args.delete { cleanup.delete() } else { Ok(()) };
    print(&match args.format {
        Format::Text => table::outcome(&cleanup),
        Format::Json => json::ending(&cleanup),
    })?;
    deleted.map(|()| cleanup.exit_code())
}

/// What has to be known before anything is shown.
struct Prepared {
    dir: DataDir,
    plan: Plan,
    growth: Option<Growth>,
    before: Measure,
}

impl Prepared {
    fn of(args: &CleanupArgs, retain: usize) -> Result<Self, CleanupError> {
        let dir = DataDir::open(args.data(), args.log.as_deref())?;
        let Planned { entries, plan } = decide_as_asked(args, &dir, retain)?;
        let before = Measure::take(&dir, &entries).map_err(CleanupError::Folder)?;
        let growth = if args.no_summary { None } else { growth(args, &dir, &plan)? };
        Ok(Self { dir, plan, growth, before })
    }
}

/// A cleanup and its results so far.
struct Cleanup<'a> {
    args: &'a CleanupArgs,
    dir: &'a DataDir,
    retain: usize,
    plan: &'a Plan,
    growth: Option<Growth>,
    before: Measure,
    after: After,
    execution: Option<Execution>,
}

/// The space used in the end.
enum After {
    /// Calculated from the plan.
    Expected(Measure),
    /// Measured after a deletion.
    Measured(Measure),
}

impl After {
    fn measure(&self) -> &Measure {
        match self {
            Self::Expected(measure) | Self::Measured(measure) => measure,
        }
    }
}

impl Cleanup<'_> {
    fn delete(&mut self) -> Result<(), CleanupError> {
        let progress = Progress::of_files(self.args.screen.quiet);
        let mut pace = Pace::new(self.args.max_files_per_second);
        progress.begin("deleting".to_owned(), self.plan.removals.len().try_into().unwrap_or(u64::MAX));
        let execution = purge::execute(self.dir, self.plan, &mut |step| {
            match step {
                Step::Next(_) => pace.wait(),
                Step::Removed(_) | Step::Vanished(_) | Step::Failed(..) => progress.advance(1),
            }
            ControlFlow::Continue(())
        });
        progress.end();
        self.execution = Some(execution);
        let entries = self.dir.list().map_err(CleanupError::Folder)?;
        self.after = After::Measured(Measure::take(self.dir, &entries).map_err(CleanupError::Folder)?);
        Ok(())
    }

    /// A file that should have been deleted but still exists means failure.
    fn exit_code(&self) -> ExitCode {
        let is_left = |execution: &Execution| !execution.failed.is_empty() || execution.stopped.is_some();
        if self.execution.as_ref().is_some_and(is_left) { ExitCode::Findings } else { ExitCode::Success }
    }
}

/// A plan, and the listing that it was made for.
pub(super) struct Planned {
    pub(super) entries: Vec<Entry>,
    pub(super) plan: Plan,
}

fn decide_as_asked(args: &CleanupArgs, dir: &DataDir, retain: usize) -> Result<Planned, CleanupError> {
    if !args.like_zkcleanup {
        return decide(dir, Rule::Careful, retain, args.screen.quiet);
    }
    purge::refuse_as_typed(Typed { data: args.data(), log: args.log.as_deref() }, dir).map_err(PurgeError::from)?;
    decide(dir, Rule::LikeZkCleanup, retain, args.screen.quiet)
}

/// Lists the files and plans, and repeats both if a file vanishes in between: the server may purge at the same time.
pub(super) fn decide(dir: &DataDir, rule: Rule, retain: usize, is_quiet: bool) -> Result<Planned, CleanupError> {
    let progress = Progress::of_bytes(is_quiet);
    let watch = watch(&progress);
    let mut tries = 1;
    let decided = loop {
        let entries = dir.list().map_err(CleanupError::Folder)?;
        match purge::plan(rule, retain, &entries, &mut Readers::new(dir, &watch)) {
            Err(error) if tries < TRIES && is_of_the_moment(&error, dir, &entries) => tries += 1,
            plan => break plan.map(|plan| Planned { entries, plan }),
        }
    };
    progress.end();
    Ok(decided?)
}

/// Whether another attempt may help: a file was removed before it could be read, or logs appeared and vanished during
/// the listing, so that it contains the later of two logs but not the earlier one.
fn is_of_the_moment(error: &PurgeError, dir: &DataDir, entries: &[Entry]) -> bool {
    match error {
        PurgeError::Vanished(_) => true,
        PurgeError::Refused(Refusal::MissingTransactions { .. }) => dir.list().is_ok_and(|now| now != entries),
        PurgeError::Refused(_) | PurgeError::Nothing | PurgeError::Unreadable { .. } => false,
    }
}

/// Shows a progress bar for each file that is read.
fn watch(progress: &Progress) -> impl Fn(Reading<'_>) {
    move |reading| match reading {
        Reading::Begin(entry) => progress.begin(format!("reading {}", entry.shown_name()), entry.apparent),
        Reading::Bytes(bytes) => progress.advance(bytes),
    }
}

/// What has grown. It is an error if this cannot be determined: the files that show it must not be deleted.
fn growth(args: &CleanupArgs, dir: &DataDir, plan: &Plan) -> Result<Option<Growth>, CleanupError> {
    let progress = Progress::of_bytes(args.screen.quiet);
    let growth = summary::growth(dir, plan, &progress).map_err(|cause| CleanupError::Growth(cause.to_string()));
    progress.end();
    growth
}

/// Also reports in JSON why nothing was planned. If the folders are empty, the exit code says that nothing was
/// examined.
fn refuse(args: &CleanupArgs, error: CleanupError) -> Result<ExitCode, CleanupError> {
    if args.format == Format::Json {
        print(&json::refusal(args, &error))?;
    }
    if matches!(error, CleanupError::Purge(PurgeError::Nothing)) {
        super::display::complain(&miette::Report::new(error));
        return Ok(ExitCode::NothingExamined);
    }
    Err(error)
}
