//! `chart-ships-purge-off`: a chart version whose default never purges.

use super::case::{About, Case, FixOf, Statement};
use super::{Check, Severity};
use crate::charts::ShippedServer;

/// A note for every release of such a chart; its server is in the manifests and judged by what it really does.
pub(super) fn check(case: &Case) -> Option<Statement> {
    let shipped = case.shipped.as_ref().filter(|shipped| shipped.is_off)?;
    let ShippedServer { title, version, .. } = shipped;
    Some(Statement {
        check: Check::ChartShipsPurgeOff,
        severity: Severity::Note,
        about: About::Chart,
        label: "this version".to_owned(),
        message: format!("chart {title} {version} ships with purging switched off{}", known(shipped)),
        help: vec![default(shipped) + &upgrade(shipped)],
        relief: None,
        fix: FixOf::Nothing,
    })
}

fn known(shipped: &ShippedServer) -> String {
    match (&shipped.documented_through, &shipped.measured_through) {
        (Some(documented), Some(measured)) => format!(" (documented up to {documented}, measured up to {measured})"),
        (None, Some(measured)) => format!(" (measured up to {measured})"),
        (_, None) => String::new(),
    }
}

fn default(shipped: &ShippedServer) -> String {
    match (&shipped.path, shipped.hours) {
        (None, _) => "None of the chart's values controls the setting.".to_owned(),
        (Some(path), Some(hours)) => format!("Its default for {path} is {hours}."),
        (Some(path), None) => format!("It does not set {path}."),
    }
}

fn upgrade(shipped: &ShippedServer) -> String {
    let fixed = shipped.fixed_in.as_ref();
    fixed.map(|fixed| format!(" Upgrade to {fixed} or later, or set the value.")).unwrap_or_default()
}
