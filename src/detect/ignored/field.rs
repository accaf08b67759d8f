//! Purge settings in fields of custom resources that the operator does not read.

use super::{Ignored, is_purge_name, number};
use crate::detect::Site;
use crate::rules::{Flavor, Store};
use crate::yaml::{Kind, Node, pointer};

/// No real resource has as many fields; only aliases of aliases do.
const MOST_FIELDS: usize = 20_000;

/// The fields below `spec` that are named like a purge setting but are not a place where the flavor reads one.
///
/// `reads_no_settings`: the operator is too old to read any.
pub(super) fn fields<'d>(site: Site<'d>, flavor: &Flavor, reads_no_settings: bool) -> Vec<Ignored<'d>> {
    let Some(spec) = site.node().get("spec") else { return Vec::new() };
    let patterns: Vec<&str> = flavor.settings.iter().filter(|_| !reads_no_settings).flat_map(places).collect();
    let (mut found, mut left) = (Vec::new(), MOST_FIELDS);
    below((spec, "/spec"), &mut left, &mut |pointer, key, value| {
        let is_place = patterns.iter().any(|pattern| fits(pointer, pattern));
        let name = key.text().unwrap_or_default();
        if !is_place && is_purge_name(name) {
            let store = format!("field {pointer}");
            found.push(Ignored::new(name, store, number(value.text()), (value, value.span())));
        }
    });
    found
}

fn places(store: &Store) -> Vec<&str> {
    match store {
        Store::Field(store) => {
            [Some(&store.interval), store.retain.as_ref()].into_iter().flatten().map(String::as_str).collect()
        }
        Store::FieldText(store) => vec![store.field.as_str()],
        Store::Env(_) | Store::EnvFile(_) | Store::EnvText(_) | Store::File(_) | Store::Script(_) | Store::Flag(_) => {
            Vec::new()
        }
    }
}

/// Whether a pointer matches a pattern in which `*` matches one step.
fn fits(pointer: &str, pattern: &str) -> bool {
    let (mut steps, mut wanted) = (pointer.split('/'), pattern.split('/'));
    loop {
        match (steps.next(), wanted.next()) {
            (None, None) => return true,
            (Some(step), Some(want)) if want == "*" || want == step => {}
            _ => return false,
        }
    }
}

/// Visits the scalar entries of the mappings below a node, up to the number of visits left.
fn below<'d>((node, pointer): (Node<'d>, &str), left: &mut usize, visit: &mut impl FnMut(&str, Node<'d>, Node<'d>)) {
    for (index, item) in node.items().enumerate() {
        let Some(rest) = left.checked_sub(1) else { return };
        *left = rest;
        below((item, &format!("{pointer}/{index}")), left, visit);
    }
    for (key, value) in node.entries() {
        let Some(rest) = left.checked_sub(1) else { return };
        *left = rest;
        let step = pointer::encode(key.text().unwrap_or_default());
        let pointer = format!("{pointer}/{step}");
        match value.kind() {
            Kind::Scalar => visit(&pointer, key, value),
            Kind::Mapping | Kind::Sequence => below((value, &pointer), left, visit),
        }
    }
}
