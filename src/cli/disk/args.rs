//! The options of `autopurge disk`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{Format, ScreenArgs};

/// Options of `disk`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Disk")]
pub struct DiskArgs {
    /// The server's dataDir, with the snapshots (or its version-2)
    #[arg(value_name = "DIR", help_heading = None::<&str>)]
    pub data: PathBuf,
    /// The server's dataLogDir, with the logs, if zoo.cfg sets one
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Also write the chart to an SVG file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    #[command(flatten)]
    /// What is shown beside the result.
    pub screen: ScreenArgs,
}
