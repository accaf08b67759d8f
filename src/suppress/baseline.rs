//! A baseline: findings that existed when linting was introduced, and that do not count.
//!
//! Findings are identified by their fingerprints and counted, so that a new one is noticed even next to identical old
//! ones.

use std::collections::BTreeMap;

use miette::Diagnostic;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::checks::{Check, SuppressedBy, Suppression};
use crate::report::{Finding, Report};

const SCHEMA: &str = "autopurge/baseline/v1";

/// Findings that do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    schema: String,
    findings: Vec<Entry>,
}

/// Findings with the same fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    fingerprint: String,
    /// How many of them.
    count: usize,
    /// For human readers only; findings are matched by the fingerprint.
    check: String,
    path: String,
    server: Option<String>,
}

/// The file is not a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("not a baseline file: {0}")]
#[diagnostic(help("write a new one with --create-baseline FILE"))]
pub struct BaselineError(String);

impl Baseline {
    /// The findings of a report that count today.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let mut entries: BTreeMap<(&str, Check, &str), Entry> = BTreeMap::new();
        for finding in report.active().filter(|finding| finding.check != Check::UnusedSuppression) {
            let key = (finding.place.path.as_str(), finding.check, finding.fingerprint.as_str());
            let entry = entries.entry(key).or_insert_with(|| Entry {
                fingerprint: finding.fingerprint.clone(),
                count: 0,
                check: finding.check.id().to_owned(),
                path: finding.place.path.clone(),
                server: report.server_of(finding).map(crate::report::Server::title),
            });
            entry.count = entry.count.saturating_add(1);
        }
        Self { schema: SCHEMA.to_owned(), findings: entries.into_values().collect() }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// When it is not a valid baseline.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| BaselineError(error.to_string()))?;
        if baseline.schema != SCHEMA {
            return Err(BaselineError(format!("its schema is \"{}\" instead of \"{SCHEMA}\"", baseline.schema)));
        }
        Ok(baseline)
    }

    /// The text of its file.
    ///
    /// # Errors
    /// When a value cannot be written as JSON, which does not happen with these types.
    pub fn render(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// How many findings it holds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.findings.iter().map(|entry| entry.count).sum()
    }

    /// Suppresses the findings that it holds, and returns those that no longer exist, as check and path; only files
    /// that were examined are considered.
    pub(super) fn apply<'a>(
        &self,
        findings: impl Iterator<Item = &'a mut Finding>,
        is_examined: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &self.findings {
            let count = left.entry(&entry.fingerprint).or_default();
            *count = count.saturating_add(entry.count);
        }
        for finding in findings {
            let Some(count) = left.get_mut(finding.fingerprint.as_str()).filter(|count| **count > 0) else { continue };
            *count = count.saturating_sub(1);
            if finding.is_active() {
                finding.suppression = Some(suppression());
            }
        }
        let is_gone = |entry: &&Entry| left.get(entry.fingerprint.as_str()).is_some_and(|count| *count > 0);
        let gone = self.findings.iter().filter(|entry| is_gone(entry) && is_examined(&entry.path));
        gone.map(|entry| format!("{} in {}", entry.check, entry.path)).collect()
    }
}

/// The suppression of a finding that a baseline holds.
pub(super) const fn suppression() -> Suppression {
    Suppression { by: SuppressedBy::Baseline, reason: None, until: None }
}
