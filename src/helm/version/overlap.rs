//! Whether a constraint reaches into a range of versions.

use std::ops::{Bound, RangeBounds};

use semver::{BuildMetadata, Prerelease, Version};

use super::Constraint;

impl Constraint {
    /// Whether some version in the range fulfils the constraint, by semver precedence.
    ///
    /// What a comparison says of the released versions changes only at the version it names, behind its patch, its minor
    /// and its major version. So the first version that fulfils everything is one of these, or where the range begins.
    #[must_use]
    pub fn overlaps(&self, range: &impl RangeBounds<Version>) -> bool {
        let named = self.alternatives.iter().flatten().map(|comparator| &comparator.version);
        let bounds = [range.start_bound(), range.end_bound()].into_iter().filter_map(|bound| match bound {
            Bound::Included(version) | Bound::Excluded(version) => Some(version),
            Bound::Unbounded => None,
        });
        let zero = Version::new(0, 0, 0);
        let candidates = named.chain(bounds).chain([&zero]).flat_map(neighbours);
        candidates.into_iter().any(|version| is_in(range, &version) && self.contains(&version))
    }
}

/// A version and those at which something may begin behind it.
fn neighbours(version: &Version) -> Vec<Version> {
    let Version { major, minor, patch, pre, .. } = version.clone();
    let plain = Version { build: BuildMetadata::EMPTY, ..version.clone() };
    let next_pre = Prerelease::new(&if pre.is_empty() { "0".to_owned() } else { format!("{pre}.0") });
    let mut found = vec![
        plain.clone(),
        Version::new(major, minor, patch),
        Version::new(major, minor, patch.saturating_add(1)),
        Version::new(major, minor.saturating_add(1), 0),
        Version::new(major.saturating_add(1), 0, 0),
    ];
    if let Ok(pre) = next_pre {
        let next = found.iter().map(|version| Version { pre: pre.clone(), ..version.clone() }).collect::<Vec<_>>();
        found.extend(next);
    }
    found
}

/// Build metadata does not count.
fn is_in(range: &impl RangeBounds<Version>, version: &Version) -> bool {
    let is_behind_start = match range.start_bound() {
        Bound::Included(start) => version.cmp_precedence(start).is_ge(),
        Bound::Excluded(start) => version.cmp_precedence(start).is_gt(),
        Bound::Unbounded => true,
    };
    is_behind_start
        && match range.end_bound() {
            Bound::Included(end) => version.cmp_precedence(end).is_le(),
            Bound::Excluded(end) => version.cmp_precedence(end).is_lt(),
            Bound::Unbounded => true,
        }
}
