//! The charts of a release as they would be rendered.

use std::collections::HashMap;

use super::tree::{By, Decision, NodeId};
use super::{Coalescing, Instance, Missing, Off};
use crate::helm::{Chart, Dependency, Value};

impl<'c> Coalescing<'c> {
    /// A chart of the tree with everything below it; `values` are its own.
    pub(super) fn instance(&self, node: NodeId, prefix: Vec<String>, values: Value) -> Option<Instance<'c>> {
        let chart = self.tree.chart(node)?;
        let mut children = Vec::new();
        for child in self.tree.children(node) {
            let (prefix, values) = below(&prefix, &values, self.tree.name(child));
            children.extend(self.instance(child, prefix, values));
        }
        for (child, decision) in self.tree.off(node) {
            let (prefix, values) = below(&prefix, &values, self.tree.name(*child));
            let need = self.tree.chosen_for(*child);
            let above = self.tree.path(node);
            let place = Under { path: &above, prefix, values };
            children.extend(self.tree.chart(*child).map(|chart| idle(chart, need, place, Off::from(decision))));
        }
        let missing = self.tree.absent(node).iter().filter_map(|(need, decision)| {
            let dependency = self.tree.need(*need)?.dependency;
            let off = decision.as_ref().filter(|decision| !decision.is_on).map(Off::from);
            let (prefix, values) = below(&prefix, &values, dependency.key());
            Some(Missing { dependency, prefix, off, values })
        });
        let missing = missing.collect();
        let dependency = self.tree.chosen_for(node);
        let name = self.tree.name(node).to_owned();
        let path = self.tree.path(node);
        Some(Instance { name, chart, dependency, prefix, path, off: None, values, children, missing })
    }
}

/// Switches off what Helm renders only under another alias. Helm renders the children of a chart before the chart.
pub(super) fn switch_off_replaced(top: &mut Instance<'_>) {
    let mut last = HashMap::new();
    note(top, &mut last);
    replace(top, &last);
}

/// Records charts by the path of their templates; the last one with a path wins.
fn note<'c>(instance: &Instance<'c>, last: &mut HashMap<String, (&'c Chart, Vec<String>)>) {
    for child in instance.children.iter().filter(|child| child.is_enabled()) {
        note(child, last);
    }
    last.insert(instance.path.clone(), (instance.chart, instance.prefix.clone()));
}

fn replace(instance: &mut Instance<'_>, last: &HashMap<String, (&Chart, Vec<String>)>) {
    if let Some((chart, by)) = last.get(&instance.path)
        && std::ptr::eq(*chart, instance.chart)
        && *by != instance.prefix
    {
        instance.off = Some(Off::Replaced { by: by.clone() });
    }
    for child in instance.children.iter_mut().filter(|child| child.is_enabled()) {
        replace(child, last);
    }
}

/// Where a disabled chart would be.
struct Under<'p> {
    path: &'p str,
    prefix: Vec<String>,
    values: Value,
}

/// Prefix and values of a sub-chart. Helm treats a name with dots as a path.
fn below(prefix: &[String], values: &Value, name: &str) -> (Vec<String>, Value) {
    let keys: Vec<&str> = name.split('.').collect();
    let own = values.at(&keys).filter(|value| value.as_table().is_some());
    let prefix = prefix.iter().cloned().chain([name.to_owned()]).collect();
    (prefix, own.cloned().unwrap_or_else(Value::empty))
}

/// A disabled chart with everything below it; what would happen if it were enabled is not evaluated.
fn idle<'c>(
    chart: &'c Chart,
    dependency: Option<&'c Dependency>,
    Under { path, prefix, values }: Under<'_>,
    off: Off,
) -> Instance<'c> {
    let name = dependency.map_or(chart.name(), Dependency::key).to_owned();
    let path = format!("{path}/charts/{name}");
    let listed = chart.metadata.dependencies.iter().flatten();
    let mut children = Vec::new();
    for subchart in &chart.subcharts {
        let mut uses: Vec<_> = listed.clone().filter(|need| need.name == subchart.metadata.name).map(Some).collect();
        if uses.is_empty() {
            uses.push(None);
        }
        for need in uses {
            let name = need.map_or(subchart.name(), Dependency::key);
            let (prefix, values) = below(&prefix, &values, name);
            children.push(idle(subchart, need, Under { path: &path, prefix, values }, Off::Parent));
        }
    }
    Instance { name, chart, dependency, prefix, path, off: Some(off), values, children, missing: Vec::new() }
}

impl From<&Decision> for Off {
    fn from(decision: &Decision) -> Self {
        match &decision.by {
            By::Condition(path) => Self::Condition { path: path.clone(), place: decision.place },
            By::Tag(tag) => Self::Tag { tag: tag.clone(), place: decision.place },
        }
    }
}
