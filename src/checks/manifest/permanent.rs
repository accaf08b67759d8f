//! Where a setting has to be written to be permanent: the next upgrade undoes what was patched into rendered manifests.

use super::{Subject, Wanted};
use crate::charts::InstalledChart;
use crate::checks::{Permanent, no_value};
use crate::detect::{Origin, PatchStore, Setting};
use crate::printable::shell_word;
use crate::zookeeper::{MINIMUM_RETAIN, PurgeSetting, Reading, Verdict};

/// Values of a chart, to be set in one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartValues {
    /// The chart's title.
    pub chart: String,
    /// The release, if the manifests name it.
    pub release: Option<String>,
    /// Paths in the chart's values, with the numbers to set.
    pub values: Vec<(String, i32)>,
}

impl Subject<'_, '_> {
    /// The values that cure the server permanently, if the manifests show a chart whose value decides.
    #[must_use]
    pub fn chart_values(&self, wanted: Wanted) -> Option<ChartValues> {
        let which = self.at_fault();
        let installed = self.chart.as_ref().filter(|_| self.is_set_by_chart(which))?;
        let values = values(installed, which, wanted);
        let release = self.server.site.resource().release().map(str::to_owned);
        (!values.is_empty()).then(|| ChartValues { chart: installed.chart.title.clone(), release, values })
    }

    /// The setting that keeps the server from purging, or from starting.
    pub(super) fn at_fault(&self) -> PurgeSetting {
        let server = &self.server;
        let is_retain = server.verdict == Verdict::DoesNotStart && server.interval.reading != Reading::Unreadable;
        if is_retain { PurgeSetting::Retain } else { PurgeSetting::Interval }
    }

    /// The permanent fix of one setting: through the chart's values, if one of them controls the place that decides.
    pub(super) fn permanent_fix(&self, which: PurgeSetting, wanted: Wanted) -> Permanent {
        let permanent = match self.chart.as_ref().filter(|_| self.is_set_by_chart(which)) {
            Some(installed) => value_fix(installed, &values(installed, which, wanted)),
            None => Permanent {
                template: None,
                change: self.change(which, number(which, wanted)),
                flags: None,
                upgrade: None,
            },
        };
        Permanent { template: self.template.map(str::to_owned), ..permanent }
    }

    pub(super) fn setting(&self, which: PurgeSetting) -> &Setting<'_> {
        which.pick(&self.server.interval, &self.server.retain)
    }

    /// Whether the chart's value decides: either nothing else is set, or the variable that the chart writes decides.
    fn is_set_by_chart(&self, which: PurgeSetting) -> bool {
        match (&self.setting(which).origin, self.own_place(which)) {
            (Origin::Default, _) => true,
            (Origin::Env { name, .. }, Some(own)) => *name == own,
            _ => false,
        }
    }

    /// The place where a patch would add the setting.
    pub(super) fn own_place(&self, which: PurgeSetting) -> Option<String> {
        match self.server.patch_store()? {
            PatchStore::Env(store) => which.pick(store.interval.as_ref(), store.retain.as_ref()).cloned(),
            PatchStore::Field(store) => which.pick(Some(&store.interval), store.retain.as_ref()).cloned(),
            PatchStore::FieldText(store) => Some(format!("{} in {}", which.key(), store.field)),
            PatchStore::Script => Some(format!("{} in the lines that the command appends to the file", which.key())),
        }
    }

    /// What has to change if no chart is known.
    fn change(&self, which: PurgeSetting, number: i32) -> String {
        let is_unset = matches!(self.setting(which).origin, Origin::Default | Origin::Older { .. });
        let place = match &self.setting(which).origin {
            _ if is_unset => self.own_place(which),
            Origin::Properties { holder, .. } => Some(format!("{} in {holder}", which.key())),
            Origin::Script { .. } => Some(format!("{} in the start script", which.key())),
            Origin::Env { name, .. } | Origin::EnvFrom { name, .. } | Origin::EnvText { name, .. } => {
                Some(name.clone())
            }
            origin => Some(origin.describe()),
        };
        match (place, self.template) {
            (None, _) => self.server.flavor.way_out.as_deref().map_or_else(
                || "use another image, or mount a configuration of your own over the image's".to_owned(),
                str::to_owned,
            ),
            (Some(place), Some(_)) if is_unset => format!("have this template set {place} to {number}"),
            (Some(place), Some(_)) => format!("set the value that this template renders into {place} to {number}"),
            (Some(place), None) => format!("set {place} to {number} where this manifest is kept"),
        }
    }
}

fn number(which: PurgeSetting, wanted: Wanted) -> i32 {
    which.pick(wanted.interval, wanted.retain.unwrap_or(MINIMUM_RETAIN))
}

/// The values to set, with their paths: the setting at fault, and the retain count if one is requested.
fn values(installed: &InstalledChart<'_>, which: PurgeSetting, wanted: Wanted) -> Vec<(String, i32)> {
    let asked = wanted.retain.filter(|_| which == PurgeSetting::Interval).map(|_| PurgeSetting::Retain);
    let value = |which| Some((installed.value_path(which)?, number(which, wanted)));
    [Some(which), asked].into_iter().flatten().filter_map(value).collect()
}

/// The fix through a chart's values, or by a newer chart.
fn value_fix(installed: &InstalledChart<'_>, values: &[(String, i32)]) -> Permanent {
    let chart = installed.chart;
    let upgrade = chart.fixed_in.as_ref().filter(|_| installed.ships_purge_off()).map(ToString::to_string);
    let said: Vec<String> = values.iter().map(|(path, number)| format!("{path} to {number}")).collect();
    let typed: Vec<String> =
        values.iter().map(|(path, number)| format!("--set {}", shell_word(&format!("{path}={number}")))).collect();
    let (change, flags) = if values.is_empty() {
        (no_value(&format!("the {} chart", chart.title)), None)
    } else {
        (format!("set {} in the values of the {} chart", said.join(" and "), chart.title), Some(typed.join(" ")))
    };
    Permanent { template: None, change, flags, upgrade }
}
