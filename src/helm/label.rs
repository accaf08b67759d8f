//! Chart labels: `helm.sh/chart: posthog-18.2.0`, and `chart: "posthog-1.4.24"` in older charts.

use std::fmt;

use semver::Version;

/// The label keys that charts write their name and version under.
const KEYS: [&str; 2] = ["helm.sh/chart", "chart"];

/// A version as charts write it; keeps its spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartVersion {
    written: String,
    version: Version,
}

impl ChartVersion {
    /// Reads `1.2.3`, `v1.2.3`, `1.2.3-rc.1`, and `1.2.3_build` (a label may not hold `+`, so charts write `_`).
    /// Helm takes versions with fewer numbers too: `1.2` is 1.2.0.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.strip_prefix('v').unwrap_or(text).replace('_', "+");
        let version = Version::parse(&plain).ok().or_else(|| Version::parse(&padded(&plain)?).ok())?;
        Some(Self { written: text.to_owned(), version })
    }

    /// The parsed version, for comparisons.
    #[must_use]
    pub fn as_semver(&self) -> &Version {
        &self.version
    }
}

impl fmt::Display for ChartVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Adds the zeros that `1` and `1.2` leave out.
fn padded(text: &str) -> Option<String> {
    let is_numbers = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match (is_numbers, text.matches('.').count()) {
        (true, 0) => Some(format!("{text}.0.0")),
        (true, 1) => Some(format!("{text}.0")),
        _ => None,
    }
}

/// A chart's name and version, as given in a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartLabel {
    /// The name in Chart.yaml.
    pub name: String,
    /// The version in Chart.yaml.
    pub version: ChartVersion,
}

impl ChartLabel {
    /// Whether charts write their name and version under this label key.
    #[must_use]
    pub fn is_key(key: &str) -> bool {
        KEYS.contains(&key)
    }

    /// Splits `posthog-18.2.0`. Names can contain dashes and digits too (`k8s-2-1.0.0`), and so can pre-releases
    /// (`posthog-1.0.0-rc-1`): the name ends at the first dash that is followed by a full version, or else at the last
    /// one that is followed by any version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let splits: Vec<(&str, &str)> = text.match_indices('-').filter_map(|(at, _)| split(text, at)).collect();
        let whole = splits.iter().find(|(_, version)| has_three_numbers(version));
        let (name, version) = whole.or(splits.last())?;
        Some(Self { name: (*name).to_owned(), version: ChartVersion::parse(version)? })
    }
}

fn split(text: &str, dash: usize) -> Option<(&str, &str)> {
    let (name, version) = (text.get(..dash)?, text.get(dash + 1..)?);
    ChartVersion::parse(version).map(|_| (name, version))
}

fn has_three_numbers(version: &str) -> bool {
    version.split(['-', '_', '+']).next().is_some_and(|numbers| numbers.matches('.').count() == 2)
}

#[cfg(test)]
mod tests {
    use super::ChartLabel;

    #[test]
    fn labels_come_apart_where_the_version_begins() {
        let table = [
            ("posthog-18.2.0", Some(("posthog", "18.2.0"))),
            ("posthog-1.4.24", Some(("posthog", "1.4.24"))),
            ("posthog-18.2.1-rc.1", Some(("posthog", "18.2.1-rc.1"))),
            ("posthog-1.0.0-rc-1", Some(("posthog", "1.0.0-rc-1"))),
            ("posthog-18.2.0_build.7", Some(("posthog", "18.2.0_build.7"))),
            ("cert-manager-v1.2.0", Some(("cert-manager", "v1.2.0"))),
            ("k8s-2-1.0.0", Some(("k8s-2", "1.0.0"))),
            ("spring-cloud-dataflow-26.5.1", Some(("spring-cloud-dataflow", "26.5.1"))),
            ("zookeeper-1.0", Some(("zookeeper", "1.0"))),
            ("posthog", None),
            ("posthog-main", None),
            ("", None),
        ];
        for (text, expected) in table {
            let label = ChartLabel::parse(text).map(|label| (label.name, label.version.to_string()));
            assert_eq!(label, expected.map(|(name, version)| (name.to_owned(), version.to_owned())), "{text}");
        }
    }

    #[test]
    fn build_metadata_does_not_change_the_order() {
        let plain = ChartLabel::parse("posthog-18.2.1").unwrap().version;
        let built = ChartLabel::parse("posthog-18.2.1_abc").unwrap().version;
        assert!(plain.as_semver().cmp_precedence(built.as_semver()).is_eq());
    }
}
