//! The servers of charts, by the models that the rules have of them.

use semver::Version;

use super::Linter;
use crate::charts::{self, Asked, Judged, JudgedServer, assess_reference, judge_chart, may_run, model_of, plain};
use crate::helm::{Constraint, Instance, Missing, Value, parse_version};

/// A server of one of the charts of a release.
pub(super) struct ModelledServer {
    /// What it does.
    pub judged: Judged,
    /// Where the values of its chart stand in those of the top.
    pub prefix: Vec<String>,
    /// Name and version of its chart.
    pub chart: (String, String),
}

/// The servers of a chart and all charts below it that are switched on.
pub(super) fn servers_of(top: &Instance<'_>, linter: &Linter<'_>) -> Vec<ModelledServer> {
    let mut servers = Vec::new();
    for instance in top.all().filter(|instance| instance.is_enabled()) {
        servers.extend(own_servers(instance, linter));
    }
    // Helm asks for the dependencies of the chart itself; those that a sub-chart lacks are not rendered.
    for missing in top.missing.iter().filter(|missing| missing.off.is_none()) {
        servers.extend(absent_servers(top, missing, linter));
    }
    servers
}

/// The servers of a chart's own templates.
fn own_servers(instance: &Instance<'_>, linter: &Linter<'_>) -> Vec<ModelledServer> {
    let metadata = &instance.chart.metadata;
    let values = plain(&instance.values);
    let mut judged = judge_chart(metadata, &instance.chart.values, &values, linter.rules);
    if judged.is_empty() && model_of(metadata, &instance.chart.values, linter.rules).is_none() {
        let mut templates = instance.chart.templates.iter();
        judged.extend(templates.find_map(|(name, text)| may_run(name, text, &values, linter.rules)));
    }
    let server = |judged| ModelledServer {
        judged,
        prefix: instance.prefix.clone(),
        chart: (metadata.name.clone(), metadata.version.clone()),
    };
    judged.into_iter().map(server).collect()
}

/// The servers of a dependency that is not at hand: in the version of Chart.lock, or in any that its range allows.
fn absent_servers(parent: &Instance<'_>, missing: &Missing<'_>, linter: &Linter<'_>) -> Vec<ModelledServer> {
    let dependency = missing.dependency;
    let locked = parent.chart.lock.iter().flat_map(|lock| &lock.dependencies);
    let locked =
        locked.filter(|locked| locked.name == dependency.name).find_map(|locked| parse_version(&locked.version));
    let constraint: Option<Constraint> = dependency.version.parse().ok();
    let exact: Option<Version> = locked.or_else(|| constraint.as_ref()?.exact());
    let set = |version: &Version| constraint.as_ref().is_some_and(|constraint| constraint.contains(version));
    let asked = match &exact {
        Some(version) => Asked::Exactly(version),
        None => Asked::OneOf(&set, &dependency.version),
    };
    let reference = charts::Reference { name: &dependency.name, repository: Some(&dependency.repository), asked };
    let servers = assess_reference(&reference, &plain(&missing.values), linter.rules);
    let text = exact.as_ref().map_or_else(|| dependency.version.clone(), Version::to_string);
    let server = |server: JudgedServer| ModelledServer {
        judged: server.judged,
        prefix: missing.prefix.iter().chain(&server.prefix).cloned().collect(),
        chart: (dependency.name.clone(), text.clone()),
    };
    servers.into_iter().map(server).collect()
}

/// A chart that is not at hand.
pub(super) struct Reference<'a> {
    /// Its name.
    pub name: &'a str,
    /// The address of the repository that it comes from.
    pub repository: Option<&'a str>,
    /// A version or a range.
    pub version: Option<&'a str>,
    /// Why the version cannot be known although one is meant.
    pub version_gap: Option<&'a str>,
}

/// The servers of a chart that is not at hand, with some values.
pub(super) fn servers_of_reference(
    reference: &Reference<'_>,
    values: &Value,
    linter: &Linter<'_>,
) -> Vec<ModelledServer> {
    let constraint: Option<Constraint> = reference.version.and_then(|text| text.parse().ok());
    let exact = constraint.as_ref().and_then(Constraint::exact);
    let set = |version: &Version| constraint.as_ref().is_some_and(|constraint| constraint.contains(version));
    let asked = match (&exact, reference.version, reference.version_gap) {
        (_, _, Some(gap)) => Asked::Unknown(gap),
        (Some(version), _, None) => Asked::Exactly(version),
        (None, Some(_), None) if constraint.is_none() => Asked::Unknown("what is written is no version"),
        (None, Some(text), None) => Asked::OneOf(&set, text),
        (None, None, None) => Asked::Newest,
    };
    let wanted = charts::Reference { name: reference.name, repository: reference.repository, asked };
    let servers = assess_reference(&wanted, &plain(values), linter.rules);
    let server = |server: JudgedServer| {
        let name = linter.rules.charts.get(&server.chart).map_or(reference.name, |chart| chart.name.as_str());
        let version = reference.version.filter(|_| server.prefix.is_empty()).unwrap_or_default();
        ModelledServer { judged: server.judged, prefix: server.prefix, chart: (name.to_owned(), version.to_owned()) }
    };
    servers.into_iter().map(server).collect()
}
