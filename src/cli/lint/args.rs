//! What can be typed behind `autopurge lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::ValuesArgs;
use crate::checks::Severity;
use crate::cli::args::{DisplayArgs, count, hours};
use crate::cli::report_args::ReportArgs;

/// Options of `lint`.
#[derive(Debug, Clone, Args)]
pub struct LintArgs {
    /// Charts, packaged charts, manifests, GitOps files, or folders with them; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Leave out what fits a glob, written as in .gitignore
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Write the fixes into the files
    #[arg(long, conflicts_with = "diff")]
    pub fix: bool,
    /// Print the fixes as a patch for `git apply`, with the lines around them as they are
    #[arg(long)]
    pub diff: bool,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
    /// Exit with 0 when there was nothing to examine
    #[arg(long)]
    pub allow_empty: bool,
    /// Hours between two purges that are wanted
    #[arg(long, value_name = "HOURS", default_value_t = 1, value_parser = hours, allow_negative_numbers = true)]
    pub interval: i32,
    /// Snapshots to keep; without it that setting is left alone
    #[arg(long, value_name = "COUNT", value_parser = count, allow_negative_numbers = true)]
    pub retain: Option<i32>,
    /// A folder with rules of your own: flavors/, charts/, checks/
    #[arg(long, value_name = "DIR", env = "AUTOPURGE_RULES", hide_env_values = true)]
    pub rules: Option<PathBuf>,
    /// Threads; 0: as many as the machine runs at once
    #[arg(short = 'j', long, value_name = "COUNT", default_value_t = 0)]
    pub threads: usize,
    #[command(flatten)]
    /// Values for the chart.
    pub values: ValuesArgs,
    #[command(flatten)]
    /// How to say it, and where.
    pub reports: ReportArgs,
    #[command(flatten)]
    /// How much to say.
    pub display: DisplayArgs,
}

/// The least severity that makes a lint fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Warnings too
    Warning,
    /// Notes too
    Note,
    /// Nothing
    Never,
}

impl FailOn {
    /// The severity; `None` where nothing makes it fail.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}
