//! What can be typed after `autopurge snapshot`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Options of `snapshot`.
#[derive(Debug, Clone, Args)]
pub struct SnapshotArgs {
    #[command(subcommand)]
    /// What to do with snapshots.
    pub command: SnapshotCommand,
}

/// What to do with snapshots.
#[derive(Debug, Clone, Subcommand)]
pub enum SnapshotCommand {
    /// Show what has changed from one snapshot to another, as zkSnapshotComparer.sh does, or better
    #[command(infer_long_args = true)]
    Compare(CompareArgs),
    /// Print all nodes and sessions, as zkSnapShotToolkit.sh does
    Format(FormatArgs),
    /// Print how many nodes and bytes are below each node, as zkSnapshotRecursiveSummaryToolkit.sh does
    Summary(SummaryArgs),
    /// Check every byte of snapshots and logs, and say what a server would restore from
    Verify(VerifyArgs),
}

/// Options of `compare`: those of `SnapshotComparer`, of which the first of several counts, and more.
#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// The earlier snapshot
    #[arg(short, long, value_name = "LEFT", required = true, num_args = 1)]
    pub left: Vec<PathBuf>,
    /// The later snapshot
    #[arg(short, long, value_name = "RIGHT", required = true, num_args = 1)]
    pub right: Vec<PathBuf>,
    /// Print nodes whose size differs by more bytes than this; wanted unless `--format` is `table` or `json`
    #[arg(
        short,
        long,
        value_name = "BYTETHRESHOLD",
        required_unless_present = "format",
        num_args = 1,
        allow_negative_numbers = true
    )]
    pub bytes: Vec<String>,
    /// Print nodes with more nodes of difference below them than this; wanted unless `--format` is `table` or `json`
    #[arg(
        short,
        long,
        value_name = "NODETHRESHOLD",
        required_unless_present = "format",
        num_args = 1,
        allow_negative_numbers = true
    )]
    pub nodes: Vec<String>,
    /// Print every step, and what was filtered out
    #[arg(short, long, overrides_with = "debug")]
    pub debug: bool,
    /// Ask at which depth, or below which node, to compare
    #[arg(short, long, overrides_with = "interactive")]
    pub interactive: bool,
    /// `table` and `json` show what grew most, by path, ClickHouse table and kind, and equal-sized changes
    #[arg(long, value_enum)]
    pub format: Option<CompareFormat>,
    /// How many lines of each kind `table` and `json` show
    #[arg(long, value_name = "COUNT", default_value_t = 20, requires = "format")]
    pub top: usize,
    /// What `SnapshotComparer` ignores
    #[arg(hide = true)]
    pub ignored: Vec<OsString>,
}

/// How to show a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// Byte for byte what zkSnapshotComparer.sh prints
    Java,
    /// For people
    Table,
    /// For programs
    Json,
}

/// Options of `format`.
#[derive(Debug, Clone, Args)]
pub struct FormatArgs {
    /// Print the data of each node, in base64
    #[arg(short, long)]
    pub data: bool,
    /// Print names and sizes as `ncdu -f` reads them
    #[arg(long, conflicts_with = "data")]
    pub json: bool,
    /// Sort nodes by name, not as a Java hash set does
    #[arg(long)]
    pub sort: bool,
    /// The snapshot; options come before it
    #[arg(value_name = "FILE", required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true)]
    pub files: Vec<PathBuf>,
}

/// Options of `summary`.
#[derive(Debug, Clone, Args)]
pub struct SummaryArgs {
    /// The snapshot
    pub file: PathBuf,
    /// Where to begin: `/`, or the path of a node
    pub node: String,
    /// How many levels below it to show; 0 shows all
    #[arg(allow_negative_numbers = true)]
    pub depth: i32,
    /// Sort nodes by name, not as a Java hash set does
    #[arg(long)]
    pub sort: bool,
}

/// Options of `verify`.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Snapshots, logs, and folders with both; version-2 is found by itself
    #[arg(value_name = "FILE|DIR", required = true)]
    pub paths: Vec<PathBuf>,
    /// Where the logs of a folder are, if not beside the snapshots (`dataLogDir`)
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// How to show what was found
    #[arg(long, value_enum, default_value_t = VerifyFormat::Text)]
    pub format: VerifyFormat,
}

/// How to show what was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerifyFormat {
    /// For people
    Text,
    /// For programs
    Json,
}
