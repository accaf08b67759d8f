//! Finds the servers of charts by the models that the rules have of them.

use semver::Version;

use super::Linter;
use crate::charts::{
    self, Asked, Judged, JudgedServer, ShippedServer, assess_reference, judge_chart, may_add, may_run, may_run_with,
    model_of, model_of_reference, plain, shipped_server,
};
use crate::helm::{Chart, Constraint, Dependency, Instance, Missing, Value, ValuesPath, parse_version};
use crate::zookeeper::parse_int;

/// A server of one of a release's charts.
pub(super) struct ModelledServer {
    /// What it does.
    pub judged: Judged,
    /// The keys from the top-level values to those of its chart.
    pub prefix: Vec<String>,
    /// The name and version of its chart.
    pub chart: (String, String),
}

/// The servers of a chart and all its enabled sub-charts.
pub(super) fn servers_of(top: &Instance<'_>, linter: &Linter<'_>) -> Vec<ModelledServer> {
    let mut servers = Vec::new();
    for instance in top.all().filter(|instance| instance.is_enabled()) {
        servers.extend(own_servers(instance, linter));
    }
    for (parent, missing) in absent(top).filter(|(_, missing)| missing.off.is_none()) {
        servers.extend(absent_servers(parent, missing, linter));
    }
    servers
}

/// The dependencies that have to be fetched before the chart is installed, each with the chart that asks for it. Helm
/// checks only those of the top chart, and only by name: if a sub-chart lacks one, or `charts/` has another version,
/// nothing is rendered for it. Charts that are packed from folders beside the top one are expected to be built as well.
fn absent<'i, 'c>(top: &'i Instance<'c>) -> impl Iterator<Item = (&'i Instance<'c>, &'i Missing<'c>)> {
    let is_built = |one: &&Instance<'_>| one.prefix.is_empty() || one.chart.folder.is_some();
    let built = top.all().filter(|one| one.is_enabled()).filter(is_built);
    built.flat_map(|parent| {
        let is_there = |name: &str| parent.chart.subcharts.iter().any(|chart| chart.metadata.name == name);
        let absent = parent.missing.iter().filter(move |missing| !is_there(&missing.dependency.name));
        absent.map(move |missing| (parent, missing))
    })
}

/// The servers from a chart's own templates.
fn own_servers(instance: &Instance<'_>, linter: &Linter<'_>) -> Vec<ModelledServer> {
    let metadata = &instance.chart.metadata;
    let values = plain(&instance.values);
    let mut judged = judge_chart(instance.chart, &values, linter.rules);
    // A copy of a known chart may have a server added.
    if judged.is_empty() && model_of(instance.chart, linter.rules).is_none_or(|model| !model.has_own_servers()) {
        let mut templates = instance.chart.templates.keys();
        judged.extend(templates.find_map(|name| may_run(name, instance.chart, &values, linter.rules)));
    }
    let server = |judged| ModelledServer {
        judged,
        prefix: instance.prefix.clone(),
        chart: (metadata.name.clone(), metadata.version.clone()),
    };
    judged.into_iter().map(server).collect()
}

/// The servers of an unavailable dependency: in the version from Chart.lock, or in any version that its range allows.
fn absent_servers(parent: &Instance<'_>, missing: &Missing<'_>, linter: &Linter<'_>) -> Vec<ModelledServer> {
    let dependency = missing.dependency;
    let constraint: Option<Constraint> = dependency.version.parse().ok();
    let exact = version_of(parent, dependency);
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

/// The version of a dependency: the one in Chart.lock, or the only one that its range allows. Helm rejects a lock that
/// does not match Chart.yaml, and picks a new version when it is updated.
fn version_of(parent: &Instance<'_>, dependency: &Dependency) -> Option<Version> {
    let constraint = dependency.version.parse::<Constraint>().ok();
    let fits = |version: &Version| constraint.as_ref().is_none_or(|constraint| constraint.contains(version));
    let locked = locked_version(parent.chart, dependency).filter(fits);
    locked.or_else(|| constraint.as_ref()?.exact())
}

/// The version in Chart.lock, which lists the dependencies in order, by name and without aliases.
fn locked_version(chart: &Chart, dependency: &Dependency) -> Option<Version> {
    let of_name = chart.metadata.dependencies.iter().flatten().filter(|other| other.name == dependency.name);
    let before = of_name.take_while(|other| other.key() != dependency.key()).count();
    let locked = chart.lock.iter().flat_map(|lock| &lock.dependencies);
    let mut locked = locked.filter(|locked| locked.name == dependency.name);
    parse_version(&locked.nth(before)?.version)
}

/// What the outermost known chart around a server ships for it, with the keys leading to that chart's values.
pub(super) fn shipped_by(
    top: &Instance<'_>,
    prefix: &[String],
    linter: &Linter<'_>,
) -> Option<(ShippedServer, Vec<String>)> {
    let at_hand = |instance: &Instance<'_>| {
        let (metadata, around) = (&instance.chart.metadata, instance.prefix.as_slice());
        let keys = prefix.strip_prefix(around)?;
        let chart = model_of(instance.chart, linter.rules)?;
        let shipped = shipped_server(chart, &parse_version(&metadata.version)?, (around, keys), linter.rules)?;
        let is_off = shipped.is_off && is_as_shipped((instance, top), prefix, &shipped);
        Some((ShippedServer { is_off, ..shipped }, around.to_vec()))
    };
    let of_absent = |(parent, missing): (&Instance<'_>, &Missing<'_>)| {
        let (dependency, around) = (missing.dependency, missing.prefix.as_slice());
        let (keys, version) = (prefix.strip_prefix(around)?, version_of(parent, dependency)?);
        let asked = Asked::Exactly(&version);
        let reference = charts::Reference { name: &dependency.name, repository: Some(&dependency.repository), asked };
        let chart = model_of_reference(&reference, linter.rules)?;
        Some((shipped_server(chart, &version, (around, keys), linter.rules)?, around.to_vec()))
    };
    top.all().find_map(at_hand).or_else(|| absent(top).find_map(of_absent))
}

/// Whether an available chart, which may have been modified, still has the number that its version ships, in its own
/// values or those of a chart between it and the server.
fn is_as_shipped((chart, top): (&Instance<'_>, &Instance<'_>), prefix: &[String], shipped: &ShippedServer) -> bool {
    let path = shipped.path.as_ref().and_then(|path| path.parse::<ValuesPath>().ok());
    let keys = path.map(|path| path.keys()).unwrap_or_default();
    let inner = top.all().filter(|one| one.prefix.starts_with(&chart.prefix) && prefix.starts_with(&one.prefix));
    let mut values = inner.filter_map(|one| one.chart.values.at(keys.strip_prefix(one.prefix.as_slice())?));
    let text = values.next().map(|value| value.as_text().map_or_else(|| value.to_json().to_string(), str::to_owned));
    text.as_deref().and_then(parse_int).is_none_or(|number| Some(number) == shipped.hours)
}

/// The same for an unavailable chart.
pub(super) fn shipped_by_reference(
    reference: &Reference<'_>,
    prefix: &[String],
    linter: &Linter<'_>,
) -> Option<ShippedServer> {
    let text = reference.version.filter(|_| reference.version_gap.is_none())?;
    let version = text.parse::<Constraint>().ok()?.exact()?;
    let asked = Asked::Exactly(&version);
    let wanted = charts::Reference { name: reference.name, repository: reference.repository, asked };
    shipped_server(model_of_reference(&wanted, linter.rules)?, &version, (&[], prefix), linter.rules)
}

/// A chart that is not available.
pub(super) struct Reference<'a> {
    /// Its name.
    pub name: &'a str,
    /// The address of the repository that it comes from.
    pub repository: Option<&'a str>,
    /// A version or a version range.
    pub version: Option<&'a str>,
    /// Why the version cannot be determined although one is specified.
    pub version_gap: Option<&'a str>,
}

/// The servers of an unavailable chart, with given values.
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
        (None, Some(_), None) if constraint.is_none() => Asked::Unknown("what is written is not a version"),
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
    let is_unknown = servers.is_empty() && model_of_reference(&wanted, linter.rules).is_none();
    let values = plain(values);
    let guess = if is_unknown { may_run_with(&values, linter.rules) } else { may_add(&values, linter.rules) };
    let guess = guess.map(|judged| {
        let chart = (reference.name.to_owned(), reference.version.unwrap_or_default().to_owned());
        ModelledServer { judged, prefix: Vec::new(), chart }
    });
    servers.into_iter().map(server).chain(guess).collect()
}
