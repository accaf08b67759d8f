//! The options of `autopurge cleanup`.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::{Format, ScreenArgs, count};

/// Options of `cleanup`. None of those that delete has a variable of the environment.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cleanup")]
pub struct CleanupArgs {
    /// The server's dataDir, with the snapshots (or its version-2)
    // Required, unless there is what it conflicts with.
    #[arg(value_name = "DIR", help_heading = None::<&str>, required = true)]
    dir: Option<PathBuf>,
    /// The same
    #[arg(long, value_name = "DIR", hide = true, conflicts_with = "dir")]
    data: Option<PathBuf>,
    /// The server's dataLogDir, with the logs, if zoo.cfg sets one
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// Snapshots to keep, at least 3
    #[arg(short = 'n', long = "retain", value_name = "COUNT", value_parser = count, allow_negative_numbers = true)]
    pub retain: i32,
    /// Delete the files; without this nothing is changed
    #[arg(long)]
    pub delete: bool,
    /// Choose as ZooKeeper's zkCleanup.sh does, unless that would leave nothing to restore from
    #[arg(long)]
    pub like_zkcleanup: bool,
    /// Limit how many files are deleted per second
    #[arg(long, value_name = "COUNT", value_parser = files)]
    pub max_files_per_second: Option<NonZeroU32>,
    /// Do not summarize what has grown from the oldest to the newest snapshot
    #[arg(long)]
    pub no_summary: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    #[command(flatten)]
    /// What is shown beside the result.
    pub screen: ScreenArgs,
}

impl CleanupArgs {
    /// The server's `dataDir`, given as an argument or with `--data`.
    pub(super) fn data(&self) -> &Path {
        self.dir.as_deref().or(self.data.as_deref()).unwrap_or(Path::new("."))
    }
}

fn files(text: &str) -> Result<NonZeroU32, String> {
    text.parse().map_err(|_| "must be 1 or more".to_owned())
}
