//! Measures the space used in the folders and on their volumes.

use std::io;

use serde::Serialize;

use crate::zookeeper::data_dir::{DataDir, Entry, Place, Volume};
use crate::zookeeper::purge::{Fate, Plan};
use crate::zookeeper::space::Usage;

/// A measurement, in bytes and files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::cli) struct Measure {
    /// The space used by the files in the folders.
    pub(in crate::cli) usage: Usage,
    /// The volumes that hold the folders, one or two.
    pub(in crate::cli) volumes: Vec<Mounted>,
}

/// A volume and a folder on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::cli) struct Mounted {
    /// The path of the folder.
    pub(in crate::cli) path: String,
    /// Size of the volume, in bytes.
    pub(in crate::cli) size: u64,
    /// Bytes in use.
    pub(in crate::cli) used: u64,
    /// Bytes that a server can still write.
    pub(in crate::cli) available: u64,
    /// How full it is in percent, as `df` shows it.
    pub(in crate::cli) percent_used: u64,
}

impl Mounted {
    fn new(path: String, volume: Volume) -> Self {
        let Volume { size, used, available } = volume;
        Self { path, size, used, available, percent_used: volume.percent_used() }
    }

    /// The expected state after some bytes have been freed.
    fn freed(&self, bytes: u64) -> Self {
        let bytes = bytes.min(self.used);
        let volume = Volume { size: self.size, used: self.used - bytes, available: self.available + bytes };
        Self::new(self.path.clone(), volume)
    }
}

impl Measure {
    /// Measures listed entries, and the volumes of their folders.
    pub(in crate::cli) fn take(dir: &DataDir, entries: &[Entry]) -> io::Result<Self> {
        let mut volumes = Vec::new();
        let mut seen = Vec::new();
        for folder in dir.folders() {
            if !seen.contains(&folder.identity().device()) {
                seen.push(folder.identity().device());
                volumes.push(Mounted::new(folder.path().display().to_string(), folder.volume()?));
            }
        }
        Ok(Self { usage: entries.iter().collect(), volumes })
    }

    /// The expected measurement after a plan has been carried out.
    pub(in crate::cli) fn after(&self, plan: &Plan) -> Self {
        let stays = plan.files.iter().filter(|file| matches!(file.fate, Fate::Keep(_)));
        let last = self.volumes.len().saturating_sub(1);
        let volumes = self.volumes.iter().enumerate().map(|(index, volume)| {
            let is_here = |entry: &&Entry| last == 0 || (entry.place == Place::Log) == (index == last);
            volume.freed(plan.removed().filter(is_here).map(|entry| entry.allocated).sum())
        });
        Self { usage: stays.map(|file| &file.entry).collect(), volumes: volumes.collect() }
    }
}
