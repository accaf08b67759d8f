//! Judges a file of manifests as the overlays deploy it that patch its objects.
//!
//! A finding holds for an overlay if it is still there once the overlay's patches are applied, and a fix of the file counts
//! only if it cures what an overlay deploys. Where patches make no difference, the file is reported as it is.

use super::{Base, CURABLE, without_edits};
use crate::checks::{self, Check, Examination, Kept, Severity, Subject, examine_with};
use crate::cure::{Cure, CureError};
use crate::detect::{Scan, Setting, read_documents};
use crate::gitops::{Deployment, deployments};
use crate::lint::Examined;
use crate::lint::release::InRepository;
use crate::lint::values::FileLocation;
use crate::report::{self, Finding, Outcome, Part, Place, Server, Source, State, Stream, fingerprint};
use crate::suppress::{Directive, in_yaml};
use crate::yaml::{Edit, Node, Span, spliced};

/// A file and the overlays that deploy it.
pub(super) struct Overlays<'a> {
    file: InRepository<'a>,
    base: Base<'a>,
    deployments: Vec<Deployment>,
}

/// What an overlay deploys.
struct Deployed {
    /// The folder of the overlay; `None` if there are too many to be told apart.
    title: Option<String>,
    part: Part,
    /// For each finding: whether its place is known, rather than only its object.
    is_placed: Vec<bool>,
}

/// The file with its fixes, and what the overlays make of that.
struct Cured {
    edits: Vec<Edit>,
    part: Part,
    after: Vec<Deployed>,
}

impl<'a> Overlays<'a> {
    /// `None` if no overlay patches an object of the file.
    pub(super) fn of(file: InRepository<'a>, base: Base<'a>) -> Option<Self> {
        let deployments = deployments(file.path, file.text, file.around);
        (!deployments.is_empty()).then_some(Self { file, base, deployments })
    }

    /// What was found. `examination` is that of the file as it is.
    pub(super) fn examined(&self, mut examination: Examination<'_, '_>) -> Result<Examined, CureError> {
        let Base { path, manifests, linter, .. } = self.base;
        let as_it_is = self.base.part(&examination, &without_edits(&examination, ""));
        let deployed: Vec<Deployed> = self.deployments.iter().map(|one| self.judge(one)).collect();
        let source = Source::new(path, manifests.stream());
        let mut directives = linter.policy.screen(&source, manifests, &mut examination);
        examination.findings.retain(|finding| deployed.iter().any(|one| one.holds(finding, path)));
        let Cured { edits, part, after } = self.cured(&mut examination, &deployed)?;
        let is_cured_alike = after.iter().all(|one| {
            let verdicts = one.part.servers.iter().map(|server| server.verdict);
            verdicts.eq(part.servers.iter().map(|server| server.after))
        });
        let edits = self.base.edits(edits).into_iter().collect();
        if is_cured_alike && deployed.iter().all(|one| one.is_like(&as_it_is)) {
            return Ok(Examined { part, edits, directives });
        }
        let mut all = Part { inputs: part.inputs.clone(), ..Part::default() };
        for (number, one) in deployed.into_iter().enumerate() {
            all.append(one.with_fixes((&examination, &part), after.get(number)));
        }
        directives.extend(self.directives_elsewhere(&all));
        Ok(Examined { part: all, edits, directives })
    }

    /// The fixes that cure what at least one overlay deploys.
    fn cured(&self, examination: &mut Examination<'_, '_>, deployed: &[Deployed]) -> Result<Cured, CureError> {
        let Base { path, manifests, .. } = self.base;
        loop {
            let Cure { edits, after, refused } = self.base.cure(examination)?;
            let judged_again = if edits.is_empty() {
                Vec::new()
            } else {
                let edited = spliced(manifests.stream(), &edits);
                let again = deployments(self.file.path, &String::from_utf8_lossy(&edited), self.file.around);
                again.iter().map(|one| self.judge(one)).collect()
            };
            let cures = |finding: &checks::Finding| {
                let mut both = deployed.iter().zip(&judged_again);
                both.any(|(before, after)| {
                    before.has(finding, path).into_iter().any(|number| before.is_cured(number, after))
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

    fn judge(&self, deployment: &Deployment) -> Deployed {
        let Base { path, linter, .. } = self.base;
        let title = deployment.folder.as_ref().map(|folder| match self.file.repository.shown(folder) {
            empty if empty.is_empty() => ".".to_owned(),
            title => title,
        });
        let stream = deployment.stream.as_bytes();
        let mut scan = Scan::default();
        scan.advance(&linter.trigger, stream);
        let (manifests, _) = read_documents(stream, &scan, linter.rules);
        let add = |subject: &mut Subject<'_, '_>| {
            let resource = subject.server.site.resource();
            if let Some(why) = deployment.doubt(subject.index, resource.kind(), resource.name()) {
                subject.server = subject.server.clone().doubted(why);
            }
            subject.overlay.clone_from(&title);
        };
        let examination = examine_with(&manifests, linter.rules, (linter.wanted, Kept::Here), &add);
        let cure = without_edits(&examination, "the patches of the overlay decide; change them");
        let state = State::Curable(CURABLE);
        let stream =
            Stream { path, manifests: &manifests, examination: &examination, cure: &cure, state, has_edits: false };
        let part = stream.part();
        self.placed(deployment, title, (&examination, part))
    }

    /// Servers and findings with their places in the files that they come from.
    fn placed(
        &self,
        deployment: &Deployment,
        title: Option<String>,
        (examination, mut part): (&Examination<'_, '_>, Part),
    ) -> Deployed {
        let mut is_placed = Vec::new();
        for (told, finding) in part.findings.iter_mut().zip(&examination.findings) {
            let own = self.location(deployment, finding.span);
            let subject = finding.server.and_then(|number| examination.subjects.get(number));
            let location = own.clone().or_else(|| self.location(deployment, name_of(subject?)?.span()));
            is_placed.push(own.is_some());
            let document = told.place.document;
            let mut place = location.map_or_else(|| Place::file(self.base.path), |location| location.place());
            if !finding.shown.contains(&finding.span) {
                place.excerpt = None;
            }
            told.place = Place { document: document.filter(|_| place.path == self.base.path), ..place };
            told.fingerprint = fingerprint([told.fingerprint.as_str(), title.as_deref().unwrap_or_default()]);
        }
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
        Deployed { title, part, is_placed }
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
        let place = deployment.place(self.file.path, span)?;
        let is_own = *place.file == *self.file.path;
        let path = if is_own { self.base.path.to_owned() } else { self.file.repository.shown(&place.file) };
        let text = self.file.repository.text(&place.file, self.file)?;
        Some(FileLocation { path, text: text.into_bytes().into(), span: Some(place.span) })
    }

    /// The suppressions in the other files that findings point to.
    fn directives_elsewhere(&self, part: &Part) -> Vec<Directive> {
        let paths = part.findings.iter().map(|finding| finding.place.path.as_str());
        let mut paths: Vec<&str> = paths.filter(|path| *path != self.base.path).collect();
        paths.sort_unstable();
        paths.dedup();
        let texts = paths.into_iter().filter_map(|path| Some((path, std::fs::read(path).ok()?)));
        texts.flat_map(|(path, text)| in_yaml(&Source::new(path, &text))).collect()
    }
}

/// The name of a server's object.
fn name_of<'m>(subject: &Subject<'m, '_>) -> Option<Node<'m>> {
    subject.server.site.resource().node().at("/metadata/name")
}

impl Deployed {
    /// Whether it has a finding of the file as it is.
    fn holds(&self, finding: &checks::Finding, path: &str) -> bool {
        !self.has(finding, path).is_empty()
    }

    /// The numbers of its findings that are the same as one of the file as it is.
    fn has(&self, finding: &checks::Finding, path: &str) -> Vec<usize> {
        let wanted = (finding.check, finding.severity, finding.message.as_str(), path, Some(finding.span));
        let numbers = 0..self.part.findings.len();
        numbers.filter(move |number| self.is_same(*number, wanted)).collect()
    }

    /// Whether one of its findings says the same, apart from the overlay's name, of the same place.
    fn is_same(&self, number: usize, of: (Check, Severity, &str, &str, Option<Span>)) -> bool {
        let Some(own) = self.part.findings.get(number) else { return false };
        let (check, severity, message, path, span) = of;
        let title = self.title.as_ref().map(|title| format!("[{title}]")).unwrap_or_default();
        let own_span = own.place.region.map(report::Region::span);
        let is_there = own.place.path == path && own_span == span;
        (own.check, own.severity) == (check, severity)
            && own.message.replacen(&title, "", 1) == message
            && (is_there || self.is_placed.get(number) == Some(&false))
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
        let has = |finding: &Finding| {
            let span = finding.place.region.map(report::Region::span);
            let wanted = (finding.check, finding.severity, finding.message.as_str(), finding.place.path.as_str(), span);
            (0..self.part.findings.len()).any(|number| self.is_same(number, wanted))
        };
        self.part.servers.iter().map(told).eq(base.servers.iter().map(told))
            && self.part.findings.len() == base.findings.len()
            && base.findings.iter().all(has)
    }

    /// Whether a finding is gone in a later state.
    fn is_cured(&self, number: usize, after: &Self) -> bool {
        let Some(own) = self.part.findings.get(number) else { return false };
        let is_it = |other: &Finding| (other.check, other.server) == (own.check, own.server);
        self.part.servers.len() == after.part.servers.len() && !after.part.findings.iter().any(is_it)
    }

    /// With the fixes of the file for the findings that these cure. Findings of `base` are those of `examination`.
    fn with_fixes(mut self, (examination, base): (&Examination<'_, '_>, &Part), after: Option<&Self>) -> Part {
        let path = base.inputs.first().map_or("", |input| input.path.as_str());
        for (finding, known) in examination.findings.iter().zip(&base.findings) {
            for number in self.has(finding, path) {
                let is_cured = after.is_some_and(|after| self.is_cured(number, after));
                let Some(own) = self.part.findings.get_mut(number) else { continue };
                own.place = known.place.clone();
                own.suppression.clone_from(&known.suppression);
                if is_cured {
                    own.fix.clone_from(&known.fix);
                }
                if is_cured || !matches!(known.outcome, Outcome::Curable(_)) {
                    own.outcome = known.outcome.clone();
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
