//! The result of a run: everything that a format may show, and nothing that must not be shown.
//!
//! The report owns its contents, so that the files it is about need not stay in memory. It holds no values of a file
//! other than the settings themselves: a format cannot leak what it does not have.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::place::{Place, Region};
use crate::checks::{Check, Severity, Suppression};
use crate::rules::{CheckText, check_texts};
use crate::zookeeper::Verdict;

/// What was examined, and what was found.
#[derive(Debug, Clone)]
pub struct Report {
    /// The program that made the report.
    pub tool: Tool,
    /// What was examined, ordered by path.
    pub inputs: Vec<Input>,
    /// Every server found, including those without findings.
    pub servers: Vec<Server>,
    /// Ordered by path, offset and check.
    pub findings: Vec<Finding>,
}

/// The contribution of one or more inputs to a report. The server numbers in its findings refer to its own servers,
/// from 0.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// What was examined.
    pub inputs: Vec<Input>,
    /// The servers in it.
    pub servers: Vec<Server>,
    /// The findings about it.
    pub findings: Vec<Finding>,
}

impl Part {
    /// The findings about one of its servers.
    pub fn findings_of(&self, server: usize) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.server == Some(server))
    }

    /// The numbers of the servers that somebody wants to leave as they are.
    #[must_use]
    pub fn servers_to_leave(&self) -> BTreeSet<usize> {
        self.findings.iter().filter(|finding| finding.keeps_server()).filter_map(|finding| finding.server).collect()
    }

    /// Adds a server with the findings about it.
    pub fn push(&mut self, server: Server, findings: impl IntoIterator<Item = Finding>) {
        let number = Some(self.servers.len());
        self.findings.extend(findings.into_iter().map(|finding| Finding { server: number, ..finding }));
        self.servers.push(server);
    }

    /// Adds all of another part; its servers come after those that are there.
    pub fn append(&mut self, other: Self) {
        if self.inputs.is_empty() && self.servers.is_empty() && self.findings.is_empty() {
            *self = other;
            return;
        }
        let base = self.servers.len();
        self.inputs.extend(other.inputs);
        self.servers.extend(other.servers);
        self.findings.extend(other.findings.into_iter().map(|finding| {
            let server = finding.server.map(|number| number.saturating_add(base));
            Finding { server, ..finding }
        }));
    }
}

/// The program and its knowledge.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    /// The name of the program.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The day on which the newest rule was checked, YYYY-MM-DD.
    pub rules_date: String,
    /// The user's own texts of checks, which take the place of those built in.
    #[serde(skip)]
    pub own_texts: Vec<CheckText>,
}

impl Tool {
    /// This program, with its rules' date and the user's own texts of checks.
    #[must_use]
    pub fn new(rules_date: &str, own_texts: Vec<CheckText>) -> Self {
        let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        Self { name, version, rules_date: rules_date.to_owned(), own_texts }
    }

    /// The texts of all checks. They are read when a format asks for them, because most do not.
    ///
    /// # Errors
    /// Only when the program was built wrongly.
    pub(super) fn texts(&self) -> Result<Vec<CheckText>, serde_json::Error> {
        check_texts(self.own_texts.clone())
    }
}

/// Something that was examined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path, `-` for standard input.
    pub path: String,
    /// How it was interpreted.
    pub kind: InputKind,
    /// The number of its documents.
    pub documents: usize,
}

/// How an input was interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InputKind {
    /// A chart: a folder or an archive.
    Chart,
    /// A file that installs charts.
    GitOps,
    /// Rendered manifests, or other Kubernetes YAML.
    Manifests,
}

/// A server, with its verdict and the reasons for it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Server {
    /// The file in which it was found.
    pub path: String,
    /// The number of its document, from 0, if the file has documents.
    pub document: Option<usize>,
    /// The kind of its object; `Chart` if it was found in the values of a chart.
    pub kind: String,
    /// The name of its object.
    pub name: String,
    /// The namespace of its object, if one is written.
    pub namespace: Option<String>,
    /// The name of its container, if it was found in a manifest.
    pub container: Option<String>,
    /// The overlay that deploys it so, if kustomizations or other tools patch its object: its folder, or what adds the patch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlay: Option<String>,
    /// The server group, if it belongs to a custom resource with several.
    pub role_group: Option<String>,
    /// The id of its flavor.
    pub flavor: String,
    /// What it does.
    pub verdict: Verdict,
    /// What it does once the fixes are applied.
    pub after: Verdict,
    /// When a fix takes effect: `on-rollout`, `on-pod-deletion`, ...
    pub takes_effect: String,
    /// The template that its manifest was rendered from, if known.
    pub template: Option<String>,
    /// The chart that it is part of, if known.
    pub chart: Option<Chart>,
    /// The object that installs the chart, if the server was found through one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
    /// Hours between two purges.
    pub interval: Interval,
    /// Snapshots to keep.
    pub retain: Retain,
    /// Why its verdict is unknown.
    pub unknown_because: Option<String>,
    /// What purges instead, if the server itself never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mitigated_by: Option<String>,
    /// Purge settings that nothing reads.
    pub ignored_settings: Vec<IgnoredSetting>,
    /// Whether the output contains the fixes, so that `after` already applies.
    #[serde(skip)]
    pub is_patched: bool,
    /// Whether it is not even known that there is such a server.
    #[serde(skip)]
    pub is_guess: bool,
}

impl Server {
    /// Kind, namespace, name, overlay and container, group or values key, as messages name a server.
    #[must_use]
    pub fn title(&self) -> String {
        let namespace = self.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let container = self.container.as_ref().map(|name| format!(" (container {name})"));
        let group = self.role_group.as_ref().map(|group| format!(" (group {group})"));
        let prefix = self.chart.as_ref().and_then(|chart| chart.prefix.as_ref()).filter(|prefix| !prefix.is_empty());
        let values = prefix.filter(|_| self.container.is_none()).map(|prefix| format!(" (values {prefix})"));
        let part = container.or(group).or(values).unwrap_or_default();
        let overlay = self.overlay.as_ref().map(|overlay| format!("[{overlay}]")).unwrap_or_default();
        format!("{} {namespace}{}{overlay}{part}", self.kind, self.name)
    }
}

/// The chart of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Chart {
    /// Its name.
    pub name: String,
    /// Its version, or the requested range of versions.
    pub version: String,
    /// The key in its values under which the server's own are; empty if they are at the top.
    pub prefix: Option<String>,
}

/// An object that installs a chart. Kind and name are those of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Release {
    /// The index of the release within the object, from 0.
    pub index: usize,
}

/// A server's purge interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Interval {
    /// The hours, if the text is a number and visible.
    pub hours: Option<i32>,
    /// The deciding text and its place.
    #[serde(flatten)]
    pub setting: Setting,
}

/// A server's retain count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Retain {
    /// The count, if the text is a number and visible.
    pub count: Option<i32>,
    /// The deciding text and its place.
    #[serde(flatten)]
    pub setting: Setting,
}

/// The text that decides a setting, and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Setting {
    /// The text that decides, if it is visible.
    pub text: Option<String>,
    /// The place in words: `env NAME`, `file PATH`, `value PATH`, `default`.
    pub store: String,
    /// The file, if it is not that of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
}

/// A purge setting that nothing reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IgnoredSetting {
    /// The place in words.
    pub store: String,
    /// Its value, if it may be shown.
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
    /// How serious it is.
    pub severity: Severity,
    /// The place at fault.
    pub place: Place,
    /// What an excerpt says below the place.
    pub label: String,
    /// What is wrong, in one line.
    pub message: String,
    /// Consequences and advice, a paragraph each.
    pub help: Vec<String>,
    /// How to free a disk that is already full. It is long and rarely needed, so not every format shows it.
    pub relief: Option<String>,
    /// The server in question, by its number in the report.
    pub server: Option<usize>,
    /// What cures it; empty if nothing does.
    pub fix: Vec<Fix>,
    /// What became of the fix.
    pub outcome: Outcome,
    /// Identifies the finding, even if its line number changes.
    pub fingerprint: String,
    /// Why it does not count, if it is suppressed.
    pub suppression: Option<Suppression>,
}

impl Finding {
    /// Whether it counts, which means that it is not suppressed.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.suppression.is_none()
    }

    /// Whether somebody wants its server to stay as it is: the finding asks for purging, and is suppressed.
    #[must_use]
    pub fn keeps_server(&self) -> bool {
        self.check.asks_for_purging() && !self.is_active()
    }
}

/// Changes of one document or file. A finding is cured if all of its fixes are applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fix {
    /// The file.
    pub path: String,
    /// The number of the document, from 0; `None` if the file has none.
    pub document: Option<usize>,
    /// RFC 6902 operations on the document. Of a text that contains more than the setting, only the new lines are
    /// given.
    pub patch: Vec<Value>,
    /// The same as byte edits of the file, sorted and disjoint; empty if they were not requested or cannot be made.
    pub edits: Vec<Replacement>,
}

/// A byte edit: a part of a file and its replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The part to replace.
    pub region: Region,
    /// The new text; `None` if it would show more than the setting.
    pub text: Option<String>,
}

/// What became of a finding's fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The output contains it.
    Fixed,
    /// It would cure the finding; the text says how to apply it.
    Curable(&'static str),
    /// It cannot be made; the text says why.
    Incurable(String),
    /// The finding has no fix.
    Nothing,
}

/// The numbers in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// Examined inputs.
    pub inputs: usize,
    /// Documents in the inputs.
    pub documents: usize,
    /// Servers found.
    pub servers: usize,
    /// Errors that count.
    pub errors: usize,
    /// Warnings that count.
    pub warnings: usize,
    /// Notes that count.
    pub notes: usize,
    /// Servers whose verdict is unknown.
    pub unknown: usize,
    /// Suppressed findings.
    pub suppressed: usize,
}

impl Report {
    /// Merges parts into a report. Its order does not depend on that of the parts, except for parts with the same
    /// path.
    #[must_use]
    pub fn new(tool: Tool, mut parts: Vec<Part>) -> Self {
        parts.sort_by(|a, b| first_path(a).cmp(first_path(b)));
        let mut parts = parts.into_iter();
        let mut whole = parts.next().unwrap_or_default();
        for part in parts {
            whole.append(part);
        }
        let Part { inputs, servers, mut findings } = whole;
        findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        Self { tool, inputs, servers, findings }
    }

    /// The numbers in this report.
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

    /// Whether there is a server with an unknown verdict that was not accepted by suppressing `purge-unknown` for it.
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
