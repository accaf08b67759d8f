//! `chart-ships-purge-off`: a chart version whose default never purges.

use super::{Check, Finding, Severity, Subject};
use crate::charts::InstalledChart;
use crate::detect::Which;
use crate::yaml::Span;

/// A note for every release of such a chart; its servers are in sight and have been judged by what they really do.
pub(super) fn check(subjects: &[Subject<'_, '_>]) -> Vec<Finding> {
    let mut seen: Vec<Span> = Vec::new();
    let mut findings = Vec::new();
    for subject in subjects {
        let Some(installed) = &subject.chart else { continue };
        if installed.ships_purge_off() && !seen.contains(&installed.span) {
            seen.push(installed.span);
            findings.push(finding(subject.number, installed));
        }
    }
    findings
}

fn finding(server: usize, installed: &InstalledChart<'_>) -> Finding {
    let InstalledChart { chart, label, shipped, .. } = installed;
    let known = match (&chart.documented_through, &chart.measured_through) {
        (Some(documented), Some(measured)) => format!(" (documented up to {documented}, measured up to {measured})"),
        (None, Some(measured)) => format!(" (measured up to {measured})"),
        _ => String::new(),
    };
    let default = match (installed.value_path(Which::Interval), shipped.hours) {
        (None, _) => "No value of it reaches the setting.".to_owned(),
        (Some(path), Some(hours)) => format!("Its default for {path} is {hours}."),
        (Some(path), None) => format!("It leaves {path} out."),
    };
    let upgrade = chart.fixed_in.as_ref().map(|fixed| format!(" Upgrade to {fixed} or later, or set the value."));
    Finding {
        check: Check::ChartShipsPurgeOff,
        severity: Severity::Note,
        document: installed.document,
        span: installed.span,
        context: installed.span,
        shown: vec![installed.key, installed.span],
        label: "this version".to_owned(),
        message: format!("the chart {} {} ships purging switched off{known}", chart.title, label.version),
        help: vec![default + &upgrade.unwrap_or_default()],
        server: Some(server),
        fix: Vec::new(),
        incurable_because: None,
        suppression: None,
    }
}
