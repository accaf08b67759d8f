//! RFC 6902 patches to byte edits. Every result is verified: the edited text, read again, equals what the `json-patch`
//! crate makes of the original; nothing unverified leaves this module.

mod batch;
mod comment;
mod difference;
mod draft;
mod insert;
mod page;
mod plan;
mod quote;
mod refusal;
mod remove;
mod replace;
mod several;
mod splice;
mod text_block;

use std::collections::HashSet;

use json_patch::jsonptr::Pointer;
use json_patch::{AddOperation, PatchErrorKind, PatchOperation, RemoveOperation};
use serde_json::Value;

pub use comment::comment_above;
pub(crate) use quote::{is_printable, is_reserved, quoted};
pub use refusal::Refusal;
pub use several::{Changes, edit_each};
pub use splice::splice;

use self::draft::Draft;
use self::page::Page;
use self::plan::Plan;
use self::quote::Dialect;
use super::Span;
use super::document::Document;

/// A byte range of the stream and what to put in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// One operation of a patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is to be different.
    pub operation: PatchOperation,
    /// What a comment behind the changed line says, if one may stand there.
    pub comment: Option<String>,
}

/// How a place is edited that is written elsewhere, behind an alias or a merge key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strategy {
    /// Where it is written, for all who read it.
    Anchored,
    /// Where it is read: the alias gives way to a value, the merged key is overridden.
    Local,
}

/// How many times an operation may be taken apart; the steps of a step are far fewer.
const MAX_NESTING: usize = 8;
/// How many times a key is removed that stands there more than once.
const MAX_REPEATS: usize = 100;

/// The edits that do to the text what a patch does to the value: sorted, disjoint, counted from the start of the stream.
///
/// Operations count one after another, as in RFC 6902. A place that is read through anchors is edited once if the patch
/// changes it wherever it is read. Comments are left out where they would do harm.
pub fn edit(document: &Document<'_>, changes: &[Change]) -> Result<Vec<Edit>, Refusal> {
    edit_and_look(document, changes, |_| ()).map(|(edits, ())| edits)
}

/// The same, with what the caller sees in the edited document, which has been parsed for the verification anyway. Its
/// offsets count from the start of the document.
pub fn edit_and_look<T>(
    document: &Document<'_>,
    changes: &[Change],
    look: impl Fn(&Document<'_>) -> T,
) -> Result<(Vec<Edit>, T), Refusal> {
    drafted(document, changes, look).map(|(draft, seen)| (draft.edits(document.base()), seen))
}

/// The verified text with its changes, and what the caller sees in it.
fn drafted<'s, T>(
    document: &Document<'s>,
    changes: &[Change],
    look: impl Fn(&Document<'_>) -> T,
) -> Result<(Draft<'s>, T), Refusal> {
    let (operations, expected) = expectation(document, changes)?;
    let goal = Goal { document, operations: &operations, changes, expected: &expected };
    attempt(goal, Strategy::Anchored, &look).or_else(|refusal| {
        let is_shared = document.has_aliases();
        let local = is_shared.then(|| attempt(goal, Strategy::Local, &look).ok()).flatten();
        local.ok_or(if is_shared && refusal == Refusal::Mismatch { Refusal::Shared } else { refusal })
    })
}

/// What is to be done to a document, and what has to come out.
#[derive(Clone, Copy)]
struct Goal<'a, 's> {
    document: &'a Document<'s>,
    /// Each with the number of the change that it belongs to.
    operations: &'a [(usize, PatchOperation)],
    changes: &'a [Change],
    expected: &'a Value,
}

/// The operations with the change that each belongs to, and the value that has to come out.
fn expectation(document: &Document<'_>, changes: &[Change]) -> Result<(Vec<(usize, PatchOperation)>, Value), Refusal> {
    let mut value = document.to_json()?;
    let mut operations = Vec::new();
    for (number, change) in changes.iter().enumerate() {
        operations.extend(simple(&change.operation, &value).into_iter().map(|operation| (number, operation)));
        json_patch::patch(&mut value, std::slice::from_ref(&change.operation)).map_err(|error| {
            let path = error.path.as_str().to_owned();
            match error.kind {
                PatchErrorKind::TestFailed => Refusal::TestFailed { path },
                _ => Refusal::NoSuchPlace { path },
            }
        })?;
    }
    Ok((operations, value))
}

/// Moving and copying as removing and adding.
fn simple(operation: &PatchOperation, value: &Value) -> Vec<PatchOperation> {
    let add = |from: &Pointer, path: &Pointer| {
        let value = value.pointer(from.as_str()).cloned().unwrap_or_default();
        PatchOperation::Add(AddOperation { path: path.to_buf(), value })
    };
    match operation {
        PatchOperation::Move(operation) => vec![
            PatchOperation::Remove(RemoveOperation { path: operation.from.clone() }),
            add(&operation.from, &operation.path),
        ],
        PatchOperation::Copy(operation) => vec![add(&operation.from, &operation.path)],
        PatchOperation::Add(_) | PatchOperation::Remove(_) | PatchOperation::Replace(_) => vec![operation.clone()],
        PatchOperation::Test(_) => Vec::new(),
    }
}

/// A draft that reads as it should, with its comments where they do no harm. The draft with comments is verified first:
/// if that one is right, nobody has to look at the other.
fn attempt<'s, T>(
    goal: Goal<'_, 's>,
    strategy: Strategy,
    look: &impl Fn(&Document<'_>) -> T,
) -> Result<(Draft<'s>, T), Refusal> {
    let mut writer = Writer {
        original: goal.document,
        draft: Draft::new(goal.document.text()),
        dialect: Dialect::of(goal.document),
        strategy,
        is_shared: goal.document.has_aliases(),
        done: Vec::new(),
    };
    writer.perform_all(goal.operations)?;
    let draft = writer.draft;
    let commented = with_comments(goal, &draft).and_then(|commented| {
        let seen = verify(goal, &commented, look).ok()?;
        Some((commented, seen))
    });
    commented.map_or_else(|| verify(goal, &draft, look).map(|seen| (draft, seen)), Ok)
}

/// What was done at a place, and under which paths it was asked for.
struct Done {
    place: String,
    operation: PatchOperation,
    paths: HashSet<String>,
}

struct Writer<'a, 's> {
    original: &'a Document<'s>,
    draft: Draft<'s>,
    dialect: Dialect,
    strategy: Strategy,
    /// The document has aliases, so that two paths may lead to one place.
    is_shared: bool,
    done: Vec<Done>,
}

impl Writer<'_, '_> {
    /// All operations in order; those that do not touch each other in one go, because each go parses the text.
    fn perform_all(&mut self, operations: &[(usize, PatchOperation)]) -> Result<(), Refusal> {
        let mut rest = operations;
        while !rest.is_empty() {
            let count = if self.is_shared { 1 } else { batch::independent(rest).max(1) };
            let (now, later) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            if count == 1 || !self.perform_together(now)? {
                now.iter().try_for_each(|(number, operation)| self.perform(*number, operation))?;
            }
            rest = later;
        }
        Ok(())
    }

    /// Makes the cuts of all operations on one parse, or none of them where one needs more than cuts.
    fn perform_together(&mut self, operations: &[(usize, PatchOperation)]) -> Result<bool, Refusal> {
        let text = self.draft.text();
        let document = parse(&text)?;
        let page = Page::new(&document, self.dialect);
        let mut planned: Vec<(Vec<draft::Cut>, usize)> = Vec::new();
        for (number, operation) in operations {
            match plan::plan(page, operation, self.strategy)? {
                Plan::Cuts(cuts) => planned.push((cuts, *number)),
                Plan::Repeat(_) | Plan::Steps(_) => return Ok(false),
            }
        }
        Ok(batch::apply(&mut self.draft, planned))
    }

    fn perform(&mut self, number: usize, operation: &PatchOperation) -> Result<(), Refusal> {
        if self.is_shared {
            let text = self.draft.text();
            let document = parse(&text)?;
            if self.is_done(Page::new(&document, self.dialect), operation) {
                return Ok(());
            }
        }
        self.carry_out(number, operation, 0)
    }

    fn carry_out(&mut self, number: usize, operation: &PatchOperation, nesting: usize) -> Result<(), Refusal> {
        for _ in 0..MAX_REPEATS {
            let text = self.draft.text();
            // The document as it came has been parsed already, and most patches change one place.
            let parsed = if self.draft.is_untouched() { None } else { Some(parse(&text)?) };
            let document = parsed.as_ref().unwrap_or(self.original);
            match plan::plan(Page::new(document, self.dialect), operation, self.strategy)? {
                Plan::Repeat(cuts) => self.draft.apply(cuts, number),
                Plan::Cuts(cuts) => {
                    self.draft.apply(cuts, number);
                    return Ok(());
                }
                Plan::Steps(_) if nesting > MAX_NESTING => return Err(Refusal::Mismatch),
                Plan::Steps(steps) => {
                    return steps.iter().try_for_each(|step| self.carry_out(number, step, nesting.saturating_add(1)));
                }
            }
        }
        Err(Refusal::Mismatch)
    }

    /// The same was asked for under another path that leads to the same place.
    fn is_done(&mut self, page: Page<'_>, operation: &PatchOperation) -> bool {
        let places = plan::names(page, operation.path());
        let path = operation.path().as_str().to_owned();
        let same = |done: &&mut Done| {
            places.contains(&done.place) && !done.paths.contains(&path) && is_same(&done.operation, operation)
        };
        if let Some(done) = self.done.iter_mut().find(same) {
            done.paths.insert(path);
            return true;
        }
        let place = places.into_iter().next().unwrap_or_default();
        self.done.push(Done { place, operation: operation.clone(), paths: HashSet::from([path]) });
        false
    }
}

/// The same but for the path.
fn is_same(left: &PatchOperation, right: &PatchOperation) -> bool {
    match (left, right) {
        (PatchOperation::Add(left), PatchOperation::Add(right)) => left.value == right.value,
        (PatchOperation::Replace(left), PatchOperation::Replace(right)) => left.value == right.value,
        (PatchOperation::Remove(_), PatchOperation::Remove(_)) => true,
        _ => false,
    }
}

fn parse(text: &str) -> Result<Document<'_>, Refusal> {
    Document::parse(text.as_bytes(), 0).ok().flatten().ok_or(Refusal::Mismatch)
}

/// The text reads as the patched original, and is JSON if the original was: then what the caller sees in it.
fn verify<T>(goal: Goal<'_, '_>, draft: &Draft<'_>, look: &impl Fn(&Document<'_>) -> T) -> Result<T, Refusal> {
    let text = draft.text();
    let document = parse(&text)?;
    if document.reads_as(goal.expected) != Ok(true) {
        return Err(Refusal::Mismatch);
    }
    if goal.document.is_json() && !document.reads_as_json() {
        return Err(Refusal::NotJson);
    }
    Ok(look(&document))
}

/// The draft with a comment for each change that has one to say; one per line. `None` where none has.
fn with_comments<'s>(goal: Goal<'_, '_>, draft: &Draft<'s>) -> Option<Draft<'s>> {
    if goal.changes.iter().all(|change| change.comment.is_none()) {
        return None;
    }
    let cuts = comments_within_lines(goal, draft).or_else(|| comments_anywhere(goal, draft))?;
    let mut commented = draft.clone();
    commented.apply(cuts, usize::MAX);
    Some(commented)
}

/// The comments where every change stays within a line: the original shows where that line ends.
fn comments_within_lines(goal: Goal<'_, '_>, draft: &Draft<'_>) -> Option<Vec<draft::Cut>> {
    let page = Page::new(goal.document, Dialect::of(goal.document));
    let mut cuts: Vec<draft::Cut> = Vec::new();
    for (number, change) in goal.changes.iter().enumerate() {
        let Some(comment) = &change.comment else { continue };
        let (original, now) = draft.within_line(number)?;
        let Some(cut) = comment::behind(page, original, comment) else { continue };
        let distance = cut.span.start.checked_sub(original).filter(|_| draft.is_unchanged(original, cut.span.end))?;
        let start = now.saturating_add(distance);
        push_apart(&mut cuts, draft::Cut::new(start, start, cut.text));
    }
    Some(cuts)
}

/// The comments wherever the changed lines are now.
fn comments_anywhere(goal: Goal<'_, '_>, draft: &Draft<'_>) -> Option<Vec<draft::Cut>> {
    let text = draft.text();
    let document = parse(&text).ok()?;
    let page = Page::new(&document, Dialect::of(goal.document));
    let mut cuts: Vec<draft::Cut> = Vec::new();
    for (number, change) in goal.changes.iter().enumerate() {
        let Some((comment, offset)) = change.comment.as_ref().zip(draft.last_of(number)) else { continue };
        if let Some(cut) = comment::behind(page, offset, comment) {
            push_apart(&mut cuts, cut);
        }
    }
    Some(cuts)
}

/// One comment per line.
fn push_apart(cuts: &mut Vec<draft::Cut>, cut: draft::Cut) {
    if cuts.iter().all(|other| other.span != cut.span) {
        cuts.push(cut);
    }
}

/// A document's text with its edits made.
#[must_use]
pub fn edited(document: &Document<'_>, edits: &[Edit]) -> Vec<u8> {
    let local: Vec<Edit> = edits.iter().map(|edit| edit.local(document.base())).collect();
    splice(document.text().as_bytes(), &local).flatten().copied().collect()
}

/// Whether a document reads the same with some edits as with others.
#[must_use]
pub fn read_the_same(document: &Document<'_>, some: &[Edit], others: &[Edit]) -> bool {
    let read = |edits: &[Edit]| Document::parse(&edited(document, edits), 0).ok().flatten()?.to_json().ok();
    read(some).is_some_and(|value| Some(value) == read(others))
}

impl Edit {
    /// The same edit, counted from the start of the document.
    fn local(&self, base: usize) -> Self {
        let span = Span::new(self.span.start.saturating_sub(base), self.span.end.saturating_sub(base));
        Self { span, text: self.text.clone() }
    }
}
