//! The rules: what is known about flavors, charts and checks, built in and from a folder of the user's.
//!
//! Rules are data. What a rule can say stands in `model.rs`, whether it makes sense in `validate.rs`, how a person's
//! files are read in `load.rs`.

mod load;
mod model;
mod range;
pub mod validate;

pub use load::{RuleError, load};
pub use model::{
    Chart, ChartServer, ChartValue, CheckText, Condition, CustomResource, Defaults, Empty, EnvFileStore, EnvStore,
    EnvTextStore, FieldStore, FieldTextStore, FieldValue, FileStore, FlagStore, Flavor, Recognise, RuleSet, Runbook,
    ScriptStore, Source, Start, Store, Versions, Zero,
};
pub use range::Range;

use std::collections::BTreeSet;

use crate::helm::ChartVersion;

/// The rules that were compiled in, without their sources: those are for people, and stand in `rules/`.
///
/// # Errors
/// Only when the program was built wrongly: the text was written by our own build script.
pub fn built_in() -> Result<RuleSet, serde_json::Error> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/rules.json")))
}

/// The texts of all checks that were compiled in, by id.
///
/// # Errors
/// As [`built_in`].
pub fn check_texts() -> Result<Vec<CheckText>, serde_json::Error> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/checks.json")))
}

impl RuleSet {
    /// The literals of all flavors, in order; those that hold another one are left out, because that one is found in them.
    #[must_use]
    pub fn literals(&self) -> Vec<&str> {
        let all: BTreeSet<&str> = self.flavors.iter().flat_map(|flavor| &flavor.literals).map(String::as_str).collect();
        let holds_another = |literal: &&str| all.iter().any(|other| other != literal && literal.contains(other));
        all.iter().filter(|literal| !holds_another(literal)).copied().collect()
    }

    /// The day on which the newest fact was checked, YYYY-MM-DD; empty without rules.
    #[must_use]
    pub fn date(&self) -> &str {
        let flavors = self.flavors.iter().map(|flavor| flavor.checked.as_str());
        flavors.chain(self.charts.iter().map(|chart| chart.checked.as_str())).max().unwrap_or_default()
    }

    /// Whether some flavor's servers are made for custom resources of a kind.
    #[must_use]
    pub fn has_resource(&self, kind: &str) -> bool {
        let kinds = self.flavors.iter().filter_map(|flavor| flavor.recognise.resource.as_ref());
        kinds.into_iter().any(|resource| resource.kind == kind)
    }

    /// The chart of that name.
    #[must_use]
    pub fn chart(&self, name: &str) -> Option<&Chart> {
        self.charts.iter().find(|chart| chart.name == name)
    }
}

impl Chart {
    /// What a version of the chart does; `None` where no range holds it, and where it is newer than what was looked at.
    #[must_use]
    pub fn at(&self, version: &ChartVersion) -> Option<&Versions> {
        if self.is_newer_than_assessed(version) {
            return None;
        }
        self.versions
            .iter()
            .find(|versions| versions.range.parse::<Range>().is_ok_and(|range| range.contains(version.as_semver())))
    }

    /// The last version that was measured to ship purging switched off, where the ranges say it.
    #[must_use]
    pub fn measured_through(&self) -> Option<String> {
        let last =
            self.versions.iter().rev().find(|versions| versions.servers.iter().any(ChartServer::ships_purge_off))?;
        last.range.parse::<Range>().ok()?.last().map(|version| version.to_string())
    }

    /// Whether a version is newer than anything that was looked at.
    fn is_newer_than_assessed(&self, version: &ChartVersion) -> bool {
        let assessed = semver::Version::parse(&self.assessed_through);
        assessed.is_ok_and(|assessed| version.as_semver().cmp_precedence(&assessed).is_gt())
    }
}

impl ChartServer {
    /// Whether this server never purges as the chart ships it.
    #[must_use]
    pub fn ships_purge_off(&self) -> bool {
        self.interval.default <= 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schemas for editors are generated from the model; `UPDATE_SCHEMAS=1 cargo test` writes them.
    #[test]
    fn schemas_are_those_of_the_model() {
        let schemas = [
            ("flavor", schemars::schema_for!(Flavor)),
            ("chart", schemars::schema_for!(Chart)),
            ("check", schemars::schema_for!(CheckText)),
        ];
        for (name, schema) in schemas {
            let path = format!("{}/rules/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
            let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
            if std::env::var_os("UPDATE_SCHEMAS").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "{path} is not up to date");
        }
    }
}
