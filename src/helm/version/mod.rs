//! Versions and constraints as Helm reads them, using `Masterminds/semver/v3` (3.3.0 in Helm 3.17, 3.4.0 in Helm 4):
//! looser than semver, and with its own rules for pre-releases.

mod comparator;
mod constraint;
mod grammar;

use semver::{BuildMetadata, Prerelease, Version};

pub use constraint::{Constraint, ConstraintError};

/// A version as charts may write it: `1`, `1.2`, `v1.2.3-rc.1+build`, with leading zeros or without. `None` if Helm
/// refuses it.
#[must_use]
pub fn parse_version(text: &str) -> Option<Version> {
    let (written, rest) = grammar::partial(text)?;
    rest.is_empty().then(|| written.version()).flatten()
}

impl grammar::Partial<'_> {
    /// The version, if every part of it is a number; omitted parts are 0.
    fn version(&self) -> Option<Version> {
        let number = |part: &str| if part.is_empty() { Some(0) } else { plain_number(part) };
        Some(Version {
            major: plain_number(self.major)?,
            minor: number(self.minor)?,
            patch: number(self.patch)?,
            pre: Prerelease::new(self.pre).ok()?,
            build: BuildMetadata::new(self.build).ok()?,
        })
    }
}

/// Rust's parser would accept a sign.
fn plain_number(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_are_loose() {
        let table = [
            ("1", Some("1.0.0")),
            ("1.2", Some("1.2.0")),
            ("v1.2.3", Some("1.2.3")),
            ("01.002.3", Some("1.2.3")),
            ("1.2-rc.1", Some("1.2.0-rc.1")),
            ("1.2.3-a-b.7+c-d.08", Some("1.2.3-a-b.7+c-d.08")),
            ("1.2.3-01", None),
            ("1.2.3.4", None),
            ("1.2.3-", None),
            ("1.2.3+", None),
            ("1.x", None),
            ("vv1", None),
            ("V1", None),
            (" 1", None),
            ("1.2.3_4", None),
            ("18446744073709551616", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(parse_version(text).map(|version| version.to_string()).as_deref(), expected, "{text}");
        }
    }
}
