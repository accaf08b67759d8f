//! Values of a sub-chart that its parent imports: `import-values`. Helm's `processImportValues`.

use std::sync::Arc;

use super::heap::{Id, Item};
use super::merge::Nulls;
use super::tree::{NeedId, NodeId};
use super::{Coalescing, Failure};
use crate::helm::{Data, Fault, HelmVersion, Import, Value};

impl Coalescing<'_> {
    /// Works from the inside out. Afterwards the defaults of a chart with dependencies include those of everything
    /// below it, with the imports merged under them; so an import never overrides a default.
    pub(super) fn process_imports(&mut self, chart: NodeId) -> Result<(), Failure> {
        for child in self.tree.children(chart) {
            self.process_imports(child)?;
        }
        let Some(needs) = self.tree.needs(chart) else { return Ok(()) };
        let mark = self.heap.mark();
        let values = self.heap.empty();
        self.coalesce(chart, values, Nulls::Keep)?;
        let imported = self.heap.empty();
        for need in needs {
            self.import(need, values, imported)?;
        }
        let values = self.heap.deep_copy(values).map_err(|fault| Failure::new(None, fault))?;
        self.merge_tables(values, imported, Nulls::Keep)?;
        let values = self.heap.value(values).map_err(|fault| Failure::new(None, fault))?;
        self.tree.set_values(chart, values);
        self.heap.release(mark);
        Ok(())
    }

    fn import(&mut self, id: NeedId, values: Id, imported: Id) -> Result<(), Failure> {
        let Some(need) = self.tree.need_mut(id) else { return Ok(()) };
        if std::mem::replace(&mut need.is_imported, true) {
            return Ok(());
        }
        let (dependency, name) = (need.dependency, need.name.clone());
        for import in &dependency.imports {
            let (child, parent) = match import {
                Import::Exports(export) => (format!("exports.{export}"), ".".to_owned()),
                Import::Pair { child, parent } => match (self.path(child), self.path(parent)) {
                    (Some(child), Some(parent)) => (child, parent),
                    _ => return Err(Failure::new(dependency.place, Fault::ImportValues(name))),
                },
            };
            let path = format!("{name}.{child}");
            if let Some(table) = self.shared_at(values, &path) {
                let table = self.wrap(&parent, table);
                self.merge_tables(imported, table, Nulls::Keep)?;
            }
        }
        Ok(())
    }

    /// The text of a path: Helm 3 fails if it is not a text, Helm 4 formats it as one.
    fn path(&self, value: &Value) -> Option<String> {
        match (&value.data, self.helm) {
            (Data::Text(text), _) => Some(text.to_string()),
            (_, HelmVersion::V3) => None,
            (Data::Bool(value), HelmVersion::V4) => Some(value.to_string()),
            (Data::Number(number), HelmVersion::V4) => Some(number.to_string()),
            (Data::Null | Data::List(_) | Data::Table(_), HelmVersion::V4) => Some("<nil>".to_owned()),
        }
    }

    /// The table at a dotted path.
    fn shared_at(&mut self, values: Id, path: &str) -> Option<Id> {
        path.split('.').try_fold(values, |table, key| self.heap.shared(table, &key.into()))
    }

    /// Wraps a table in tables for each key of a path; `.` is the table itself.
    fn wrap(&mut self, path: &str, table: Id) -> Id {
        if path == "." {
            return table;
        }
        path.rsplit('.').fold(table, |inner, key| {
            let outer = self.heap.empty();
            self.heap.insert(outer, &Arc::from(key), Item::Shared(inner));
            outer
        })
    }
}
