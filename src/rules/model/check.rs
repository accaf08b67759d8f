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
    /// How findings of it are weighed.
    pub severity: String,
    /// What is the case when it is reported.
    pub means: String,
    /// Why that matters.
    pub why: String,
    /// How to make the finding go away for good.
    pub fix: String,
}
