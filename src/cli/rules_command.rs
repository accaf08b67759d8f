//! `autopurge rules`: the rules in force, or whether those of a folder hold: every file makes sense, and cases show what
//! each flavor recognises and what it does not.

use std::fs;
use std::path::{Path, PathBuf};

use miette::Report;

use super::args::RulesArgs;
use super::{CliError, ExitCode, display, print, rules};
use crate::checks::{Wanted, examine};
use crate::detect::{Scan, Trigger, look_again};
use crate::manifests::Manifests;
use crate::rules::{self as rule_files, Flavor, RuleSet, check_texts, listing};
use crate::zookeeper::Verdict;

/// Lists the rules, or validates those of a folder.
pub(super) fn run(args: &RulesArgs) -> Result<ExitCode, CliError> {
    if let Some(folder) = &args.dir {
        let fixtures = args.fixtures.clone().unwrap_or_else(|| folder.join("fixtures"));
        return validate(folder, &fixtures);
    }
    let (rules, _) = rules(None)?;
    let texts = check_texts().map_err(|error| CliError::BuiltIn(error.to_string()))?;
    let text = if args.markdown { listing::markdown(&rules) } else { listing::plain(&rules, &texts) };
    print(&text).map(|()| ExitCode::Success)
}

fn validate(folder: &Path, fixtures: &Path) -> Result<ExitCode, CliError> {
    let loaded = rule_files::read_folder(folder)?;
    let own: Vec<String> = loaded.flavors.iter().map(|flavor| flavor.id.clone()).collect();
    let counts = [loaded.flavors.len(), loaded.charts.len(), loaded.checks.len()];
    let mut wrong = loaded.problems.len();
    let (mut in_force, mut texts) = rules(None)?;
    let mut loaded = loaded;
    for problem in std::mem::take(&mut loaded.problems) {
        display::complain(&Report::new(problem));
    }
    rule_files::add(loaded, &mut in_force, &mut texts);
    for problem in own.iter().flat_map(|id| shown(id, fixtures, &in_force)) {
        wrong += 1;
        display::say(&format!("autopurge: {problem}\n"));
    }
    let [flavors, charts, checks] = counts;
    let end = if wrong == 0 { "all of them hold".to_owned() } else { format!("{wrong} problems") };
    print(&format!("{flavors} flavors, {charts} charts, {checks} texts of checks: {end}\n"))?;
    Ok(if wrong == 0 { ExitCode::Success } else { ExitCode::Findings })
}

/// What is wrong with the cases of a flavor.
fn shown(id: &str, fixtures: &Path, rules: &RuleSet) -> Vec<String> {
    let Some(flavor) = rules.flavors.iter().find(|flavor| flavor.id == id) else { return Vec::new() };
    let positive = case(&fixtures.join(format!("flavor-{id}")), rules).and_then(|found| recognised(flavor, &found));
    let negative = case(&fixtures.join(format!("flavor-{id}-not")), rules).and_then(|found| {
        let is_one = found.iter().any(|(other, _)| other == id);
        if is_one { Err(format!("flavor {id}: the case of what it is not is recognised as one")) } else { Ok(()) }
    });
    [positive, negative].into_iter().filter_map(Result::err).collect()
}

/// A case has to hold servers of the flavor and of no other; where its facts are belief, nothing is known of them.
fn recognised(flavor: &Flavor, found: &[(String, Verdict)]) -> Result<(), String> {
    let id = &flavor.id;
    if found.is_empty() {
        return Err(format!("flavor {id}: nothing is recognised in its case"));
    }
    if let Some((other, _)) = found.iter().find(|(other, _)| other != id) {
        return Err(format!("flavor {id}: its case is recognised as {other}"));
    }
    if !flavor.verified && found.iter().any(|(_, verdict)| *verdict != Verdict::Unknown) {
        return Err(format!("flavor {id}: its facts are not verified, and yet its case has a verdict"));
    }
    Ok(())
}

/// The servers in a case: flavor and verdict.
fn case(folder: &Path, rules: &RuleSet) -> Result<Vec<(String, Verdict)>, String> {
    let files: [PathBuf; 2] = ["input.yaml", "input.json"].map(|name| folder.join(name));
    let Some(path) = files.iter().find(|path| path.is_file()) else {
        return Err(format!("there is no case {}", folder.join("input.yaml").display()));
    };
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let stream = fs::read(path).map_err(|error| told(&error))?;
    let trigger = Trigger::new(rules).map_err(|error| told(&error))?;
    let mut scan = Scan::default();
    scan.advance(&trigger, &stream);
    let mut manifests = Manifests::parse(&stream, scan.hits(), rules).map_err(|error| told(&error))?;
    look_again(&mut manifests, rules).map_err(|error| told(&error))?;
    let examination = examine(&manifests, rules, Wanted { interval: 1, retain: None });
    let servers = examination.subjects.iter().map(|subject| &subject.server);
    Ok(servers.map(|server| (server.flavor.id.clone(), server.verdict)).collect())
}
