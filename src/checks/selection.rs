//! Which checks count.

use std::collections::BTreeSet;
use std::str::FromStr;

use thiserror::Error;

use super::Check;
use crate::nearest::nearest;

/// No check has this name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no check named `{name}`{}", suggestion.map(|check| format!("; did you mean `{}`?", check.id())).unwrap_or_default())]
pub struct UnknownCheck {
    /// The name.
    pub name: String,
    /// The check with the most similar name, if one is similar enough.
    pub suggestion: Option<Check>,
}

impl FromStr for Check {
    type Err = UnknownCheck;

    fn from_str(name: &str) -> Result<Self, UnknownCheck> {
        let found = Self::ALL.into_iter().find(|check| check.id() == name);
        found.ok_or_else(|| UnknownCheck { name: name.to_owned(), suggestion: meant(name) })
    }
}

/// The check whose name is most similar to a misspelt one.
fn meant(name: &str) -> Option<Check> {
    let id = nearest(name, Check::ALL.map(Check::id))?;
    Check::ALL.into_iter().find(|check| check.id() == id)
}

/// The checks whose findings count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    checks: BTreeSet<Check>,
}

impl Selection {
    /// The selected checks, or all if none is selected, without the ignored ones.
    #[must_use]
    pub fn new(select: &[Check], ignore: &[Check]) -> Self {
        let selected = if select.is_empty() { Check::ALL.as_slice() } else { select };
        Self { checks: selected.iter().filter(|check| !ignore.contains(check)).copied().collect() }
    }

    /// Whether no check counts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }

    /// Whether findings of a check count.
    #[must_use]
    pub fn contains(&self, check: Check) -> bool {
        self.checks.contains(&check)
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::new(&[], &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_misspelt_ones_are_guessed() {
        for check in Check::ALL {
            assert_eq!(check.id().parse(), Ok(check));
        }
        let guess = |name: &str| name.parse::<Check>().map_err(|error| error.suggestion);
        assert_eq!(guess("purge-disabeld"), Err(Some(Check::PurgeDisabled)));
        assert_eq!(guess("Purge-Disabled"), Err(Some(Check::PurgeDisabled)));
        assert_eq!(guess("retain"), Err(Some(Check::RetainBelowMinimum)));
        assert_eq!(guess("xyz"), Err(None));
    }

    #[test]
    fn what_is_ignored_is_taken_from_what_is_selected() {
        let all = Selection::default();
        assert!(Check::ALL.into_iter().all(|check| all.contains(check)));
        let without = Selection::new(&[], &[Check::PurgeUnknown]);
        assert!(!without.contains(Check::PurgeUnknown) && without.contains(Check::PurgeDisabled));
        let one = Selection::new(&[Check::PurgeUnknown, Check::PurgeInvalid], &[Check::PurgeInvalid]);
        assert!(one.contains(Check::PurgeUnknown) && !one.contains(Check::PurgeInvalid));
        assert!(!one.contains(Check::PurgeDisabled));
    }
}
