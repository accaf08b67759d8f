//! What judges, with everything that it needs to know.

use std::path::{Path, PathBuf};

use aho_corasick::BuildError;

use crate::checks::Wanted;
use crate::config::normal;
use crate::detect::Trigger;
use crate::helm::{HelmVersion, ValuesOptions};
use crate::rules::RuleSet;
use crate::suppress::Policy;

/// What a chart renders to with some values; the reason where it does not render.
pub type Render<'r> = dyn Fn(&Path, &ValuesOptions) -> Result<Vec<u8>, String> + Sync + 'r;

/// What a linter is asked for.
#[derive(Clone, Default)]
pub struct LintOptions<'r> {
    /// How people want their servers.
    pub wanted: Wanted,
    /// Values for the chart, of which there is only one then.
    pub values: ValuesOptions,
    /// Values for charts by their paths from the configuration's folder, where none are given for the chart.
    pub charts: Vec<(PathBuf, ValuesOptions)>,
    /// The Helm that installs charts; `None` where nobody says it.
    pub helm: Option<HelmVersion>,
    /// Which findings count.
    pub policy: Policy,
    /// Asks Helm what a chart renders to; without it Helm is not run.
    pub render: Option<&'r Render<'r>>,
    /// Whether the fixes of manifests are told as byte edits too.
    pub has_edits: bool,
}

/// Judges files by some rules.
pub struct Linter<'r> {
    pub(super) rules: &'r RuleSet,
    pub(super) trigger: Trigger,
    pub(super) wanted: Wanted,
    pub(super) policy: Policy,
    pub(super) render: Option<&'r Render<'r>>,
    pub(super) has_edits: bool,
    values: ValuesOptions,
    charts: Vec<(PathBuf, ValuesOptions)>,
    helm: Option<HelmVersion>,
}

impl<'r> Linter<'r> {
    /// A linter with these rules.
    ///
    /// # Errors
    /// When the literals of the rules cannot be searched for.
    pub fn new(rules: &'r RuleSet, options: LintOptions<'r>) -> Result<Self, BuildError> {
        let LintOptions { wanted, values, charts, helm, policy, render, has_edits } = options;
        Ok(Self { rules, trigger: Trigger::new(rules)?, wanted, policy, render, has_edits, values, charts, helm })
    }

    /// The versions of Helm that may install a chart: one, or one and another.
    pub(super) fn helms(&self) -> (HelmVersion, Option<HelmVersion>) {
        self.helm.map_or((HelmVersion::V3, Some(HelmVersion::V4)), |helm| (helm, None))
    }

    /// The values that a chart is judged with: those that were given, or those that are known for its path.
    pub(super) fn values_of(&self, chart: &Path) -> &ValuesOptions {
        let chart = normal(&self.policy.base.join(chart));
        let known = self.charts.iter().find(|(path, _)| normal(path) == chart);
        known.filter(|_| self.values == ValuesOptions::default()).map_or(&self.values, |(_, values)| values)
    }
}
