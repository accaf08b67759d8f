//! The `AUTOPURGE_*` variables beside the options: what was typed wins, and an empty variable is one that nobody set.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory, Error, FromArgMatches};

use super::args::{Cli, DisplayArgs};

/// The arguments of the process with its variables.
pub(super) fn parse() -> Result<Cli, Error> {
    let command = without_empty_variables(Cli::command());
    // With a subcommand the options of the top level cannot be given, so their variables must not be read either.
    let first = std::env::args_os().nth(1).unwrap_or_default();
    let has_subcommand = command.get_subcommands().any(|subcommand| subcommand.get_name() == first);
    let command = if has_subcommand { command.mut_args(|arg| arg.env(None::<&'static str>)) } else { command };
    let matches = command.try_get_matches_from(super::snapshot::arguments())?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    match (&mut cli.command, matches.subcommand()) {
        (Some(super::Command::PostRender(args)), Some((_, matches))) => settle(&mut args.display, matches),
        (Some(super::Command::Lint(args)), Some((_, matches))) => settle(&mut args.display, matches),
        _ => settle(&mut cli.post_render.display, &matches),
    }
    Ok(cli)
}

fn without_empty_variables(command: Command) -> Command {
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg });
    command.mut_subcommands(without_empty_variables)
}

/// `-q` and `-v` exclude each other: a variable gives way to what was typed, and saying more to saying less.
fn settle(display: &mut DisplayArgs, matches: &ArgMatches) {
    if display.quiet && display.verbose {
        let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        display.verbose = is_typed("verbose") && !is_typed("quiet");
        display.quiet = !display.verbose;
    }
}
