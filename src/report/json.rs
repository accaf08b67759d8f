//! The JSON report, `autopurge/report/v1`. Every server is in it, the good ones too, so that a verdict can be checked.
//!
//! Documents count from 0; lines and columns from 1, in the input, columns in characters. Anything may be added to v1;
//! nothing is taken away.

use serde::Serialize;
use serde_json::Value;

use super::{Outcome, Run};
use crate::checks::{Finding, Fix, Severity, Subject};
use crate::detect::{Ignored, Origin, Server, Setting, Site};
use crate::kubernetes::Rollout;
use crate::yaml::{Change, Lines, Position, Span};
use crate::zookeeper::Verdict;

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    tool: Tool<'a>,
    summary: Summary,
    servers: Vec<ServerEntry<'a>>,
    findings: Vec<FindingEntry<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'static str,
    rules_date: &'a str,
}

#[derive(Serialize)]
struct Summary {
    inputs: usize,
    documents: usize,
    servers: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    unknown: usize,
    suppressed: usize,
}

#[derive(Serialize)]
struct ServerEntry<'a> {
    path: &'a str,
    document: usize,
    kind: &'a str,
    name: &'a str,
    namespace: Option<&'a str>,
    container: Option<&'a str>,
    role_group: Option<&'a str>,
    flavor: &'a str,
    verdict: Verdict,
    after: Verdict,
    takes_effect: String,
    template: Option<&'a str>,
    chart: Option<ChartEntry<'a>>,
    interval: IntervalEntry<'a>,
    retain: RetainEntry<'a>,
    unknown_because: Option<&'a str>,
    ignored_settings: Vec<IgnoredEntry<'a>>,
}

#[derive(Serialize)]
struct ChartEntry<'a> {
    name: &'a str,
    version: String,
    prefix: Option<String>,
}

#[derive(Serialize)]
struct IntervalEntry<'a> {
    hours: Option<i32>,
    #[serde(flatten)]
    place: SettingPlace<'a>,
}

#[derive(Serialize)]
struct RetainEntry<'a> {
    count: Option<i32>,
    #[serde(flatten)]
    place: SettingPlace<'a>,
}

#[derive(Serialize)]
struct SettingPlace<'a> {
    text: Option<&'a str>,
    store: String,
    line: Option<usize>,
    column: Option<usize>,
}

#[derive(Serialize)]
struct IgnoredEntry<'a> {
    store: &'a str,
    text: Option<&'a str>,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    check: &'static str,
    severity: Severity,
    path: &'a str,
    document: usize,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: &'a str,
    help: String,
    server: Option<usize>,
    fix: Vec<FixEntry>,
    not_fixed_because: Option<&'a str>,
}

#[derive(Serialize)]
struct FixEntry {
    document: usize,
    patch: Vec<Value>,
}

/// The report of a run, with a line end behind it.
///
/// # Errors
/// When a value cannot be written as JSON, which none of ours is.
pub fn render(run: &Run<'_>) -> Result<String, serde_json::Error> {
    let has_places = !run.examination.subjects.is_empty();
    let lines = Lines::new(if has_places { run.manifests.stream() } else { &[] });
    let report = Report {
        schema: "autopurge/report/v1",
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), rules_date: run.rules_date },
        summary: summary(run),
        servers: run.examination.subjects.iter().map(|subject| server(run, subject, &lines)).collect(),
        findings: run.findings().map(|(entry, outcome)| finding(run, entry, outcome, &lines)).collect(),
    };
    serde_json::to_string(&report).map(|text| text + "\n")
}

fn summary(run: &Run<'_>) -> Summary {
    Summary {
        inputs: 1,
        documents: run.manifests.count(),
        servers: run.examination.subjects.len(),
        errors: run.count(Severity::Error),
        warnings: run.count(Severity::Warning),
        notes: run.count(Severity::Note),
        unknown: run.unknown(),
        suppressed: 0,
    }
}

fn server<'a>(run: &Run<'a>, subject: &'a Subject<'a, 'a>, lines: &Lines) -> ServerEntry<'a> {
    let server = &subject.server;
    let resource = server.site.resource();
    let place = |setting: &'a Setting<'a>| setting_place(run, setting, lines);
    ServerEntry {
        path: run.path,
        document: subject.index,
        kind: resource.kind(),
        name: resource.name(),
        namespace: resource.namespace(),
        container: server.site.container_name(),
        role_group: if let Site::Custom { group, .. } = server.site { group } else { None },
        flavor: &server.flavor.id,
        verdict: server.verdict,
        after: run.cure.after.get(subject.number).copied().unwrap_or(server.verdict),
        takes_effect: takes_effect(server),
        template: subject.template,
        chart: chart(subject),
        interval: IntervalEntry { hours: server.interval.reading.number(), place: place(&server.interval) },
        retain: RetainEntry { count: server.retain.reading.number(), place: place(&server.retain) },
        unknown_because: server.interval.unknown_because.as_deref(),
        ignored_settings: server.ignored.iter().map(|one| ignored(run, one, lines)).collect(),
    }
}

fn chart<'a>(subject: &'a Subject<'a, 'a>) -> Option<ChartEntry<'a>> {
    let installed = subject.chart.as_ref()?;
    let model = installed.model_of(&subject.server, subject.template);
    let prefix = model.map(|(model, lead)| format!("{lead}{}", model.prefix));
    Some(ChartEntry { name: &installed.label.name, version: installed.label.version.to_string(), prefix })
}

fn takes_effect(server: &Server<'_, '_>) -> String {
    let Site::Pod { workload, .. } = server.site else { return "by-operator".to_owned() };
    if let Origin::Properties { .. } = server.interval.origin {
        return "on-restart".to_owned();
    }
    match workload.rollout() {
        Rollout::Rolling | Rollout::Recreate => "on-rollout".to_owned(),
        Rollout::OnDelete => "on-pod-deletion".to_owned(),
        Rollout::Partition(ordinal) => format!("on-rollout-from-ordinal-{ordinal}"),
        Rollout::BarePod => "on-recreation".to_owned(),
    }
}

fn setting_place<'a>(run: &Run<'a>, setting: &'a Setting<'a>, lines: &Lines) -> SettingPlace<'a> {
    let start = setting.span.or_else(|| setting.node.map(crate::yaml::Node::span)).map(|span| span.start);
    let position = start.map(|start| position(run, start, lines));
    SettingPlace {
        text: setting.text.as_deref(),
        store: setting.origin.describe(),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
    }
}

fn ignored<'a>(run: &Run<'a>, ignored: &'a Ignored<'a>, lines: &Lines) -> IgnoredEntry<'a> {
    let Position { line, column } = position(run, ignored.span.start, lines);
    IgnoredEntry { store: &ignored.store, text: ignored.text.as_deref(), line, column }
}

fn finding<'a>(run: &Run<'a>, finding: &'a Finding, outcome: Outcome<'a>, lines: &Lines) -> FindingEntry<'a> {
    let Span { start, end } = finding.span;
    let (start, end) = (position(run, start, lines), position(run, end, lines));
    let fixes = if let Outcome::Incurable(_) = outcome { &[] } else { finding.fix.as_slice() };
    FindingEntry {
        check: finding.check.id(),
        severity: finding.severity,
        path: run.path,
        document: finding.document,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: &finding.message,
        help: finding.help.join("\n\n"),
        server: finding.server,
        fix: fixes.iter().map(|fix| FixEntry { document: fix.document, patch: operations(fix) }).collect(),
        not_fixed_because: if let Outcome::Incurable(reason) = outcome { Some(reason) } else { None },
    }
}

/// The operations; of a text with more in it than the setting only the lines that are new, which the operation says.
fn operations(fix: &Fix) -> Vec<Value> {
    let shown = |(change, shown): (&Change, &Option<String>)| {
        let mut operation = serde_json::to_value(&change.operation).unwrap_or_default();
        if let (Some(lines), Some(object)) = (shown, operation.as_object_mut()) {
            object.insert("value".to_owned(), Value::from(lines.as_str()));
            object.insert("only_changed_lines".to_owned(), Value::Bool(true));
        }
        operation
    };
    fix.changes.iter().zip(&fix.shown).map(shown).collect()
}

fn position(run: &Run<'_>, offset: usize, lines: &Lines) -> Position {
    lines.position(run.manifests.stream(), offset)
}
