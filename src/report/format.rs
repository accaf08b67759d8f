//! The formats, by name.

use super::full::Style;
use super::model::Report;
use super::{checkstyle, concise, full, github, gitlab, json, junit, sarif};
use crate::checks::Severity;
use crate::printable;

/// A format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, with excerpts.
    Full,
    /// For people and editors, one line per finding.
    Concise,
    /// `autopurge/report/v1`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML.
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Checkstyle's XML.
    Checkstyle,
}

/// How to write a report, apart from its format.
#[derive(Debug, Clone)]
pub struct Options {
    /// Colours and notes, for the formats that people read.
    pub style: Style,
    /// The severity from which on findings fail a test, for the formats with tests; `None` if no test is to fail.
    pub fail_on: Option<Severity>,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Full, Self::Concise, Self::Json, Self::Sarif, Self::Junit, Self::Github, Self::Gitlab, Self::Checkstyle];

    /// The name that users type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Checkstyle => "checkstyle",
        }
    }

    /// What it is for, in a few words.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Full => "For humans: excerpts and advice",
            Self::Concise => "One line per finding",
            Self::Json => "autopurge/report/v1, every server in it",
            Self::Sarif => "SARIF 2.1.0, for code scanning and editors",
            Self::Junit => "JUnit's XML, a test per server",
            Self::Github => "Annotations in GitHub Actions",
            Self::Gitlab => "GitLab's code quality report",
            Self::Checkstyle => "Checkstyle's XML",
        }
    }

    /// Whether it shows the fixes as byte edits.
    #[must_use]
    pub const fn has_edits(self) -> bool {
        match self {
            Self::Json | Self::Sarif => true,
            Self::Full | Self::Concise | Self::Junit | Self::Github | Self::Gitlab | Self::Checkstyle => false,
        }
    }

    /// The report as a text.
    ///
    /// # Errors
    /// If a value cannot be serialised as JSON, which is never the case here.
    pub fn render(self, report: &Report, options: &Options) -> Result<String, serde_json::Error> {
        Ok(match self {
            Self::Full => full::render(report, &options.style),
            Self::Concise => concise::render(report, options.style.has_notes),
            Self::Json => printable::json(json::render(report)?),
            Self::Sarif => printable::json(sarif::render(report)?),
            Self::Junit => junit::render(report, options.fail_on),
            Self::Github => github::render(report),
            Self::Gitlab => printable::json(gitlab::render(report)?),
            Self::Checkstyle => checkstyle::render(report),
        })
    }
}
