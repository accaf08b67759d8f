//! Space used, by kind of file.

use serde::Serialize;

use crate::zookeeper::data_dir::{Entry, Kind};

/// The number and size of some files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Amount {
    /// How many.
    pub files: u64,
    /// Their size in bytes, as `ls` shows it.
    pub apparent: u64,
    /// Bytes on disk, as `du` shows them.
    pub allocated: u64,
}

impl Amount {
    fn add(&mut self, entry: &Entry) {
        self.files += 1;
        self.apparent = self.apparent.saturating_add(entry.apparent);
        self.allocated = self.allocated.saturating_add(entry.allocated);
    }
}

impl<'a> FromIterator<&'a Entry> for Amount {
    fn from_iter<I: IntoIterator<Item = &'a Entry>>(entries: I) -> Self {
        let mut amount = Self::default();
        entries.into_iter().for_each(|entry| amount.add(entry));
        amount
    }
}

/// The space used in all of a server's folders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Usage {
    /// Everything named like a snapshot.
    pub snapshots: Amount,
    /// Everything named like a log.
    pub logs: Amount,
    /// The rest. What is inside folders is not counted.
    pub others: Amount,
    /// All files together.
    pub total: Amount,
}

impl<'a> FromIterator<&'a Entry> for Usage {
    fn from_iter<I: IntoIterator<Item = &'a Entry>>(entries: I) -> Self {
        let mut usage = Self::default();
        for entry in entries {
            usage.total.add(entry);
            match entry.kind {
                Some(Kind::Snapshot) => usage.snapshots.add(entry),
                Some(Kind::Log) => usage.logs.add(entry),
                None => usage.others.add(entry),
            }
        }
        usage
    }
}
