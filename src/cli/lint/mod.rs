//! `autopurge lint`: charts, values, manifests and GitOps files of a repository.

mod args;

use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

pub(super) use args::LintArgs;

use super::{CliError, ExitCode, display, print, rules};
use crate::checks::{Severity, Wanted};
use crate::lint::{Examined, GlobError, LintError, Linter, Targets, WalkOptions, faults, find};
use crate::report::{Part, Report, Tool, full};

/// Why nothing could be linted.
#[derive(Debug, Error, Diagnostic)]
pub enum LintCommandError {
    /// A path that the user names is not there.
    #[error("{path}: {cause}")]
    #[diagnostic(help("name files or folders that are there, or `-` for standard input"))]
    NoSuchPath {
        /// The path.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A glob of the user's makes no sense.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Glob(#[from] GlobError),
    /// Standard input fails.
    #[error("cannot read the manifests from standard input: {0}")]
    Input(io::Error),
    /// The literals of the rules are unusable.
    #[error("the literals of the rules cannot be searched for: {0}")]
    Literals(String),
    /// The edits are not what was meant.
    #[error("{0}")]
    #[diagnostic(help("this is a mistake of ours: please report it with the file"))]
    Ours(#[from] LintError),
}

/// Judges what the arguments name, and says what was found.
pub(super) fn run(args: &LintArgs) -> Result<ExitCode, CliError> {
    let (rules, texts) = rules(args.rules.as_deref())?;
    let wanted = Wanted { interval: args.interval, retain: args.retain };
    let linter = Linter::new(&rules, wanted).map_err(|error| LintCommandError::Literals(error.to_string()))?;
    let examined = examine(args, &linter)?;
    let parts: Vec<Part> = examined.into_iter().map(|one| one.part).collect();
    let report = Report::new(Tool::new(rules.date(), texts), parts);
    speak(args, &report)?;
    Ok(exit_code(args, &report))
}

fn examine(args: &LintArgs, linter: &Linter<'_>) -> Result<Vec<Examined>, LintCommandError> {
    let default = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { default.as_slice() } else { args.paths.as_slice() };
    let (streams, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| path.as_path() == Path::new("-"));
    let mut examined = Vec::new();
    if !streams.is_empty() {
        let mut stream = Vec::new();
        io::stdin().lock().read_to_end(&mut stream).map_err(LintCommandError::Input)?;
        examined.push(linter.examine_stream("-", &stream)?);
    }
    let paths: Vec<PathBuf> = paths.into_iter().cloned().collect();
    for path in &paths {
        std::fs::symlink_metadata(path).map_err(|cause| LintCommandError::NoSuchPath { path: path.clone(), cause })?;
    }
    let options = WalkOptions { exclude: args.exclude.clone(), threads: args.threads };
    let Targets { targets, faults: unreadable } = find(&paths, &options)?;
    examined.extend(faults(&unreadable));
    examined.extend(linter.examine(&targets, args.threads)?);
    Ok(examined)
}

fn speak(args: &LintArgs, report: &Report) -> Result<(), CliError> {
    if args.display.quiet && report.active().next().is_none() {
        return Ok(());
    }
    print(&full::render(report, &display::style(&args.display, io::stdout().is_terminal())))
}

fn exit_code(args: &LintArgs, report: &Report) -> ExitCode {
    let threshold = args.fail_on.severity();
    let is_failing = |severity: Severity| threshold.is_some_and(|threshold| severity >= threshold);
    if report.active().any(|finding| is_failing(finding.severity)) {
        ExitCode::Findings
    } else if report.inputs.is_empty() && !args.allow_empty {
        display::say(
            "autopurge: nothing to examine here: no chart, no Kubernetes manifest, no GitOps file. (--allow-empty accepts that.)\n",
        );
        ExitCode::NothingExamined
    } else {
        ExitCode::Success
    }
}
