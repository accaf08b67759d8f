//! The linter, with everything that it needs to know.

use std::io;
use std::path::{Path, PathBuf};

use aho_corasick::BuildError;
use thiserror::Error;

use crate::checks::Wanted;
use crate::detect::Trigger;
use crate::helm::{HelmVersion, ValuesOptions};
use crate::path::normal;
use crate::rules::RuleSet;
use crate::suppress::Policy;

/// Renders a chart with given values.
pub type Render<'r> = dyn Fn(&Path, &ValuesOptions) -> Result<Vec<u8>, RenderError> + Sync + 'r;

/// Why Helm did not render a chart.
#[derive(Debug, Error)]
pub enum RenderError {
    /// Helm cannot be run.
    #[error("cannot run {helm}: {cause}")]
    NotStarted {
        /// The program that was tried.
        helm: String,
        /// What the system said.
        cause: io::Error,
    },
    /// Helm ran, and failed.
    #[error("`{helm} template` failed: {said}")]
    Failed {
        /// The program.
        helm: String,
        /// Its message.
        said: String,
    },
}

impl RenderError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NotStarted { .. } => "Install Helm, or set HELM_BIN to its path.",
            Self::Failed { .. } => "Pass the values that it needs with -f or --set.",
        }
    }
}

/// Options of a linter.
#[derive(Clone, Default)]
pub struct LintOptions<'r> {
    /// The settings that servers should have.
    pub wanted: Wanted,
    /// Values for the chart; only given if there is exactly one.
    pub values: ValuesOptions,
    /// Values for charts by path from the configuration's folder, used when no values are given for the chart.
    pub charts: Vec<(PathBuf, ValuesOptions)>,
    /// The Helm version that installs charts; `None` if it is not specified.
    pub helm: Option<HelmVersion>,
    /// Which findings count.
    pub policy: Policy,
    /// Asks Helm what a chart renders to; if `None`, Helm is not run.
    pub render: Option<&'r Render<'r>>,
    /// Whether to report the fixes of manifests as byte edits too.
    pub has_edits: bool,
}

/// Judges files by a set of rules.
pub struct Linter<'r> {
    /// What is known.
    pub rules: &'r RuleSet,
    /// Finds the documents that can matter.
    pub trigger: Trigger,
    /// The settings that servers should have.
    pub wanted: Wanted,
    pub(super) policy: Policy,
    pub(super) render: Option<&'r Render<'r>>,
    /// Values for the chart; only given if there is exactly one.
    pub values: ValuesOptions,
    pub(super) has_edits: bool,
    charts: Vec<(PathBuf, ValuesOptions)>,
    helm: Option<HelmVersion>,
}

impl<'r> Linter<'r> {
    /// A linter with these rules.
    ///
    /// # Errors
    /// When the search for the literals of the rules cannot be built.
    pub fn new(rules: &'r RuleSet, options: LintOptions<'r>) -> Result<Self, BuildError> {
        let LintOptions { wanted, values, charts, helm, policy, render, has_edits } = options;
        Ok(Self { rules, trigger: Trigger::new(rules)?, wanted, policy, render, has_edits, values, charts, helm })
    }

    /// The versions of Helm that may install a chart: one, or two if it is not specified.
    pub(super) fn helms(&self) -> (HelmVersion, Option<HelmVersion>) {
        self.helm.map_or((HelmVersion::V3, Some(HelmVersion::V4)), |helm| (helm, None))
    }

    /// The values to judge a chart with: those that were given, or those configured for its path.
    pub(super) fn values_of(&self, chart: &Path) -> &ValuesOptions {
        let chart = self.policy.base.way_to(chart);
        let known = self.charts.iter().find(|(path, _)| normal(path) == chart);
        known.filter(|_| self.values == ValuesOptions::default()).map_or(&self.values, |(_, values)| values)
    }
}
