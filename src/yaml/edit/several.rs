//! Computes the edits of several patches of one document together, so that the document is parsed no more often than
//! for one.

use std::collections::{BTreeSet, HashMap};

use super::draft::Hunk;
use super::{Change, Edit, drafted, edit};
use crate::yaml::Document;

/// Changes without duplicate operations.
#[derive(Debug, Default)]
pub struct Changes {
    all: Vec<Change>,
    /// Indices of changes by the path that they write to.
    by_path: HashMap<String, Vec<usize>>,
}

impl Changes {
    /// Adds a change unless its operation is already there, and returns its index.
    pub fn add(&mut self, change: Change) -> usize {
        let numbers = self.by_path.entry(change.operation.path().as_str().to_owned()).or_default();
        let same = |number: &usize| self.all.get(*number).is_some_and(|other| other.operation == change.operation);
        if let Some(number) = numbers.iter().copied().find(same) {
            return number;
        }
        let number = self.all.len();
        numbers.push(number);
        self.all.push(change);
        number
    }

    /// The changes in the order in which they were added.
    #[must_use]
    pub fn into_vec(self) -> Vec<Change> {
        self.all
    }
}

/// The edits of each patch, as if it were the only one; none if it is refused. All patches are verified together. If
/// that is refused, or if the edits of a patch cannot be told from those of another, it is verified on its own.
#[must_use]
pub fn edit_each(document: &Document<'_>, patches: &[Vec<Change>]) -> Vec<Vec<Edit>> {
    let mut changes = Changes::default();
    let numbers: Vec<BTreeSet<usize>> =
        patches.iter().map(|patch| patch.iter().map(|change| changes.add(change.clone())).collect()).collect();
    let hunks = if patches.len() < 2 { None } else { Hunks::of(document, &changes.into_vec()) };
    let own = |(patch, numbers): (&Vec<Change>, &BTreeSet<usize>)| {
        let told = hunks.as_ref().and_then(|hunks| hunks.written_by(numbers));
        told.unwrap_or_else(|| edit(document, patch).unwrap_or_default())
    };
    patches.iter().zip(&numbers).map(own).collect()
}

/// Edits, and the changes that wrote them.
struct Hunks {
    all: Vec<Hunk>,
    /// Indices of edits by change.
    by_change: HashMap<usize, Vec<usize>>,
}

impl Hunks {
    /// The edits of all changes together; `None` if they are refused, or if no change is known to have written an edit.
    fn of(document: &Document<'_>, changes: &[Change]) -> Option<Self> {
        let (draft, ()) = drafted(document, changes, |_| ()).ok()?;
        let all = draft.hunks(document.base());
        let mut by_change: HashMap<usize, Vec<usize>> = HashMap::new();
        for (number, hunk) in all.iter().enumerate() {
            for change in &hunk.changes {
                by_change.entry(*change).or_default().push(number);
            }
        }
        all.iter().all(|hunk| !hunk.changes.is_empty()).then_some(Self { all, by_change })
    }

    /// The edits that the given changes wrote; `None` if another change wrote in the same place.
    fn written_by(&self, changes: &BTreeSet<usize>) -> Option<Vec<Edit>> {
        let numbers: BTreeSet<usize> =
            changes.iter().filter_map(|change| self.by_change.get(change)).flatten().copied().collect();
        let own = numbers.iter().filter_map(|number| self.all.get(*number));
        let is_alone = |hunk: &Hunk| hunk.changes.iter().all(|change| changes.contains(change));
        own.map(|hunk| is_alone(hunk).then(|| hunk.edit.clone())).collect()
    }
}
