//! What can be typed after `autopurge disk`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::cleanup::{Format, ScreenArgs};

/// Options of `disk`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Disk")]
pub struct DiskArgs {
    /// The server's dataDir, with the snapshots; its version-2 is found
    #[arg(value_name = "DIR", help_heading = None::<&str>)]
    pub data: PathBuf,
    /// The server's dataLogDir, with the logs, if zoo.cfg has one
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Write the chart to a file as a picture
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    #[command(flatten)]
    /// What is shown beside the result.
    pub screen: ScreenArgs,
}
