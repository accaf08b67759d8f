//! Merges values: Helm's `coalesce.go`.
//!
//! There are two modes. Coalescing deletes the keys that a null removes; merging keeps the nulls, because later steps
//! still need them.

use std::sync::Arc;

use super::heap::{Id, Item};
use super::tree::NodeId;
use super::{Coalescing, Failure};
use crate::helm::{Fault, HelmVersion, Table};

/// What happens to nulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nulls {
    Delete,
    Keep,
}

/// How two tables are merged.
#[derive(Clone, Copy)]
struct Merging {
    nulls: Nulls,
    /// How many tables are around them.
    depth: usize,
}

/// Deeper than any values file may be.
const MAX_DEPTH: usize = 600;

impl Coalescing<'_> {
    /// Merges the values of a chart and everything below it into `destination`, whose own values take precedence.
    pub(super) fn coalesce(&mut self, chart: NodeId, destination: Id, nulls: Nulls) -> Result<(), Failure> {
        self.coalesce_own(chart, destination, nulls)?;
        for subchart in self.tree.children(chart) {
            let name: Arc<str> = self.tree.name(subchart).into();
            if self.heap.get(destination, &name).is_none() {
                let empty = self.heap.empty();
                self.heap.insert(destination, &name, Item::Shared(empty));
            }
            let Some(below) = self.heap.shared(destination, &name) else {
                let place = self.heap.get(destination, &name).and_then(Item::place);
                return Err(Failure::new(place, Fault::SubchartNotATable(name.to_string())));
            };
            self.pass_globals(destination, below)?;
            self.coalesce(subchart, below, nulls)?;
        }
        Ok(())
    }

    /// Merges the defaults of a chart under the values that it is given.
    fn coalesce_own(&mut self, chart: NodeId, destination: Id, nulls: Nulls) -> Result<(), Failure> {
        let defaults = self.tree.values(chart).clone();
        for (key, default) in defaults.as_table().into_iter().flat_map(Table::iter) {
            let key: Arc<str> = key.into();
            match self.heap.get(destination, &key) {
                None => self.heap.insert(destination, &key, Item::Value(default.clone())),
                Some(given) if given.is_null() && nulls == Nulls::Delete => self.heap.remove(destination, &key),
                Some(_) => {
                    let Some(given) = self.heap.shared(destination, &key) else { continue };
                    if default.as_table().is_some() {
                        let nulls = if self.is_subchart(chart, &key) { Nulls::Keep } else { nulls };
                        let default = self.heap.table(default);
                        self.merge_tables(given, default, nulls)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the chart has a sub-chart of this name.
    fn is_subchart(&self, chart: NodeId, name: &str) -> bool {
        self.tree.children(chart).iter().any(|&subchart| self.tree.name(subchart) == name)
    }

    /// Passes the globals of a chart down to its sub-chart, where they take precedence.
    fn pass_globals(&mut self, parent: Id, child: Id) -> Result<(), Failure> {
        let global: Arc<str> = "global".into();
        let (Some(below), Some(above)) = (self.globals(child, &global), self.globals(parent, &global)) else {
            return Ok(());
        };
        for (key, item) in self.heap.entries(above) {
            let held = self.heap.get(below, &key).map(Item::is_table);
            match (item.is_table(), held) {
                // If only one side is a table, the sub-chart's value stays.
                (false, Some(true)) | (true, Some(false)) => {}
                (false, Some(false) | None) => self.heap.insert(below, &key, item),
                (true, Some(true) | None) => self.pass_global_table(above, below, &key)?,
            }
        }
        self.heap.insert(child, &global, Item::Shared(below));
        Ok(())
    }

    /// Helm copies only one level, so deeper tables are shared by parent and child from now on.
    fn pass_global_table(&mut self, above: Id, below: Id, key: &Arc<str>) -> Result<(), Failure> {
        let Some(table) = self.heap.shared(above, key) else { return Ok(()) };
        let copy = self.heap.shallow_copy(table);
        if let Some(own) = self.heap.shared(below, key) {
            self.merge_tables(copy, own, Nulls::Keep)?;
        }
        self.heap.insert(below, key, Item::Shared(copy));
        Ok(())
    }

    /// The globals of some values, a new table if there are none; `None` if they are not a table.
    fn globals(&mut self, values: Id, global: &Arc<str>) -> Option<Id> {
        match self.heap.get(values, global) {
            None => Some(self.heap.empty()),
            Some(_) => self.heap.shared(values, global),
        }
    }

    /// Merges `weak` into `strong`, whose values take precedence.
    pub(super) fn merge_tables(&mut self, strong: Id, weak: Id, nulls: Nulls) -> Result<(), Failure> {
        self.merge_at(strong, weak, Merging { nulls, depth: 0 })
    }

    fn merge_at(&mut self, strong: Id, weak: Id, merging: Merging) -> Result<(), Failure> {
        if strong == weak {
            return Ok(());
        }
        let Merging { nulls, depth } = merging;
        if depth > MAX_DEPTH {
            return Err(Failure::new(None, Fault::TooDeep(MAX_DEPTH)));
        }
        let entries = self.heap.entries(weak);
        if self.helm == HelmVersion::V4 {
            self.pass_nulls(strong, weak);
        }
        for (key, item) in entries {
            let Some(held) = self.heap.get(strong, &key).cloned() else {
                if let Some(item) = self.heap.share(weak, &key) {
                    self.heap.insert(strong, &key, item);
                }
                continue;
            };
            let is_taken_away = held.is_null() && nulls == Nulls::Delete;
            if is_taken_away && (self.helm == HelmVersion::V3 || !item.is_null()) {
                self.heap.remove(strong, &key);
                continue;
            }
            if let (Some(strong), Some(weak)) = (self.heap.shared(strong, &key), self.heap.shared(weak, &key)) {
                self.merge_at(strong, weak, Merging { nulls, depth: depth.saturating_add(1) })?;
            }
        }
        Ok(())
    }

    /// Helm 4 copies the nulls of the stronger table into the weaker one, which is visible where that is used again.
    fn pass_nulls(&mut self, strong: Id, weak: Id) {
        for (key, item) in self.heap.entries(strong) {
            if item.is_null() {
                self.heap.insert(weak, &key, item);
            }
        }
    }
}
