//! What a run found out, in full: everything that a format may show, and nothing that it may not.
//!
//! The report owns what it holds, so that the files it speaks of need not stay in memory. Values of a file other than
//! the settings themselves never get in here; a format cannot leak what it has not got.

use serde::Serialize;
use serde_json::Value;

use super::place::{Place, Region};
use crate::checks::{Check, Severity, Suppression};
use crate::rules::CheckText;
use crate::zookeeper::Verdict;

/// What was examined and what is to be said about it.
#[derive(Debug, Clone)]
pub struct Report {
    /// Who says it.
    pub tool: Tool,
    /// What was examined, by path.
    pub inputs: Vec<Input>,
    /// Every server found, the good ones too.
    pub servers: Vec<Server>,
    /// Ordered by path, offset and check.
    pub findings: Vec<Finding>,
}

/// What one input, or several, contribute to a report. Findings count servers from 0 within it.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// What was examined.
    pub inputs: Vec<Input>,
    /// The servers in it.
    pub servers: Vec<Server>,
    /// The findings about it.
    pub findings: Vec<Finding>,
}

/// The program and what it knows.
#[derive(Debug, Clone, Serialize)]
pub struct Tool {
    /// The program.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The day the newest rule was checked, YYYY-MM-DD.
    pub rules_date: String,
    /// What the checks mean; only SARIF shows them, so they may be left out elsewhere.
    #[serde(skip)]
    pub texts: Vec<CheckText>,
}

impl Tool {
    /// This program, with rules of that day.
    #[must_use]
    pub fn new(rules_date: &str, texts: Vec<CheckText>) -> Self {
        let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        Self { name, version, rules_date: rules_date.to_owned(), texts }
    }
}

/// Something that was examined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path, `-` for standard input.
    pub path: String,
    /// What it was taken for.
    pub kind: InputKind,
    /// How many documents it has.
    pub documents: usize,
}

/// What an input was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InputKind {
    /// A chart: a folder or an archive.
    Chart,
    /// Objects and files that install charts.
    GitOps,
    /// Rendered manifests, or any other Kubernetes YAML.
    Manifests,
}

/// A server, with what it does and why.
#[derive(Debug, Clone, Serialize)]
pub struct Server {
    /// The file that it was found in.
    pub path: String,
    /// The number of its document, from 0; nothing where the file has none.
    pub document: Option<usize>,
    /// The kind of its object; `Chart` where it was judged from a chart's values.
    pub kind: String,
    /// The name of its object.
    pub name: String,
    /// The namespace of its object, where one is written.
    pub namespace: Option<String>,
    /// The container, where a manifest shows it.
    pub container: Option<String>,
    /// The server group of a custom resource that makes several.
    pub role_group: Option<String>,
    /// The flavor, by its id.
    pub flavor: String,
    /// What it does.
    pub verdict: Verdict,
    /// What it does once the fixes are made.
    pub after: Verdict,
    /// When a fix takes effect: `on-rollout`, `on-pod-deletion`, ...
    pub takes_effect: String,
    /// The template that it was rendered from.
    pub template: Option<String>,
    /// The chart that it comes from.
    pub chart: Option<Chart>,
    /// The object that installs the chart, where the chart was judged through one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
    /// Hours between two purges.
    pub interval: Interval,
    /// Snapshots to keep.
    pub retain: Retain,
    /// Why nobody can say what it does, where that is so.
    pub unknown_because: Option<String>,
    /// What purges in its place, where it never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mitigated_by: Option<String>,
    /// Purge settings that nothing reads.
    pub ignored_settings: Vec<IgnoredSetting>,
    /// The output carries the fixes, so that `after` is what it does now.
    #[serde(skip)]
    pub is_patched: bool,
}

impl Server {
    /// Kind, namespace, name and container, as people name a server.
    #[must_use]
    pub fn title(&self) -> String {
        let namespace = self.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let container = self.container.as_ref().map(|name| format!(" (container {name})"));
        let group = self.role_group.as_ref().map(|group| format!(" (group {group})"));
        let prefix = self.chart.as_ref().and_then(|chart| chart.prefix.as_ref()).filter(|prefix| !prefix.is_empty());
        let values = prefix.filter(|_| self.container.is_none()).map(|prefix| format!(" (values {prefix})"));
        let part = container.or(group).or(values).unwrap_or_default();
        format!("{} {namespace}{}{part}", self.kind, self.name)
    }
}

/// A chart that a server comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chart {
    /// Its name.
    pub name: String,
    /// Its version, or the range of versions that is asked for.
    pub version: String,
    /// The key of its values under which the server's own stand; empty for the chart itself.
    pub prefix: Option<String>,
}

/// An object that installs a chart. Its kind and name are the server's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Which of the elements of one object, from 0.
    pub index: usize,
}

/// A server's purge interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// The hours, where the text can be read.
    pub hours: Option<i32>,
    /// Where it stands.
    #[serde(flatten)]
    pub setting: Setting,
}

/// A server's retain count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retain {
    /// The count, where the text can be read.
    pub count: Option<i32>,
    /// Where it stands.
    #[serde(flatten)]
    pub setting: Setting,
}

/// Where a setting stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The text that decides, where it is in sight.
    pub text: Option<String>,
    /// The place in words: `env NAME`, `file PATH`, `value PATH`, `default`.
    pub store: String,
    /// The file, where it is not the server's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
}

/// A purge setting that nothing reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IgnoredSetting {
    /// The place in words.
    pub store: String,
    /// Its value, where one may be shown.
    pub text: Option<String>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How much it weighs.
    pub severity: Severity,
    /// The place at fault.
    pub place: Place,
    /// What stands under the place in an excerpt.
    pub label: String,
    /// What is the case, in one line.
    pub message: String,
    /// What follows and what to do, a paragraph each.
    pub help: Vec<String>,
    /// How to free a disk that is full now. Long, and seldom needed: not every format shows it.
    pub relief: Option<String>,
    /// The server in question, by its number in the report.
    pub server: Option<usize>,
    /// What cures it; empty where nothing does.
    pub fix: Vec<Fix>,
    /// What became of the fix.
    pub outcome: Outcome,
    /// Tells the finding from others and stays the same when lines move.
    pub fingerprint: String,
    /// Why it does not count, where somebody said so.
    pub suppression: Option<Suppression>,
}

impl Finding {
    /// It counts: nobody has suppressed it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.suppression.is_none()
    }
}

/// Changes of one document or file that cure a finding, together with the finding's other fixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fix {
    /// The file.
    pub path: String,
    /// The number of the document in it.
    pub document: Option<usize>,
    /// RFC 6902 operations on the document; of a text with more in it than the setting only the new lines.
    pub patch: Vec<Value>,
    /// The same as byte edits of the file, where they have been worked out: sorted and disjoint.
    pub edits: Vec<Replacement>,
}

/// A piece of a file and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The piece.
    pub region: Region,
    /// What takes its place; nothing where that would show more than the setting.
    pub text: Option<String>,
}

/// What became of a finding's fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The output carries it.
    Fixed,
    /// It would cure the finding, and this is said about how.
    Curable(&'static str),
    /// It cannot be made, and why.
    Incurable(String),
    /// There is nothing to make.
    Nothing,
}

/// A report in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Inputs examined.
    pub inputs: usize,
    /// Their documents.
    pub documents: usize,
    /// Servers found.
    pub servers: usize,
    /// Errors that count.
    pub errors: usize,
    /// Warnings that count.
    pub warnings: usize,
    /// Notes that count.
    pub notes: usize,
    /// Servers that could not be decided.
    pub unknown: usize,
    /// Findings that somebody suppressed.
    pub suppressed: usize,
}

impl Report {
    /// One report of all parts, in an order that does not depend on theirs, but for parts of one path.
    #[must_use]
    pub fn new(tool: Tool, mut parts: Vec<Part>) -> Self {
        parts.sort_by(|a, b| first_path(a).cmp(first_path(b)));
        let mut report = Self { tool, inputs: Vec::new(), servers: Vec::new(), findings: Vec::new() };
        for part in parts {
            report.add(part);
        }
        report.findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        report
    }

    fn add(&mut self, part: Part) {
        let base = self.servers.len();
        self.inputs.extend(part.inputs);
        self.servers.extend(part.servers);
        self.findings.extend(part.findings.into_iter().map(|mut finding| {
            finding.server = finding.server.map(|number| number.saturating_add(base));
            finding
        }));
    }

    /// The report in numbers.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |severity| self.active().filter(|finding| finding.severity == severity).count();
        Summary {
            inputs: self.inputs.len(),
            documents: self.inputs.iter().map(|input| input.documents).sum(),
            servers: self.servers.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            unknown: self.servers.iter().filter(|server| server.verdict == Verdict::Unknown).count(),
            suppressed: self.findings.iter().filter(|finding| !finding.is_active()).count(),
        }
    }

    /// The findings that count, in order.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_active())
    }

    /// Whether a server could not be decided, and nobody has said that this does not count.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        let is_accepted = |number: usize| {
            let of_server = self.findings.iter().filter(|finding| finding.server == Some(number));
            of_server.into_iter().any(|finding| finding.check == Check::PurgeUnknown && !finding.is_active())
        };
        let unknown = self.servers.iter().enumerate().filter(|(_, server)| server.verdict == Verdict::Unknown);
        unknown.into_iter().any(|(number, _)| !is_accepted(number))
    }

    /// The server that a finding is about.
    #[must_use]
    pub fn server_of(&self, finding: &Finding) -> Option<&Server> {
        self.servers.get(finding.server?)
    }
}

fn first_path(part: &Part) -> &str {
    part.inputs.first().map_or("", |input| &input.path)
}

fn sort_key(finding: &Finding) -> (&str, usize, usize, Check, &str) {
    let Place { path, region, .. } = &finding.place;
    let (start, end) = region.map_or((0, 0), |region| (region.offset, region.offset.saturating_add(region.length)));
    (path, start, end, finding.check, &finding.message)
}
