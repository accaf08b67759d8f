//! `autopurge lint`: charts, values, manifests and GitOps files of a repository.

mod args;
mod values;
mod write;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

pub(super) use args::LintArgs;

use super::reports::{ReportError, write_reports};
use super::{CliError, ExitCode, display, rules};
use crate::checks::{Severity, Wanted};
use crate::lint::{
    ChangedFile, Examined, FileEdits, GlobError, LintError, Linter, Targets, WalkOptions, changed_files, faults, find,
    patch,
};
use crate::report::{Format, Options, Part, Report, Tool};

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
    /// A fix cannot be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Write(write::WriteError),
    /// A report cannot be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Report(#[from] ReportError),
}

/// Judges what the arguments name, and says what was found.
pub(super) fn run(args: &LintArgs) -> Result<ExitCode, CliError> {
    let (rules, texts) = rules(args.rules.as_deref())?;
    let wanted = Wanted { interval: args.interval, retain: args.retain };
    let linter = Linter::new(&rules, wanted).map_err(|error| LintCommandError::Literals(error.to_string()))?;
    let linter = linter.with_values(args.values.options());
    let inputs = Inputs::read(args)?;
    let mut examined = inputs.examine(args, &linter)?;
    if args.diff {
        return print_diff(args, examined);
    }
    if args.fix {
        let changed = changed_files(edits_of(examined).1);
        write::write(&changed).map_err(LintCommandError::Write)?;
        display::say(&fixed(&changed));
        examined = inputs.examine(args, &linter)?;
    }
    let parts: Vec<Part> = examined.into_iter().map(|one| one.part).collect();
    let report = Report::new(Tool::new(rules.date(), texts), parts);
    speak(args, &report)?;
    Ok(exit_code(args, &report))
}

/// What the arguments name.
struct Inputs {
    stream: Option<Vec<u8>>,
    paths: Vec<PathBuf>,
}

impl Inputs {
    fn read(args: &LintArgs) -> Result<Self, LintCommandError> {
        let default = vec![PathBuf::from(".")];
        let paths = if args.paths.is_empty() { default } else { args.paths.clone() };
        let (streams, paths): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| path == Path::new("-"));
        for path in &paths {
            std::fs::symlink_metadata(path)
                .map_err(|cause| LintCommandError::NoSuchPath { path: path.clone(), cause })?;
        }
        let mut stream = Vec::new();
        if !streams.is_empty() {
            io::stdin().lock().read_to_end(&mut stream).map_err(LintCommandError::Input)?;
        }
        Ok(Self { stream: (!streams.is_empty()).then_some(stream), paths })
    }

    fn examine(&self, args: &LintArgs, linter: &Linter<'_>) -> Result<Vec<Examined>, LintCommandError> {
        let stream = self.stream.as_ref().map(|stream| linter.examine_stream("-", stream)).transpose()?;
        let options = WalkOptions { exclude: args.exclude.clone(), threads: args.threads };
        let Targets { targets, faults: unreadable } = find(&self.paths, &options)?;
        let mut examined: Vec<Examined> = stream.into_iter().chain(faults(&unreadable)).collect();
        examined.extend(linter.examine(&targets, args.threads)?);
        Ok(examined)
    }
}

/// The fixes as a patch on standard output, and nothing else there. It shows the lines around them as they are.
fn print_diff(args: &LintArgs, examined: Vec<Examined>) -> Result<ExitCode, CliError> {
    let (parts, edits) = edits_of(examined);
    let changed = changed_files(edits);
    let patches = changed.iter().flat_map(|file| patch(&file.path, &file.before, &file.after)).collect::<Vec<u8>>();
    io::stdout().lock().write_all(&patches).map_err(CliError::Output)?;
    Ok(exit_code(args, &Report::new(Tool::new("", Vec::new()), parts)))
}

/// Parts of the report, and the edits of files; standard input is nobody's file.
fn edits_of(examined: Vec<Examined>) -> (Vec<Part>, Vec<FileEdits>) {
    let (parts, edits): (Vec<Part>, Vec<Vec<FileEdits>>) =
        examined.into_iter().map(|one| (one.part, one.edits)).unzip();
    (parts, edits.into_iter().flatten().filter(|edits| edits.path != "-").collect())
}

fn fixed(changed: &[ChangedFile]) -> String {
    match changed {
        [] => "autopurge: nothing to fix\n".to_owned(),
        [one] => format!("autopurge: fixed {}\n", one.path),
        many => format!("autopurge: fixed {} files\n", many.len()),
    }
}

fn speak(args: &LintArgs, report: &Report) -> Result<(), LintCommandError> {
    let mut outputs = args.reports.outputs.clone();
    if args.display.quiet && report.active().next().is_none() {
        outputs.retain(|output| output.file.is_some() || output.format != Format::Full);
    }
    let fail_on = args.fail_on.severity().unwrap_or(Severity::Error);
    let options = |is_terminal: bool| Options { style: display::style(&args.display, is_terminal), fail_on };
    Ok(write_reports(&outputs, report, options)?)
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
