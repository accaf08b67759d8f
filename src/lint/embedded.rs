//! Judges manifests within files of other tools the way the post-renderer does. They are changed by hand.

use super::manifests::scanned;
use super::release::InRepository;
use super::values::{FileLocation, first_line};
use super::{Examined, Linter, unreadable};
use crate::checks::{self, Examination, Kept, Subject, examine_with};
use crate::cure::Cure;
use crate::detect::{Scan, Setting};
use crate::gitops::{Embedded, embedded};
use crate::kubernetes::Container;
use crate::report::{self, Input, InputKind, Part, Place, Source, State, Stream};
use crate::suppress::in_hcl;
use crate::yaml::{Node, ParseError, Span};
use crate::zookeeper::Verdict;

/// Why there is no fix.
const BY_HAND: &str = "autopurge changes no manifests in Terraform files";

/// The longest change that a message shows, in bytes.
const LONGEST: usize = 160;

/// Examines the servers in the manifests of a file; empty if there are none.
pub(super) fn examine(file: InRepository<'_>, linter: &Linter<'_>) -> Examined {
    let shown = file.repository.shown(file.path);
    match embedded(file.path, file.text, file.around) {
        Ok(embedded) => Stated { file, path: &shown, embedded: &embedded, linter }.examined(),
        Err(error) => broken(&error, &Source::new(&shown, file.text.as_bytes()), linter),
    }
}

/// A file that cannot be read, if it names something that servers run.
fn broken(error: &ParseError, source: &Source<'_>, linter: &Linter<'_>) -> Examined {
    let mut scan = Scan::default();
    scan.advance(&linter.trigger, source.text());
    let help = "Fix the file: it may define a ZooKeeper server, and was not checked.";
    let finding = || unreadable::at(source, error.offset, &format!("cannot be read: {}", error.message), help);
    let findings: Vec<report::Finding> = (!scan.hits().is_empty()).then(finding).into_iter().collect();
    let input = Input { path: source.path().to_owned(), kind: InputKind::GitOps, documents: 0 };
    let inputs = if findings.is_empty() { Vec::new() } else { vec![input] };
    Examined { part: Part { inputs, findings, ..Part::default() }, ..Examined::default() }
}

/// Why a finding is not fixed, and what to write instead.
fn by_hand(finding: &checks::Finding) -> String {
    let mut changes = finding.fix.iter().flat_map(|fix| &fix.changes);
    let change = changes.next().and_then(|change| serde_json::to_value(&change.operation).ok());
    let at = |key: &str| change.as_ref().and_then(|change| change.get(key));
    match (at("path").and_then(serde_json::Value::as_str), at("value").map(ToString::to_string)) {
        (Some(path), Some(value)) if value.len() < LONGEST => {
            format!("{BY_HAND}; set {path} to {value}, as it is written there")
        }
        _ => BY_HAND.to_owned(),
    }
}

/// The manifests of a file.
struct Stated<'a> {
    file: InRepository<'a>,
    /// The file as it is shown.
    path: &'a str,
    embedded: &'a Embedded,
    linter: &'a Linter<'a>,
}

impl Stated<'_> {
    fn examined(&self) -> Examined {
        let stream = self.embedded.stream.as_bytes();
        let (manifests, broken) = scanned(stream, self.linter);
        let add = |subject: &mut Subject<'_, '_>| {
            if let Some(why) = self.doubt(subject) {
                subject.server = subject.server.clone().doubted(&why);
            }
        };
        let mut examination = examine_with(&manifests, self.linter.rules, (self.linter.wanted, Kept::Here), &add);
        if examination.subjects.is_empty() && broken.is_empty() {
            return Examined::default();
        }
        // What the manifests themselves suppress; comments of the file come on top.
        self.linter.policy.screen((&Source::new(self.path, stream), &()), &manifests, &mut examination);
        let refused = examination.findings.iter().map(|finding| (!finding.fix.is_empty()).then(|| by_hand(finding)));
        let cure = Cure { refused: refused.collect(), ..Cure::nothing(&examination) };
        let state = State::Curable("");
        let told = Stream {
            path: self.path,
            manifests: &manifests,
            examination: &examination,
            cure: &cure,
            state,
            has_edits: false,
            elsewhere: &(),
        };
        let mut part = told.part();
        part.inputs = vec![Input { path: self.path.to_owned(), kind: InputKind::GitOps, documents: 0 }];
        self.place_findings(&examination, &mut part);
        self.place_servers(&examination, &mut part);
        let source = Source::new(self.path, self.file.text.as_bytes());
        let help = "Terraform fills it in: it may define a ZooKeeper server, and was not checked.";
        part.findings.extend(broken.iter().map(|fault| {
            let place = self.embedded.place(Span::new(fault.cause.offset, fault.cause.offset));
            let offset = place.filter(|place| *place.file == *self.file.path).map_or(0, |place| place.span.start);
            unreadable::at(&source, offset, &fault.cause.message, help)
        }));
        Examined { part, edits: Vec::new(), directives: in_hcl(&source) }
    }

    /// What of a server Terraform only knows when it runs.
    fn doubt(&self, subject: &Subject<'_, '_>) -> Option<String> {
        let server = &subject.server;
        if matches!(server.verdict, Verdict::Purges | Verdict::Unknown) {
            return None;
        }
        let is_known = |span: Span| self.embedded.place(span).is_none_or(|place| place.is_known);
        let resource = server.site.resource().node();
        let whole = || self.embedded.doubt(resource.span()).map(str::to_owned);
        let setting = server.interval.span.or_else(|| server.interval.node.map(Node::span));
        let decided = || setting.filter(|span| !is_known(*span)).map(|_| FILLED_IN.to_owned());
        let parts = server.site.container().map(Container::node);
        let parts = || parts.into_iter().flat_map(|node| ["image", "command", "args"].map(|key| (key, node.get(key))));
        let unknown = || parts().find(|(_, node)| node.is_some_and(|node| !is_known(node.span())));
        whole().or_else(decided).or_else(|| unknown().map(|(key, _)| format!("`{key}` has a part that {NOT_KNOWN}")))
    }

    /// Findings with their places in the file.
    fn place_findings(&self, examination: &Examination<'_, '_>, part: &mut Part) {
        for (told, finding) in part.findings.iter_mut().zip(&examination.findings) {
            let location = self.location(finding.span);
            let mut place = location.as_ref().map_or_else(|| Place::file(self.path), FileLocation::place);
            if !finding.shown.contains(&finding.span) {
                place.excerpt = None;
            }
            told.place = place;
        }
    }

    /// Servers with the places of their settings in the file.
    fn place_servers(&self, examination: &Examination<'_, '_>, part: &mut Part) {
        for (told, subject) in part.servers.iter_mut().zip(&examination.subjects) {
            let server = &subject.server;
            told.document = None;
            self.place_setting(&mut told.interval.setting, &server.interval);
            self.place_setting(&mut told.retain.setting, &server.retain);
            for (told, ignored) in told.ignored_settings.iter_mut().zip(&server.ignored) {
                if let Some(position) = self.location(ignored.span).and_then(|location| location.position()) {
                    (told.line, told.column) = (position.line, position.column);
                }
            }
        }
    }

    fn place_setting(&self, told: &mut report::Setting, setting: &Setting<'_>) {
        let span = setting.span.or_else(|| setting.node.map(Node::span));
        let location = span.and_then(|span| self.location(span));
        let position = location.as_ref().and_then(FileLocation::position);
        told.line = position.map(|position| position.line);
        told.column = position.map(|position| position.column);
        told.path = location.map(|location| location.path).filter(|path| path != self.path);
    }

    /// Where a part of the stream is written; of a block, its first line.
    fn location(&self, span: Span) -> Option<FileLocation> {
        let place = self.embedded.place(span)?;
        let text: std::sync::Arc<[u8]> = self.file.repository.text(&place.file, self.file)?.into_bytes().into();
        let path = self.file.repository.shown(&place.file);
        let span = if place.is_exact { place.span } else { first_line(&text, place.span) };
        Some(FileLocation { path, text, span: Some(span) })
    }
}

/// Why a setting is not known.
const FILLED_IN: &str = "its value is filled in by Terraform, and not known here";
/// The same of a part of something.
const NOT_KNOWN: &str = "Terraform fills in, and that is not known here";
