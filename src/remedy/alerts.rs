//! Alerts on the disks of the servers that were found, for Prometheus with the kubelet's volume metrics.

use super::claims::Claims;
use super::page::{Entry, Page};

/// The minimum warning time in hours: less leaves no time to react.
const SHORTEST_WARNING: i32 = 6;

/// The fraction of the capacity from which growth counts: ZooKeeper's logs alone cause small changes.
const GROWTH: &str = "0.01";

/// A server's claims with its purge interval.
#[derive(Debug, Clone)]
pub struct Watched {
    /// What to watch.
    pub claims: Claims,
    /// Hours between two purges, once the remedies are in place.
    pub interval: i32,
}

/// A `PrometheusRule` with a group per server.
#[must_use]
pub fn prometheus_rule(watched: &[Watched]) -> Page {
    let said = "Alerts on the disks of ZooKeeper. Made by `autopurge remedy --as prometheus-rule`.\n\
                Needs the kubelet's metrics (kubelet_volume_stats_*); add the labels by which your Prometheus selects rules.\n\
                Without the operator, the text below spec: is a rule file.";
    Page::Table(vec![
        Entry::said(said, "apiVersion", "monitoring.coreos.com/v1"),
        Entry::new("kind", "PrometheusRule".into()),
        Entry::new("metadata", Page::table([("name", "autopurge-zookeeper".into())])),
        Entry::new("spec", Page::table([("groups", watched.iter().map(group).collect())])),
    ])
}

fn group(watched: &Watched) -> Page {
    let Claims { server, namespace, .. } = &watched.claims;
    let name = namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    Page::table([
        ("name", format!("autopurge {name}{server}").into()),
        ("rules", Page::List(vec![full_soon(watched), never_falls(watched)])),
    ])
}

/// The disk will be full before anyone can do something about it: within two purge intervals, or within six hours.
fn full_soon(watched: &Watched) -> Page {
    let hours = watched.interval.saturating_mul(2).max(SHORTEST_WARNING);
    let seconds = i64::from(hours) * 3600;
    let available = series("kubelet_volume_stats_available_bytes", &watched.claims);
    let expression = format!("predict_linear({available}[{hours}h], {seconds}) < 0");
    let summary = format!("ZooKeeper's disk {{{{ $labels.persistentvolumeclaim }}}} will be full within {hours} hours");
    let next = "Free space one pod at a time before anything restarts: see `autopurge explain purge-disabled`.";
    rule("ZooKeeperDiskFullSoon", &expression, &["15m", "critical"], [&summary, next])
}

/// Nothing was deleted during three purge intervals, although something was written.
fn never_falls(watched: &Watched) -> Page {
    let hours = watched.interval.saturating_mul(3);
    let used = series("kubelet_volume_stats_used_bytes", &watched.claims);
    let capacity = series("kubelet_volume_stats_capacity_bytes", &watched.claims);
    // `resets` counts every decrease of a gauge; the offset requires a series that is old enough to tell.
    let expression =
        format!("resets({used}[{hours}h]) == 0\nand {used} - {used} offset {hours}h\n  > {GROWTH} * {capacity}");
    let summary =
        format!("Nothing was deleted from ZooKeeper's disk {{{{ $labels.persistentvolumeclaim }}}} in {hours} hours");
    let often = if watched.interval == 1 { "hour".to_owned() } else { format!("{} hours", watched.interval) };
    let next = format!("It should purge every {often}. Look for `autopurge.purgeInterval set to N` in its log.");
    rule("ZooKeeperNeverPurges", &expression, &["15m", "warning"], [&summary, &next])
}

fn rule(name: &str, expression: &str, [lasts, severity]: &[&str; 2], [summary, next]: [&str; 2]) -> Page {
    Page::table([
        ("alert", name.into()),
        ("expr", expression.into()),
        ("for", (*lasts).into()),
        ("labels", Page::table([("severity", (*severity).into())])),
        ("annotations", Page::table([("summary", summary.into()), ("description", next.into())])),
    ])
}

fn series(metric: &str, claims: &Claims) -> String {
    // A name that Kubernetes would not accept must not break out of the quotes.
    let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let namespace = claims.namespace.iter().map(|namespace| namespace.chars().filter(is_name).collect::<String>());
    let namespace = namespace.map(|namespace| format!("namespace=\"{namespace}\", ")).next().unwrap_or_default();
    format!("{metric}{{{namespace}persistentvolumeclaim=~\"{}\"}}", claims.patterns.join("|"))
}
