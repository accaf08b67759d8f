//! Tables by reference, as in Go.
//!
//! Helm lets a chart and its sub-charts share tables below `global`, and imported values share tables with their
//! origin, so that a change in one shows in the other. To get Helm's results, tables that are being merged live here
//! and are identified by number. What is only passed on stays a [`Value`] and costs nothing; it becomes a table here
//! when it is first accessed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::helm::{Data, Fault, Place, Table, Value};

/// The index of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(usize);

/// The value of a key.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// It has not been accessed as a table yet.
    Value(Value),
    /// A shared table.
    Shared(Id),
}

#[derive(Clone, Debug, Default)]
struct Cell {
    entries: BTreeMap<Arc<str>, Item>,
    place: Option<Place>,
}

/// The most entries that one copy may create; a chart that needs more imports tables into themselves.
const MAX_ENTRIES: usize = 100_000;
/// How deep tables may be nested.
const MAX_DEPTH: usize = 600;

/// All tables that are being merged.
#[derive(Debug, Default)]
pub(super) struct Heap {
    cells: Vec<Cell>,
}

impl Item {
    pub(super) const fn is_null(&self) -> bool {
        matches!(self, Self::Value(value) if value.is_null())
    }

    pub(super) const fn is_table(&self) -> bool {
        matches!(self, Self::Shared(_) | Self::Value(Value { data: Data::Table(_), .. }))
    }

    pub(super) const fn place(&self) -> Option<Place> {
        match self {
            Self::Value(value) => value.place,
            Self::Shared(_) => None,
        }
    }
}

impl Heap {
    /// The current number of tables, to go back to with [`Self::release`].
    pub(super) fn mark(&self) -> usize {
        self.cells.len()
    }

    /// Drops the tables made since a mark. No older table may refer to one of them.
    pub(super) fn release(&mut self, mark: usize) {
        self.cells.truncate(mark);
    }

    /// A new table without entries.
    pub(super) fn empty(&mut self) -> Id {
        self.push(Cell::default())
    }

    /// A new table with the entries of a value.
    pub(super) fn table(&mut self, value: &Value) -> Id {
        let entries = value.as_table().into_iter().flat_map(Table::iter);
        let entries = entries.map(|(key, value)| (key.into(), Item::Value(value.clone()))).collect();
        self.push(Cell { entries, place: value.place })
    }

    fn push(&mut self, cell: Cell) -> Id {
        self.cells.push(cell);
        Id(self.cells.len().saturating_sub(1))
    }

    pub(super) fn get(&self, table: Id, key: &str) -> Option<&Item> {
        self.cells.get(table.0)?.entries.get(key)
    }

    pub(super) fn insert(&mut self, table: Id, key: &Arc<str>, item: Item) {
        if let Some(cell) = self.cells.get_mut(table.0) {
            cell.entries.insert(Arc::clone(key), item);
        }
    }

    pub(super) fn remove(&mut self, table: Id, key: &str) {
        if let Some(cell) = self.cells.get_mut(table.0) {
            cell.entries.remove(key);
        }
    }

    /// The entries as they are now.
    pub(super) fn entries(&self, table: Id) -> Vec<(Arc<str>, Item)> {
        let cell = self.cells.get(table.0);
        cell.into_iter().flat_map(|cell| &cell.entries).map(|(key, item)| (Arc::clone(key), item.clone())).collect()
    }

    /// The table under a key, from now on shared by everyone who asks for it.
    pub(super) fn shared(&mut self, table: Id, key: &Arc<str>) -> Option<Id> {
        let value = match self.get(table, key)? {
            Item::Shared(id) => return Some(*id),
            Item::Value(value) => value.as_table().map(|_| value.clone())?,
        };
        let id = self.table(&value);
        self.insert(table, key, Item::Shared(id));
        Some(id)
    }

    /// The value of a key, to be put into another table as well.
    pub(super) fn share(&mut self, table: Id, key: &Arc<str>) -> Option<Item> {
        match self.shared(table, key) {
            Some(id) => Some(Item::Shared(id)),
            None => self.get(table, key).cloned(),
        }
    }

    /// A new table with the same entries; inner tables are shared.
    pub(super) fn shallow_copy(&mut self, table: Id) -> Id {
        let keys: Vec<_> = self.entries(table).into_iter().filter(|(_, item)| item.is_table()).collect();
        for (key, _) in keys {
            self.shared(table, &key);
        }
        let cell = self.cells.get(table.0).cloned().unwrap_or_default();
        self.push(cell)
    }

    /// A new table that shares nothing.
    pub(super) fn deep_copy(&mut self, table: Id) -> Result<Id, Fault> {
        self.copy_below(table, &mut Limits::default())
    }

    fn copy_below(&mut self, table: Id, limits: &mut Limits) -> Result<Id, Fault> {
        limits.enter(self.size(table))?;
        let mut cell = self.cells.get(table.0).cloned().unwrap_or_default();
        for item in cell.entries.values_mut() {
            if let Item::Shared(id) = *item {
                *item = Item::Shared(self.copy_below(id, limits)?);
            }
        }
        limits.leave();
        Ok(self.push(cell))
    }

    fn size(&self, table: Id) -> usize {
        self.cells.get(table.0).map_or(0, |cell| cell.entries.len())
    }

    /// The table as a value.
    pub(super) fn value(&self, table: Id) -> Result<Value, Fault> {
        self.value_below(table, &mut Limits::default())
    }

    fn value_below(&self, table: Id, limits: &mut Limits) -> Result<Value, Fault> {
        limits.enter(self.size(table))?;
        let Some(cell) = self.cells.get(table.0) else { return Ok(Value::empty()) };
        let mut entries = Vec::with_capacity(cell.entries.len());
        for (key, item) in &cell.entries {
            let value = match item {
                Item::Value(value) => value.clone(),
                Item::Shared(id) => self.value_below(*id, limits)?,
            };
            entries.push((Arc::clone(key), value));
        }
        limits.leave();
        Ok(Value::new(Data::Table(entries.into_iter().collect()), cell.place))
    }

    /// The value at a path, without making anything shared.
    pub(super) fn look<'h>(&'h self, table: Id, path: &[&str]) -> Option<Seen<'h>> {
        let mut seen = Seen::Shared(table);
        for key in path {
            seen = match seen {
                Seen::Shared(id) => match self.get(id, key)? {
                    Item::Shared(id) => Seen::Shared(*id),
                    Item::Value(value) => Seen::Value(value),
                },
                Seen::Value(value) => Seen::Value(value.as_table()?.get(key)?),
            };
        }
        Some(seen)
    }
}

/// How deep a copy has descended, and how much it has created. A shared table is copied once per place that refers to
/// it.
#[derive(Debug, Default)]
struct Limits {
    depth: usize,
    entries: usize,
}

impl Limits {
    /// Enters a table with this many entries.
    fn enter(&mut self, entries: usize) -> Result<(), Fault> {
        self.depth = self.depth.saturating_add(1);
        // An empty table counts too.
        self.entries = self.entries.saturating_add(entries).saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(Fault::TooDeep(MAX_DEPTH));
        }
        if self.entries > MAX_ENTRIES { Err(Fault::TooMany(MAX_ENTRIES)) } else { Ok(()) }
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

/// What was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen<'h> {
    Value(&'h Value),
    Shared(Id),
}
