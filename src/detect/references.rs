//! Documents that servers refer to, or that refer to servers.

use std::collections::BTreeSet;

use memchr::memmem;

use super::recognise::{may_serve, of_resource};
use super::trigger::{Scan, Trigger};
use crate::kubernetes::{Resource, Workload, referenced_objects, resources};
use crate::manifests::{BrokenDocument, Manifests};
use crate::rules::RuleSet;
use crate::zookeeper::PURGE_PROGRAMS;

const CRON_JOB: &str = "CronJob";

/// The documents of a whole stream that can matter, with those that its servers refer to.
///
/// # Errors
/// The first of them that is broken.
pub fn read_stream<'s>(stream: &'s [u8], trigger: &Trigger, rules: &RuleSet) -> Result<Manifests<'s>, BrokenDocument> {
    let mut scan = Scan::default();
    scan.advance(trigger, stream);
    let mut manifests = Manifests::parse(stream, scan.hits(), rules)?;
    look_again(&mut manifests, rules)?;
    Ok(manifests)
}

/// Parses the documents that the servers of a stream refer to by name, and the cron jobs that may purge for them.
///
/// # Errors
/// The first of them that is broken.
pub fn look_again(manifests: &mut Manifests<'_>, rules: &RuleSet) -> Result<(), BrokenDocument> {
    let parsed = manifests.parsed().iter().flat_map(|manifest| resources(&manifest.document));
    // Most workloads refer to nothing, and that is known sooner than whether they are servers.
    let referring = parsed.filter_map(|resource| pods(resource, rules)).map(|pods| (pods, referenced_objects(pods)));
    let servers = referring.filter(|(pods, names)| !names.is_empty() && is_server(*pods, rules));
    let names: BTreeSet<String> = servers.flat_map(|(_, names)| names).map(str::to_owned).collect();
    if !names.is_empty() {
        let holders = ["ConfigMap", "Secret"];
        manifests.read_more(|holds| names.iter().any(|name| holds(name)) && holders.into_iter().any(holds))?;
    }
    // Most streams have no cron job, which one search over all of it tells.
    if manifests.parsed().is_empty() || memmem::find(manifests.stream(), CRON_JOB.as_bytes()).is_none() {
        return Ok(());
    }
    manifests.read_more(|holds| holds(CRON_JOB) && PURGE_PROGRAMS.into_iter().any(holds))
}

/// The pods of a workload, or those that a custom resource describes.
fn pods<'d>(resource: Resource<'d>, rules: &RuleSet) -> Option<Workload<'d>> {
    Workload::of(resource).or_else(|| {
        let pointer = of_resource(resource, rules)?.1.pod.as_ref()?;
        Some(Workload::of_custom(resource, resource.node().at(pointer)?))
    })
}

fn is_server(pods: Workload<'_>, rules: &RuleSet) -> bool {
    Workload::of(pods.resource).is_none() || may_serve(pods, rules)
}
