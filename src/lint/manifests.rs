//! Judges rendered manifests, live objects and any other Kubernetes YAML the way the post-renderer does.

use std::path::Path;

use super::target::tidy;
use super::{Examined, FileEdits, Linter, display, unreadable};
use crate::checks::{Kept, examine};
use crate::cure::{Comments, Cure, CureError, cure};
use crate::detect::{Scan, read_documents};
use crate::gitops::STANDARD_INPUT;
use crate::manifests::{BrokenDocument, fault_of_all};
use crate::report::{Finding, Part, Source, State, Stream};

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
    let shown = file.map_or_else(|| STANDARD_INPUT.to_owned(), display);
    let path = shown.as_str();
    let mut scan = Scan::default();
    scan.advance(&linter.trigger, stream);
    let (manifests, broken) = read_documents(stream, &scan, linter.rules);
    let mut part = Part::default();
    let (mut edits, mut directives) = (Vec::new(), Vec::new());
    let kept = if file.is_none() { Kept::Elsewhere } else { Kept::Here };
    let mut examination = examine(&manifests, linter.rules, linter.wanted, kept);
    let source = Source::new(path, stream);
    if !examination.subjects.is_empty() || holds_objects(stream) {
        directives = linter.policy.screen(&source, &manifests, &mut examination);
        let cure = if examination.findings.is_empty() {
            Cure::nothing(&examination)
        } else {
            cure(&manifests, &examination, linter.rules, Comments::Omit)?
        };
        let state = State::Curable(if file.is_none() { CURABLE_STREAM } else { CURABLE });
        let has_edits = linter.has_edits;
        part = Stream { path, manifests: &manifests, examination: &examination, cure: &cure, state, has_edits }.part();
        edits = cure.edits;
    }
    part.findings.extend(broken.iter().map(|fault| of_broken(fault, &source)));
    let edits = file.and_then(|file| FileEdits::of(&tidy(file), stream, edits));
    Ok(Examined { part, edits: edits.into_iter().collect(), directives })
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
