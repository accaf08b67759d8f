//! The command line: what can be typed, and what it means. Only this module uses the standard streams, writes files
//! and runs other programs; the modules below it read files at most.

mod args;
mod broken;
mod cleanup;
mod disk;
mod display;
mod document;
mod environment;
mod exit;
mod explain;
mod generate;
mod grid;
mod input;
mod lint;
mod nothing;
mod plain_error;
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
use miette::Diagnostic;
use thiserror::Error;

pub use args::{Cli, Command, Format, Mode, PostRenderArgs, ScreenArgs};
pub use cleanup::CleanupArgs;
pub use disk::DiskArgs;
pub use exit::ExitCode;
pub use generate::{CompletionsArgs, ManArgs};
pub use remedy::{EngineArg, RemedyArgs, Shape};
pub use report_args::{Output, ReportArgs};
pub use reports::{ReportError, write_reports};

use crate::rules::{self, CheckText, RuleError, RuleSet};

/// The help text of errors that are bugs.
/// How manifests become readable, after "convert them".
const TO_UTF8: &str = "to UTF-8, for instance with iconv";

const BUG: &str = concat!("this is a bug in autopurge: please report it at ", env!("CARGO_PKG_REPOSITORY"), "/issues");

/// The rules, or the texts of the checks, cannot be loaded.
#[derive(Debug, Error, Diagnostic)]
enum RulesError {
    /// The user's rules cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Own(#[from] RuleError),
    /// The built-in rules cannot be used, which is a bug.
    #[error("the built-in rules cannot be used: {0}")]
    #[diagnostic(help("{BUG}"))]
    BuiltIn(String),
}

/// Standard output cannot be written to.
#[derive(Debug, Error, Diagnostic)]
#[error("cannot write to standard output: {0}")]
struct OutputError(std::io::Error);

/// Runs the program with the arguments of the process. Errors are printed to standard error.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match environment::parse() {
        Ok(cli) => cli,
        Err(error) => {
            if let Some(complaint) = snapshot::refusal(&error) {
                display::say(&complaint.message);
                let _ = print(complaint.usage);
                return ExitCode::Error;
            }
            // If help cannot be printed, nobody reads it.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::Error } else { ExitCode::Success };
        }
    };
    display::choose_color(cli.color());
    match dispatch(&cli) {
        Ok(code) => code,
        Err(error) => {
            display::complain(&error);
            ExitCode::Error
        }
    }
}

fn dispatch(cli: &Cli) -> miette::Result<ExitCode> {
    match &cli.command {
        Some(Command::PostRender(args)) => post_render::run(args, post_render::Invocation::Named),
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
            print(&Cli::command().render_help().to_string())?;
            Ok(ExitCode::Error)
        }
        None => post_render::run(&cli.post_render, post_render::Invocation::Bare),
    }
}

/// What is known: built in, and from a folder of the user's.
struct Knowledge {
    rules: RuleSet,
    /// The user's own texts of checks.
    own_texts: Vec<CheckText>,
}

impl Knowledge {
    /// Loads the built-in rules and those of a folder.
    fn load(folder: Option<&std::path::Path>) -> Result<Self, RulesError> {
        let (mut rules, mut own_texts) = (rules::built_in(), Vec::new());
        if let Some(folder) = folder {
            rules::load(folder, &mut rules, &mut own_texts)?;
        }
        Ok(Self { rules, own_texts })
    }

    /// The texts of all checks.
    fn texts(&self) -> Result<Vec<CheckText>, RulesError> {
        rules::check_texts(self.own_texts.clone()).map_err(|error| RulesError::BuiltIn(error.to_string()))
    }
}

fn print(text: &str) -> Result<(), OutputError> {
    write_out(text.as_bytes()).map_err(OutputError)
}

/// Writes to standard output. It is not an error if the reader has closed the pipe, as `| head` does.
fn write_out(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Leaks a value. The system takes back the memory of an ended process at once, whereas freeing millions of nodes one
/// by one would delay the exit.
fn leave<T>(value: T) {
    std::mem::forget(value);
}
