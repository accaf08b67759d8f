//! `autopurge rules`: lists the rules in force, or validates those of a folder: each file has to be valid, and test
//! cases have to show what each rule recognises and what it does not.

use std::path::{Path, PathBuf};

use miette::Report;

use super::args::RulesArgs;
use super::rule_cases::Cases;
use super::{ExitCode, Knowledge, display, print};
use crate::printable::{counted, plain};
use crate::rules::{self as rule_files, listing};

/// Lists the rules, or validates those of a folder.
pub(super) fn run(args: &RulesArgs) -> miette::Result<ExitCode> {
    if let Some(folder) = &args.dir {
        let own = || vec![folder.join("fixtures")];
        let fixtures = if args.fixtures.is_empty() { own() } else { args.fixtures.clone() };
        let base = args.rules.dir.as_deref().filter(|base| !is_same(base, folder));
        return validate(folder, base, &fixtures);
    }
    let known = Knowledge::load(args.rules.dir.as_deref())?;
    let rules = &known.rules;
    let text = if args.markdown { listing::markdown(rules) } else { listing::plain(rules, &known.texts()?) };
    print(&plain(&text))?;
    Ok(ExitCode::Success)
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some() && real(one) == real(other)
}

/// Validates the rules of a folder, which may refer to those built in and to those of another folder.
fn validate(folder: &Path, base: Option<&Path>, fixtures: &[PathBuf]) -> miette::Result<ExitCode> {
    let Knowledge { rules: mut in_force, own_texts: mut texts } = Knowledge::load(base)?;
    let mut loaded = rule_files::read_folder(folder, &in_force)?;
    let flavor_ids: Vec<String> = loaded.flavors.iter().map(|flavor| flavor.id.clone()).collect();
    let chart_ids: Vec<String> = loaded.charts.iter().map(|chart| chart.id.clone()).collect();
    let counts = [loaded.flavors.len(), loaded.charts.len(), loaded.checks.len()];
    let mut wrong = loaded.problems.len();
    for problem in std::mem::take(&mut loaded.problems) {
        display::complain(&Report::new(problem));
    }
    rule_files::add(loaded, &mut in_force, &mut texts);
    let cases = Cases { folders: fixtures, rules: &in_force };
    let of_flavors = flavor_ids.iter().flat_map(|id| cases.of_flavor(id));
    for problem in of_flavors.chain(chart_ids.iter().flat_map(|id| cases.of_chart(id))) {
        wrong += 1;
        display::tell(&problem);
    }
    let [flavors, charts, checks] = counts;
    let end = if wrong == 0 { "all valid".to_owned() } else { counted(wrong, "problem") };
    let flavors = counted(flavors, "flavor");
    let charts = counted(charts, "chart");
    let texts = counted(checks, "check text");
    print(&format!("{flavors}, {charts}, {texts}: {end}\n"))?;
    Ok(if wrong == 0 { ExitCode::Success } else { ExitCode::Findings })
}
