//! The `AUTOPURGE_*` variables beside the options: the command line takes precedence, and an empty variable is not
//! set.

use std::ffi::OsStr;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, CommandFactory, Error, FromArgMatches};

use super::args::{Cli, DisplayArgs, PostRenderArgs};

/// Parses the arguments and variables of the process.
pub(super) fn parse() -> Result<Cli, Error> {
    if let Some(cli) = post_render() {
        return Ok(cli);
    }
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

/// Parses what Helm calls, if it is valid. Helm waits for the program, and declaring all other commands takes as long
/// as reading the rules. Anything else, including mistakes, is left to the complete parser.
fn post_render() -> Option<Cli> {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    let is_named = arguments.get(1).is_some_and(|first| first == "post-render");
    if is_named {
        arguments.remove(1);
    }
    let command = without_empty_variables(PostRenderArgs::augment_args(Command::new("autopurge")));
    let matches = command.try_get_matches_from(arguments).ok()?;
    let mut post_render = PostRenderArgs::from_arg_matches(&matches).ok()?;
    settle(&mut post_render.display, &matches);
    let command = is_named.then(|| super::Command::PostRender(post_render.clone()));
    Some(Cli { command, post_render })
}

fn without_empty_variables(command: Command) -> Command {
    let is_ours = |name: &OsStr| name.as_encoded_bytes().starts_with(b"AUTOPURGE_");
    // Hardly ever is one empty, and to look through all declarations takes longer than to look through the environment.
    if !std::env::vars_os().any(|(name, value)| value.is_empty() && is_ours(&name)) {
        return command;
    }
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg });
    command.mut_subcommands(without_empty_variables)
}

/// `-q` and `-v` exclude each other: the command line overrides variables, and otherwise `-q` wins.
fn settle(display: &mut DisplayArgs, matches: &ArgMatches) {
    if display.quiet && display.verbose {
        let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        display.verbose = is_typed("verbose") && !is_typed("quiet");
        display.quiet = !display.verbose;
    }
}
