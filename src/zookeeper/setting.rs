//! The two settings of purging.

use super::{INTERVAL_KEY, MINIMUM_RETAIN, RETAIN_KEY};

/// Which of the two settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurgeSetting {
    /// The purge interval, in hours.
    Interval,
    /// The retain count.
    Retain,
}

impl PurgeSetting {
    /// The key in properties.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Interval => INTERVAL_KEY,
            Self::Retain => RETAIN_KEY,
        }
    }

    /// Of two things, one for each setting, the one for this setting.
    pub fn pick<T>(self, interval: T, retain: T) -> T {
        match self {
            Self::Interval => interval,
            Self::Retain => retain,
        }
    }

    /// What `ZooKeeper` does if its configuration lacks the key: it never purges, and would keep three snapshots.
    #[must_use]
    pub const fn when_unset(self) -> i32 {
        match self {
            Self::Interval => 0,
            Self::Retain => MINIMUM_RETAIN,
        }
    }
}
