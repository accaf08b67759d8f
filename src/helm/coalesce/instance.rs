//! The charts of a release as they would be rendered.

use std::collections::HashMap;

use super::tree::{By, Decision, NodeId};
use super::{Coalescing, Instance, Missing, Off};
use crate::helm::{Chart, Dependency, Value};

impl<'c> Coalescing<'c> {
    /// A chart of the tree with everything below it.
    pub(super) fn instance(&self, node: NodeId, scope: Scope) -> Option<Instance<'c>> {
        let chart = self.tree.chart(node)?;
        let mut children = Vec::new();
        for child in self.tree.children(node) {
            children.extend(self.instance(child, scope.below(self.tree.name(child))));
        }
        for (child, decision) in self.tree.off(node) {
            let need = self.tree.chosen_for(*child);
            let above = self.tree.path(node);
            let place = Under { path: &above, scope: scope.below(self.tree.name(*child)) };
            children.extend(self.tree.chart(*child).map(|chart| idle(chart, need, place, Off::from(decision))));
        }
        let missing = self.tree.absent(node).iter().filter_map(|(need, decision)| {
            let dependency = self.tree.need(*need)?.dependency;
            let off = decision.as_ref().filter(|decision| !decision.is_on).map(Off::from);
            let Scope { prefix, values } = scope.below(dependency.key());
            Some(Missing { dependency, prefix, off, values })
        });
        let missing = missing.collect();
        let dependency = self.tree.chosen_for(node);
        let name = self.tree.name(node).to_owned();
        let path = self.tree.path(node);
        let Scope { prefix, values } = scope;
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

/// What a chart is given: its values, and where they are in those of the top.
pub(super) struct Scope {
    pub(super) prefix: Vec<String>,
    pub(super) values: Value,
}

impl Scope {
    /// What a sub-chart is given. Helm treats a name with dots as a path.
    fn below(&self, name: &str) -> Self {
        let keys: Vec<&str> = name.split('.').collect();
        let own = self.values.at(&keys).filter(|value| value.as_table().is_some());
        let prefix = self.prefix.iter().cloned().chain([name.to_owned()]).collect();
        Self { prefix, values: own.cloned().unwrap_or_else(Value::empty) }
    }
}

/// Where a disabled chart would be.
struct Under<'p> {
    /// The path of the chart above it.
    path: &'p str,
    scope: Scope,
}

/// A disabled chart with everything below it; what would happen if it were enabled is not evaluated.
fn idle<'c>(
    chart: &'c Chart,
    dependency: Option<&'c Dependency>,
    Under { path, scope }: Under<'_>,
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
            children.push(idle(subchart, need, Under { path: &path, scope: scope.below(name) }, Off::Parent));
        }
    }
    let Scope { prefix, values } = scope;
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
