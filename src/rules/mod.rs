//! The rules: what is known about flavors, charts and checks, built in and from a folder of the user's.
//!
//! Rules are data. What a rule can say stands in `model/`, whether it makes sense in `validate.rs`, how a person's
//! files are read in `load.rs`.

mod catalog;
mod chart;
mod flavor;
pub mod listing;
mod load;
mod model;
mod range;
mod shipped;
pub mod validate;

pub use catalog::ChartCatalog;
pub use chart::{
    Chart, ChartDependency, ChartServer, ContainerValues, EnvFromValues, EnvValues, FieldValues, Identity, ImageValues,
    MountedValues, ResourceValues, Versions, When, Words,
};
pub use flavor::LazyFlavor;
pub use load::{Loaded, RuleError, add, load, read_folder};
pub use model::{
    Bundled, CheckText, Components, CustomResource, Defaults, Empty, EnvFileStore, EnvStore, EnvTextStore, FieldStore,
    FieldTextStore, FieldValue, FileStore, FlagStore, Flavor, Mirror, Older, OwnPod, Recognise, Release, Runbook,
    ScriptStore, Severity, Source, Start, Store, Zero,
};
pub use range::Range;
pub use shipped::ShippedRow;

use std::borrow::Cow;
use std::ops::Deref;

/// Texts that were compiled in, or those of a user.
pub type Texts = Cow<'static, [Cow<'static, str>]>;

/// The flavors and chart models that were compiled in.
mod compiled {
    include!(concat!(env!("OUT_DIR"), "/flavors.rs"));
    include!(concat!(env!("OUT_DIR"), "/charts.rs"));
}

/// Everything that is known: the rules built in, or those with a user's added.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// Ways to run a `ZooKeeper` server, by id.
    pub flavors: Vec<LazyFlavor>,
    /// Charts that ship one.
    pub charts: ChartCatalog,
    /// The day on which the newest fact was checked, YYYY-MM-DD.
    date: String,
}

/// The rules that were compiled in, without their sources: those are for people, and stand in `rules/`.
#[must_use]
pub fn built_in() -> RuleSet {
    let flavors = compiled::FLAVORS.iter().map(LazyFlavor::compiled).collect();
    let charts = ChartCatalog::built_in(compiled::CHARTS);
    RuleSet { flavors, charts, date: compiled::CHECKED.to_owned() }
}

/// The texts of all checks: a user's own, and those that were compiled in, by id.
///
/// # Errors
/// Only when the program was built wrongly: the text was written by our own build script.
pub fn check_texts(own: Vec<CheckText>) -> Result<Vec<CheckText>, serde_json::Error> {
    let mut texts = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/checks.json")))?;
    load::merge(&mut texts, own, |text| &text.id);
    Ok(texts)
}

impl RuleSet {
    /// The literals of all flavors, shortest first; those that hold another one are left out, because that one is found
    /// in them.
    #[must_use]
    pub fn literals(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self
            .flavors
            .iter()
            .flat_map(|flavor| flavor.literals.iter())
            .map(AsRef::as_ref)
            .filter(|literal: &&str| !literal.is_empty())
            .collect();
        all.sort_unstable_by_key(|literal| (literal.len(), *literal));
        all.dedup();
        let mut shortest: Vec<&str> = Vec::new();
        for literal in all {
            // Literals are short: to compare them place by place is quicker than to prepare a search, and hardly any
            // place begins with the right letter.
            let holds = |other: &&str| {
                let (text, other) = (literal.as_bytes(), other.as_bytes());
                text.windows(other.len()).any(|at| at.first() == other.first() && at == other)
            };
            if !shortest.iter().any(holds) {
                shortest.push(literal);
            }
        }
        shortest
    }

    /// The flavor of an id.
    #[must_use]
    pub fn flavor(&self, id: &str) -> Option<&Flavor> {
        self.flavors.iter().find(|flavor| flavor.id == id).map(Deref::deref)
    }

    /// The day on which the newest fact was checked, YYYY-MM-DD; empty without rules.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Whether some flavor's servers are made for custom resources of a kind.
    #[must_use]
    pub fn has_resource(&self, kind: &str) -> bool {
        self.flavors.iter().any(|flavor| flavor.has_kind(kind))
    }

    /// The flavors that containers may be.
    pub fn of_pods(&self) -> impl Iterator<Item = &LazyFlavor> {
        self.flavors.iter().filter(|flavor| flavor.is_of_pods())
    }
}

impl Chart {
    /// The ranges of versions with what each of them is parsed to, oldest first.
    #[must_use]
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = (Range, &Versions)> {
        self.versions.iter().filter_map(|versions| Some((versions.range.parse().ok()?, versions)))
    }

    /// What a version of the chart does; `None` where no range holds it. Whether it is newer than what was looked at is
    /// another question: [`Chart::is_assessed`].
    #[must_use]
    pub fn at(&self, version: &semver::Version) -> Option<&Versions> {
        self.ranges().find(|(range, _)| range.contains(version)).map(|(_, versions)| versions)
    }

    /// Whether some version runs a server from its own templates.
    #[must_use]
    pub fn has_own_servers(&self) -> bool {
        self.versions.iter().any(|versions| !versions.servers.is_empty())
    }

    /// Whether some version runs a server, its own or one of a dependency.
    #[must_use]
    pub fn may_run_a_server(&self) -> bool {
        self.versions.iter().any(|versions| !versions.servers.is_empty() || !versions.dependencies.is_empty())
    }

    /// Whether a version is no newer than the last one that was looked at.
    #[must_use]
    pub fn is_assessed(&self, version: &semver::Version) -> bool {
        let last = semver::Version::parse(&self.assessed_through);
        last.is_ok_and(|last| version.cmp_precedence(&last).is_le())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schemas for editors are generated from the model.
    #[test]
    fn schemas_are_those_of_the_model() {
        let schemas = [
            ("flavor", schemars::schema_for!(Flavor)),
            ("chart", schemars::schema_for!(Chart)),
            ("check", schemars::schema_for!(CheckText)),
        ];
        for (name, schema) in schemas {
            crate::schema::keep(&format!("rules/schemas/{name}"), &schema);
        }
    }
}
