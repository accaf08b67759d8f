//! Test cases that show what a rule recognises and what it does not, one per folder: `flavor-ID/input.yaml` and
//! `flavor-ID-not/input.yaml` contain manifests; `chart-ID/Chart.yaml` and `chart-ID-not/Chart.yaml` contain a chart,
//! or one that depends on it.

use std::fs;
use std::path::PathBuf;

use semver::Version;

use crate::charts::{Asked, Reference, model_of, model_of_reference};
use crate::checks::{Kept, Wanted, examine};
use crate::detect::{Trigger, read_stream};
use crate::helm::{Chart, Constraint, HelmVersion, Sources};
use crate::rules::{Flavor, RuleSet};
use crate::zookeeper::Verdict;

/// The cases of all rules.
pub(super) struct Cases<'a> {
    /// The folders to search for them.
    pub(super) folders: &'a [PathBuf],
    /// The rules in force.
    pub(super) rules: &'a RuleSet,
}

impl Cases<'_> {
    /// What is wrong with the cases of a flavor, one message each.
    pub(super) fn of_flavor(&self, id: &str) -> Vec<String> {
        let Some(flavor) = self.rules.flavor(id) else { return Vec::new() };
        let positive = self.servers(&format!("flavor-{id}")).and_then(|found| recognised(flavor, &found));
        let negative = self.servers(&format!("flavor-{id}-not")).and_then(|found| {
            let is_one = found.iter().any(|(other, _)| other == id);
            if is_one { Err(format!("flavor {id}: the counterexample is recognised as this flavor")) } else { Ok(()) }
        });
        [positive, negative].into_iter().filter_map(Result::err).collect()
    }

    /// What is wrong with the cases of a chart, one message each.
    pub(super) fn of_chart(&self, id: &str) -> Vec<String> {
        let positive = self.models(&format!("chart-{id}")).and_then(|found| match found.as_slice() {
            [] => Err(format!("chart {id}: nothing is recognised in its example")),
            [one] if one == id => Ok(()),
            others => Err(format!("chart {id}: its example is recognised as {}", others.join(", "))),
        });
        let negative = self.models(&format!("chart-{id}-not")).and_then(|found| {
            let is_one = found.iter().any(|other| other == id);
            if is_one { Err(format!("chart {id}: the counterexample is recognised as this chart")) } else { Ok(()) }
        });
        [positive, negative].into_iter().filter_map(Result::err).collect()
    }

    /// The path of a file of a case, in the first folder that has it.
    fn file(&self, case: &str, names: &[&str]) -> Result<PathBuf, String> {
        let paths = self.folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(case).join(name)));
        let missing = || {
            let folders: Vec<String> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
            format!("there is no example {case}/{} in {}", names.join(" or "), folders.join(", "))
        };
        paths.into_iter().find(|path| path.is_file()).ok_or_else(missing)
    }

    /// The servers in a case, by flavor, with their verdicts.
    fn servers(&self, case: &str) -> Result<Vec<(String, Verdict)>, String> {
        let path = self.file(case, &["input.yaml", "input.json"])?;
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let stream = fs::read(&path).map_err(|error| told(&error))?;
        let trigger = Trigger::new(self.rules).map_err(|error| told(&error))?;
        let manifests = read_stream(&stream, &trigger, self.rules).map_err(|error| told(&error))?;
        let examination = examine(&manifests, self.rules, Wanted { interval: 1, retain: None }, Kept::Elsewhere);
        let servers = examination.subjects.iter().map(|subject| &subject.server);
        Ok(servers.map(|server| (server.flavor.id.clone(), server.verdict)).collect())
    }

    /// The ids of the chart models that match the chart of a case or its dependencies.
    fn models(&self, case: &str) -> Result<Vec<String>, String> {
        let path = self.file(case, &["Chart.yaml"])?;
        let folder = path.parent().unwrap_or(&path);
        let chart = Chart::load(folder, HelmVersion::V4, &mut Sources::default())
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let own = model_of(&chart, self.rules);
        let dependencies = chart.metadata.dependencies.iter().flatten().filter_map(|dependency| {
            let version = exact(&dependency.version)?;
            let reference = Reference {
                name: &dependency.name,
                repository: Some(&dependency.repository),
                asked: Asked::Exactly(&version),
            };
            model_of_reference(&reference, self.rules)
        });
        Ok(own.into_iter().chain(dependencies).map(|model| model.id.clone()).collect())
    }
}

/// The version that a constraint names, if it allows only one.
fn exact(constraint: &str) -> Option<Version> {
    constraint.parse::<Constraint>().ok()?.exact()
}

/// A case must contain servers of the flavor and of no other. If the flavor is not verified, their verdicts must be
/// unknown.
fn recognised(flavor: &Flavor, found: &[(String, Verdict)]) -> Result<(), String> {
    let id = &flavor.id;
    if found.is_empty() {
        return Err(format!("flavor {id}: nothing is recognised in its example"));
    }
    if let Some((other, _)) = found.iter().find(|(other, _)| other != id) {
        return Err(format!("flavor {id}: its example is recognised as {other}"));
    }
    if !flavor.verified && found.iter().any(|(_, verdict)| *verdict != Verdict::Unknown) {
        return Err(format!("flavor {id}: its facts are not verified, yet its example has a verdict"));
    }
    Ok(())
}
