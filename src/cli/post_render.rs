//! `autopurge post-render`: manifests from standard input to standard output, with purging switched on.
//!
//! Nothing is written before everything has succeeded: an error leaves standard output empty, and Helm does nothing.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use super::args::{Mode, PostRenderArgs};
use super::broken::LocatedFault;
use super::{BUG, ExitCode, Knowledge, TO_UTF8, display, input, leave, report_file};
use crate::checks::{Kept, Severity, Wanted, examine};
use crate::cure::{Comments, CureError, cure};
use crate::detect::{Scan, Trigger, read_documents};
use crate::report::{Outcome, Report, Source, State, Stream, Tool, full, json};
use crate::rules::RuleSet;
use crate::suppress::{Extent, Policy};
use crate::yaml::{Edit, is_utf16, splice};

/// How the command was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invocation {
    /// As `autopurge post-render`.
    Named,
    /// As `autopurge`, without a subcommand.
    Bare,
}

/// Why a stream cannot be post-rendered. Nothing has been written, except with [`PostRenderError::Output`].
#[derive(Debug, Error, Diagnostic)]
pub(super) enum PostRenderError {
    /// Standard input cannot be read.
    #[error("cannot read the manifests from standard input: {0}")]
    Input(io::Error),
    /// The stream is in an encoding that is not supported.
    #[error("the manifests are UTF-16; autopurge reads UTF-8 only")]
    #[diagnostic(help("convert them {TO_UTF8}"))]
    Utf16,
    /// A document that may contain a server cannot be parsed.
    #[error("{0}")]
    #[diagnostic(help("it may define a ZooKeeper server, so nothing was passed on; fix the template"))]
    Broken(LocatedFault),
    /// The edits do not give the result of the patch.
    #[error("nothing was passed on: internal check failed, the edited document does not match the patch: {0}")]
    #[diagnostic(help("{BUG}, with the manifest; until then, `--mode warn` changes nothing"))]
    Cure(#[from] CureError),
    /// The report cannot be written.
    #[error("cannot write the report to {path}: {cause}")]
    #[diagnostic(help("nothing was passed on; choose a file in an existing, writable folder"))]
    Report {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The literals of the rules cannot be compiled.
    #[error("cannot compile the literals of the rules: {0}")]
    Literals(String),
    /// Standard output cannot be written to.
    #[error("cannot write the manifests to standard output: {0}")]
    #[diagnostic(help("the reader may have received partial output"))]
    Output(io::Error),
}

/// Reads the stream, judges and reports it, and writes it unless the mode or an error forbids that.
pub(super) fn run(args: &PostRenderArgs, invocation: Invocation) -> miette::Result<ExitCode> {
    let Knowledge { rules, .. } = Knowledge::load(args.rules.dir.as_deref())?;
    let trigger = Trigger::new(&rules).map_err(|error| PostRenderError::Literals(error.to_string()))?;
    input::widen(io::stdin());
    let (stream, scan) = input::read(io::stdin().lock(), &trigger).map_err(PostRenderError::Input)?;
    if stream.is_empty() && invocation == Invocation::Bare {
        display::say(
            "autopurge: nothing on standard input. Did you mean `autopurge lint .`?\n(`autopurge post-render` accepts an empty stream.)\n",
        );
        return Ok(ExitCode::NothingExamined);
    }
    if is_utf16(&stream) {
        return Err(PostRenderError::Utf16.into());
    }
    let (code, edits) = process(args, (&rules, &trigger), &stream, &scan)?;
    if code == ExitCode::Success {
        write(&stream, &edits).map_err(PostRenderError::Output)?;
    }
    leave((rules, trigger));
    Ok(code)
}

/// Everything between reading and writing: the exit code and the edits to make.
fn process(
    args: &PostRenderArgs,
    (rules, trigger): (&RuleSet, &Trigger),
    stream: &[u8],
    scan: &Scan,
) -> Result<(ExitCode, Vec<Edit>), PostRenderError> {
    let (manifests, broken) = read_documents(stream, scan, trigger, rules);
    if let Some(fault) = broken.first() {
        return Err(PostRenderError::Broken(LocatedFault::new(stream, fault)));
    }
    let mut examination =
        examine(&manifests, rules, Wanted { interval: args.interval, retain: args.retain }, Kept::Elsewhere);
    let (policy, mut directives) = (Policy::default(), Vec::new());
    if !examination.findings.is_empty() {
        directives = policy.screen((&Source::new("-", manifests.stream()), &()), &manifests, &mut examination);
    }
    let is_patched = args.mode == Mode::Patch;
    let comments = if is_patched && !args.no_comment { Comments::Write } else { Comments::Omit };
    let cure = cure(&manifests, &examination, rules, comments)?;
    let state = if is_patched { State::Patched } else { State::Curable("`--mode patch` patches this.") };
    let stream = Stream {
        path: "-",
        manifests: &manifests,
        elsewhere: &(),
        examination: &examination,
        cure: &cure,
        state,
        has_edits: false,
    };
    let mut code = ExitCode::Success;
    // Most streams have no server, and no report is wanted: then there is nothing to do.
    if args.report.is_some() || !examination.subjects.is_empty() {
        let mut parts = vec![stream.part()];
        policy.settle(&mut parts, &directives, None, Extent::Whole);
        let report = Report::new(Tool::new(rules.date(), Vec::new()), parts);
        write_report(args, &report)?;
        code = exit_code(args, &report);
        speak(args, &report, code);
    }
    leave(examination);
    leave(manifests);
    Ok((code, if is_patched { cure.edits } else { Vec::new() }))
}

/// Writes the report before the stream: if that fails, Helm must not go on.
fn write_report(args: &PostRenderArgs, report: &Report) -> Result<(), PostRenderError> {
    let Some(path) = &args.report else { return Ok(()) };
    let failed = |cause| PostRenderError::Report { path: path.clone(), cause };
    let text = json::render(report).map_err(|error| failed(error.into()))?;
    report_file::write(path, &text).map_err(failed)?;
    Ok(())
}

/// The exit code for the mode: what stays wrong in the output, and whether the mode accepts that.
fn exit_code(args: &PostRenderArgs, report: &Report) -> ExitCode {
    let errors = || report.active().filter(|finding| finding.severity == Severity::Error);
    let has_unknown = report.has_unknown();
    let is_stopped = match args.mode {
        Mode::Warn => false,
        Mode::Deny => errors().next().is_some() || (args.strict && has_unknown),
        Mode::Patch => {
            let stays = || errors().any(|finding| matches!(finding.outcome, Outcome::Incurable(_)));
            args.strict && (has_unknown || stays())
        }
    };
    if is_stopped { ExitCode::Findings } else { ExitCode::Success }
}

fn speak(args: &PostRenderArgs, report: &Report, code: ExitCode) {
    let is_stopped = code == ExitCode::Findings;
    if report.servers.is_empty() || args.display.quiet && !is_stopped {
        return;
    }
    let text = |is_terminal: bool| {
        let findings = full::render(report, &display::style(&args.display, is_terminal, true));
        let end = if is_stopped { "autopurge: stopped, nothing was passed on\n" } else { "" };
        findings + end
    };
    display::say_rendered(&text(io::stderr().is_terminal()));
    if !report.findings.is_empty() {
        display::say_to_terminal(|| text(true));
    }
}

/// Writes the stream with its edits, without copying it.
fn write(stream: &[u8], edits: &[Edit]) -> io::Result<()> {
    input::widen(io::stdout());
    let mut stdout = io::stdout().lock();
    for piece in splice(stream, edits) {
        stdout.write_all(piece)?;
    }
    stdout.flush()
}
