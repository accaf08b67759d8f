//! Documents that servers refer to, and documents that refer to servers.

use std::collections::BTreeSet;

use memchr::memmem;

use super::cleaner::mentions_a_purge;
use super::recognise::{may_serve, of_resource};
use super::trigger::{Scan, Trigger};
use super::unread::may_hold_server;
use crate::kubernetes::{Lookup, ObjectName, Resource, Workload, configuration, referenced_objects, resources};
use crate::manifests::{BrokenDocument, Manifests};
use crate::rules::RuleSet;

const CRON_JOB: &str = "CronJob";

/// The documents of a complete stream that can matter, with those that its servers refer to.
///
/// # Errors
/// The first of them that is broken. The others do not matter then: a server may hide in the broken one.
pub fn read_stream<'s>(stream: &'s [u8], trigger: &Trigger, rules: &RuleSet) -> Result<Manifests<'s>, BrokenDocument> {
    let mut scan = Scan::default();
    scan.advance(trigger, stream);
    let (manifests, broken) = read_documents(stream, &scan, trigger, rules);
    broken.into_iter().next().map_or(Ok(manifests), Err)
}

/// The same for a stream that has already been scanned, together with all broken documents.
#[must_use]
pub fn read_documents<'s>(
    stream: &'s [u8],
    scan: &Scan,
    trigger: &Trigger,
    rules: &RuleSet,
) -> (Manifests<'s>, Vec<BrokenDocument>) {
    let may_matter = |slice: &[u8]| may_hold_server(slice, trigger, rules);
    let (mut manifests, mut broken) = Manifests::parse(stream, &scan.hits(), may_matter);
    broken.extend(look_again(&mut manifests, rules));
    (manifests, broken)
}

/// Parses the documents that the servers of a stream refer to by name, and the cron jobs that may purge for them.
/// Returns the broken ones among them.
fn look_again(manifests: &mut Manifests<'_>, rules: &RuleSet) -> Vec<BrokenDocument> {
    let parsed = manifests.parsed().iter().flat_map(|manifest| resources(&manifest.document));
    // Most workloads refer to nothing, which is faster to check than whether they are servers.
    let referring = parsed.filter_map(|resource| pods(resource, rules)).map(|pods| (pods, referenced_objects(pods)));
    let servers = referring.filter(|(pods, names)| !names.is_empty() && is_server(*pods, rules));
    let names: BTreeSet<String> = servers.flat_map(|(_, names)| names).map(str::to_owned).collect();
    let mut broken = Vec::new();
    if !names.is_empty() {
        let holders = ["ConfigMap", "Secret", "ImageStream"];
        broken = manifests.read_more(|holds| holders.into_iter().any(holds) && names.iter().any(|name| holds(name)));
    }
    // Most streams have no cron job; a single search shows that.
    if !manifests.parsed().is_empty() && memmem::find(manifests.stream(), CRON_JOB.as_bytes()).is_some() {
        broken.extend(manifests.read_more(|holds| holds(CRON_JOB) && mentions_a_purge(holds)));
    }
    broken
}

/// The `ConfigMaps` and Secrets that the servers of a stream refer to and that are not in it.
#[must_use]
pub fn missing_objects(manifests: &Manifests<'_>, rules: &RuleSet) -> BTreeSet<ObjectName> {
    let parsed = manifests.parsed().iter().flat_map(|manifest| resources(&manifest.document));
    let referring = parsed.filter_map(|resource| pods(resource, rules)).map(|pods| (pods, configuration(pods)));
    let servers: Vec<_> = referring.filter(|(pods, names)| !names.is_empty() && is_server(*pods, rules)).collect();
    if servers.is_empty() {
        return BTreeSet::new();
    }
    let objects = manifests.objects();
    let missing = servers.into_iter().flat_map(|(pods, names)| {
        let from = pods.resource;
        let is_missing = |(kind, name): &(&str, &str)| matches!(objects.find(kind, name, from), Lookup::None);
        let names: Vec<_> = names.into_iter().filter(is_missing).collect();
        let namespace = from.namespace().map(str::to_owned);
        names.into_iter().map(move |(kind, name)| ObjectName {
            kind,
            name: name.to_owned(),
            namespace: namespace.clone(),
        })
    });
    missing.collect()
}

/// The pods of a workload, or those that a custom resource describes.
fn pods<'d>(resource: Resource<'d>, rules: &RuleSet) -> Option<Workload<'d>> {
    Workload::of(resource).or_else(|| {
        let pod = of_resource(resource, rules)?.1.pod.as_ref()?;
        Some(Workload::of_custom(resource, resource.node().at(&pod.spec)?))
    })
}

fn is_server(pods: Workload<'_>, rules: &RuleSet) -> bool {
    Workload::of(pods.resource).is_none() || may_serve(pods, rules)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::read_stream;
    use crate::detect::{Trigger, servers};
    use crate::kubernetes::{Objects, resources};
    use crate::rules::{RuleSet, built_in};
    use crate::yaml::{Document, split};

    static RULES: LazyLock<RuleSet> = LazyLock::new(built_in);

    const LINES: [&str; 38] = [
        "apiVersion: apps/v1\n",
        "kind: StatefulSet\n",
        "kind: StatefulSet\n",
        "kind: Service\n",
        "kind: Service\r",
        "kind: Service # no\n",
        "\"kind\": StatefulSet\n",
        "'kind': Service\n",
        "kind : StatefulSet\n",
        "? kind\n: StatefulSet\n",
        "kind: Stateful\n  Set\n",
        "kind: List\n",
        "  List\n",
        "kind:\n  StatefulSet\n",
        "kind: &k StatefulSet\n",
        "<<: {kind: StatefulSet}\n",
        "items:\n",
        "---\n",
        "...\n",
        "# it's {\n",
        "\u{feff}",
        "\u{85}",
        "a: \"\n",
        "\"\n",
        "b: '\n",
        "c: [\n",
        "]\n",
        "d: |\n",
        "metadata: {name: zk}\n",
        "spec: {template: {spec: {containers: [{name: a, image: \"zookeepe\\x72:3.9\"}]}}}\n",
        SPEC,
        SPEC,
        MIRROR,
        "spec: {template: {spec: {containers: [{name: zk, image:\n  r/my-zookeeper, env: [{name: ZOO_MY_ID}]}]}}}\n",
        "spec: {template: {spec: {containers: [{name: zk, ports: [{containerPort: 2888}, {containerPort: 3888}],\n  image: z}]}}}\n",
        "i: &i kube-zookeeper\n",
        "spec: {template: {spec: {containers: [{name: zk, image: *i}]}}}\n",
        "e: release-zookeeper:2181\n",
    ];
    const MIRROR: &str =
        "spec: {template: {spec: {containers: [{name: zk, image: r/my-zookeeper, env: [{name: ZOO_MY_ID}]}]}}}\n";
    const SPEC: &str = "spec: {template: {spec: {containers: [{name: zookeeper, image: 'zookeeper:3.9'}]}}}\n";

    fn count(document: &Document<'_>) -> usize {
        let objects = Objects::default();
        resources(document).into_iter().flat_map(|one| servers(one, &objects, &RULES)).count()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn what_is_passed_over_holds_no_server(lines in vec(select(LINES.as_slice()), 1..8), has_spec: bool) {
            let text = lines.concat() + if has_spec { SPEC } else { "" };
            let trigger = Trigger::new(&RULES).unwrap();
            let Ok(manifests) = read_stream(text.as_bytes(), &trigger, &RULES) else { return Ok(()) };
            let read: usize = manifests.parsed().iter().map(|manifest| count(&manifest.document)).sum();
            let documents = split(text.as_bytes()).into_iter();
            let all = documents.filter_map(|span| Document::parse(span.of_bytes(text.as_bytes()), 0).ok().flatten());
            prop_assert_eq!(read, all.map(|document| count(&document)).sum::<usize>(), "{}", text);
        }
    }
}
