//! What ends a shell, a function or a sourced text before its last command, and what that leaves uncertain.

use std::borrow::Cow;

use crate::shell::Condition;

/// What can be ended: a shell, or the body of a function or a sourced text in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// The text or call that it belongs to.
    pub(super) scope: usize,
    /// The number of the shell in that text; 0 for all of it.
    pub(super) number: usize,
    /// Whether `exit` ends it, and not only `return`.
    pub(super) is_shell: bool,
}

/// Where a command stands.
#[derive(Clone, Debug)]
pub(super) struct Place<'s> {
    /// The conditions of all texts around it, outermost first.
    pub(super) conditions: Cow<'s, [Condition]>,
    /// What it can end, outermost first.
    pub(super) regions: Cow<'s, [Region]>,
}

/// The ends that were met in what is still running.
#[derive(Default)]
pub(super) struct Ends {
    all: Vec<End>,
}

/// A command that ends a region, or may end it.
struct End {
    regions: Vec<Region>,
    conditions: Vec<Condition>,
    /// Whether nothing follows in its own branch.
    is_certain: bool,
    /// What the rest of the region depends on: that the end was not met.
    rest: Option<Condition>,
}

impl Ends {
    /// Adds an end of the last of some regions; without `rest`, nothing that could run behind the region asks what has
    /// run in it.
    pub(super) fn add(&mut self, regions: &[Region], place: &Place<'_>, is_certain: bool, rest: Option<Condition>) {
        let is_known = |end: &End| {
            end.rest.is_some() && end.regions == regions && !Condition::exclude(&end.conditions, &place.conditions)
        };
        let rest = rest.filter(|_| !self.all.iter().any(is_known));
        // A function that may have returned before does not end the shell for certain.
        let is_open = |end: &End| end.rest.is_some() && end.regions.len() > regions.len() && place.is_in(&end.regions);
        let may_have_left = is_certain && self.all.iter().any(is_open);
        if may_have_left {
            let (regions, conditions) = (place.regions.clone().into_owned(), place.conditions.clone().into_owned());
            self.all.push(End { regions, conditions, is_certain, rest: None });
        }
        let is_certain = is_certain && !may_have_left;
        if is_certain || rest.is_some() {
            let (regions, conditions) = (regions.to_owned(), place.conditions.clone().into_owned());
            self.all.push(End { regions, conditions, is_certain, rest });
        }
    }

    /// Forgets the ends within a text or call that is left.
    pub(super) fn leave_scope(&mut self, number: usize) {
        self.all.retain(|end| end.regions.last().is_none_or(|region| region.scope != number));
    }

    /// Whether something before a place has certainly ended what the place is part of.
    pub(super) fn is_behind_one(&self, place: &Place<'_>) -> bool {
        self.all
            .iter()
            .any(|end| end.is_certain && place.is_in(&end.regions) && place.conditions.starts_with(&end.conditions))
    }

    /// The conditions at a place, and among them that nothing before has ended what the place is part of. What they have
    /// in common with those of an earlier place tells whether something there has run.
    pub(super) fn conditions(&self, place: &Place<'_>) -> Vec<Condition> {
        let own = &place.conditions;
        let (mut seen, mut added): (Vec<&[Region]>, Vec<(usize, Condition)>) = (Vec::new(), Vec::new());
        for end in &self.all {
            let Some(rest) = end.rest.filter(|_| place.is_in(&end.regions)) else { continue };
            // One is enough: whatever comes behind the first end of a region and has run comes before the second.
            if !seen.contains(&end.regions.as_slice()) && !Condition::exclude(&end.conditions, own) {
                seen.push(&end.regions);
                let common = end.conditions.iter().zip(own.iter()).take_while(|(one, other)| one == other).count();
                added.push((common, rest));
            }
        }
        if added.is_empty() {
            return own.clone().into_owned();
        }
        added.sort_by_key(|(at, _)| *at);
        let at = |place: usize| added.iter().filter(move |(at, _)| *at == place).map(|(_, rest)| *rest);
        let ends = own.iter().enumerate().flat_map(|(place, condition)| at(place).chain([*condition]));
        ends.chain(at(own.len())).collect()
    }
}

impl Place<'_> {
    fn is_in(&self, regions: &[Region]) -> bool {
        self.regions.starts_with(regions)
    }

    /// The regions up to the innermost shell.
    pub(super) fn shells(&self) -> &[Region] {
        let count = self.regions.iter().rposition(|region| region.is_shell).map_or(0, |at| at + 1);
        self.regions.get(..count).unwrap_or_default()
    }

    /// Whether it is in a function or a sourced text.
    pub(super) fn is_in_body(&self) -> bool {
        self.regions.iter().any(|region| !region.is_shell)
    }
}
