//! `autopurge lint`: checks the charts, values, manifests and GitOps files of a repository.

mod args;
mod plan;
mod render;
mod values;
mod write;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

pub(super) use args::LintArgs;
pub(super) use render::template;
pub(super) use values::ValuesArgs;

use super::progress::Progress;
use super::report_args::place_of;
use super::reports::{ReportError, write_reports};
use super::{BUG, ExitCode, Knowledge, OutputError, display, nothing, print, report_file, write_out};
use crate::checks::Severity;
use crate::config::ConfigError;
use crate::gitops::STANDARD_INPUT;
use crate::helm::{HelmError, HelmVersion, ValuesOptions};
use crate::lint::{
    ChangedFile, Examined, FileChange, FileEdits, GlobError, LintError, LintOptions, Linter, Render, Target,
    TargetKind, Targets, changed_files, faults, find, patch, patch_path,
};
use crate::printable::counted;
use crate::report::{Finding, Format, Options, Outcome, Part, Report, Tool, line_of};
use crate::suppress::{Baseline, BaselineError, Directive, Policy};
use plan::Plan;

/// Why nothing could be linted.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum LintCommandError {
    /// A path on the command line does not exist.
    #[error("{path}: {cause}")]
    #[diagnostic(help("pass existing files or folders, or `-` for standard input"))]
    NoSuchPath {
        /// The path.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A report or baseline would be written over an input.
    #[error("{path} is to be examined, and to be overwritten by what was found")]
    #[diagnostic(help("write reports and baselines to other files"))]
    OutputIsInput {
        /// The file.
        path: PathBuf,
    },
    /// A report and the baseline would go to one file.
    #[error("a report and the baseline cannot both go to {path}")]
    #[diagnostic(help("write them to different files"))]
    OutputTwice {
        /// The file.
        path: PathBuf,
    },
    /// Every check that is selected is ignored.
    #[error("no check is left: what is selected is ignored as well")]
    #[diagnostic(help(
        "see what is selected and ignored with --show-config; on the command line --select takes precedence over the configuration"
    ))]
    NoCheck,
    /// Helm rejects the values on the command line, whatever the chart is.
    #[error("{cause}")]
    #[diagnostic(help("{}", cause.help()))]
    BadValues {
        /// What Helm reports.
        cause: HelmError,
    },
    /// Standard input is named twice.
    #[error("standard input cannot be both manifests (`-`) and values (`-f -`)")]
    #[diagnostic(help("write one of them to a file"))]
    InputTwice,
    /// Standard input cannot be read for `-f -`.
    #[error("cannot read the values from standard input: {0}")]
    Values(io::Error),
    /// There are values on the command line, but not exactly one chart.
    #[error("-f, --set and similar options are for one chart, but there {}", charts(*count))]
    #[diagnostic(help("pass one chart's folder or package; autopurge.yaml can hold values for several charts"))]
    ValuesOfNothing {
        /// How many charts there are.
        count: usize,
    },
    /// A glob on the command line is invalid.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Glob(#[from] GlobError),
    /// The configuration cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] ConfigError),
    /// A file that a patch made in this folder cannot change.
    #[error("{path} is outside the working folder, and `git apply` would silently skip it")]
    #[diagnostic(help("create and apply the patch in {}", root.display()))]
    OutsideOfPatch {
        /// The file.
        path: PathBuf,
        /// The folder in which the patch has to be made.
        root: PathBuf,
    },
    /// The working folder cannot be determined.
    #[error("cannot determine the working folder: {0}")]
    WorkingFolder(io::Error),
    /// The baseline cannot be read.
    #[error("cannot read the baseline {path}: {cause}")]
    #[diagnostic(help("write one with --create-baseline FILE"))]
    NoBaseline {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The file is not a baseline.
    #[error("{path}: {cause}")]
    #[diagnostic(help("write a new one with --create-baseline FILE"))]
    BadBaseline {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: BaselineError,
    },
    /// Standard input cannot be read.
    #[error("cannot read the manifests from standard input: {0}")]
    Input(io::Error),
    /// The literals of the rules cannot be compiled.
    #[error("cannot compile the literals of the rules: {0}")]
    Literals(String),
    /// An internal check of the edits failed.
    #[error("{0}")]
    #[diagnostic(help("{BUG}, with the file"))]
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

fn charts(count: usize) -> String {
    if count == 0 { "is none".to_owned() } else { format!("are {count}") }
}

/// Judges the inputs, applies or prints the fixes if asked to, and reports the findings.
pub(super) fn run(args: &LintArgs) -> miette::Result<ExitCode> {
    let plan = Plan::new(args)?;
    if args.config.show_config {
        print(&plan.show())?;
        return Ok(ExitCode::Success);
    }
    let Knowledge { rules, own_texts } = Knowledge::load(plan.settings.rules.value.as_deref())?;
    let helm = plan.helm(args);
    let inputs = Inputs::read(args, helm)?;
    let render = |chart: &Path, values: &ValuesOptions| template(chart, &args.values.release(values));
    let render: Option<&Render<'_>> = if args.render.is_asked { Some(&render) } else { None };
    let has_edits = args.reports.outputs.iter().any(|output| output.format.has_edits());
    let linter = |policy: Policy| {
        let (wanted, values, charts) = (plan.wanted(), inputs.values.clone(), plan.charts());
        let options = LintOptions { wanted, values, charts, helm, policy, render, has_edits };
        Linter::new(&rules, options).map_err(|error| LintCommandError::Literals(error.to_string()))
    };
    let only_for_helm = args.values.only_for_helm();
    if !(only_for_helm.is_empty() || args.render.is_asked || args.display.quiet) {
        display::tell(&format!("no effect without --render: {}", only_for_helm.join(", ")));
    }
    let examine = |policy: Policy| inputs.examine(args, &plan, &linter(policy)?);
    let mut examined = examine(plan.policy())?;
    let mut fixed = None;
    if args.diff {
        print_diff(fixes(&examined, &plan, examine)?)?;
    }
    if args.fix {
        let changed = changed_files(fixes(&examined, &plan, examine)?);
        write::write(&changed).map_err(LintCommandError::Write)?;
        examined = examine(plan.policy())?;
        fixed = Some(changed);
    }
    let report = Report::new(Tool::new(rules.date(), own_texts), settled(examined, &plan, args)?);
    if args.diff {
        display::say(&unpatched(&report, plan.settings.fail_on.value.severity()));
    }
    if args.fix || args.diff {
        say_what_was_fixed(fixed.as_deref(), &report, inputs.stream.is_some());
    }
    speak(args, &plan, &report)?;
    if let Some(path) = &args.create_baseline {
        return Ok(create_baseline(path, &report)?);
    }
    Ok(exit_code(args, &plan, &report, inputs.stream.as_deref()))
}

/// The parts of the report, after suppressions, the configuration and the baseline have been applied.
fn settled(examined: Vec<Examined>, plan: &Plan, args: &LintArgs) -> Result<Vec<Part>, LintCommandError> {
    let (mut parts, directives): (Vec<Part>, Vec<Vec<Directive>>) =
        examined.into_iter().map(|one| (one.part, one.directives)).unzip();
    plan.settle(&mut parts, &directives.concat(), args.create_baseline.is_none())?;
    Ok(parts)
}

fn create_baseline(path: &Path, report: &Report) -> Result<ExitCode, LintCommandError> {
    let baseline = Baseline::of(report);
    let failed = |cause| ReportError::File { path: path.to_owned(), cause };
    let text = baseline.render().map_err(ReportError::Format)?;
    report_file::write_file(path, &text).map_err(failed)?;
    let findings = counted(baseline.count(), "finding");
    display::tell(&format!("wrote {findings} to {}", path.display()));
    Ok(ExitCode::Success)
}

/// From this many charts and files on, a lint takes long enough to show progress.
const LONG_WALK: usize = 200;

/// The inputs that the arguments name.
struct Inputs {
    stream: Option<Vec<u8>>,
    paths: Vec<PathBuf>,
    values: ValuesOptions,
}

impl Inputs {
    fn read(args: &LintArgs, helm: Option<HelmVersion>) -> Result<Self, LintCommandError> {
        let default = vec![PathBuf::from(".")];
        let paths = if args.paths.is_empty() { default } else { args.paths.clone() };
        let (streams, paths): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| path == Path::new("-"));
        for path in &paths {
            std::fs::symlink_metadata(path)
                .map_err(|cause| LintCommandError::NoSuchPath { path: path.clone(), cause })?;
        }
        check_outputs(args)?;
        if !streams.is_empty() && args.values.options(None).need_input() {
            return Err(LintCommandError::InputTwice);
        }
        let values = args.values.read().map_err(LintCommandError::Values)?;
        let refused = |cause| LintCommandError::BadValues { cause };
        args.values.check(&values, args.render.is_asked, helm).map_err(refused)?;
        let mut stream = Vec::new();
        if !streams.is_empty() {
            io::stdin().lock().read_to_end(&mut stream).map_err(LintCommandError::Input)?;
        }
        Ok(Self { stream: (!streams.is_empty()).then_some(stream), paths, values })
    }

    fn examine(&self, args: &LintArgs, plan: &Plan, linter: &Linter<'_>) -> Result<Vec<Examined>, LintCommandError> {
        let stream = self.stream.as_ref().map(|stream| linter.examine_input(stream)).transpose()?;
        let Targets { targets, faults: unreadable, contradicted } =
            find(&self.paths, &plan.walk_options(args.threads))?;
        check_values(args, &targets)?;
        for path in contradicted.iter().filter(|_| !args.display.quiet) {
            display::tell(&format!("--exclude does not leave out {}, because it is named", path.display()));
        }
        let mut examined: Vec<Examined> = stream.into_iter().chain(faults(&unreadable)).collect();
        let progress = Progress::of_files(args.display.quiet || targets.len() < LONG_WALK);
        progress.begin("linting".to_owned(), u64::try_from(targets.len()).unwrap_or(u64::MAX));
        let more = linter.examine(&targets, args.threads, &|| progress.advance(1));
        progress.end();
        examined.extend(more?);
        Ok(examined)
    }
}

/// What is written must not take the place of what is examined.
fn check_outputs(args: &LintArgs) -> Result<(), LintCommandError> {
    let reports = || args.reports.outputs.iter().filter_map(|output| output.file.as_ref());
    if let Some(path) = &args.create_baseline
        && reports().any(|report| place_of(report) == place_of(path))
    {
        return Err(LintCommandError::OutputTwice { path: path.clone() });
    }
    for path in reports().chain(&args.create_baseline) {
        let Ok(place) = std::fs::canonicalize(path) else { continue };
        if args.paths.iter().any(|input| std::fs::canonicalize(input).is_ok_and(|input| input == place)) {
            return Err(LintCommandError::OutputIsInput { path: path.clone() });
        }
    }
    Ok(())
}

/// Values on the command line need exactly one chart; with `--allow-empty`, there may also be none.
fn check_values(args: &LintArgs, targets: &[Target]) -> Result<(), LintCommandError> {
    let count = targets.iter().filter(|target| target.kind != TargetKind::File).count();
    let is_fitting = count == 1 || count == 0 && args.allow_empty || args.values.is_empty();
    if is_fitting { Ok(()) } else { Err(LintCommandError::ValuesOfNothing { count }) }
}

/// The fixes of active findings. Which findings the baseline holds is known only after everything has been examined,
/// so if there are any, everything is examined again without fixing those.
fn fixes(
    examined: &[Examined],
    plan: &Plan,
    examine: impl Fn(Policy) -> Result<Vec<Examined>, LintCommandError>,
) -> Result<Vec<FileEdits>, LintCommandError> {
    let known = plan.known(examined)?;
    if known.is_empty() {
        return Ok(edits_of(examined));
    }
    Ok(edits_of(&examine(Policy { known, ..plan.policy() })?))
}

/// Prints the fixes as a patch, and nothing else. It shows the lines around them unmasked.
fn print_diff(edits: Vec<FileEdits>) -> miette::Result<()> {
    let mut patches = Vec::new();
    for file in changed_files(edits) {
        let outside = |root| LintCommandError::OutsideOfPatch { path: file.path.clone(), root };
        let path = patch_path(&file.path).map_err(outside)?;
        let change = if file.path.exists() { FileChange::Edit } else { FileChange::Create };
        patches.extend(patch(&path, &file.before, &file.after, change));
    }
    Ok(write_out(&patches).map_err(OutputError)?)
}

fn edits_of(examined: &[Examined]) -> Vec<FileEdits> {
    examined.iter().flat_map(|one| &one.edits).cloned().collect()
}

/// Says what was fixed, unless the fixes were printed, and what was not.
fn say_what_was_fixed(fixed: Option<&[ChangedFile]>, report: &Report, has_stream: bool) {
    let mut said: Vec<String> = fixed.and_then(said_of_fixes).into_iter().collect();
    said.extend(said_of_unfixable(report));
    said.extend(said_of_input(report).filter(|_| has_stream));
    if said.is_empty() && fixed.is_some() {
        said.push("nothing to fix".to_owned());
    }
    if !said.is_empty() {
        display::tell(&said.join("; "));
    }
}

/// The findings that fail the run and are not in the patch, a line each: no report tells of them.
fn unpatched(report: &Report, threshold: Option<Severity>) -> String {
    let is_patched = |finding: &Finding| matches!(finding.outcome, Outcome::Curable(_));
    let is_left = |finding: &&Finding| !is_patched(finding) && is_failing(finding, threshold);
    report.active().filter(is_left).map(line_of).collect()
}

fn is_failing(finding: &Finding, threshold: Option<Severity>) -> bool {
    threshold.is_some_and(|threshold| finding.severity >= threshold)
}

/// Says which files were fixed, if any.
fn said_of_fixes(changed: &[ChangedFile]) -> Option<String> {
    match changed {
        [] => None,
        [one] => Some(format!("fixed {}", one.path.display())),
        many => Some(format!("fixed {} files", many.len())),
    }
}

/// Says how many findings have no fix, if any.
fn said_of_unfixable(report: &Report) -> Option<String> {
    match report.active().filter(|finding| matches!(finding.outcome, Outcome::Incurable(_))).count() {
        0 => None,
        1 => Some("1 finding has no automatic fix".to_owned()),
        count => Some(format!("{count} findings have no automatic fix")),
    }
}

/// Says how many findings are in standard input and would have a fix in a file, if any.
fn said_of_input(report: &Report) -> Option<String> {
    let is_fixable = |finding: &&Finding| matches!(finding.outcome, Outcome::Curable(_));
    let is_in_input = |finding: &&Finding| finding.place.path == STANDARD_INPUT;
    let findings = match report.active().filter(is_in_input).filter(is_fixable).count() {
        0 => return None,
        1 => "1 finding is".to_owned(),
        count => format!("{count} findings are"),
    };
    let instead = "use `autopurge post-render` or `autopurge remedy`";
    Some(format!("{findings} in standard input, which is no file to fix: {instead}"))
}

/// Writes the reports. A patch or a baseline takes the place of those to standard output.
fn speak(args: &LintArgs, plan: &Plan, report: &Report) -> Result<(), LintCommandError> {
    let mut outputs = args.reports.outputs.clone();
    if args.diff || args.create_baseline.is_some() {
        outputs.retain(|output| output.file.is_some());
    }
    let is_said_elsewhere = args.display.quiet || is_empty(args, report);
    if is_said_elsewhere && report.active().next().is_none() {
        outputs.retain(|output| output.file.is_some() || output.format != Format::Full);
    }
    let fail_on = plan.settings.fail_on.value.severity();
    let style = |is_terminal: bool| display::style(&args.display, is_terminal, args.display.verbose);
    let options = |is_terminal: bool| Options { style: style(is_terminal), fail_on };
    Ok(write_reports(&outputs, report, options)?)
}

/// Whether nothing was examined, although there should be something.
fn is_empty(args: &LintArgs, report: &Report) -> bool {
    report.inputs.is_empty() && !args.allow_empty
}

fn exit_code(args: &LintArgs, plan: &Plan, report: &Report, stream: Option<&[u8]>) -> ExitCode {
    let threshold = plan.settings.fail_on.value.severity();
    if report.active().any(|finding| is_failing(finding, threshold)) {
        ExitCode::Findings
    } else if is_empty(args, report) {
        display::say(&nothing_found(&args.paths, stream));
        ExitCode::NothingExamined
    } else {
        ExitCode::Success
    }
}

/// Says that nothing was examined, and why, as far as that is plain.
fn nothing_found(paths: &[PathBuf], stream: Option<&[u8]>) -> String {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let (reasons, names) = (nothing::reasons(paths, stream), nothing::names(paths));
    format!(
        "{reasons}autopurge: no charts, manifests or GitOps files found in {names} (use --allow-empty to accept this)\n"
    )
}
