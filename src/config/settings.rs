//! The settings in effect: the command line takes precedence over the configuration, and that over the defaults.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::{ChartValues, Config, FailOn, Suppression, checks};
use crate::checks::{Check, Selection};
use crate::helm::HelmVersion;

/// The settings given on the command line or in environment variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Globs to leave out; they are added to those of the configuration.
    pub exclude: Vec<String>,
    /// The only checks that count.
    pub select: Vec<Check>,
    /// Checks that do not count; they are added to those of the configuration.
    pub ignore: Vec<Check>,
    /// The least severity that makes the exit code 1.
    pub fail_on: Option<FailOn>,
    /// Hours between two purges.
    pub interval: Option<i32>,
    /// Snapshots to keep.
    pub retain: Option<i32>,
    /// A folder with rules.
    pub rules: Option<PathBuf>,
    /// A baseline file.
    pub baseline: Option<PathBuf>,
    /// The Helm version that installs charts.
    pub helm: Option<HelmVersion>,
}

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was not set.
    Default,
    /// The configuration file.
    Config,
    /// The command line or a variable.
    Asked,
    /// Both the configuration file and the command line or a variable.
    Both,
}

/// A setting in effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// Its value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// All settings in effect. Paths are relative to the working folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Globs of the configuration, relative to its folder.
    pub config_exclude: Setting<Vec<String>>,
    /// Globs from the command line, relative to the working folder.
    pub exclude: Setting<Vec<String>>,
    /// The only checks that count; empty for all.
    pub select: Setting<Vec<Check>>,
    /// Checks that do not count.
    pub ignore: Setting<Vec<Check>>,
    /// The least severity that makes the exit code 1.
    pub fail_on: Setting<FailOn>,
    /// Hours between two purges.
    pub interval: Setting<i32>,
    /// Snapshots to keep.
    pub retain: Setting<Option<i32>>,
    /// A folder with rules.
    pub rules: Setting<Option<PathBuf>>,
    /// A baseline file.
    pub baseline: Setting<Option<PathBuf>>,
    /// The Helm version that installs charts; `None` if it may be either.
    pub helm: Setting<Option<HelmVersion>>,
    /// Findings that do not count. As everything below, they stand in the configuration only.
    pub suppressions: Setting<Vec<Suppression>>,
    /// Values that charts are installed with.
    pub charts: Setting<Vec<ChartValues>>,
}

impl Settings {
    /// Combines a configuration with what was given on the command line.
    #[must_use]
    pub fn new(config: &Config, asked: Asked) -> Self {
        let file = &config.file;
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| config.at(path));
        let from_file = |checks: Vec<Check>| if checks.is_empty() { None } else { Some(checks) };
        // A check that was typed counts, even if the file ignores it.
        let ignored = checks(&file.ignore).into_iter().filter(|check| !asked.select.contains(check)).collect();
        let select = from_file(asked.select);
        Self {
            config_exclude: joined(file.exclude.clone(), Vec::new()),
            exclude: joined(Vec::new(), asked.exclude),
            select: first(select, from_file(checks(&file.select)), Vec::new()),
            ignore: joined(ignored, asked.ignore),
            fail_on: first(asked.fail_on, file.fail_on, FailOn::Error),
            interval: first(asked.interval, file.interval.map(|hours| hours.0), 1),
            retain: optional(asked.retain, file.retain.map(|count| count.0)),
            rules: optional(asked.rules, path(&file.rules)),
            baseline: optional(asked.baseline, path(&file.baseline)),
            helm: optional(asked.helm, file.helm.map(|helm| helm.0)),
            suppressions: joined(file.suppressions.clone(), Vec::new()),
            charts: joined(file.charts.clone(), Vec::new()),
        }
    }

    /// The checks that count.
    #[must_use]
    pub fn selection(&self) -> Selection {
        Selection::new(&self.select.value, &self.ignore.value)
    }
}

fn first<T>(asked: Option<T>, config: Option<T>, default: T) -> Setting<T> {
    match (asked, config) {
        (Some(value), _) => Setting { value, origin: Origin::Asked },
        (None, Some(value)) => Setting { value, origin: Origin::Config },
        (None, None) => Setting { value: default, origin: Origin::Default },
    }
}

fn optional<T>(asked: Option<T>, config: Option<T>) -> Setting<Option<T>> {
    first(asked.map(Some), config.map(Some), None)
}

fn joined<T>(mut config: Vec<T>, asked: Vec<T>) -> Setting<Vec<T>> {
    let origin = match (config.is_empty(), asked.is_empty()) {
        (true, true) => Origin::Default,
        (false, true) => Origin::Config,
        (true, false) => Origin::Asked,
        (false, false) => Origin::Both,
    };
    config.extend(asked);
    Setting { value: config, origin }
}

/// The format of `--show-config`: YAML, with the origin of each setting in a comment.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |checks: &Setting<Vec<Check>>| Setting {
            value: checks.value.iter().map(|check| check.id()).collect::<Vec<_>>(),
            origin: checks.origin,
        };
        let Self { config_exclude, exclude, .. } = self;
        let all = joined(config_exclude.value.clone(), exclude.value.clone());
        line(f, "exclude", &all)?;
        line(f, "select", &names(&self.select))?;
        line(f, "ignore", &names(&self.ignore))?;
        line(f, "fail-on", &self.fail_on)?;
        line(f, "interval", &self.interval)?;
        line(f, "retain", &self.retain)?;
        line(f, "rules", &self.rules)?;
        line(f, "baseline", &self.baseline)?;
        let helm = Setting { value: self.helm.value.map(HelmVersion::major), origin: self.helm.origin };
        line(f, "helm", &helm)?;
        line(f, "suppressions", &self.suppressions)?;
        line(f, "charts", &self.charts)
    }
}

/// Values are written as JSON, which is also valid YAML.
fn line<T: Serialize>(f: &mut fmt::Formatter<'_>, key: &str, setting: &Setting<T>) -> fmt::Result {
    let value = serde_json::to_string(&setting.value).map_err(|_| fmt::Error)?;
    let origin = match setting.origin {
        Origin::Default => "default",
        Origin::Config => "configuration",
        Origin::Asked => "command line or environment",
        Origin::Both => "configuration, command line or environment",
    };
    writeln!(f, "{key}: {value} # {origin}")
}
