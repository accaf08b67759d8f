//! Ranges of chart versions, by semver precedence.
//!
//! `semver::VersionReq` leaves pre-releases out of most ranges, which is right for choosing a dependency and wrong for
//! judging what is installed: 18.2.1-rc.1 is older than 18.2.1 and ships the same defaults. So its syntax is used, and
//! its comparisons are made by plain precedence.

use std::cmp::Ordering;
use std::str::FromStr;

use semver::{Comparator, Op, Version, VersionReq};

/// Comparisons that a version has to fulfil, all of them.
#[derive(Debug, Clone)]
pub struct Range {
    comparators: Vec<Comparator>,
}

impl Range {
    /// Whether a version stands in the range. Build metadata does not count.
    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        self.comparators.iter().all(|comparator| holds(comparator, version))
    }

    /// The last version of the range, where the range names it.
    #[must_use]
    pub fn last(&self) -> Option<Version> {
        self.comparators.iter().find(|comparator| comparator.op == Op::LessEq).map(bound)
    }

    /// Whether every version of it is older than all of another range. Where a range has no end on that side, it is not.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        let ends = self.comparators.iter().filter(|end| matches!(end.op, Op::Less | Op::LessEq | Op::Exact));
        let starts =
            || other.comparators.iter().filter(|one| matches!(one.op, Op::Greater | Op::GreaterEq | Op::Exact));
        let is_apart = |end: &Comparator, start: &Comparator| match bound(end).cmp_precedence(&bound(start)) {
            Ordering::Less => true,
            Ordering::Equal => end.op == Op::Less || start.op == Op::Greater,
            Ordering::Greater => false,
        };
        ends.into_iter().any(|end| starts().any(|start| is_apart(end, start)))
    }

    /// How it ends, in words: `before 1.2.3`, `up to 1.2.3`; `None` if it has no end.
    #[must_use]
    pub fn until(&self) -> Option<String> {
        let end = self.end()?;
        Some(format!("{} {}", if end.op == Op::Less { "before" } else { "up to" }, bound(end)))
    }

    /// How it begins, in words: `from 1.2.3 on`, `after 1.2.3`; `None` if it has no beginning.
    #[must_use]
    pub fn since(&self) -> Option<String> {
        let start = self.start()?;
        let version = bound(start);
        Some(if start.op == Op::Greater { format!("after {version}") } else { format!("from {version} on") })
    }

    /// Whether it begins where another range ends, with no version between them.
    #[must_use]
    pub fn is_right_after(&self, before: &Self) -> bool {
        let (Some(end), Some(start)) = (before.end(), self.start()) else { return false };
        // `<` and `>=`, or `<=` and `>`.
        bound(end) == bound(start) && (end.op == Op::Less) != (start.op == Op::Greater)
    }

    fn start(&self) -> Option<&Comparator> {
        self.comparators.iter().find(|one| matches!(one.op, Op::Greater | Op::GreaterEq | Op::Exact))
    }

    fn end(&self) -> Option<&Comparator> {
        self.comparators.iter().find(|one| matches!(one.op, Op::Less | Op::LessEq | Op::Exact))
    }

    /// The versions that the comparisons name.
    #[must_use]
    pub fn bounds(&self) -> Vec<Version> {
        self.comparators.iter().map(bound).collect()
    }
}

fn bound(comparator: &Comparator) -> Version {
    Version {
        pre: comparator.pre.clone(),
        ..Version::new(comparator.major, comparator.minor.unwrap_or(0), comparator.patch.unwrap_or(0))
    }
}

fn holds(comparator: &Comparator, version: &Version) -> bool {
    let order = version.cmp_precedence(&bound(comparator));
    match comparator.op {
        Op::Less => order.is_lt(),
        Op::LessEq => order.is_le(),
        Op::Greater => order.is_gt(),
        Op::GreaterEq => order.is_ge(),
        _ => order.is_eq(),
    }
}

impl FromStr for Range {
    type Err = String;

    /// Reads `>=3.0.0, <=18.2.1`: the operators `<`, `<=`, `>`, `>=`, `=`, each with a whole version.
    fn from_str(text: &str) -> Result<Self, String> {
        let comparators = VersionReq::parse(text).map_err(|error| format!("not a range: {error}"))?.comparators;
        let is_plain = |op| matches!(op, Op::Less | Op::LessEq | Op::Greater | Op::GreaterEq | Op::Exact);
        match comparators.iter().find(|c| !is_plain(c.op) || c.patch.is_none()) {
            Some(odd) => Err(format!("\"{odd}\" leaves room: write <, <=, >, >= or = and a whole version")),
            None => Ok(Self { comparators }),
        }
    }
}
