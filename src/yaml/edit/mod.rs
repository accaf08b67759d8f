//! Turns RFC 6902 patches into byte edits. Every result is verified: the edited text, parsed again, equals what the
//! `json-patch` crate makes of the original. Nothing unverified leaves this module.

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
pub(crate) use page::line_end_of;
pub(crate) use quote::{is_printable, is_reserved, quoted};
pub use refusal::Refusal;
pub use several::{Changes, edit_each};
pub use splice::{splice, spliced};

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
    /// What replaces it.
    pub text: String,
}

/// One operation of a patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What to change.
    pub operation: PatchOperation,
    /// The text of a comment at the end of the changed line, added where one is possible.
    pub comment: Option<String>,
}

/// How to edit a value that is written elsewhere, reached through an alias or a merge key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strategy {
    /// Where it is written, for all readers of the anchor.
    Anchored,
    /// Where it is read: a value replaces the alias, a new entry overrides the merged key.
    Local,
}

/// How many times an operation may be split into steps; real ones need far fewer.
const MAX_NESTING: usize = 8;
/// How many duplicates of a key are removed.
const MAX_REPEATS: usize = 100;

/// The edits that do to the text what a patch does to the value: sorted, disjoint, with spans that count from the start
/// of the stream.
///
/// Operations apply one after another, as in RFC 6902. A place that is read through anchors is edited once if the patch
/// changes it wherever it is read. Comments are left out where they would do harm.
pub fn edit(document: &Document<'_>, changes: &[Change]) -> Result<Vec<Edit>, Refusal> {
    edit_and_look(document, changes, |_| ()).map(|(edits, ())| edits)
}

/// The same as [`edit`], with the result of `look` on the edited document, which is parsed for verification anyway.
/// Offsets in that document count from its own start.
pub fn edit_and_look<T>(
    document: &Document<'_>,
    changes: &[Change],
    look: impl Fn(&Document<'_>) -> T,
) -> Result<(Vec<Edit>, T), Refusal> {
    drafted(document, changes, look).map(|(draft, seen)| (draft.edits(document.base()), seen))
}

/// The verified draft, and the result of `look` on its document.
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

/// What to do to a document, and the value expected afterwards.
#[derive(Clone, Copy)]
struct Goal<'a, 's> {
    document: &'a Document<'s>,
    /// Each with the index of its change.
    operations: &'a [(usize, PatchOperation)],
    changes: &'a [Change],
    expected: &'a Value,
}

/// The operations, each with the index of its change, and the value expected afterwards.
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

/// Turns moves and copies into removals and additions; drops tests.
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

/// A draft that reads as expected, with its comments where they do no harm. The draft with comments is verified first:
/// if that one is right, the other need not be checked.
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

/// What was done at a place, and the paths under which it was requested.
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
    /// The document has aliases, so two paths may lead to the same place.
    is_shared: bool,
    done: Vec<Done>,
}

impl Writer<'_, '_> {
    /// Performs all operations in order; independent ones together, because each round parses the text.
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

    /// Applies the cuts of all operations after a single parse. Returns false, with nothing applied, if one needs more
    /// than cuts or if the cuts collide.
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
            // The original document is already parsed, and most patches change only one place.
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

    /// Whether the same was done under another path to the same place; records the operation.
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

/// Whether two operations are the same except for the path.
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

/// Checks that the text reads as the patched original, and is JSON if the original was; returns the result of `look`.
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

/// The draft with a comment for each change that has one, at most one per line. `None` if none has, or if they cannot
/// be placed.
fn with_comments<'s>(goal: Goal<'_, '_>, draft: &Draft<'s>) -> Option<Draft<'s>> {
    if goal.changes.iter().all(|change| change.comment.is_none()) {
        return None;
    }
    let cuts = comments_within_lines(goal, draft).or_else(|| comments_anywhere(goal, draft))?;
    let mut commented = draft.clone();
    commented.apply(cuts, usize::MAX);
    Some(commented)
}

/// The comments if every change stays within a line: then the original shows where that line ends.
fn comments_within_lines(goal: Goal<'_, '_>, draft: &Draft<'_>) -> Option<Vec<draft::Cut>> {
    let page = Page::new(goal.document, Dialect::of(goal.document));
    let mut cuts: Vec<draft::Cut> = Vec::new();
    for (number, change) in goal.changes.iter().enumerate() {
        let Some(comment) = &change.comment else { continue };
        let draft::Offset { original, now } = draft.within_line(number)?;
        let Some(cut) = comment::behind(page, original, comment) else { continue };
        let distance = cut.span.start.checked_sub(original).filter(|_| draft.is_unchanged(original, cut.span.end))?;
        let start = now.saturating_add(distance);
        push_apart(&mut cuts, draft::Cut::new(start, start, cut.text));
    }
    Some(cuts)
}

/// The comments wherever the changed lines are now, which takes another parse.
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

/// Adds a cut unless another is at the same place: one comment per line.
fn push_apart(cuts: &mut Vec<draft::Cut>, cut: draft::Cut) {
    if cuts.iter().all(|other| other.span != cut.span) {
        cuts.push(cut);
    }
}

/// A document's text with its edits made.
#[must_use]
pub fn edited(document: &Document<'_>, edits: &[Edit]) -> Vec<u8> {
    let local: Vec<Edit> = edits.iter().map(|edit| edit.local(document.base())).collect();
    spliced(document.text().as_bytes(), &local)
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
