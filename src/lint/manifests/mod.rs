//! Judges rendered manifests, live objects and any other Kubernetes YAML the way the post-renderer does.

mod overlays;

use std::path::Path;

use super::release::InRepository;
use super::target::tidy;
use super::{Examined, FileEdits, Linter, display, unreadable};
use crate::checks::{Examination, Kept, examine};
use crate::cure::{Comments, Cure, CureError, cure};
use crate::detect::{Scan, read_documents};
use crate::gitops::STANDARD_INPUT;
use crate::manifests::{BrokenDocument, Manifests, fault_of_all};
use crate::report::{Finding, Part, Source, State, Stream};
use crate::yaml::Edit;
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
    let source = Source::new(path, stream);
    let base = Base { file, path, manifests: &manifests, linter };
    let mut examined = Examined::default();
    if !examination.subjects.is_empty() {
        let overlays = around.and_then(|around| Overlays::of(around, base));
        examined = match overlays {
            Some(overlays) => overlays.examined(examination)?,
            None => base.examined(examination)?,
        };
    } else if holds_objects(stream) {
        examined = base.examined(examination)?;
    }
    examined.part.findings.extend(broken.iter().map(|fault| of_broken(fault, &source)));
    Ok(examined)
}

/// The documents of a stream that matter, and those of them that are broken.
fn scanned<'s>(stream: &'s [u8], linter: &Linter<'_>) -> (Manifests<'s>, Vec<BrokenDocument>) {
    let mut scan = Scan::default();
    scan.advance(&linter.trigger, stream);
    read_documents(stream, &scan, &linter.trigger, linter.rules)
}

/// A stream to judge.
#[derive(Clone, Copy)]
struct Base<'a> {
    /// `None` for standard input.
    file: Option<&'a Path>,
    /// The file as it is shown.
    path: &'a str,
    manifests: &'a Manifests<'a>,
    linter: &'a Linter<'a>,
}

impl<'a> Base<'a> {
    /// What was found in it, with the fixes that cure it.
    fn examined(self, mut examination: Examination<'a, 'a>) -> Result<Examined, CureError> {
        let Self { path, manifests, linter, .. } = self;
        let directives = linter.policy.screen(&Source::new(path, manifests.stream()), manifests, &mut examination);
        let cure = self.cure(&examination)?;
        let part = self.part(&examination, &cure);
        Ok(Examined { part, edits: self.edits(cure.edits).into_iter().collect(), directives })
    }

    /// The edits of the file, if it is one.
    fn edits(self, edits: Vec<Edit>) -> Option<FileEdits> {
        FileEdits::of(&tidy(self.file?), self.manifests.stream(), edits)
    }

    fn cure(self, examination: &Examination<'_, '_>) -> Result<Cure, CureError> {
        if examination.findings.is_empty() {
            return Ok(Cure::nothing(examination));
        }
        cure(self.manifests, examination, self.linter.rules, Comments::Omit)
    }

    fn part(self, examination: &Examination<'_, '_>, cure: &Cure) -> Part {
        let Self { path, manifests, linter, .. } = self;
        let state = State::Curable(if self.file.is_none() { CURABLE_STREAM } else { CURABLE });
        Stream { path, manifests, examination, cure, state, has_edits: linter.has_edits }.part()
    }
}

/// No edits, for a reason.
fn without_edits(examination: &Examination<'_, '_>, why: &str) -> Cure {
    let refused = examination.findings.iter().map(|finding| (!finding.fix.is_empty()).then(|| why.to_owned()));
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
