//! What a chart ships, worked out beforehand.

use serde::{Deserialize, Serialize};

use super::Range;
use crate::helm::ChartLabel;
use crate::zookeeper::Verdict;

/// A server of a chart, or of one below it, as some versions ship it when nobody sets anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedRow {
    /// Keys under which the values of the server's own chart stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Which of its chart's servers.
    #[serde(default, skip_serializing_if = "is_first")]
    pub number: usize,
    /// The name of the chart whose templates render it.
    pub chart: String,
    /// The versions of that chart, as a range.
    pub range: String,
    /// The versions of it that its parent was published with, as a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// What runs.
    pub flavor: String,
    /// Whether all charts on the way there are switched on.
    pub is_on: bool,
    /// What a server does with the values that the version ships.
    pub verdict: Verdict,
    /// The path in its chart's values of the value that decides about the interval, or would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// The path of the item that a list of its chart's values would have to get, where no value decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What that value comes to, where it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<i32>,
    /// The path of the value that decides about the retain count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retain: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with references")]
fn is_first(number: &usize) -> bool {
    *number == 0
}

impl ShippedRow {
    /// Whether the label of a resource can be that of the server's own chart: another chart's name tells nothing, its own
    /// comes with a version of the range.
    #[must_use]
    pub fn fits(&self, label: Option<&ChartLabel>) -> bool {
        let Some(label) = label.filter(|label| label.name == self.chart) else { return true };
        let version = label.version.as_semver();
        let holds = |range: &String| range.parse::<Range>().is_ok_and(|range| range.contains(version));
        self.asked.as_ref().is_none_or(holds) && holds(&self.range)
    }

    /// Whether it keeps its snapshots for ever.
    #[must_use]
    pub fn never_purges(&self) -> bool {
        self.verdict == Verdict::NeverPurges
    }

    /// Whether the parent asks for one version and no other.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.asked.as_ref().is_some_and(|range| range.starts_with('='))
    }
}
