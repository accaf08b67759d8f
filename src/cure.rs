//! Turns the patches of findings into verified edits of the stream.
//!
//! All patches of a document are combined and verified once. What cannot be edited safely stays as it is, and so does
//! its finding. The result is judged again: an edit that would not cure is dropped.

use thiserror::Error;

use crate::checks::{Check, Examination, Finding, Severity, Subject};
use crate::detect::{self, Origin};
use crate::kubernetes::{Objects, resources};
use crate::manifests::Manifests;
use crate::rules::RuleSet;
use crate::yaml::{
    Change, Changes, Document, Edit, Refusal, Span, comment_above, edit_and_look, edited, read_the_same,
};
use crate::zookeeper::Verdict;

/// Why a suppressed finding is not fixed.
pub const SUPPRESSED: &str = "it is suppressed";

/// The edits of a stream, and their effect on its servers.
#[derive(Debug, Default)]
pub struct Cure {
    /// Sorted and disjoint.
    pub edits: Vec<Edit>,
    /// What each server of the examination does after the edits.
    pub after: Vec<Verdict>,
    /// For each finding: why its fix could not be applied.
    pub refused: Vec<Option<String>>,
}

/// Whether the edits say in the manifests what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// With a comment on each changed line, and one above each resource with a remaining error.
    Write,
    /// Without comments.
    Omit,
}

/// The edits did something other than intended. Nothing of this may be written.
#[derive(Debug, Error)]
pub enum CureError {
    /// The edited document and the RFC 6902 patch disagree.
    #[error("document {document}: {refusal}")]
    Mismatch {
        /// Its number in the stream, from 0.
        document: usize,
        /// What disagrees.
        refusal: Refusal,
    },
    /// The edited document has different servers than before.
    #[error("document {document}: after the edit it has different servers")]
    OtherServers {
        /// Its number in the stream, from 0.
        document: usize,
    },
}

impl Cure {
    /// Without any edit, so that every server does what it did before.
    #[must_use]
    pub fn nothing(examination: &Examination<'_, '_>) -> Self {
        let after = examination.subjects.iter().map(|subject| subject.server.verdict).collect();
        Self { edits: Vec::new(), after, refused: Vec::new() }
    }
}

/// Edits that cure every finding that can be cured.
///
/// A fix after which its server would still not purge is dropped, and its finding stays.
///
/// # Errors
/// Only on a bug in this program, see [`CureError`].
pub fn cure(
    manifests: &Manifests<'_>,
    examination: &Examination<'_, '_>,
    rules: &RuleSet,
    comments: Comments,
) -> Result<Cure, CureError> {
    let task = Task { manifests, examination, rules, comments };
    // A setting that is not read is cured by the server's own fix, unless that is suppressed.
    let to_leave = examination.servers_to_leave();
    let follows = |finding: &Finding| {
        finding.check == Check::SettingNotRead && finding.server.is_some_and(|number| to_leave.contains(&number))
    };
    let is_suppressed =
        |finding: &Finding| (finding.suppression.is_some() || follows(finding)).then(|| SUPPRESSED.to_owned());
    let mut refused: Vec<Option<String>> = examination.findings.iter().map(is_suppressed).collect();
    loop {
        let cure = task.attempt(refused.clone())?;
        let is_idle = are_idle(&examination.findings, &cure);
        if !is_idle.contains(&true) {
            return Ok(cure);
        }
        // All of them at once: each round edits and judges the whole stream.
        for (reason, _) in refused.iter_mut().zip(is_idle).filter(|(_, is_idle)| *is_idle) {
            *reason = Some("the patch would not enable purging".to_owned());
        }
    }
}

/// What to cure, and how.
#[derive(Clone, Copy)]
struct Task<'a, 'm, 'r> {
    manifests: &'a Manifests<'m>,
    examination: &'a Examination<'m, 'r>,
    rules: &'a RuleSet,
    comments: Comments,
}

impl Task<'_, '_, '_> {
    /// Applies all fixes except those already refused.
    fn attempt(self, refused: Vec<Option<String>>) -> Result<Cure, CureError> {
        let Task { manifests, examination, rules, comments } = self;
        let mut cure = Cure { refused, ..Cure::nothing(examination) };
        let mut by_document: Vec<(usize, Vec<Edit>)> = Vec::new();
        let concerning = examination.by_document();
        for manifest in manifests.parsed() {
            let (index, document) = (manifest.index, &manifest.document);
            let judge = |edited: &Document<'_>| verdicts(edited, &examination.objects, rules);
            let concerning = concerning.get(&index).map(Vec::as_slice).unwrap_or_default();
            let task = DocumentTask { document, index, examination, concerning, comments };
            let (mut edits, after) = task.edits(&mut cure.refused, &judge)?;
            if manifests.is_own(index) {
                note(&mut cure.after, examination, index, after)?;
            }
            if comments == Comments::Write {
                edits = with_comments(document, edits, task.comments(&cure.refused));
            }
            by_document.push((index, edits));
        }
        if examination.subjects.iter().any(reads_other_objects) {
            judge_all_again(manifests, examination, (rules, &by_document), &mut cure.after)?;
        }
        cure.edits = by_document.into_iter().flat_map(|(_, edits)| edits).collect();
        Ok(cure)
    }
}

/// For each finding: whether a fix was applied to make its server purge, and the server still does not.
fn are_idle(findings: &[Finding], cure: &Cure) -> Vec<bool> {
    let is_idle = |(finding, refused): (&Finding, &Option<String>)| {
        let is_to_purge = finding.severity == Severity::Error || finding.check == Check::PurgeDisabled;
        let is_fixed = is_to_purge && !finding.fix.is_empty() && refused.is_none();
        let after = finding.server.and_then(|number| cure.after.get(number));
        is_fixed && after != Some(&Verdict::Purges)
    };
    findings.iter().zip(&cure.refused).map(is_idle).collect()
}

/// Whether an edit elsewhere may change what a server does.
fn reads_other_objects(subject: &Subject<'_, '_>) -> bool {
    let settings = [&subject.server.interval, &subject.server.retain];
    let is_elsewhere =
        |origin: &Origin<'_>| matches!(origin, Origin::Properties { .. } | Origin::Script { holder: Some(_), .. });
    settings.iter().any(|setting| is_elsewhere(&setting.origin))
}

/// Judges every server of the edited stream, with the edited objects that it refers to.
fn judge_all_again(
    manifests: &Manifests<'_>,
    examination: &Examination<'_, '_>,
    (rules, by_document): (&RuleSet, &[(usize, Vec<Edit>)]),
    after: &mut [Verdict],
) -> Result<(), CureError> {
    let both = manifests.parsed().iter().zip(by_document);
    let texts: Vec<(usize, Vec<u8>)> =
        both.map(|(manifest, (index, edits))| (*index, edited(&manifest.document, edits))).collect();
    let documents: Vec<(usize, Document<'_>)> =
        texts.iter().filter_map(|(index, text)| Some((*index, Document::parse(text, 0).ok().flatten()?))).collect();
    let objects = Objects::new(documents.iter().flat_map(|(_, document)| resources(document)).collect());
    for (index, document) in documents.iter().filter(|(index, _)| manifests.is_own(*index)) {
        note(after, examination, *index, verdicts(document, &objects, rules))?;
    }
    Ok(())
}

/// The work on one document.
struct DocumentTask<'a, 'm, 'r> {
    document: &'a Document<'m>,
    /// The document's number in the stream.
    index: usize,
    examination: &'a Examination<'m, 'r>,
    /// The numbers of the findings that concern it.
    concerning: &'a [usize],
    comments: Comments,
}

impl DocumentTask<'_, '_, '_> {
    /// The edits of its fixes together or, if those are refused, of the ones that work; and what the servers of the
    /// document do afterwards, in order.
    fn edits(
        &self,
        refused: &mut [Option<String>],
        judge: &impl Fn(&Document<'_>) -> Vec<Verdict>,
    ) -> Result<(Vec<Edit>, Vec<Verdict>), CureError> {
        let Self { document, index, examination, concerning, comments } = *self;
        let of = |number: &usize, refused: &[Option<String>]| -> Vec<Change> {
            let finding =
                examination.findings.get(*number).filter(|_| refused.get(*number).is_some_and(Option::is_none));
            let fixes = finding.into_iter().flat_map(|finding| &finding.fix).filter(|fix| fix.document == index);
            fixes.flat_map(|fix| fix.changes.clone()).collect()
        };
        let all = composed(concerning.iter().flat_map(|number| of(number, refused)), comments);
        if all.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        if let Ok(edited) = edit_and_look(document, &all, judge) {
            return Ok(edited);
        }
        // One of them is refused, so each has to show that it works together with the previous ones.
        let (mut changes, mut edited) = (Vec::new(), (Vec::new(), Vec::new()));
        for number in concerning {
            let new = of(number, refused);
            let Some(refused) = refused.get_mut(*number).filter(|_| !new.is_empty()) else { continue };
            let more = composed(changes.iter().cloned().chain(new), comments);
            match edit_and_look(document, &more, judge) {
                Ok(all) => (changes, edited) = (more, all),
                Err(refusal @ Refusal::Mismatch) => return Err(CureError::Mismatch { document: index, refusal }),
                Err(refusal) => *refused = Some(refusal.to_string()),
            }
        }
        Ok(edited)
    }

    /// The comments to leave above resources with a remaining error: one per resource, with its place.
    fn comments(&self, refused: &[Option<String>]) -> Vec<Edit> {
        let Self { document, index, examination, concerning, .. } = *self;
        let (mut places, mut said): (Vec<Span>, Vec<Edit>) = (Vec::new(), Vec::new());
        let concerning =
            concerning.iter().filter_map(|number| examination.findings.get(*number).zip(refused.get(*number)));
        for (finding, refused) in concerning {
            // A setting that is not read stays for the reason that the server's own finding gives.
            let is_own = finding.check != Check::SettingNotRead && finding.suppression.is_none();
            let stays = is_own && finding.severity == Severity::Error;
            let reason = refused.as_ref().or(finding.incurable_because.as_ref()).filter(|_| stays);
            // The finding may point into an object that the server mounts; the comment belongs above the server.
            let subject =
                finding.server.and_then(|number| examination.subjects.get(number)).filter(|one| one.index == index);
            let (Some(reason), Some(subject)) = (reason, subject) else { continue };
            let node = subject.server.site.resource().node();
            if places.contains(&node.span()) {
                continue;
            }
            places.push(node.span());
            let container =
                subject.server.site.container_name().map(|name| format!(", container {name}")).unwrap_or_default();
            let text = format!("autopurge: {}{container}, not patched: {reason}", finding.check.id());
            said.extend(comment_above(document, node, &text));
        }
        said
    }
}

/// What the servers of a document do, in order.
fn verdicts<'d>(document: &'d Document<'d>, objects: &Objects<'d>, rules: &RuleSet) -> Vec<Verdict> {
    resources(document).into_iter().flat_map(|resource| detect::verdicts(resource, objects, rules)).collect()
}

/// Changes one after another, each operation once.
fn composed(all: impl Iterator<Item = Change>, comments: Comments) -> Vec<Change> {
    let mut changes = Changes::default();
    for change in all {
        changes.add(Change { comment: change.comment.filter(|_| comments == Comments::Write), ..change });
    }
    changes.into_vec()
}

/// Records what the servers of an edited document do now; none may have appeared or disappeared.
fn note(
    after: &mut [Verdict],
    examination: &Examination<'_, '_>,
    index: usize,
    found: Vec<Verdict>,
) -> Result<(), CureError> {
    let first = examination.subjects.partition_point(|subject| subject.index < index);
    let from_first = examination.subjects.get(first..).unwrap_or_default().iter();
    let subjects: Vec<_> = from_first.take_while(|subject| subject.index == index).collect();
    if found.is_empty() {
        return Ok(());
    }
    if found.len() != subjects.len() {
        return Err(CureError::OtherServers { document: index });
    }
    for (subject, verdict) in subjects.into_iter().zip(found) {
        if let Some(after) = after.get_mut(subject.number) {
            *after = verdict;
        }
    }
    Ok(())
}

/// Adds comments to edits. A comment is never a reason to fail, so comments that would change a value are left out.
fn with_comments(document: &Document<'_>, edits: Vec<Edit>, said: Vec<Edit>) -> Vec<Edit> {
    if said.is_empty() {
        return edits;
    }
    let mut all: Vec<Edit> = edits.iter().cloned().chain(said).collect();
    all.sort_by_key(|edit| edit.span);
    if read_the_same(document, &edits, &all) { all } else { edits }
}
