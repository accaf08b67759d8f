//! Constraints: `^1.2`, `>=1.0 <2 || 3.x`, `1.2 - 3.4`.

use std::fmt;
use std::str::FromStr;

use semver::Version;

use super::comparator::{Comparator, Operator};
use super::grammar;
use crate::helm::HelmVersion;

/// Versions that a dependency may have.
#[derive(Clone, Debug)]
pub struct Constraint {
    text: String,
    /// At least one of these has to hold, with all of its comparators.
    pub(super) alternatives: Vec<Vec<Comparator>>,
}

/// A text that is not a valid constraint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a version constraint that Helm reads")]
pub struct ConstraintError(String);

impl Constraint {
    /// Whether a version fulfils it for Helm 4 and current Helm 3: pre-releases only if one is named in the same
    /// alternative.
    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        self.contains_for(HelmVersion::V4, version)
    }

    /// The same for one line of Helm. Helm 3.17 excludes pre-releases from every single comparison that names none.
    #[must_use]
    pub fn contains_for(&self, helm: HelmVersion, version: &Version) -> bool {
        let is_prerelease = !version.pre.is_empty();
        self.alternatives.iter().any(|alternative| {
            let is_named = alternative.iter().any(Comparator::names_prerelease);
            alternative.iter().all(|comparator| {
                let is_left_out = is_prerelease
                    && match helm {
                        HelmVersion::V4 => !is_named,
                        HelmVersion::V3 => comparator.minds_prereleases() && !comparator.names_prerelease(),
                    };
                !is_left_out && comparator.holds(version)
            })
        })
    }

    /// The only version that fulfils it, if it is written as a full version.
    #[must_use]
    pub fn exact(&self) -> Option<Version> {
        let text = self.text.trim();
        let plain = text.strip_prefix('=').unwrap_or(text).trim();
        let dots = plain.split(['-', '+']).next().map_or(0, |numbers| numbers.matches('.').count());
        super::parse_version(plain).filter(|_| dots == 2)
    }
}

impl FromStr for Constraint {
    type Err = ConstraintError;

    fn from_str(text: &str) -> Result<Self, ConstraintError> {
        let written = grammar::rewrite_ranges(text);
        let alternatives = written.split("||").map(alternative).collect::<Option<_>>();
        let alternatives = alternatives.ok_or_else(|| ConstraintError(text.to_owned()))?;
        Ok(Self { text: text.to_owned(), alternatives })
    }
}

/// Parses comparisons separated by blanks or commas.
fn alternative(text: &str) -> Option<Vec<Comparator>> {
    let mut comparators = Vec::new();
    let mut rest = grammar::skip_blanks(text);
    loop {
        let (operator, behind) = grammar::operator(rest);
        let (written, behind) = grammar::partial(grammar::skip_blanks(behind))?;
        comparators.push(Comparator::new(Operator::new(operator), written)?);
        rest = grammar::skip_blanks(behind);
        if rest.is_empty() {
            return Some(comparators);
        }
        rest = match rest.strip_prefix(',') {
            Some(next) => grammar::skip_blanks(next),
            None if rest.len() < behind.len() => rest,
            None => return None,
        };
    }
}

/// As it was written.
impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
