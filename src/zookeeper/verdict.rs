//! What a server does with the settings that it reads.

use serde::{Deserialize, Serialize};

use super::parse_int;

/// What a server does about old snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It deletes them at regular intervals.
    Purges,
    /// It keeps them forever.
    NeverPurges,
    /// It refuses its configuration and exits.
    DoesNotStart,
    /// The deciding setting is not known.
    Unknown,
}

impl Verdict {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purges => "purges",
            Self::NeverPurges => "never-purges",
            Self::DoesNotStart => "does-not-start",
            Self::Unknown => "unknown",
        }
    }

    /// What a server does with an interval and a retain count.
    ///
    /// A value that cannot be parsed keeps it from starting, whatever the other one is; an interval of 0 or less is
    /// accepted and means never. Retain counts below the minimum are raised, so they change nothing here, and an
    /// unknown one does not keep a positive interval from purging.
    #[must_use]
    pub fn of(interval: &Reading, retain: &Reading) -> Self {
        match (interval, retain) {
            (Reading::Unreadable, _) | (_, Reading::Unreadable) => Self::DoesNotStart,
            (Reading::Unknown, _) => Self::Unknown,
            (Reading::Number(hours), _) if *hours <= 0 => Self::NeverPurges,
            (Reading::Number(_), _) => Self::Purges,
        }
    }
}

/// What `ZooKeeper` makes of one setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A number: hours, or snapshots.
    Number(i32),
    /// Text that is not an integer: the server does not start.
    Unreadable,
    /// The value is not known.
    Unknown,
}

impl Reading {
    /// Reads the text of a setting.
    #[must_use]
    pub fn of(text: &str) -> Self {
        parse_int(text).map_or(Self::Unreadable, Self::Number)
    }

    /// The number, if there is one.
    #[must_use]
    pub fn number(self) -> Option<i32> {
        match self {
            Self::Number(number) => Some(number),
            Self::Unreadable | Self::Unknown => None,
        }
    }
}
