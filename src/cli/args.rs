//! The command line as typed. Help and the `AUTOPURGE_*` variables come from these declarations.

use std::num::IntErrorKind;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::cleanup::CleanupArgs;
use super::disk::DiskArgs;
use super::generate::{CompletionsArgs, ManArgs};
use super::lint::LintArgs;
use super::remedy::RemedyArgs;
use super::snapshot::SnapshotArgs;
use crate::zookeeper::{LONGEST_SAFE_INTERVAL, MINIMUM_RETAIN};

/// Keeps ZooKeeper on Kubernetes from filling its disk with old snapshots.
///
/// Without a subcommand, and if standard input is not a terminal, it runs post-render, so that
/// `helm upgrade ... --post-renderer autopurge` needs no arguments.
#[derive(Debug, Parser)]
#[command(
    name = "autopurge",
    bin_name = "autopurge",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `post-render`, for Helm's sake.
    #[command(flatten)]
    pub post_render: PostRenderArgs,
}

impl Cli {
    /// When to use colours in messages.
    pub(super) fn color(&self) -> Color {
        let ColorArg { when } = match &self.command {
            None => self.post_render.display.color,
            Some(Command::PostRender(args)) => args.display.color,
            Some(Command::Lint(args)) => args.display.color,
            Some(Command::Cleanup(args)) => args.screen.color,
            Some(Command::Disk(args)) => args.screen.color,
            Some(
                Command::Remedy(_)
                | Command::Explain(_)
                | Command::Snapshot(_)
                | Command::Rules(_)
                | Command::Completions(_)
                | Command::Man(_),
            ) => ColorArg { when: Color::Auto },
        };
        when
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Patch rendered manifests on their way to the cluster (standard input to standard output)
    PostRender(PostRenderArgs),
    /// Check charts, manifests and GitOps files for servers that never purge
    Lint(Box<LintArgs>),
    /// Show which snapshots and logs can be deleted and why; delete them with --delete
    Cleanup(CleanupArgs),
    /// Show what fills a server's disk, how fast it grows, and when it will be full
    Disk(DiskArgs),
    /// Write the fix as values, patches, policies or alerts
    Remedy(RemedyArgs),
    /// Explain a check and how to fix it, or list all checks
    Explain(ExplainArgs),
    /// Compare, print, summarize and verify snapshots
    Snapshot(SnapshotArgs),
    /// List the rules, or validate a folder of your own rules
    Rules(RulesArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write all pages into a folder
    Man(ManArgs),
}

/// Options of `post-render`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Post-render")]
pub struct PostRenderArgs {
    /// What to do about servers that never purge
    #[arg(long, value_enum, default_value_t = Mode::Patch, env = "AUTOPURGE_MODE", hide_env_values = true)]
    pub mode: Mode,
    /// Fail if something cannot be decided or patched
    #[arg(long, env = "AUTOPURGE_STRICT", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub strict: bool,
    /// Hours between two purges, for servers that are patched
    #[arg(long, value_name = "HOURS", default_value_t = 1, env = "AUTOPURGE_INTERVAL", hide_env_values = true, value_parser = hours, allow_negative_numbers = true)]
    pub interval: i32,
    /// Snapshots to keep, for servers that are patched [default: leave that setting alone]
    #[arg(long, value_name = "COUNT", env = "AUTOPURGE_RETAIN", hide_env_values = true, value_parser = count, allow_negative_numbers = true)]
    pub retain: Option<i32>,
    /// Do not add comments to the manifests
    #[arg(long, env = "AUTOPURGE_NO_COMMENT", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub no_comment: bool,
    /// Write a JSON report to a file, or to a new file in a folder (DIR/)
    #[arg(long, value_name = "FILE|DIR/", env = "AUTOPURGE_REPORT", hide_env_values = true)]
    pub report: Option<PathBuf>,
    #[command(flatten)]
    /// Which rules.
    pub rules: RulesDir,
    #[command(flatten)]
    /// How much to say.
    pub display: DisplayArgs,
}

/// A user's own rules.
#[derive(Debug, Clone, Args)]
pub struct RulesDir {
    /// Folder with your own rules: flavors/, charts/, checks/
    #[arg(id = "rules", long = "rules", value_name = "DIR", env = "AUTOPURGE_RULES", hide_env_values = true)]
    pub dir: Option<PathBuf>,
}

/// How much to say, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Display")]
pub struct DisplayArgs {
    /// Only print what stops the run
    #[arg(short, long, env = "AUTOPURGE_QUIET", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub quiet: bool,
    /// Print notes and longer advice too
    #[arg(short, long, env = "AUTOPURGE_VERBOSE", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub verbose: bool,
    #[command(flatten)]
    /// When to use colours.
    pub color: ColorArg,
}

/// What is shown beside the result.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Display")]
pub struct ScreenArgs {
    /// Do not show progress
    #[arg(short, long, env = "AUTOPURGE_QUIET", hide_env_values = true, value_parser = clap::builder::BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub quiet: bool,
    #[command(flatten)]
    /// When to use colours.
    pub color: ColorArg,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Args)]
pub struct ColorArg {
    /// When to use colors
    #[arg(id = "color", long = "color", value_name = "COLOR", long_help = "When to use colors; `auto` respects NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE", value_enum, default_value_t = Color::Auto, env = "AUTOPURGE_COLOR", hide_env_values = true)]
    pub when: Color,
}

/// What to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[value(alias = "table")]
    Text,
    /// For programs
    Json,
}

/// What to do about servers that never purge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Enable purging
    Patch,
    /// Report only, change nothing
    Warn,
    /// Fail, so that Helm applies nothing
    Deny,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Only on a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Options of `rules`.
#[derive(Debug, Clone, Args)]
pub struct RulesArgs {
    /// Folder with rules to validate: flavors/, charts/, checks/ [default: list the rules]
    pub dir: Option<PathBuf>,
    /// Folder with examples: flavor-ID/input.yaml and chart-ID/Chart.yaml have to be recognised,
    /// flavor-ID-not/input.yaml and chart-ID-not/Chart.yaml must not be; repeatable [default: DIR/fixtures]
    #[arg(long, value_name = "DIR", requires = "dir")]
    pub fixtures: Vec<PathBuf>,
    /// Print the list as Markdown tables
    #[arg(long, conflicts_with = "dir")]
    pub markdown: bool,
    #[command(flatten)]
    /// Which rules.
    pub rules: RulesDir,
}

/// Options of `explain`.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// Name of the check
    pub check: Option<String>,
    #[command(flatten)]
    /// Which rules.
    pub rules: RulesDir,
}

/// Parses hours between two purges; an error if that many hours are not safe with every release of `ZooKeeper`.
pub(super) fn hours(text: &str) -> Result<i32, String> {
    let (too_few, too_many) = (
        "must be 1 or more: ZooKeeper never purges with 0 or less".to_owned(),
        format!(
            "must be {LONGEST_SAFE_INTERVAL} or less: ZooKeeper's development branch overflows on more hours and never purges"
        ),
    );
    match text.parse::<i32>().map_err(|error| *error.kind()) {
        Ok(hours) if (1..=LONGEST_SAFE_INTERVAL).contains(&hours) => Ok(hours),
        Ok(hours) if hours < 1 => Err(too_few),
        Err(IntErrorKind::NegOverflow) => Err(too_few),
        Ok(_) | Err(IntErrorKind::PosOverflow) => Err(too_many),
        Err(_) => Err(format!("must be a whole number of hours, from 1 to {LONGEST_SAFE_INTERVAL}")),
    }
}

/// Parses a retain count; an error if `ZooKeeper` would raise it.
pub(super) fn count(text: &str) -> Result<i32, String> {
    match text.parse() {
        Ok(count) if count >= MINIMUM_RETAIN => Ok(count),
        Ok(_) => Err(format!("must be {MINIMUM_RETAIN} or more: ZooKeeper never keeps fewer")),
        Err(_) => Err(format!("must be a whole number from {MINIMUM_RETAIN} to {}", i32::MAX)),
    }
}
