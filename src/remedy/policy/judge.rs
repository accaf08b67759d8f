//! The rules as variables of a policy: which containers are servers, and what their settings amount to.

use std::collections::BTreeMap;

use super::cel::{choose, indented, literal, number, optional};
use super::{Policy, Resources, recognise, setting, tag};
use crate::kubernetes::CONTROLLERS;
use crate::rules::{CustomResource, Flavor, RuleSet};
use crate::zookeeper::PurgeSetting;

/// What a controller owns is judged at its controller.
const IS_OWN: &str = "!object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))";
/// What does not stay, as [`Hook::is_short_lived`](crate::kubernetes::Hook::is_short_lived) has it.
const STAYS: &str = "!('helm.sh/hook' in object.metadata.?annotations.orValue({})) || object.kind != 'Pod' &&\n  \
    !object.metadata.annotations[?'helm.sh/hook-delete-policy'].orValue('').lowerAscii().split(',')\n    \
    .exists(p, p.trim() == 'hook-succeeded') &&\n  \
    !object.metadata.annotations['helm.sh/hook'].lowerAscii().split(',')\n    \
    .all(e, e.trim().startsWith('test') || e.trim().endsWith('-delete'))";

/// The policy for everything that keeps pods running.
pub(super) fn workloads(rules: &RuleSet) -> Policy {
    let has_changed = "request.operation == 'CREATE' || (object.kind == 'Pod' ? object.spec != oldObject.spec :\n  \
                       object.spec.template != oldObject.spec.template)";
    Policy {
        name: "autopurge-workloads".to_owned(),
        title: "ZooKeeper in pods".to_owned(),
        resources: pods_and_controllers(),
        conditions: vec![
            ("has-pods", "object.kind == 'Pod' || has(object.spec.template)".to_owned()),
            ("is-own", IS_OWN.to_owned()),
            ("stays", STAYS.to_owned()),
            ("has-changed", has_changed.to_owned()),
        ],
        variables: variables(rules),
    }
}

/// Everything that keeps pods running, by API group.
fn pods_and_controllers() -> Vec<Resources> {
    let pods = ("Pod".to_owned(), "pods".to_owned());
    let mut all = vec![Resources { group: String::new(), version: Some("v1"), kinds: vec![pods] }];
    for controller in CONTROLLERS {
        let kind = (controller.kind.to_owned(), controller.plural.to_owned());
        match all.iter_mut().find(|resources| resources.group == controller.group) {
            Some(resources) => resources.kinds.push(kind),
            None => all.push(Resources { group: controller.group.to_owned(), version: None, kinds: vec![kind] }),
        }
    }
    all
}

/// From the pod to its servers, step by step. CEL cannot extend a record, so each step writes all of its fields.
fn variables(rules: &RuleSet) -> Vec<(&'static str, String)> {
    let container = "(variables.pod.containers + variables.pod.?initContainers.orValue([])\n  \
        .filter(s, s.?restartPolicy.orValue('') == 'Always')).map(s, {\n  \
        'container': dyn(s),\n  'image': dyn(s.?image.orValue('').trim()),\n  \
        'text': dyn((s.?command.orValue([]) + s.?args.orValue([]))\n    \
        .map(w, w.split('\\n').filter(l, !l.matches(r'^\\s*#')).join('\\n')).join(' ')),\n  'env': dyn(s.?env.orValue([]))\n})";
    let flavor = format!(
        "variables.containers.map(s, {{\n  'container': dyn(s.container), 'image': dyn(s.image), 'text': dyn(s.text), 'env': dyn(s.env),\n  \
         'flavor': dyn({})\n}}).filter(s, s.flavor != '')",
        indented(&indented(&recognise::flavor(rules)))
    );
    let text = "e.?value.orValue('')";
    let state = format!(
        "has(e.valueFrom) || {text}.matches(r'[$][({{]|[{{][{{]') ? 'unknown' :\n{text} == '' ? '' :\n{}",
        number(text, "")
    );
    let reading = format!(
        "variables.recognised.map(s, {{\n  'container': dyn(s.container), 'image': dyn(s.image), 'text': dyn(s.text), 'flavor': dyn(s.flavor),\n  \
         'version': dyn({}),\n  'env': dyn(s.env.map(e, {{'name': string(e.name), 'state': {}}}))\n}})",
        indented(tag::VERSION),
        indented(&indented(&state))
    );
    let judged = format!(
        "variables.read.map(s, {{\n  'name': string(s.container.name),\n  'runs': string({}),\n  'interval': string({}),\n  'retain': string({})\n}})",
        by_flavor(rules, |flavor| recognise::runs(flavor, rules)),
        by_flavor(rules, |flavor| setting::of_container(flavor, PurgeSetting::Interval)),
        by_flavor(rules, |flavor| setting::of_container(flavor, PurgeSetting::Retain)),
    );
    let servers = "variables.judged.filter(s, s.runs != 'nothing').map(s, {\n  'name': s.name,\n  \
        'interval': s.runs == 'unknown' ? 'unknown' : s.interval,\n  'retain': s.runs == 'unknown' ? 'unknown' : s.retain\n})";
    vec![
        ("pod", "object.kind == 'Pod' ? object.spec : object.spec.template.spec".to_owned()),
        ("containers", container.to_owned()),
        ("recognised", flavor),
        ("read", reading),
        ("judged", judged),
        ("servers", servers.to_owned()),
    ]
}

/// An expression for each verified flavor that runs in containers; all others are unknown.
fn by_flavor(rules: &RuleSet, of: impl Fn(&Flavor) -> String) -> String {
    let flavors = rules.flavors.iter().filter(|flavor| flavor.verified && flavor.recognise.resource.is_none());
    let choices = flavors
        .map(|flavor| (format!("s.flavor == {}", literal(&flavor.id)), format!("(\n  {})", indented(&of(flavor)))));
    indented(&indented(&choose(&choices.collect::<Vec<_>>(), "'unknown'")))
}

/// The policy for the custom resources of a flavor; `None` if its group or kind is not a plain name, or if it has
/// components.
pub(super) fn resource(flavor: &Flavor, custom: &CustomResource) -> Option<Policy> {
    let plural = custom.plural.clone().unwrap_or_else(|| format!("{}s", custom.kind.to_lowercase()));
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let mut conditions = vec![
        ("is-own", IS_OWN.to_owned()),
        ("stays", STAYS.to_owned()),
        ("has-changed", "request.operation == 'CREATE' || object.spec != oldObject.spec".to_owned()),
    ];
    if let Some(field) = &custom.requires {
        let field = optional("object", field);
        conditions.push(("has-servers", format!("{field}.hasValue() && type({field}.value()) != null_type")));
    }
    let off = custom.unless.iter().map(|field| {
        let field = optional("object", field);
        format!("(!{field}.hasValue() || type({field}.value()) == null_type)")
    });
    let off: Vec<String> = off.collect();
    if !off.is_empty() {
        conditions.push(("is-not-off", off.join(" && ")));
    }
    let text = |field: &str| {
        let field = optional("object", field);
        format!("({field}.hasValue() && type({field}.value()) != null_type ? string({field}.value()) : '')")
    };
    for (field, texts) in &custom.unless_begins {
        let begins = texts.iter().map(|beginning| format!("!{}.startsWith({})", text(field), literal(beginning)));
        conditions.push(("has-no-later-version", begins.collect::<Vec<_>>().join(" && ")));
    }
    let case = |fields: &BTreeMap<String, Vec<String>>| {
        let field = |(field, texts): (&String, &Vec<String>)| {
            let texts: Vec<String> = texts.iter().map(|text| literal(text)).collect();
            format!("{} in [{}]", text(field), texts.join(", "))
        };
        format!("({})", fields.iter().map(field).collect::<Vec<_>>().join(" && "))
    };
    if !custom.one_of.is_empty() {
        let cases: Vec<String> = custom.one_of.iter().map(case).collect();
        conditions.push(("has-case-with-servers", cases.join(" || ")));
    }
    if !custom.versions.is_empty() {
        let versions = custom.versions.iter().map(|version| literal(&format!("{}/{version}", custom.group)));
        conditions.push(("is-version", format!("object.apiVersion in [{}]", versions.collect::<Vec<_>>().join(", "))));
    }
    for (key, value) in &custom.unless_annotation {
        let annotation = format!("object.metadata.?annotations[?{}].orValue('')", literal(key));
        conditions.push(("is-not-annotated", format!("{annotation} != {}", literal(value))));
    }
    let is_told = custom.components.is_none() && is_word(&custom.group) && is_word(&custom.kind);
    is_told.then(|| Policy {
        name: format!("autopurge-{}", flavor.id),
        title: flavor.title.clone(),
        resources: vec![Resources {
            group: custom.group.clone(),
            version: None,
            kinds: vec![(custom.kind.clone(), plural)],
        }],
        conditions,
        variables: vec![("servers", servers(flavor, custom))],
    })
}

fn servers(flavor: &Flavor, custom: &CustomResource) -> String {
    let one = |name: &str, with_group: bool| {
        format!(
            "{{\n  'name': {name},\n  'interval': {},\n  'retain': {}\n}}",
            setting::of_resource(flavor, PurgeSetting::Interval, with_group),
            setting::of_resource(flavor, PurgeSetting::Retain, with_group)
        )
    };
    let alone = one("string(object.metadata.name)", false);
    match &custom.groups {
        None => format!("[{alone}]"),
        Some(groups) => {
            let groups = optional("object", groups);
            let each = one("string(object.metadata.name) + ' (group ' + g + ')'", true);
            format!("{groups}.hasValue() ? {groups}.value().map(g, {each}) :\n[{alone}]")
        }
    }
}
