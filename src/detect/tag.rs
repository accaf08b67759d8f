//! Parses image tags just far enough to say whether an image is new enough to read a setting.

use std::cmp::Ordering;

use crate::kubernetes::is_placeholder;

/// Stands for a number that is not written: `3.5` means the newest of its line.
const NEWEST: u64 = u64::MAX;

/// Whether an image reads a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// It does.
    Yes,
    /// It is too old.
    No,
    /// Its tag does not tell.
    Unclear,
}

/// `3.5.5-debian-9-r93`: a version and, if the builder counts them, an operating system and a revision.
#[derive(Debug, PartialEq, Eq)]
struct Tag<'a> {
    /// The first three numbers.
    numbers: [u64; 3],
    /// What follows the numbers, without the revision: `-debian-9`, `-beta`.
    suffix: &'a str,
    revision: Option<u64>,
}

/// Whether an image with this tag reads what images read as of the tags `since`, one tag per release line (3.4, 3.5). A
/// tag without a version of `ZooKeeper` (`latest`, a digest, a custom number) is taken for a current one; one that is
/// filled in later may be any.
pub(super) fn support(tag: Option<&str>, since: &[String], unclear_since: &[String]) -> Support {
    if since.is_empty() {
        return Support::Yes;
    }
    if tag.is_some_and(is_placeholder) {
        return Support::Unclear;
    }
    let Some(tag) = tag.and_then(Tag::of_zookeeper) else { return Support::Yes };
    let may_read = || !unclear_since.is_empty() && reached(&tag, unclear_since) == Support::Yes;
    match reached(&tag, since) {
        Support::No if may_read() => Support::Unclear,
        support => support,
    }
}

/// Whether a version is below a bound. One without numbers is taken for a current one.
pub(super) fn is_below(version: &str, bound: &str) -> bool {
    let numbers = |text| Tag::parse(text).map(|tag| tag.numbers);
    numbers(version).zip(numbers(bound)).is_some_and(|(version, bound)| version < bound)
}

fn reached(tag: &Tag<'_>, since: &[String]) -> Support {
    let bounds: Vec<Tag<'_>> = since.iter().filter_map(|bound| Tag::parse(bound)).collect();
    let same_line = || bounds.iter().filter(|bound| tag.line() == bound.line());
    // Builders count revisions per operating system, so a bound for the same one takes precedence.
    match same_line().find(|bound| bound.suffix == tag.suffix).or_else(|| same_line().next()) {
        Some(bound) => tag.is_from(bound),
        None if bounds.iter().any(|bound| tag.numbers > bound.numbers) => Support::Yes,
        None => Support::No,
    }
}

impl<'a> Tag<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (digits, rest) = text.split_at_checked(end)?;
        let mut numbers = [NEWEST; 3];
        for (at, number) in digits.split('.').enumerate() {
            let number = number.parse().ok()?;
            if let Some(place) = numbers.get_mut(at) {
                *place = number;
            }
        }
        let last = rest.rsplit_once('-');
        let revision = last.and_then(|(suffix, last)| Some((suffix, last.strip_prefix('r')?.parse().ok()?)));
        let (suffix, revision) = revision.map_or((rest, None), |(suffix, count)| (suffix, Some(count)));
        Some(Self { numbers, suffix, revision })
    }

    /// The `ZooKeeper` version in a tag. There are no images of releases before 3.3, so lower numbers are the builder's
    /// own versions; the version of `ZooKeeper` may follow them, as in `0.1.0-3.9.2`.
    fn of_zookeeper(text: &'a str) -> Option<Self> {
        let first = Self::parse(text)?;
        if first.may_be_zookeeper() {
            return Some(first);
        }
        let mut behind = text.match_indices('-').filter_map(|(dash, _)| Self::parse(text.get(dash + 1..)?));
        behind.find(|tag| matches!(tag.numbers, [3, minor, _] if minor != NEWEST) && tag.may_be_zookeeper())
    }

    fn may_be_zookeeper(&self) -> bool {
        self.numbers >= [3, 3, 0]
    }

    /// The release line: 3.5 for 3.5.5.
    const fn line(&self) -> (u64, u64) {
        let [major, minor, _] = self.numbers;
        (major, minor)
    }

    /// Whether this tag is at or after a bound of the same release line.
    fn is_from(&self, bound: &Tag<'_>) -> Support {
        match self.numbers.cmp(&bound.numbers) {
            Ordering::Greater => Support::Yes,
            Ordering::Less => Support::No,
            Ordering::Equal => self.is_built_from(bound),
        }
    }

    /// For the same version, the builder's revisions decide, if they count the same thing.
    fn is_built_from(&self, bound: &Tag<'_>) -> Support {
        match (self.revision, bound.revision) {
            (_, None) => Support::Yes,
            (Some(own), Some(first)) if self.suffix == bound.suffix => {
                if own >= first {
                    Support::Yes
                } else {
                    Support::No
                }
            }
            _ => Support::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Support, support};

    #[test]
    fn tags_say_whether_a_setting_is_read() {
        let bitnami = ["3.5.5-debian-9-r122", "3.5.5-ol-7-r124"].map(String::from);
        let table = [
            (Some("3.7.0-debian-10-r70"), Support::Yes),
            (Some("3.5.5-debian-9-r122"), Support::Yes),
            (Some("3.5.5-debian-9-r93"), Support::No),
            (Some("3.5.5-ol-7-r123"), Support::No),
            (Some("3.5.5-photon-3-r1"), Support::Unclear),
            (Some("3.5.5"), Support::Unclear),
            (Some("3.5"), Support::Yes),
            (Some("3"), Support::Yes),
            (Some("3.4.12-debian-9"), Support::No),
            (Some("latest"), Support::Yes),
            (Some("2024-01-01-prod"), Support::Yes),
            (Some("1.0.3"), Support::Yes),
            (Some("2.0.1-debian-11-r7"), Support::Yes),
            (Some("2"), Support::Yes),
            (Some("0.1.0-3.9.2"), Support::Yes),
            (Some("0.1.0-3.4.10"), Support::No),
            (Some("v1.2-v3.5.4-alpine"), Support::No),
            (Some("1.0-3"), Support::Yes),
            (Some("3.3.6"), Support::No),
            (None, Support::Yes),
        ];
        for (tag, expected) in table {
            assert_eq!(support(tag, &bitnami, &[]), expected, "{tag:?}");
        }
    }

    #[test]
    fn each_release_line_has_its_own_bound() {
        let official = ["3.4.14", "3.5.8", "3.6.1"].map(String::from);
        let table = [
            ("3.4.13", Support::No),
            ("3.4.14", Support::Yes),
            ("3.5.7", Support::No),
            ("3.6.0", Support::No),
            ("3.6.1", Support::Yes),
            ("3.9", Support::Yes),
            ("3.3.6", Support::No),
        ];
        for (tag, expected) in table {
            assert_eq!(support(Some(tag), &official, &[]), expected, "{tag}");
        }
    }

    #[test]
    fn what_is_not_known_stays_unclear() {
        let (since, unclear) = (["3.8.1".to_owned()], ["3.8.0".to_owned()]);
        assert_eq!(support(Some("3.8.0-debian-10-r0"), &since, &unclear), Support::Unclear);
        assert_eq!(support(Some("3.8.1"), &since, &unclear), Support::Yes);
        assert_eq!(support(Some("3.7.0"), &since, &unclear), Support::No);
        assert_eq!(support(Some("3.7.0"), &[], &[]), Support::Yes);
    }
}
