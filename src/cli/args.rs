//! What can be typed. Help and the `AUTOPURGE_*` variables come from these declarations.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::cleanup::CleanupArgs;
use super::disk::DiskArgs;
use super::generate::{CompletionsArgs, ManArgs};
use super::lint::LintArgs;
use super::remedy::RemedyArgs;
use super::snapshot::SnapshotArgs;
use crate::zookeeper::{LONGEST_SAFE_INTERVAL, MINIMUM_RETAIN};

/// Makes sure that no ZooKeeper on Kubernetes fills its disk with old snapshots.
///
/// Without a subcommand it post-renders when standard input is not a terminal, so that
/// `helm upgrade ... --post-renderer autopurge` needs no arguments.
#[derive(Debug, Parser)]
#[command(name = "autopurge", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `post-render`, for Helm's sake.
    #[command(flatten)]
    pub post_render: PostRenderArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Patch rendered manifests on their way from Helm to the cluster: standard input to standard output
    PostRender(PostRenderArgs),
    /// Judge charts, values, manifests and GitOps files before they are rendered
    Lint(Box<LintArgs>),
    /// Show which snapshots and logs of a server can go and why; remove them with --delete
    Cleanup(CleanupArgs),
    /// Show what fills a server's disk, how fast it grows, and when the volume is full
    Disk(DiskArgs),
    /// Write the cure down in a shape that stays: values, patches, policies, alerts
    Remedy(RemedyArgs),
    /// Print what a check means, why, and how to fix it; without a name the list
    Explain(ExplainArgs),
    /// Compare, print, sum up and verify ZooKeeper's snapshots
    Snapshot(SnapshotArgs),
    /// List the rules, or validate the rules in a folder together with the cases that show them
    Rules(RulesArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual, or write its pages into a folder
    Man(ManArgs),
}

/// Options of `post-render`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Post-render")]
pub struct PostRenderArgs {
    /// What to do about servers that never purge
    #[arg(long, value_enum, default_value_t = Mode::Patch, env = "AUTOPURGE_MODE", hide_env_values = true)]
    pub mode: Mode,
    /// Fail on what cannot be decided or cannot be patched
    #[arg(long, env = "AUTOPURGE_STRICT", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub strict: bool,
    /// Hours between two purges, where a patch is made
    #[arg(long, value_name = "HOURS", default_value_t = 1, env = "AUTOPURGE_INTERVAL", hide_env_values = true, value_parser = hours, allow_negative_numbers = true)]
    pub interval: i32,
    /// Snapshots to keep, where a patch is made; without it that setting is left alone
    #[arg(long, value_name = "COUNT", env = "AUTOPURGE_RETAIN", hide_env_values = true, value_parser = count, allow_negative_numbers = true)]
    pub retain: Option<i32>,
    /// Leave no comments in the manifests
    #[arg(long, env = "AUTOPURGE_NO_COMMENT", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub no_comment: bool,
    /// Write a JSON report to a file, or to a new file in a folder (DIR/)
    #[arg(long, value_name = "FILE|DIR/", env = "AUTOPURGE_REPORT", hide_env_values = true)]
    pub report: Option<PathBuf>,
    /// A folder with rules of your own: flavors/, charts/, checks/
    #[arg(long, value_name = "DIR", env = "AUTOPURGE_RULES", hide_env_values = true)]
    pub rules: Option<PathBuf>,
    #[command(flatten)]
    /// How much to say.
    pub display: DisplayArgs,
}

/// How much to say, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Display")]
pub struct DisplayArgs {
    /// Say nothing but what stops the run
    #[arg(short, long, env = "AUTOPURGE_QUIET", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub quiet: bool,
    /// Show notes too
    #[arg(short, long, env = "AUTOPURGE_VERBOSE", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub verbose: bool,
    /// Colours
    #[arg(long, long_help = "Colours; `auto` heeds NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE", value_enum, default_value_t = Color::Auto, env = "AUTOPURGE_COLOR", hide_env_values = true)]
    pub color: Color,
}

/// What to do about servers that never purge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Switch purging on
    Patch,
    /// Say it, change nothing
    Warn,
    /// Fail, so that Helm does nothing
    Deny,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

/// Options of `rules`.
#[derive(Debug, Clone, Args)]
pub struct RulesArgs {
    /// A folder with rules to validate: flavors/, charts/, checks/; without it the rules in force are listed
    pub dir: Option<PathBuf>,
    /// Cases that show the rules, a folder each: flavor-ID/input.yaml and chart-ID/Chart.yaml are recognised,
    /// flavor-ID-not/input.yaml and chart-ID-not/Chart.yaml are not; repeatable [default: DIR/fixtures]
    #[arg(long, value_name = "DIR", requires = "dir")]
    pub fixtures: Vec<PathBuf>,
    /// List as tables in Markdown
    #[arg(long, conflicts_with = "dir")]
    pub markdown: bool,
    /// A folder with rules of your own that are in force too: flavors/, charts/, checks/
    #[arg(long, value_name = "DIR", env = "AUTOPURGE_RULES", hide_env_values = true)]
    pub rules: Option<PathBuf>,
}

/// Options of `explain`.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// The check's name
    pub check: Option<String>,
    /// A folder with rules of your own: flavors/, charts/, checks/
    #[arg(long, value_name = "DIR", env = "AUTOPURGE_RULES", hide_env_values = true)]
    pub rules: Option<PathBuf>,
}

/// Hours between two purges.
pub(super) fn hours(text: &str) -> Result<i32, String> {
    match text.parse() {
        Ok(hours) if (1..=LONGEST_SAFE_INTERVAL).contains(&hours) => Ok(hours),
        _ => Err(format!(
            "whole hours from 1 to {LONGEST_SAFE_INTERVAL} (ZooKeeper's development branch overflows on more and never purges)"
        )),
    }
}

/// A retain count as `ZooKeeper` takes it.
pub(super) fn count(text: &str) -> Result<i32, String> {
    match text.parse() {
        Ok(count) if count >= MINIMUM_RETAIN => Ok(count),
        _ => Err(format!("a whole number from {MINIMUM_RETAIN} on (ZooKeeper keeps no fewer)")),
    }
}
