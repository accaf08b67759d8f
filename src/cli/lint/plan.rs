//! The settings of a lint: options, configuration and baseline combined.

use std::path::{Path, PathBuf};

use clap::Args;

use super::render::version;
use super::{LintArgs, LintCommandError};
use crate::checks::Wanted;
use crate::cli::display;
use crate::config::{self, Asked, Config, Settings};
use crate::helm::{HelmVersion, ValuesOptions};
use crate::lint::{Examined, WalkOptions};
use crate::printable::{one_line, plain};
use crate::report::Part;
use crate::suppress::{Baseline, BaselineFile, Date, Directive, Extent, Known, Policy};

/// Which configuration.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Configuration file [default: autopurge.yaml here or above, up to the root of the repository]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Do not read a configuration file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    /// Print the effective settings with their sources, and exit
    #[arg(long)]
    pub show_config: bool,
}

/// The settings of a lint, with the configuration and how much of the repository is examined.
pub(super) struct Plan {
    pub(super) settings: Settings,
    config: Config,
    extent: Extent,
}

impl Plan {
    /// Reads the configuration and combines it with the options.
    pub(super) fn new(args: &LintArgs) -> Result<Self, LintCommandError> {
        let config = configuration(args)?;
        let asked = Asked {
            exclude: args.exclude.clone(),
            select: args.select.clone(),
            ignore: args.ignore.clone(),
            fail_on: args.fail_on,
            interval: args.interval,
            retain: args.retain,
            rules: args.rules.dir.clone(),
            baseline: args.baseline.clone(),
            helm: args.values.helm,
        };
        let is_all = |path: &Path| config.base.way_to(path).as_os_str().is_empty();
        let is_whole =
            if args.paths.is_empty() { is_all(Path::new(".")) } else { args.paths.iter().any(|path| is_all(path)) };
        let extent = if is_whole { Extent::Whole } else { Extent::Partial };
        let settings = Settings::new(&config, asked);
        if settings.selection().is_empty() && !args.config.show_config {
            return Err(LintCommandError::NoCheck);
        }
        Ok(Self { settings, config, extent })
    }

    /// The settings as YAML, after a comment with the path of the configuration file.
    pub(super) fn show(&self) -> String {
        let path = self.config.path.as_ref().map(|path| format!("# {}\n", one_line(&path.to_string_lossy())));
        path.unwrap_or_default() + &plain(&self.settings.to_string())
    }

    pub(super) fn wanted(&self) -> Wanted {
        Wanted { interval: self.settings.interval.value, retain: self.settings.retain.value }
    }

    /// The Helm version that installs charts: as configured, or else that of the Helm used by `--render`.
    pub(super) fn helm(&self, args: &LintArgs) -> Option<HelmVersion> {
        let rendering = || if args.render.is_asked { version() } else { None };
        self.settings.helm.value.or_else(rendering)
    }

    pub(super) fn policy(&self) -> Policy {
        Policy {
            selection: self.settings.selection(),
            rules: self.config.rules.clone(),
            base: self.config.base.clone(),
            today: Date::today(),
            known: Vec::new(),
        }
    }

    /// The findings that the baseline holds; empty if there is no baseline.
    pub(super) fn known(&self, examined: &[Examined]) -> Result<Vec<Known>, LintCommandError> {
        if self.settings.baseline.value.is_none() {
            return Ok(Vec::new());
        }
        let mut parts: Vec<Part> = examined.iter().map(|one| one.part.clone()).collect();
        let directives: Vec<Directive> = examined.iter().flat_map(|one| one.directives.clone()).collect();
        self.settle(&mut parts, &directives, true)?;
        Ok(Known::in_parts(&parts))
    }

    pub(super) fn walk_options(&self, threads: usize) -> WalkOptions {
        WalkOptions {
            exclude: self.settings.exclude.value.clone(),
            config_exclude: self.settings.config_exclude.value.clone(),
            base: self.config.base.clone(),
            threads,
        }
    }

    /// The configured values of charts. The paths of the charts are relative to the folder of the configuration.
    pub(super) fn charts(&self) -> Vec<(PathBuf, ValuesOptions)> {
        let text = |path: &PathBuf| self.config.at(path).to_string_lossy().into_owned();
        let options = |chart: &config::ChartValues| {
            let files = chart.values.iter().map(text).collect();
            ValuesOptions { files, typed: chart.set.clone(), ..ValuesOptions::default() }
        };
        self.config.file.charts.iter().map(|chart| (chart.path.clone(), options(chart))).collect()
    }

    /// Marks or removes findings that do not count. The baseline is applied if there is one and `has_baseline` is set.
    pub(super) fn settle(
        &self,
        parts: &mut Vec<Part>,
        directives: &[Directive],
        has_baseline: bool,
    ) -> Result<(), LintCommandError> {
        let path = self.settings.baseline.value.as_deref().filter(|_| has_baseline);
        let baseline = path.map(read_baseline).transpose()?;
        let file = baseline.as_ref().map(|(path, baseline)| BaselineFile { path, baseline });
        self.policy().settle(parts, directives, file, self.extent);
        Ok(())
    }
}

fn configuration(args: &LintArgs) -> Result<Config, LintCommandError> {
    let folder = std::env::current_dir().map_err(LintCommandError::WorkingFolder)?;
    let path = match &args.config.config {
        Some(path) => Some(path.clone()),
        None if args.config.no_config => None,
        None => {
            if let Some(path) = config::misnamed(&folder).filter(|_| !args.display.quiet) {
                display::tell(&format!("{} is not read: the configuration's name is {}", path.display(), config::NAME));
            }
            config::find(&folder)
        }
    };
    Ok(path.map(|path| Config::load(&path, &folder)).transpose()?.unwrap_or_default())
}

fn read_baseline(path: &Path) -> Result<(String, Baseline), LintCommandError> {
    let shown = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|cause| LintCommandError::NoBaseline { path: path.to_owned(), cause })?;
    let baseline =
        Baseline::parse(&text).map_err(|cause| LintCommandError::BadBaseline { path: path.to_owned(), cause })?;
    Ok((shown, baseline))
}
