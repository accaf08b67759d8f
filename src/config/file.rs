//! What `autopurge.yaml` can say. The types check each value when it is read; the schema for editors is made from them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::checks::{Check, Severity, UnknownCheck};
use crate::helm::HelmVersion;
use crate::suppress::{Date, NoDate};
use crate::zookeeper::{LONGEST_SAFE_INTERVAL, MINIMUM_RETAIN};

/// Configuration of autopurge. Paths are relative to this file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct File {
    /// Files and folders to skip, written as in .gitignore.
    pub exclude: Vec<String>,
    /// Run only these checks.
    pub select: Vec<CheckName>,
    /// Skip these checks.
    pub ignore: Vec<CheckName>,
    /// Minimum severity that fails the run.
    pub fail_on: Option<FailOn>,
    /// Desired hours between two purges.
    pub interval: Option<Hours>,
    /// Snapshots to keep [default: leave that setting alone].
    pub retain: Option<Count>,
    /// Folder with your own rules: flavors/, charts/, checks/.
    pub rules: Option<PathBuf>,
    /// Known findings, written by `--create-baseline`.
    pub baseline: Option<PathBuf>,
    /// Major version of the Helm that installs the charts, 3 or 4 [default: what both agree on].
    pub helm: Option<Helm>,
    /// Findings to suppress.
    pub suppressions: Vec<Suppression>,
    /// Values that charts are installed with.
    pub charts: Vec<ChartValues>,
}

/// Findings to suppress. A finding has to match everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Suppression {
    /// Files, written as in .gitignore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Object: Kind/name or Kind/namespace/name; `*` matches any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Checks [default: all].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckName>,
    /// Why they are suppressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Last day on which this applies, YYYY-MM-DD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// Values that a chart is installed with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChartValues {
    /// Folder or archive of the chart.
    pub path: PathBuf,
    /// Values files, as for `helm -f`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<PathBuf>,
    /// Values, as for `helm --set`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
}

/// Minimum severity that fails a lint run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings too.
    Warning,
    /// Notes too.
    Note,
    /// Nothing.
    Never,
}

impl FailOn {
    /// The severity; `None` if nothing makes a lint fail.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

/// The name of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CheckName(pub Check);

impl Serialize for CheckName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.id())
    }
}

impl TryFrom<String> for CheckName {
    type Error = UnknownCheck;

    fn try_from(name: String) -> Result<Self, UnknownCheck> {
        name.parse().map(Self)
    }
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "String", extend("format" = "date")))]
pub struct Day(pub Date);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl TryFrom<String> for Day {
    type Error = NoDate;

    fn try_from(text: String) -> Result<Self, NoDate> {
        text.parse().map(Self)
    }
}

/// Hours between two purges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "i32", extend("minimum" = 1, "maximum" = LONGEST_SAFE_INTERVAL)))]
pub struct Hours(pub i32);

impl TryFrom<Value> for Hours {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let fitting = number(&value).filter(|hours| (1..=LONGEST_SAFE_INTERVAL).contains(hours));
        let refused = || format!("must be a whole number of hours, from 1 to {LONGEST_SAFE_INTERVAL}, not {value}");
        fitting.map(Self).ok_or_else(refused)
    }
}

/// The whole number that a value is; serde's own words for anything else name types of Rust.
fn number(value: &Value) -> Option<i32> {
    value.as_i64().and_then(|number| i32::try_from(number).ok())
}

/// Snapshots to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "i32", extend("minimum" = MINIMUM_RETAIN)))]
pub struct Count(pub i32);

impl TryFrom<Value> for Count {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let fitting = number(&value).filter(|count| *count >= MINIMUM_RETAIN);
        let refused = || format!("must be a whole number from {MINIMUM_RETAIN} to {}, not {value}", i32::MAX);
        fitting.map(Self).ok_or_else(refused)
    }
}

/// The major version of a Helm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "i32", extend("enum" = [3, 4])))]
pub struct Helm(pub HelmVersion);

impl TryFrom<Value> for Helm {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let version = number(&value).and_then(|major| HelmVersion::of(&major.to_string()));
        version.map(Self).ok_or_else(|| format!("must be the number 3 or 4, not {value}"))
    }
}

#[cfg(test)]
impl schemars::JsonSchema for CheckName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CheckName".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<&str> = Check::ALL.into_iter().map(Check::id).collect();
        schemars::json_schema!({"type": "string", "enum": names})
    }
}

#[cfg(test)]
mod tests {
    use super::File;

    /// The schema for editors is generated from the types.
    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::schema::keep("rules/schemas/config", &schemars::schema_for!(File));
    }
}
