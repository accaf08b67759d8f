//! Documents that servers refer to.

use std::collections::BTreeSet;

use super::recognise::may_serve;
use crate::kubernetes::{Workload, referenced_objects, resources};
use crate::manifests::{BrokenDocument, Manifests};
use crate::rules::RuleSet;

/// Parses the documents that the servers of a stream refer to by name.
///
/// # Errors
/// The first of them that is broken.
pub fn look_again(manifests: &mut Manifests<'_>, rules: &RuleSet) -> Result<(), BrokenDocument> {
    let parsed = manifests.parsed().iter().flat_map(|manifest| resources(&manifest.document));
    // Most workloads refer to nothing, and that is known sooner than whether they are servers.
    let referring = parsed.filter_map(Workload::of).map(|workload| (workload, referenced_objects(workload)));
    let servers = referring.filter(|(workload, names)| !names.is_empty() && may_serve(*workload, rules));
    let names: BTreeSet<String> = servers.flat_map(|(_, names)| names).map(str::to_owned).collect();
    if names.is_empty() { Ok(()) } else { manifests.read_named(&names) }
}
