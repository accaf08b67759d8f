//! Determines which dependencies are enabled, by aliases, versions, tags and conditions. Helm's
//! `processDependencyEnabled`.

use super::heap::{Id, Seen};
use super::merge::Nulls;
use super::tree::{By, Decision, NeedId, NodeId};
use super::{Coalescing, Failure};
use crate::helm::{Constraint, Place, parse_version};

/// A value that switches dependencies on or off.
struct Switch {
    is_on: bool,
    /// Where it was written.
    place: Option<Place>,
}

impl Coalescing<'_> {
    /// Leaves only enabled charts in the tree. `values` are those of the whole release as far as they are known; `path`
    /// is where the chart's own values are in them, with a trailing dot.
    pub(super) fn process_enabled(&mut self, chart: NodeId, values: Id, path: &str) -> Result<(), Failure> {
        // Without such a list, nothing below is processed either.
        let Some(needs) = self.tree.needs(chart) else { return Ok(()) };
        let absent = self.choose(chart, &needs);
        let mark = self.heap.mark();
        // The chart's defaults are merged under the values of the whole release, not under those at its path. Helm does
        // it this way, so tags of a sub-chart count as if they were the release's.
        let values = self.heap.deep_copy(values).map_err(|fault| Failure::new(None, fault))?;
        self.coalesce(chart, values, Nulls::Delete)?;
        self.decide(&needs, values, path);
        self.take_out(chart, &needs, &absent);
        for child in self.tree.children(chart) {
            let path = format!("{path}{}.", self.tree.name(child));
            self.process_enabled(child, values, &path)?;
        }
        self.heap.release(mark);
        Ok(())
    }

    /// Replaces the charts in `charts/` by the chosen ones, after those that no dependency asks for. Returns the
    /// dependencies without a chart.
    fn choose(&mut self, chart: NodeId, needs: &[NeedId]) -> Vec<NeedId> {
        let vendored = self.tree.children(chart);
        let is_asked_for = |&child: &NodeId| needs.iter().any(|&need| self.fits(child, need));
        let mut children: Vec<_> = vendored.iter().copied().filter(|child| !is_asked_for(child)).collect();
        let mut absent = Vec::new();
        for &need in needs {
            let found = vendored.iter().copied().find(|&child| self.fits(child, need));
            match found.and_then(|child| self.tree.chosen(child, need, self.helm)) {
                Some(chosen) => children.push(chosen),
                None => absent.push(need),
            }
            if let Some(need) = self.tree.need_mut(need) {
                need.name = need.dependency.alias.clone().unwrap_or_else(|| need.name.clone());
            }
        }
        self.tree.set_children(chart, children);
        absent
    }

    /// Whether a chart has the name of a dependency and a version that it accepts.
    fn fits(&self, child: NodeId, need: NeedId) -> bool {
        let Some(need) = self.tree.need(need) else { return false };
        let is_taken = || {
            let version = parse_version(self.tree.version(child))?;
            let constraint: Constraint = need.dependency.version.parse().ok()?;
            Some(constraint.contains_for(self.helm, &version))
        };
        self.tree.name(child) == need.name && is_taken() == Some(true)
    }

    /// Evaluates tags and conditions; a condition takes precedence over tags.
    fn decide(&mut self, needs: &[NeedId], values: Id, path: &str) {
        for &id in needs {
            let Some(need) = self.tree.need(id) else { continue };
            let dependency = need.dependency;
            let by_tags = self.by_tags(&dependency.tags, values);
            let decision = self.by_condition(&dependency.condition, values, path).or(by_tags);
            if let Some(need) = self.tree.need_mut(id) {
                need.decision = decision;
            }
        }
    }

    /// One tag that is on is enough; if none is on, one that is off disables the dependency.
    fn by_tags(&self, tags: &[String], values: Id) -> Option<Decision> {
        let decision = |tag: &String| {
            let Switch { is_on, place } = self.switch(values, &["tags", tag])?;
            Some(Decision { is_on, by: By::Tag(tag.clone()), place })
        };
        let found: Vec<Decision> = tags.iter().filter_map(decision).collect();
        found.iter().find(|decision| decision.is_on).or(found.first()).cloned()
    }

    /// The first path that leads to true or false decides.
    fn by_condition(&self, condition: &str, values: Id, path: &str) -> Option<Decision> {
        condition.trim().split(',').filter(|condition| !condition.is_empty()).find_map(|condition| {
            let whole = format!("{path}{condition}");
            let keys: Vec<&str> = whole.split('.').collect();
            let Switch { is_on, place } = self.switch(values, &keys)?;
            Some(Decision { is_on, by: By::Condition(whole), place })
        })
    }

    /// Values other than true and false are ignored.
    fn switch(&self, values: Id, path: &[&str]) -> Option<Switch> {
        match self.heap.look(values, path)? {
            Seen::Value(value) => Some(Switch { is_on: value.as_bool()?, place: value.place }),
            Seen::Shared(_) => None,
        }
    }

    /// Removes charts by name, so a chart with the same name that no dependency asks for is removed too.
    fn take_out(&mut self, chart: NodeId, needs: &[NeedId], absent: &[NeedId]) {
        let decisions: Vec<_> = needs.iter().filter_map(|&need| self.tree.need(need)).cloned().collect();
        let is_off = |decision: &&Decision| !decision.is_on;
        let off = |name: &str| {
            let named = decisions.iter().filter(|need| need.name == name);
            named.filter_map(|need| need.decision.as_ref()).find(is_off).cloned()
        };
        let mut kept = Vec::new();
        for child in self.tree.children(chart) {
            match off(self.tree.name(child)) {
                Some(decision) => self.tree.switch_off(chart, child, decision),
                None => kept.push(child),
            }
        }
        for &need in absent {
            let decision = self.tree.need(need).and_then(|need| need.decision.clone());
            self.tree.miss(chart, need, decision);
        }
        let is_kept = |&&need: &&NeedId| self.tree.need(need).is_some_and(|need| off(&need.name).is_none());
        let needs = needs.iter().filter(is_kept).copied().collect();
        self.tree.set_children(chart, kept);
        self.tree.set_needs(chart, needs);
    }
}
