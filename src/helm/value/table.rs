//! Tables: keys and values, sorted by key.

use std::sync::Arc;

use super::Value;

/// Keys with their values. A sorted vector, because values files contain many small tables and are read more often than
/// changed. Copying is free until the copy is changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    entries: Arc<Vec<(Arc<str>, Value)>>,
}

impl Table {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(self.position(key).ok()?).map(|(_, value)| value)
    }

    /// The value of a key, for changing it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let position = self.position(key).ok()?;
        Arc::make_mut(&mut self.entries).get_mut(position).map(|(_, value)| value)
    }

    /// Sets the value of a key.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, value: Value) {
        let key = key.into();
        let position = self.position(&key);
        let entries = Arc::make_mut(&mut self.entries);
        match position {
            Ok(at) => entries.splice(at..=at, [(key, value)]).for_each(drop),
            Err(at) => entries.insert(at, (key, value)),
        }
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let position = self.position(key).ok()?;
        Some(Arc::make_mut(&mut self.entries).remove(position).1)
    }

    /// Keys and values in the order of the keys.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + DoubleEndedIterator {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(other, _)| (**other).cmp(key))
    }
}

/// Of entries with the same key, the last one wins.
impl FromIterator<(Arc<str>, Value)> for Table {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        entries.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        entries.shrink_to_fit();
        Self { entries: Arc::new(entries) }
    }
}
