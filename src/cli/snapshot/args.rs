//! The options of `autopurge snapshot`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::args::Format;

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
    /// Show what has grown or changed between two snapshots
    #[command(infer_long_args = true)]
    Compare(CompareArgs),
    /// Print all nodes and sessions, like zkSnapShotToolkit.sh
    Format(FormatArgs),
    /// Print how many nodes and bytes are below each node, like zkSnapshotRecursiveSummaryToolkit.sh
    Summary(SummaryArgs),
    /// Check every byte of snapshots and logs, and show what a server would restore from
    Verify(VerifyArgs),
}

/// Options of `compare`: two snapshots, or the options of `SnapshotComparer`, of which the first of several counts.
#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// The earlier and the later snapshot, unless --left and --right name them
    #[arg(value_names = ["OLD", "NEW"], num_args = 1..)]
    pub snapshots: Vec<PathBuf>,
    /// Output format [default: text, or java with -l, -r, -b, -n, -d or -i]
    #[arg(long, value_enum)]
    pub format: Option<CompareFormat>,
    /// Number of entries of each kind that `text` and `json` show
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub top: usize,
    /// The earlier snapshot
    #[arg(short, long, value_name = "OLD", num_args = 1, help_heading = JAVA)]
    pub left: Vec<PathBuf>,
    /// The later snapshot
    #[arg(short, long, value_name = "NEW", num_args = 1, help_heading = JAVA)]
    pub right: Vec<PathBuf>,
    /// Print nodes whose size differs by more bytes than this
    #[arg(
        short,
        long,
        value_name = "BYTETHRESHOLD",
        num_args = 1,
        allow_negative_numbers = true,
        help_heading = JAVA
    )]
    pub bytes: Vec<String>,
    /// Print nodes whose number of descendants differs by more than this
    #[arg(
        short,
        long,
        value_name = "NODETHRESHOLD",
        num_args = 1,
        allow_negative_numbers = true,
        help_heading = JAVA
    )]
    pub nodes: Vec<String>,
    /// Print every step, and what is filtered out
    #[arg(short, long, overrides_with = "debug", help_heading = JAVA)]
    pub debug: bool,
    /// Ask at which depth, or below which node, to compare
    #[arg(short, long, overrides_with = "interactive", help_heading = JAVA)]
    pub interactive: bool,
}

/// The heading of the options that Java's tool has.
const JAVA: &str = "As zkSnapshotComparer.sh";

/// How to show a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// For people: what grew most, by path, ClickHouse table and kind, and equal-sized changes
    #[value(alias = "table")]
    Text,
    /// The same for programs
    Json,
    /// Exactly what zkSnapshotComparer.sh prints
    Java,
}

/// Options of `format`.
#[derive(Debug, Clone, Args)]
pub struct FormatArgs {
    /// Print the data of each node in base64
    #[arg(short, long)]
    pub data: bool,
    /// Print names and sizes in the format of `ncdu -f`
    #[arg(long, conflicts_with = "data")]
    pub json: bool,
    /// Sort nodes by name instead of Java's hash order
    #[arg(long)]
    pub sort: bool,
    /// The snapshot, after all options
    #[arg(value_name = "FILE", required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true)]
    pub files: Vec<PathBuf>,
}

/// Options of `summary`.
#[derive(Debug, Clone, Args)]
pub struct SummaryArgs {
    /// The snapshot
    pub file: PathBuf,
    /// Where to start: `/`, or the path of a node
    pub node: String,
    /// How many levels below it to show; 0 means all
    #[arg(allow_negative_numbers = true)]
    pub depth: i32,
    /// Sort nodes by name instead of Java's hash order
    #[arg(long)]
    pub sort: bool,
}

/// Options of `verify`.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Snapshots, logs, or folders of them (a dataDir or its version-2)
    #[arg(value_name = "FILE|DIR", required = true)]
    pub paths: Vec<PathBuf>,
    /// Folder of the logs, if they are not with the snapshots (`dataLogDir`)
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}
