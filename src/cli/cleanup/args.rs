//! What can be typed after `autopurge cleanup`.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use crate::cli::args::{Color, count};

/// Options of `cleanup`. None of those that delete has a variable of the environment.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cleanup")]
pub struct CleanupArgs {
    /// The server's dataDir, with the snapshots; its version-2 is found
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The server's dataLogDir, with the logs, if zoo.cfg has one
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// How many snapshots to keep, 3 at least
    #[arg(short = 'n', long = "retain", value_name = "COUNT", value_parser = count, allow_negative_numbers = true)]
    pub retain: i32,
    /// Delete; without this nothing is touched
    #[arg(long)]
    pub delete: bool,
    /// Choose as ZooKeeper's own zkCleanup.sh does, unless nothing to restore from were left
    #[arg(long)]
    pub like_zkcleanup: bool,
    /// Delete no more files in a second than this
    #[arg(long, value_name = "COUNT", value_parser = files)]
    pub max_files_per_second: Option<NonZeroU32>,
    /// Leave the summary out of what has grown from the oldest to the newest snapshot
    #[arg(long)]
    pub no_summary: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    #[command(flatten)]
    /// What is shown beside the result.
    pub screen: ScreenArgs,
}

/// What to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For machines
    Json,
}

/// What is shown beside the result.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Display")]
pub struct ScreenArgs {
    /// Show no progress
    #[arg(short, long, env = "AUTOPURGE_QUIET", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub quiet: bool,
    /// Colours
    #[arg(long, long_help = "Colours; `auto` heeds NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE", value_enum, default_value_t = Color::Auto, env = "AUTOPURGE_COLOR", hide_env_values = true)]
    pub color: Color,
}

fn files(text: &str) -> Result<NonZeroU32, String> {
    text.parse().map_err(|_| "a whole number from 1 on".to_owned())
}
