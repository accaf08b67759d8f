//! Which Helm reads a chart.

use std::fmt;

/// Helm 3 and Helm 4 read charts by the same rules, but for corners: nulls that nothing stands under, values files of
/// several documents, `--set-json '{...}'`, charts under two aliases, pre-releases in constraints. Measured with 3.17.3
/// and 4.1.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HelmVersion {
    /// Helm 3.
    V3,
    /// Helm 4.
    V4,
}

impl HelmVersion {
    /// Both, the older first.
    pub const ALL: [Self; 2] = [Self::V3, Self::V4];

    /// The one of a version as Helm prints it: `v3.17.3+g1234567`.
    #[must_use]
    pub fn of(version: &str) -> Option<Self> {
        let major = version.trim().trim_start_matches('v').split('.').next()?;
        Self::ALL.into_iter().find(|helm| helm.major().to_string() == major)
    }

    /// Its major version.
    #[must_use]
    pub const fn major(self) -> u8 {
        match self {
            Self::V3 => 3,
            Self::V4 => 4,
        }
    }
}

/// As people call it: `Helm 3`.
impl fmt::Display for HelmVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Helm {}", self.major())
    }
}
