//! Findings: what a check says about a place.

use serde::Serialize;

use crate::yaml::{Change, Span};

/// The checks, in the order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// A chart version whose default never purges.
    ChartShipsPurgeOff,
    /// A server never purges.
    PurgeDisabled,
    /// A server purges at another interval than the one asked for.
    PurgeIntervalDiffers,
    /// A server does not start on its purge settings.
    PurgeInvalid,
    /// What decides about a server is out of sight.
    PurgeUnknown,
    /// A fix would switch a purge on that may delete the only good snapshots.
    PurgeUnsafe,
    /// Lint and what Helm renders do not agree about a chart.
    RenderDisagrees,
    /// A retain count that `ZooKeeper` raises.
    RetainBelowMinimum,
    /// A purge setting where nothing reads it.
    SettingNotRead,
    /// A file or folder that could not be looked at.
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

    /// The name that people and reports use.
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

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Wrong, or not known to be right.
    Warning,
    /// The disk fills up, or the server does not start.
    Error,
}

impl Severity {
    /// The word that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How much it weighs.
    pub severity: Severity,
    /// The number of the document.
    pub document: usize,
    /// The place at fault.
    pub span: Span,
    /// The node around it; an excerpt shows nothing from outside of it.
    pub context: Span,
    /// The scalars in it that an excerpt may show; the others are masked.
    pub shown: Vec<Span>,
    /// What stands under the place in an excerpt.
    pub label: String,
    /// What is the case, in one line.
    pub message: String,
    /// What follows and what to do, a paragraph each.
    pub help: Vec<String>,
    /// How to free a disk that is full now.
    pub relief: Option<String>,
    /// The server in question, by its number in the examination.
    pub server: Option<usize>,
    /// What cures it; empty where nothing does.
    pub fix: Vec<Fix>,
    /// Why nothing cures an error.
    pub incurable_because: Option<String>,
    /// Why it does not count, where somebody said so.
    pub suppression: Option<Suppression>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// Who said so.
    pub by: SuppressedBy,
    /// Why, in their words.
    pub reason: Option<String>,
    /// Until when, YYYY-MM-DD.
    pub until: Option<String>,
}

/// Where a suppression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

/// Changes of one document that cure a finding, together with the finding's other fixes.
#[derive(Debug, Clone)]
pub struct Fix {
    /// The number of the document.
    pub document: usize,
    /// The operations, in order, with the comments to leave behind.
    pub changes: Vec<Change>,
    /// For each of them: what a report may show of its value, where that is a text with more in it.
    pub shown: Vec<Option<String>>,
}
