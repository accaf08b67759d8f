//! Judges rendered manifests, live objects and any other Kubernetes YAML the way the post-renderer does.

mod company;
mod overlays;

use std::collections::BTreeSet;
use std::path::Path;

use super::release::InRepository;
use super::target::tidy;
use super::{Examined, FileEdits, Linter, display, unreadable};
use crate::checks::{self, Examination, Kept, examine};
use crate::cure::{Comments, Cure, CureError, cure};
use crate::detect::{Scan, missing_objects, read_documents};
use crate::gitops::{Deployments, STANDARD_INPUT, deployments};
use crate::kubernetes::ObjectName;
use crate::manifests::{BrokenDocument, Manifests, fault_of_all};
use crate::report::{Elsewhere, Finding, Part, Source, State, Stream};
use crate::suppress::Directive;
use crate::yaml::Edit;
use company::{Company, Texts};
use overlays::Overlays;

/// How to get the fixes of a lint.
pub(super) const CURABLE: &str = "`autopurge lint --fix` fixes this.";

/// The same for when no file can be fixed.
const CURABLE_STREAM: &str = "`autopurge post-render` patches this on its way to the cluster; `autopurge remedy --as strategic` prints the patch.";

/// Examines the servers in a file, or in standard input if there is none. Each broken document yields a finding, and the
/// others are judged all the same.
///
/// # Errors
/// Only on a bug of ours, see [`CureError`].
pub(super) fn examine_stream(file: Option<&Path>, stream: &[u8], linter: &Linter<'_>) -> Result<Examined, CureError> {
    examine_in(file, stream, None, linter)
}

/// The same for a file of a repository, whose kustomizations may patch its objects: then they count as each overlay
/// deploys them.
///
/// # Errors
/// Only on a bug of ours, see [`CureError`].
pub(super) fn examine_deployed(
    file: &Path,
    stream: &[u8],
    around: InRepository<'_>,
    linter: &Linter<'_>,
) -> Result<Examined, CureError> {
    examine_in(Some(file), stream, Some(around), linter)
}

fn examine_in(
    file: Option<&Path>,
    stream: &[u8],
    around: Option<InRepository<'_>>,
    linter: &Linter<'_>,
) -> Result<Examined, CureError> {
    let shown = file.map_or_else(|| STANDARD_INPUT.to_owned(), display);
    let path = shown.as_str();
    let (manifests, broken) = scanned(stream, linter);
    let kept = if file.is_none() { Kept::Elsewhere } else { Kept::Here };
    let examination = examine(&manifests, linter.rules, linter.wanted, kept);
    let company = Company::default();
    let base = Base { file, path, manifests: &manifests, company: &company, linter };
    let mut examined = if examination.subjects.is_empty() {
        if holds_objects(stream) { base.examined(examination)? } else { Examined::default() }
    } else if let Some(around) = around {
        base.in_repository(around, examination)?
    } else {
        base.examined(examination)?
    };
    let source = Source::new(path, stream);
    examined.part.findings.extend(broken.iter().map(|fault| of_broken(fault, &source)));
    Ok(examined)
}

/// The documents of a stream that matter, and those of them that are broken.
pub(super) fn scanned<'s>(stream: &'s [u8], linter: &Linter<'_>) -> (Manifests<'s>, Vec<BrokenDocument>) {
    let mut scan = Scan::default();
    scan.advance(&linter.trigger, stream);
    read_documents(stream, &scan, &linter.trigger, linter.rules)
}

/// The objects that the servers of a stream refer to and that are not in it.
fn missing_in(stream: &str, linter: &Linter<'_>) -> BTreeSet<ObjectName> {
    missing_objects(&scanned(stream.as_bytes(), linter).0, linter.rules)
}

/// A stream to judge.
#[derive(Clone, Copy)]
struct Base<'a> {
    /// `None` for standard input.
    file: Option<&'a Path>,
    /// The file as it is shown.
    path: &'a str,
    manifests: &'a Manifests<'a>,
    /// The documents of other files in it.
    company: &'a Company<'a>,
    linter: &'a Linter<'a>,
}

impl Base<'_> {
    /// What was found in it, as its overlays deploy it, and with the objects in other files that its servers refer to.
    fn in_repository(self, around: InRepository<'_>, alone: Examination<'_, '_>) -> Result<Examined, CureError> {
        let Self { linter, .. } = self;
        let Deployments { companions, overlays } = self.deployments(around);
        let judge = |base: Base<'_>, examination: Examination<'_, '_>| {
            if overlays.is_empty() {
                return base.examined(examination);
            }
            Overlays { file: around, base, deployments: &overlays }.examined(examination)
        };
        if companions.is_empty() {
            return judge(self, alone);
        }
        let texts = Texts::of(&companions, around);
        let (mut manifests, _) = scanned(self.manifests.stream(), linter);
        let company = Company::join(&companions, &texts, around, &mut manifests);
        let mut examination = examine(&manifests, linter.rules, linter.wanted, Kept::Here);
        company.keep_made(&manifests, &mut examination);
        judge(Base { manifests: &manifests, company: &company, ..self }, examination)
    }

    /// How overlays deploy it.
    fn deployments(self, around: InRepository<'_>) -> Deployments {
        let Self { manifests, linter, .. } = self;
        let missing = |stream: &str| {
            if stream.as_bytes() == manifests.stream() {
                return missing_objects(manifests, linter.rules);
            }
            missing_in(stream, linter)
        };
        deployments(around.path, around.text, around.around, &missing)
    }

    /// What was found in it, with the fixes that cure it.
    fn examined(self, mut examination: Examination<'_, '_>) -> Result<Examined, CureError> {
        let directives = self.screen(&mut examination);
        let cure = self.cure(&examination)?;
        let part = self.part(&examination, &cure);
        Ok(Examined { part, edits: self.edits(cure.edits), directives })
    }

    /// Marks what is suppressed, and returns the suppressions.
    fn screen(self, examination: &mut Examination<'_, '_>) -> Vec<Directive> {
        let Self { path, manifests, company, linter, .. } = self;
        linter.policy.screen((&Source::new(path, manifests.stream()), company), manifests, examination)
    }

    /// The edits of the file, if it is one, and of others.
    fn edits(self, edits: Vec<Edit>) -> Vec<FileEdits> {
        let (own, others) = self.company.divided(edits);
        let own = self.file.and_then(|file| FileEdits::of(&tidy(file), self.manifests.stream(), own));
        own.into_iter().chain(self.company.file_edits(others)).collect()
    }

    fn cure(self, examination: &Examination<'_, '_>) -> Result<Cure, CureError> {
        if examination.findings.is_empty() {
            return Ok(Cure::nothing(examination));
        }
        cure(self.manifests, examination, self.linter.rules, Comments::Omit)
    }

    fn part(self, examination: &Examination<'_, '_>, cure: &Cure) -> Part {
        let Self { path, manifests, company, linter, .. } = self;
        let state = State::Curable(if self.file.is_none() { CURABLE_STREAM } else { CURABLE });
        let elsewhere: &dyn Elsewhere = company;
        Stream { path, manifests, elsewhere, examination, cure, state, has_edits: linter.has_edits }.part()
    }
}

/// No edits, for reasons.
fn without_edits(examination: &Examination<'_, '_>, why: impl Fn(&checks::Finding) -> String) -> Cure {
    let refused = examination.findings.iter().map(|finding| (!finding.fix.is_empty()).then(|| why(finding)));
    Cure { refused: refused.collect(), ..Cure::nothing(examination) }
}

/// The finding about standard input of which nothing can be read.
pub(super) fn unreadable_input(stream: &[u8]) -> Option<Finding> {
    fault_of_all(stream).map(|fault| of_broken(&fault, &Source::new(STANDARD_INPUT, stream)))
}

/// Whether a file may contain Kubernetes objects at all; a file without any does not count as examined.
fn holds_objects(stream: &[u8]) -> bool {
    memchr::memmem::find(stream, b"apiVersion").is_some()
}

fn of_broken(fault: &BrokenDocument, source: &Source<'_>) -> Finding {
    let is_template = memchr::memmem::find(fault.span.of_bytes(source.text()), b"{{").is_some();
    let help = if is_template {
        "It looks like a template: lint what it renders to (`helm template ... | autopurge lint -`), or leave the file out with --exclude."
    } else {
        "Fix the file: this document may define a ZooKeeper server, and was not checked."
    };
    unreadable::at(source, fault.cause.offset, &fault.to_string(), help)
}
