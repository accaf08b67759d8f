//! Judges a file of manifests as the overlays deploy it that patch its objects.
//!
//! A finding holds for an overlay if it is still there once the overlay's patches are applied, and a fix of the file counts
//! only if it cures what an overlay deploys. Where patches make no difference, the file is reported as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::company::nearest;
use super::{Base, CURABLE, missing_in, scanned, without_edits};
use crate::checks::{self, Check, Examination, Kept, Severity, Subject, examine_with};
use crate::cure::{Cure, CureError};
use crate::detect::Setting;
use crate::gitops::{Deployment, deployments};
use crate::lint::Examined;
use crate::lint::release::InRepository;
use crate::lint::values::FileLocation;
use crate::manifests::Manifests;
use crate::report::{self, Elsewhere, Finding, Outcome, Part, Place, Server, Source, State, Stream, fingerprint};
use crate::suppress::in_yaml;
use crate::yaml::{Edit, Node, Span, spliced};

/// A file and the overlays that deploy it.
pub(super) struct Overlays<'a> {
    pub(super) file: InRepository<'a>,
    pub(super) base: Base<'a>,
    /// As overlays deploy it.
    pub(super) deployments: &'a [Deployment],
}

/// What an overlay deploys.
struct Deployed {
    part: Part,
    /// The same findings as in the report, in order.
    told: Vec<Told>,
    /// The texts of the other files that findings point to, by their paths as shown.
    elsewhere: BTreeMap<String, Arc<[u8]>>,
}

/// What a report does not say of a finding.
struct Told {
    /// Its message without the overlay's name.
    message: String,
    /// Whether its place is known, rather than only its object.
    is_placed: bool,
}

/// A finding of the file as it is, and what the report of its cure says of it.
#[derive(Clone, Copy)]
struct Known<'a> {
    found: &'a checks::Finding,
    told: &'a Finding,
}

/// What findings have in common that say the same of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Said<'a> {
    check: Check,
    severity: Severity,
    message: &'a str,
    path: &'a str,
    span: Option<Span>,
}

impl<'a> Said<'a> {
    /// By the file as it is.
    fn found(finding: &'a checks::Finding, base: Base<'a>) -> Self {
        let checks::Finding { check, severity, message, span, .. } = finding;
        let other = base.company.written(*span);
        let (path, span) = other.map_or((base.path, *span), |other| (other.source.path(), other.span));
        Self { check: *check, severity: *severity, message, path, span: Some(span) }
    }

    /// By a report.
    fn told(finding: &'a Finding) -> Self {
        let Finding { check, severity, message, place, .. } = finding;
        let span = place.region.map(report::Region::span);
        Self { check: *check, severity: *severity, message, path: &place.path, span }
    }
}

/// The file with its fixes, and what the overlays make of that.
struct Cured {
    edits: Vec<Edit>,
    part: Part,
    after: Vec<Deployed>,
}

impl Overlays<'_> {
    /// What was found. `examination` is that of the file as it is.
    pub(super) fn examined(&self, mut examination: Examination<'_, '_>) -> Result<Examined, CureError> {
        let as_it_is = self.base.part(&examination, &without_edits(&examination, |_| String::new()));
        let deployed: Vec<Deployed> = self.deployments.iter().map(|one| self.judge(one)).collect();
        let mut directives = self.base.screen(&mut examination);
        examination.findings.retain(|finding| deployed.iter().any(|one| one.has(Said::found(finding, self.base))));
        let Cured { edits, part, after } = self.cured(&mut examination, &deployed)?;
        let is_cured_alike = after.iter().all(|one| {
            let verdicts = one.part.servers.iter().map(|server| server.verdict);
            verdicts.eq(part.servers.iter().map(|server| server.after))
        });
        let edits = self.base.edits(edits);
        if is_cured_alike && deployed.iter().all(|one| one.is_like(&as_it_is)) {
            return Ok(Examined { part, edits, directives });
        }
        let known: Vec<Known<'_>> =
            examination.findings.iter().zip(&part.findings).map(|(found, told)| Known { found, told }).collect();
        let mut elsewhere: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
        let mut all = Part { inputs: part.inputs.clone(), ..Part::default() };
        for (number, mut one) in deployed.into_iter().enumerate() {
            elsewhere.append(&mut one.elsewhere);
            all.append(one.with_fixes(self.base, &known, after.get(number)));
        }
        elsewhere.retain(|path, _| all.findings.iter().any(|finding| finding.place.path == *path));
        directives.extend(elsewhere.iter().flat_map(|(path, text)| in_yaml(&Source::new(path, text))));
        Ok(Examined { part: all, edits, directives })
    }

    /// The fixes that cure what at least one overlay deploys.
    fn cured(&self, examination: &mut Examination<'_, '_>, deployed: &[Deployed]) -> Result<Cured, CureError> {
        loop {
            let Cure { edits, after, refused } = self.base.cure(examination)?;
            let judged_again = if edits.is_empty() { Vec::new() } else { self.judged_with(&edits) };
            let cures = |finding: &checks::Finding| {
                let mut both = deployed.iter().zip(&judged_again);
                both.any(|(before, after)| {
                    before.saying(Said::found(finding, self.base)).any(|number| before.is_cured(number, after))
                })
            };
            let findings = examination.findings.iter().zip(&refused);
            let is_idle: Vec<bool> = findings
                .map(|(finding, refused)| !finding.fix.is_empty() && refused.is_none() && !cures(finding))
                .collect();
            if !is_idle.contains(&true) {
                let part = self.base.part(examination, &Cure { edits: edits.clone(), after, refused });
                return Ok(Cured { edits, part, after: judged_again });
            }
            for (finding, _) in examination.findings.iter_mut().zip(is_idle).filter(|(_, is_idle)| *is_idle) {
                finding.fix.clear();
                finding.incurable_because = Some("the patches of its overlays would undo it".to_owned());
            }
        }
    }

    /// The same with edits of the file and of those that it was read with.
    fn judged_with(&self, edits: &[Edit]) -> Vec<Deployed> {
        let Self { file, base: Base { manifests, company, linter, .. }, .. } = *self;
        let (own, others) = company.divided(edits.to_vec());
        let edited = spliced(manifests.stream(), &own);
        let others = company.edited(others);
        let paths: Vec<String> = others.keys().cloned().collect();
        let repository = file.repository.with(others);
        let around = file.around.changed(&repository, paths);
        let missing = |stream: &str| missing_in(stream, linter);
        let again = deployments(file.path, &String::from_utf8_lossy(&edited), &around, &missing);
        again.overlays.iter().map(|one| self.judge(one)).collect()
    }

    fn judge(&self, deployment: &Deployment) -> Deployed {
        let Base { path, linter, .. } = self.base;
        let stream = deployment.stream.as_bytes();
        let (mut manifests, _) = scanned(stream, linter);
        manifests.borrow_from(deployment.own);
        let add = |subject: &mut Subject<'_, '_>| {
            let resource = subject.server.site.resource();
            if let Some(why) = deployment.doubt(subject.index, resource.kind(), resource.name()) {
                subject.server = subject.server.clone().doubted(why);
            }
            subject.overlay.clone_from(&deployment.overlay);
        };
        let examination = examine_with(&manifests, linter.rules, (linter.wanted, Kept::Here), &add);
        let cure = without_edits(&examination, |finding| self.why_kept(deployment, &manifests, finding));
        let state = State::Curable(CURABLE);
        let (manifests, examination) = (&manifests, &examination);
        let stream = Stream { path, manifests, elsewhere: &(), examination, cure: &cure, state, has_edits: false };
        let mut deployed = Deployed { part: stream.part(), told: Vec::new(), elsewhere: BTreeMap::new() };
        self.place_findings(deployment, examination, &mut deployed);
        self.place_servers(deployment, examination, &mut deployed.part);
        deployed
    }

    /// Why a finding of what an overlay deploys is not fixed there.
    fn why_kept(&self, deployment: &Deployment, manifests: &Manifests<'_>, finding: &checks::Finding) -> String {
        let mut changes = finding.fix.iter().flat_map(|fix| fix.changes.iter().map(|change| (fix.document, change)));
        let added = changes.find_map(|(document, change)| {
            let root = manifests.parsed_at(document).filter(|_| !manifests.is_own(document))?.document.root();
            deployment.place(nearest(root, change.operation.path().as_str()).span())
        });
        match added {
            Some(place) => {
                let path = self.file.repository.shown(&place.file);
                format!("it belongs into what the overlay adds; change {path}")
            }
            None => "the patches of the overlay decide; change them".to_owned(),
        }
    }

    /// Findings with their places in the files that they come from.
    fn place_findings(&self, deployment: &Deployment, examination: &Examination<'_, '_>, deployed: &mut Deployed) {
        for (told, finding) in deployed.part.findings.iter_mut().zip(&examination.findings) {
            let own = self.location(deployment, finding.span);
            let subject = finding.server.and_then(|number| examination.subjects.get(number));
            deployed.told.push(Told {
                message: subject.map_or_else(|| told.message.clone(), |subject| unnamed(&told.message, subject)),
                is_placed: own.is_some(),
            });
            let location = own.or_else(|| self.location(deployment, name_of(subject?)?.span()));
            let document = told.place.document;
            let mut place = location.as_ref().map_or_else(|| Place::file(self.base.path), FileLocation::place);
            if !finding.shown.contains(&finding.span) {
                place.excerpt = None;
            }
            told.place = Place { document: document.filter(|_| place.path == self.base.path), ..place };
            let overlay = deployment.overlay.as_deref().unwrap_or_default();
            told.fingerprint = fingerprint([told.fingerprint.as_str(), overlay]);
            let other = location.filter(|location| location.path != self.base.path);
            deployed.elsewhere.extend(other.map(|location| (location.path, location.text)));
        }
    }

    /// Servers with the places of their settings in the files that they come from.
    fn place_servers(&self, deployment: &Deployment, examination: &Examination<'_, '_>, part: &mut Part) {
        for (told, subject) in part.servers.iter_mut().zip(&examination.subjects) {
            let server = &subject.server;
            self.place_setting(deployment, &mut told.interval.setting, &server.interval);
            self.place_setting(deployment, &mut told.retain.setting, &server.retain);
            for (told, ignored) in told.ignored_settings.iter_mut().zip(&server.ignored) {
                let own = self.location(deployment, ignored.span);
                let location = own.or_else(|| self.location(deployment, name_of(subject)?.span()));
                if let Some(position) = location.and_then(|location| location.position()) {
                    (told.line, told.column) = (position.line, position.column);
                }
            }
        }
    }

    fn place_setting(&self, deployment: &Deployment, told: &mut report::Setting, setting: &Setting<'_>) {
        let span = setting.span.or_else(|| setting.node.map(Node::span));
        let location = span.and_then(|span| self.location(deployment, span));
        let position = location.as_ref().and_then(FileLocation::position);
        told.line = position.map(|position| position.line);
        told.column = position.map(|position| position.column);
        told.path = location.map(|location| location.path).filter(|path| path != self.base.path);
    }

    /// Where a scalar of what is deployed is written.
    fn location(&self, deployment: &Deployment, span: Span) -> Option<FileLocation> {
        let place = deployment.place(span)?;
        let is_own = *place.file == *self.file.path;
        let path = if is_own { self.base.path.to_owned() } else { self.file.repository.shown(&place.file) };
        let text = self.file.repository.text(&place.file, self.file)?;
        Some(FileLocation { path, text: text.into_bytes().into(), span: Some(place.span) })
    }
}

/// The name of a server's object.
fn name_of<'m>(subject: &Subject<'m, '_>) -> Option<Node<'m>> {
    subject.server.site.resource().node().at("/metadata/name")
}

/// A message about a server without the name of the overlay.
fn unnamed(message: &str, subject: &Subject<'_, '_>) -> String {
    let plain = Subject { overlay: None, ..subject.clone() };
    message.replacen(&subject.title(), &plain.title(), 1)
}

impl Deployed {
    /// Whether one of its findings says this.
    fn has(&self, said: Said<'_>) -> bool {
        self.saying(said).next().is_some()
    }

    /// The numbers of its findings that say this. Where only the object is known, the place does not count.
    fn saying<'s>(&'s self, said: Said<'s>) -> impl Iterator<Item = usize> + 's {
        let both = self.part.findings.iter().zip(&self.told).enumerate();
        let same = both.filter(move |(_, (finding, told))| {
            let own = Said { message: &told.message, ..Said::told(finding) };
            own == if told.is_placed { said } else { Said { path: own.path, span: own.span, ..said } }
        });
        same.map(|(number, _)| number)
    }

    /// Whether patches make no difference to its servers.
    fn is_like(&self, base: &Part) -> bool {
        let told = |server: &Server| {
            (
                server.kind.clone(),
                server.name.clone(),
                server.container.clone(),
                server.verdict,
                server.interval.hours,
                server.retain.count,
            )
        };
        self.part.servers.iter().map(told).eq(base.servers.iter().map(told))
            && self.part.findings.len() == base.findings.len()
            && base.findings.iter().all(|finding| self.has(Said::told(finding)))
    }

    /// Whether a finding is gone in a later state.
    fn is_cured(&self, number: usize, after: &Self) -> bool {
        let Some(own) = self.part.findings.get(number) else { return false };
        let is_it = |other: &Finding| (other.check, other.server) == (own.check, own.server);
        self.part.servers.len() == after.part.servers.len() && !after.part.findings.iter().any(is_it)
    }

    /// With the fixes of a file for the findings that these cure.
    fn with_fixes(mut self, base: Base<'_>, known: &[Known<'_>], after: Option<&Self>) -> Part {
        for Known { found, told } in known {
            let numbers: Vec<usize> = self.saying(Said::found(found, base)).collect();
            for number in numbers {
                let is_cured = after.is_some_and(|after| self.is_cured(number, after));
                let Some(own) = self.part.findings.get_mut(number) else { continue };
                own.place = told.place.clone();
                own.suppression.clone_from(&told.suppression);
                if is_cured {
                    own.fix.clone_from(&told.fix);
                }
                if is_cured || !matches!(told.outcome, Outcome::Curable(_)) {
                    own.outcome = told.outcome.clone();
                }
            }
        }
        for (number, server) in self.part.servers.iter_mut().enumerate() {
            let after = after.and_then(|after| after.part.servers.get(number));
            server.after = after.map_or(server.verdict, |after| after.verdict);
        }
        self.part.inputs.clear();
        self.part
    }
}
