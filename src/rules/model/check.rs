//! The texts of checks.

use serde::{Deserialize, Serialize};

/// What `autopurge explain` says of a check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckText {
    /// The check's name.
    pub id: String,
    /// One line.
    pub title: String,
    /// How serious its findings are; the most serious of them, where that differs.
    pub severity: Severity,
    /// What decides, where not all of its findings are equally serious.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity_varies: Option<String>,
    /// What is the case when it is reported.
    pub means: String,
    /// Why that matters.
    pub why: String,
    /// How to make the finding go away for good.
    pub fix: String,
}

impl CheckText {
    /// How serious its findings are, in words.
    #[must_use]
    pub fn severity_in_words(&self) -> &str {
        self.severity_varies.as_deref().unwrap_or(self.severity.as_str())
    }
}

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
