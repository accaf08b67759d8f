//! Findings: what a check says about a place.

use serde::Serialize;

use super::Severity;
use crate::yaml::{Change, Span};

/// The checks, in the order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// A chart version whose default never purges.
    ChartShipsPurgeOff,
    /// A server never purges.
    PurgeDisabled,
    /// A server purges at an interval other than the one asked for.
    PurgeIntervalDiffers,
    /// A server does not start on its purge settings.
    PurgeInvalid,
    /// What decides about a server is not visible.
    PurgeUnknown,
    /// A fix would switch on purging, which may delete the only good snapshots.
    PurgeUnsafe,
    /// Lint and what Helm renders disagree about a chart.
    RenderDisagrees,
    /// A retain count that `ZooKeeper` raises.
    RetainBelowMinimum,
    /// A purge setting that nothing reads.
    SettingNotRead,
    /// A file or folder that could not be read.
    UnreadableInput,
    /// A suppression that suppresses nothing.
    UnusedSuppression,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::ChartShipsPurgeOff,
        Self::PurgeDisabled,
        Self::PurgeIntervalDiffers,
        Self::PurgeInvalid,
        Self::PurgeUnknown,
        Self::PurgeUnsafe,
        Self::RenderDisagrees,
        Self::RetainBelowMinimum,
        Self::SettingNotRead,
        Self::UnreadableInput,
        Self::UnusedSuppression,
    ];

    /// Whether it is about the server itself: its fix is what makes the server purge.
    #[must_use]
    pub const fn asks_for_purging(self) -> bool {
        matches!(self, Self::PurgeDisabled | Self::PurgeInvalid)
    }

    /// The name that users and reports use.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::ChartShipsPurgeOff => "chart-ships-purge-off",
            Self::PurgeDisabled => "purge-disabled",
            Self::PurgeIntervalDiffers => "purge-interval-differs",
            Self::PurgeInvalid => "purge-invalid",
            Self::PurgeUnknown => "purge-unknown",
            Self::PurgeUnsafe => "purge-unsafe",
            Self::RenderDisagrees => "render-disagrees",
            Self::RetainBelowMinimum => "retain-below-minimum",
            Self::SettingNotRead => "setting-not-read",
            Self::UnreadableInput => "unreadable-input",
            Self::UnusedSuppression => "unused-suppression",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How serious it is.
    pub severity: Severity,
    /// The number of the document.
    pub document: usize,
    /// The place at fault.
    pub span: Span,
    /// The node around it; an excerpt shows nothing outside it.
    pub context: Span,
    /// The scalars in it that an excerpt may show; the others are masked.
    pub shown: Vec<Span>,
    /// What an excerpt says below the place.
    pub label: String,
    /// What is wrong, in one line.
    pub message: String,
    /// Consequences and advice, a paragraph each.
    pub help: Vec<String>,
    /// How to free a disk that is already full.
    pub relief: Option<String>,
    /// The server in question, by its number in the examination.
    pub server: Option<usize>,
    /// What cures it; empty if nothing does.
    pub fix: Vec<Fix>,
    /// Why nothing cures an error.
    pub incurable_because: Option<String>,
    /// Why it does not count, if it is suppressed.
    pub suppression: Option<Suppression>,
}

impl Finding {
    /// Whether somebody wants its server to stay as it is: the finding asks for purging, and is suppressed.
    #[must_use]
    pub const fn keeps_server(&self) -> bool {
        self.check.asks_for_purging() && self.suppression.is_some()
    }
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Suppression {
    /// Where it is suppressed.
    pub by: SuppressedBy,
    /// The reason given.
    pub reason: Option<String>,
    /// Until when, `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// Where a suppression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SuppressedBy {
    /// A comment on or above the line.
    Comment,
    /// An annotation on the object.
    Annotation,
    /// The configuration file.
    Config,
    /// A baseline file.
    Baseline,
}

/// Changes to one document that cure a finding, together with the finding's other fixes.
#[derive(Debug, Clone)]
pub struct Fix {
    /// The number of the document.
    pub document: usize,
    /// The operations, in order, with the comments to leave behind.
    pub changes: Vec<Change>,
    /// For each of them: what a report may show of its value, if that is a text that contains more than the setting.
    pub shown: Vec<Option<String>>,
}
