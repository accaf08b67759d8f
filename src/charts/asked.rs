//! The requested version of a chart.

use semver::Version;

use crate::rules::{Chart, Range, Versions};

/// The version of a chart that is asked for.
#[derive(Clone, Copy)]
pub enum Asked<'a> {
    /// This one.
    Exactly(&'a Version),
    /// One of a set, which tells whether a version is in it: Helm takes the newest available. The text is the constraint
    /// as written.
    OneOf(&'a dyn Fn(&Version) -> bool, &'a str),
    /// None is named: Helm takes the newest.
    Newest,
    /// It cannot be determined, for this reason.
    Unknown(&'a str),
}

/// Which part of what is known about a chart a version falls into.
pub(super) enum Fits<'r> {
    /// Ranges that it can be in, oldest first.
    Versions(Vec<&'r Versions>),
    /// Ranges that it can be in, but it may also be newer than any assessed version.
    NotAssessed(Vec<&'r Versions>),
    /// It is in none of the ranges; these are next to it.
    Unseen(Vec<&'r Versions>),
    /// No such version can exist.
    Nothing,
}

impl Asked<'_> {
    pub(super) fn fits<'r>(&self, chart: &'r Chart) -> Fits<'r> {
        let newest = || Fits::NotAssessed(chart.versions.last().into_iter().collect());
        match self {
            Self::Exactly(version) if !chart.is_assessed(version) => newest(),
            Self::Exactly(version) => match chart.at(version) {
                Some(versions) => Fits::Versions(vec![versions]),
                None => unseen(chart, version),
            },
            Self::OneOf(is_in_set, text) => among(chart, *is_in_set, text),
            Self::Newest if chart.discontinued => Fits::Versions(chart.versions.last().into_iter().collect()),
            Self::Newest => newest(),
            Self::Unknown(_) => Fits::NotAssessed(chart.versions.iter().collect()),
        }
    }

    /// The lowest version that can be meant, among samples taken at the bounds of the chart's ranges.
    pub(super) fn lowest(&self, chart: &Chart) -> Option<Version> {
        match self {
            Self::Exactly(version) => Some((*version).clone()),
            Self::OneOf(is_in_set, text) => samples(chart, text).into_iter().find(is_in_set),
            Self::Newest | Self::Unknown(_) => None,
        }
    }

    /// What is asked for, in words.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Exactly(version) => format!("version {version}"),
            Self::OneOf(_, text) => format!("\"{text}\""),
            Self::Newest => "no version is given, so Helm takes the newest".to_owned(),
            Self::Unknown(because) => (*because).to_owned(),
        }
    }
}

/// The ranges before and after a version that is in none of them.
fn unseen<'r>(chart: &'r Chart, version: &Version) -> Fits<'r> {
    let is_older = |(range, _): &(Range, &Versions)| range.bounds().iter().any(|bound| bound <= version);
    let (older, newer): (Vec<_>, Vec<_>) = chart.ranges().partition(is_older);
    Fits::Unseen(older.last().into_iter().chain(newer.first()).map(|(_, versions)| *versions).collect())
}

fn among<'r>(chart: &'r Chart, is_in_set: &dyn Fn(&Version) -> bool, text: &str) -> Fits<'r> {
    let samples = samples(chart, text);
    let (assessed, newer): (Vec<&Version>, Vec<&Version>) =
        samples.iter().filter(|version| is_in_set(version)).partition(|version| chart.is_assessed(version));
    let holds_one = |range: &Range| assessed.iter().any(|version| range.contains(version));
    let versions: Vec<&Versions> =
        chart.ranges().filter(|(range, _)| holds_one(range)).map(|(_, versions)| versions).collect();
    // Helm takes a version that exists.
    let is_last = newer.is_empty() || chart.discontinued && !versions.is_empty();
    match (is_last, versions.is_empty(), assessed.first()) {
        (false, true, _) => Fits::NotAssessed(chart.versions.last().into_iter().collect()),
        (false, false, _) => Fits::NotAssessed(versions),
        (true, false, _) => Fits::Versions(versions),
        (true, true, Some(version)) => unseen(chart, version),
        (true, true, None) => Fits::Nothing,
    }
}

/// Sample versions, at least one of which lies in every overlap of the constraint and a range: an overlap begins at a
/// bound of either, or right after it.
fn samples(chart: &Chart, text: &str) -> Vec<Version> {
    let mut bounds = vec![Version::new(0, 0, 0)];
    bounds.extend(chart.ranges().flat_map(|(range, _)| range.bounds()));
    bounds.extend(Version::parse(&chart.assessed_through));
    bounds.extend(written(text));
    let behind = |version: &Version| {
        let Version { major, minor, patch, .. } = *version;
        [
            Version::new(major, minor, patch),
            Version::new(major, minor, patch.saturating_add(1)),
            Version::new(major, minor.saturating_add(1), 0),
            Version::new(major.saturating_add(1), 0, 0),
            version.clone(),
        ]
    };
    let mut samples: Vec<Version> = bounds.iter().flat_map(behind).collect();
    samples.sort();
    samples.dedup();
    samples
}

/// The versions in the text of a constraint, with missing parts and wildcards read as 0.
fn written(text: &str) -> Vec<Version> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '*')));
    let version = |word: &str| {
        let numbers = word.trim_start_matches(['v', '-']).split(['-', '+']).next()?;
        let mut parts = numbers.split('.').map(str::parse::<u64>);
        let mut next = || parts.next().map_or(Some(0), |part| Some(part.unwrap_or(0)));
        numbers.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
        Some(Version::new(next()?, next()?, next()?))
    };
    words.filter_map(version).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_constraints() {
        let found = |text: &str| written(text).iter().map(Version::to_string).collect::<Vec<_>>();
        assert_eq!(found(">=7.0.0 <12.0.0"), ["7.0.0", "12.0.0"]);
        assert_eq!(found("12.x"), ["12.0.0"]);
        assert_eq!(found("^1.2 || v3"), ["1.2.0", "3.0.0"]);
        assert_eq!(found("~1.2.3-beta.1"), ["1.2.3"]);
        assert_eq!(found("*"), Vec::<String>::new());
        assert_eq!(found("1.2 - 1.4.5"), ["1.2.0", "1.4.5"]);
    }
}
