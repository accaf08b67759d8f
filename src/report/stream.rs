//! What the examination of one stream of manifests contributes to a report.

use serde_json::Value;

use super::elsewhere::{Elsewhere, mark_in};
use super::fingerprint::fingerprint;
use super::model::{
    Chart, Finding, Fix, IgnoredSetting, Input, InputKind, Interval, Outcome, Part, Replacement, Retain, Server,
    Setting,
};
use super::place::{Mark, Region, Source};
use super::replacements;
use crate::checks::{self, Examination, Subject};
use crate::cure::Cure;
use crate::detect::{self, Ignored, Site};
use crate::manifests::Manifests;
use crate::yaml::{Change, Node, Position, Span};

/// An examined stream.
pub struct Stream<'a> {
    /// Its path, `-` for standard input.
    pub path: &'a str,
    /// The stream.
    pub manifests: &'a Manifests<'a>,
    /// Where the documents are written that it took in from other files.
    pub elsewhere: &'a dyn Elsewhere,
    /// What was found in it.
    pub examination: &'a Examination<'a, 'a>,
    /// What the patches do to it.
    pub cure: &'a Cure,
    /// Whether the output contains the patches.
    pub state: State,
    /// Whether fixes are also wanted as byte edits.
    pub has_edits: bool,
}

/// Whether the output contains the patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does.
    Patched,
    /// It does not; the text says how to get them.
    Curable(&'static str),
}

impl Stream<'_> {
    /// The stream's part of a report.
    #[must_use]
    pub fn part(&self) -> Part {
        let source = Source::new(self.path, self.manifests.stream());
        let input = Input { path: self.path.to_owned(), kind: InputKind::Manifests, documents: self.manifests.count() };
        let findings = || self.examination.findings.iter().zip(&self.cure.refused);
        let fixes = findings().flat_map(|(finding, refused)| self.fixes(finding, refused.as_ref()));
        let edits = if self.has_edits {
            replacements::of(&fixes.collect::<Vec<_>>(), self.manifests, &|span| self.region(span, &source))
        } else {
            Vec::new()
        };
        let mut edits = edits.into_iter();
        Part {
            inputs: vec![input],
            servers: self.examination.subjects.iter().map(|subject| self.server(subject, &source)).collect(),
            findings: findings()
                .map(|(finding, refused)| self.finding(finding, refused.as_ref(), (&source, &mut edits)))
                .collect(),
        }
    }

    fn server(&self, subject: &Subject<'_, '_>, source: &Source<'_>) -> Server {
        let server = &subject.server;
        let resource = server.site.resource();
        Server {
            path: self.path.to_owned(),
            document: Some(subject.index),
            kind: resource.kind().to_owned(),
            name: resource.name().to_owned(),
            namespace: resource.namespace().map(str::to_owned),
            container: server.site.container_name().map(str::to_owned),
            overlay: subject.overlay.clone(),
            role_group: if let Site::Custom { group, .. } = server.site { group.map(str::to_owned) } else { None },
            flavor: server.flavor.id.clone(),
            verdict: server.verdict,
            after: self.cure.after.get(subject.number).copied().unwrap_or(server.verdict),
            takes_effect: subject.takes_effect(),
            template: subject.template.map(str::to_owned),
            chart: chart(subject),
            release: None,
            interval: Interval {
                hours: server.interval.reading.number(),
                setting: self.setting(&server.interval, source),
            },
            retain: Retain { count: server.retain.reading.number(), setting: self.setting(&server.retain, source) },
            unknown_because: server.interval.unknown_because.clone(),
            mitigated_by: server.mitigation.as_ref().map(|mitigation| mitigation.by.join(", ")),
            ignored_settings: server.ignored.iter().map(|one| self.ignored(one, source)).collect(),
            is_patched: self.state == State::Patched,
            is_guess: false,
        }
    }

    /// The fixes of a finding that can be applied.
    fn fixes<'f>(&self, finding: &'f checks::Finding, refused: Option<&String>) -> &'f [checks::Fix] {
        let is_incurable = matches!(self.outcome(finding, refused), Outcome::Incurable(_));
        if is_incurable { &[] } else { &finding.fix }
    }

    /// A finding; takes the edits of its fixes from the front of `edits`.
    fn finding(
        &self,
        finding: &checks::Finding,
        refused: Option<&String>,
        (source, edits): (&Source<'_>, &mut impl Iterator<Item = Vec<Replacement>>),
    ) -> Finding {
        let checks::Finding { check, severity, span, context, .. } = *finding;
        let mark = Mark { span, context, shown: finding.shown.clone() };
        let fix = |fix: &checks::Fix| {
            let document = self.manifests.parsed_at(fix.document).map(|manifest| manifest.document.span());
            let other = document.and_then(|span| self.elsewhere.written(span));
            Fix {
                path: other.map_or_else(|| self.path.to_owned(), |other| other.source.path().to_owned()),
                document: other.map_or(Some(fix.document), |other| other.document),
                patch: operations(fix),
                edits: edits.next().unwrap_or_default(),
            }
        };
        let place = match self.elsewhere.written(span) {
            Some(other) => other.source.place(other.document, &mark_in(self.elsewhere, other, &mark)),
            None => source.place(Some(finding.document), &mark),
        };
        Finding {
            check,
            severity,
            place,
            label: finding.label.clone(),
            message: finding.message.clone(),
            help: finding.help.clone(),
            relief: finding.relief.clone(),
            server: finding.server,
            fix: self.fixes(finding, refused).iter().map(fix).collect(),
            outcome: self.outcome(finding, refused),
            fingerprint: self.fingerprint(finding),
            suppression: finding.suppression.clone(),
        }
    }

    fn setting(&self, setting: &detect::Setting<'_>, source: &Source<'_>) -> Setting {
        let span = setting.span.or_else(|| setting.node.map(Node::span));
        let position = span.map(|span| self.region(span, source).start);
        let other = span.and_then(|span| self.elsewhere.written(span));
        Setting {
            text: setting.text.clone(),
            store: setting.origin.describe(),
            path: other.map(|other| other.source.path().to_owned()),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
        }
    }

    fn ignored(&self, ignored: &Ignored<'_>, source: &Source<'_>) -> IgnoredSetting {
        let Position { line, column } = self.region(ignored.span, source).start;
        IgnoredSetting { store: ignored.store.clone(), text: ignored.text.clone(), line, column }
    }

    /// A part of the stream, in the file that it is written in.
    fn region(&self, span: Span, source: &Source<'_>) -> Region {
        match self.elsewhere.written(span) {
            Some(other) => other.source.region(other.span),
            None => source.region(span),
        }
    }

    fn outcome(&self, finding: &checks::Finding, refused: Option<&String>) -> Outcome {
        let reason = refused.or(finding.incurable_because.as_ref());
        match (reason, finding.fix.is_empty(), self.state) {
            (Some(reason), _, _) => Outcome::Incurable(reason.clone()),
            (None, true, _) => Outcome::Nothing,
            (None, false, State::Patched) => Outcome::Fixed,
            (None, false, State::Curable(how)) => Outcome::Curable(how),
        }
    }

    /// Check, path, object, container and the place of the setting, but neither line nor value.
    fn fingerprint(&self, finding: &checks::Finding) -> String {
        let subject = finding.server.and_then(|number| self.examination.subjects.get(number));
        let mut parts = vec![finding.check.id().to_owned(), self.path.to_owned()];
        if let Some(Subject { server, .. }) = subject {
            let resource = server.site.resource();
            let group = if let Site::Custom { group, .. } = server.site { group } else { None };
            parts.extend(
                [resource.kind(), resource.namespace().unwrap_or_default(), resource.name()].map(str::to_owned),
            );
            parts.push(server.site.container_name().or(group).unwrap_or_default().to_owned());
            // A server may have several settings that nothing reads.
            let unread = server.ignored.iter().find(|ignored| ignored.span == finding.span);
            parts.push(unread.map_or_else(|| server.interval.origin.describe(), |ignored| ignored.store.clone()));
        }
        fingerprint(parts.iter().map(String::as_str))
    }
}

fn chart(subject: &Subject<'_, '_>) -> Option<Chart> {
    let installed = subject.chart.as_ref()?;
    let prefix = Some(installed.prefix.clone());
    Some(Chart { name: installed.label.name.clone(), version: installed.label.version.to_string(), prefix })
}

/// The operations. If a text contains more than the setting, only its new lines are given, and the operation says so.
fn operations(fix: &checks::Fix) -> Vec<Value> {
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
