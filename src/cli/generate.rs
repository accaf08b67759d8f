//! `autopurge completions` and `autopurge man`: completion scripts and manual pages, generated from the clap
//! declarations.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use miette::Diagnostic;
use thiserror::Error;

use super::{Cli, ExitCode, OutputError, print};

/// Options of `completions`.
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Options of `man`.
#[derive(Debug, Clone, Args)]
pub struct ManArgs {
    /// Folder to write a page per command to [default: print the main page]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// Manual pages cannot be written.
#[derive(Debug, Error, Diagnostic)]
#[error("cannot write manual pages to {}: {cause}", path.display())]
pub(super) struct ManError {
    /// The folder.
    path: PathBuf,
    /// What the system said.
    cause: io::Error,
}

/// Prints the completions for a shell.
pub(super) fn completions(args: &CompletionsArgs) -> miette::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "autopurge", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::Success)
}

/// Prints the main manual page, or writes all pages into a folder.
pub(super) fn man(args: &ManArgs) -> miette::Result<ExitCode> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    match &args.folder {
        None => print(&String::from_utf8_lossy(&page(command).map_err(OutputError)?))?,
        Some(folder) => {
            let failed = |cause| ManError { path: folder.clone(), cause };
            fs::create_dir_all(folder).and_then(|()| write(folder, &command)).map_err(failed)?;
        }
    }
    Ok(ExitCode::Success)
}

/// Writes a page for a command and for each of its subcommands, such as `autopurge-lint.1`.
fn write(folder: &Path, command: &Command) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    fs::write(folder.join(format!("{name}.1")), page(command.clone())?)?;
    command.get_subcommands().try_for_each(|subcommand| write(folder, subcommand))
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
