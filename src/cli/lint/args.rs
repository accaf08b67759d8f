//! The options of `autopurge lint`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::plan::ConfigArgs;
use super::values::{RenderArgs, ValuesArgs};
use crate::checks::Check;
use crate::cli::args::{DisplayArgs, RulesDir, count, hours};
use crate::cli::report_args::ReportArgs;
use crate::config::FailOn;

/// Options of `lint`.
#[derive(Debug, Clone, Args)]
pub struct LintArgs {
    /// Charts, packaged charts, manifests, GitOps files, or folders of them; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Skip what matches a glob (.gitignore syntax)
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Write the fixes into the files
    #[arg(long, conflicts_with = "diff")]
    pub fix: bool,
    /// Print the fixes as a patch for `git apply`; surrounding lines are shown as they are
    #[arg(long)]
    pub diff: bool,
    /// Run only these checks (comma-separated or repeated)
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = str::parse::<Check>)]
    pub select: Vec<Check>,
    /// Skip these checks
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = str::parse::<Check>)]
    pub ignore: Vec<Check>,
    /// Minimum severity that fails the run [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// File of known findings, which are not reported and not fixed
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write today's findings to a baseline file and exit
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fix", "diff"])]
    pub create_baseline: Option<PathBuf>,
    /// Exit with 0 if there is nothing to examine
    #[arg(long)]
    pub allow_empty: bool,
    /// Desired hours between two purges [default: 1]
    #[arg(long, value_name = "HOURS", value_parser = hours, allow_negative_numbers = true)]
    pub interval: Option<i32>,
    /// Snapshots to keep [default: leave that setting alone]
    #[arg(long, value_name = "COUNT", value_parser = count, allow_negative_numbers = true)]
    pub retain: Option<i32>,
    #[command(flatten)]
    /// Which rules.
    pub rules: RulesDir,
    /// Number of threads; 0 means one per CPU
    #[arg(short = 'j', long, value_name = "COUNT", default_value_t = 0, value_parser = threads)]
    pub threads: usize,
    #[command(flatten)]
    /// Whom to ask.
    pub render: RenderArgs,
    #[command(flatten)]
    /// Values for the one chart.
    pub values: ValuesArgs,
    #[command(flatten)]
    /// Which configuration.
    pub config: ConfigArgs,
    #[command(flatten)]
    /// How to say it, and where.
    pub reports: ReportArgs,
    #[command(flatten)]
    /// How much to say.
    pub display: DisplayArgs,
}

impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Error, Self::Warning, Self::Note, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Error => ("error", "Errors"),
            Self::Warning => ("warning", "Warnings too"),
            Self::Note => ("note", "Notes too"),
            Self::Never => ("never", "Nothing"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

fn threads(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "must be a whole number".to_owned())
}
