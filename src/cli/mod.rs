//! The command line: what can be typed, and what it means. Only here are the standard streams used, files written and
//! other programs run; the modules below read files at most.

mod args;
mod cleanup;
mod disk;
mod display;
mod environment;
mod exit;
mod explain;
mod generate;
mod grid;
mod input;
mod lint;
mod post_render;
mod progress;
mod quantity;
mod remedy;
mod report_args;
mod report_file;
mod reports;
mod rule_cases;
mod rules_command;
mod snapshot;

use std::io::{IsTerminal, Write};

use clap::CommandFactory;
use miette::{Diagnostic, Report};
use thiserror::Error;

pub use args::{Cli, Command, Mode, PostRenderArgs};
pub use cleanup::{CleanupArgs, Format, ScreenArgs};
pub use disk::DiskArgs;
pub use exit::ExitCode;
pub use generate::{CompletionsArgs, ManArgs};
pub use remedy::{EngineArg, RemedyArgs, Shape};
pub use report_args::{Output, ReportArgs};
pub use reports::{ReportError, write_reports};

use crate::checks::UnknownCheck;
use crate::rules::{self, CheckText, RuleError, RuleSet};
use crate::zookeeper::data_dir::DataDirError;
use crate::zookeeper::purge::PurgeError;

/// Why a command cannot do its work.
#[derive(Debug, Error, Diagnostic)]
pub enum CliError {
    /// A user's rules.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Rules(#[from] RuleError),
    /// The rules compiled in do not work.
    #[error("the rules built into this program cannot be used: {0}")]
    #[diagnostic(help("this is a mistake of ours: please report it"))]
    BuiltIn(String),
    /// No such check.
    #[error(transparent)]
    #[diagnostic(help("`autopurge explain` lists them"))]
    NoSuchCheck(#[from] UnknownCheck),
    /// See there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    PostRender(#[from] post_render::PostRenderError),
    /// See there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Lint(#[from] lint::LintCommandError),
    /// See there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    DataDir(#[from] DataDirError),
    /// See there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Purge(#[from] PurgeError),
    /// A server's folder cannot be measured.
    #[error("cannot read the folder: {0}")]
    Folder(std::io::Error),
    /// What has grown cannot be told.
    #[error("nothing has been deleted, because what has grown cannot be summed up: {0}")]
    #[diagnostic(help("run it again, or with --no-summary, which goes on without"))]
    Growth(String),
    /// A picture cannot be written.
    #[error("cannot write the chart to {path}: {cause}")]
    Chart {
        /// Where to.
        path: std::path::PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// See there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Snapshot(#[from] snapshot::SnapshotError),
    /// See there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Remedy(#[from] remedy::RemedyError),
    /// Manual pages cannot be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Man(#[from] generate::ManError),
    /// The output cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
}

/// Runs the program with the arguments of the process. What goes wrong is said on standard error.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match environment::parse() {
        Ok(cli) => cli,
        Err(error) => {
            if let Some((message, usage)) = snapshot::refusal(&error) {
                display::say(&message);
                let _ = print(usage);
                return ExitCode::Error;
            }
            // Help that cannot be printed has nobody who reads it.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::Error } else { ExitCode::Success };
        }
    };
    match dispatch(&cli) {
        Ok(code) => code,
        Err(error) => {
            display::complain(&Report::new(error));
            ExitCode::Error
        }
    }
}

fn dispatch(cli: &Cli) -> Result<ExitCode, CliError> {
    match &cli.command {
        Some(Command::PostRender(args)) => Ok(post_render::run(args, post_render::Invocation::Named)?),
        Some(Command::Lint(args)) => lint::run(args),
        Some(Command::Cleanup(args)) => cleanup::run(args),
        Some(Command::Disk(args)) => disk::run(args),
        Some(Command::Remedy(args)) => remedy::run(args),
        Some(Command::Explain(args)) => explain::run(args),
        Some(Command::Snapshot(args)) => snapshot::run(args),
        Some(Command::Rules(args)) => rules_command::run(args),
        Some(Command::Completions(args)) => generate::completions(args),
        Some(Command::Man(args)) => generate::man(args),
        None if std::io::stdin().is_terminal() => {
            print(&Cli::command().render_help().to_string()).map(|()| ExitCode::Error)
        }
        None => Ok(post_render::run(&cli.post_render, post_render::Invocation::Bare)?),
    }
}

/// The rules in force and the texts of the checks.
fn rules(folder: Option<&std::path::Path>) -> Result<(RuleSet, Vec<CheckText>), CliError> {
    let built_in = |error: serde_json::Error| CliError::BuiltIn(error.to_string());
    let (mut rules, mut texts) = (rules::built_in().map_err(built_in)?, Vec::new());
    if let Some(folder) = folder {
        texts = rules::check_texts().map_err(built_in)?;
        rules::load(folder, &mut rules, &mut texts)?;
    }
    Ok((rules, texts))
}

fn print(text: &str) -> Result<(), CliError> {
    write_out(text.as_bytes()).map_err(CliError::Output)
}

/// Writes to standard output. Whoever reads no further (`| head`) has seen enough, and that is no error.
fn write_out(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Leaves a value to the system, which takes the memory of a process that ends back at once; freeing millions of nodes one
/// by one would only keep whoever waits waiting.
fn leave<T>(value: T) {
    std::mem::forget(value);
}
