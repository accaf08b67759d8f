//! Compiles `rules/` into the program: YAML is read and validated here, once, and not at start-up.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use rules::chart::Chart;
use rules::model::{CheckText, CustomResource, Flavor};
use rules::validate::{self, Ids, Problem};
use serde::de::DeserializeOwned;

/// The same types and questions that a user's rules are read with.
#[expect(dead_code, unreachable_pub, unused_imports, reason = "shared with the library, which uses all of it")]
mod rules {
    #[path = "../src/rules/chart.rs"]
    pub mod chart;
    #[path = "../src/rules/model/mod.rs"]
    pub mod model;
    #[path = "../src/rules/range.rs"]
    pub mod range;
    #[path = "../src/rules/validate.rs"]
    pub mod validate;
}

fn main() -> Result<(), Box<dyn Error>> {
    let rules = Path::new("rules");
    for part in ["flavors", "charts", "checks", "shipped.json"] {
        println!("cargo::rerun-if-changed={}", rules.join(part).display());
    }
    let mut flavors: Vec<Flavor> = read(&rules.join("flavors"), validate::flavor)?;
    let mut charts: Vec<Chart> = read(&rules.join("charts"), validate::chart)?;
    check_references(&flavors, &charts)?;
    let texts: Vec<CheckText> = read(&rules.join("checks"), validate::check)?;
    // Sources have done their duty once they are validated; the program starts faster without them.
    for sources in
        flavors.iter_mut().map(|flavor| &mut flavor.sources).chain(charts.iter_mut().map(|chart| &mut chart.sources))
    {
        sources.clear();
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("flavors.rs"), heads(&flavors)?)?;
    fs::write(out.join("checks.json"), serde_json::to_vec(&texts)?)?;
    let dates = flavors.iter().map(|flavor| &flavor.checked).chain(charts.iter().map(|chart| &chart.checked));
    fs::write(out.join("charts.rs"), index(&charts, dates.max().ok_or("there are no rules")?)?)?;
    Ok(())
}

/// Whether everything that rules refer to is there; the first problem ends the build.
fn check_references(flavors: &[Flavor], charts: &[Chart]) -> Result<(), Box<dyn Error>> {
    let ids = Ids {
        has_flavor: &|id| flavors.iter().any(|flavor| flavor.id == id),
        has_chart: &|id| charts.iter().any(|chart| chart.id == id),
    };
    let of_flavors = flavors.iter().map(|flavor| (&flavor.id, validate::references_of_flavor(flavor, ids)));
    let of_charts = charts.iter().map(|chart| (&chart.id, validate::references_of_chart(chart, ids)));
    for (id, problems) in of_flavors.chain(of_charts) {
        if let Some(Problem { pointer, message }) = problems.first() {
            return Err(format!("the rule {id}: {pointer}: {message}").into());
        }
    }
    Ok(())
}

/// The flavors as Rust: what every stream is searched for, and in JSON what only some streams ask for.
fn heads(flavors: &[Flavor]) -> Result<String, Box<dyn Error>> {
    let mut text = String::from("pub(super) const FLAVORS: &[super::flavor::FlavorEntry] = &[\n");
    for flavor in flavors {
        let Flavor { id, literals, recognise, .. } = flavor;
        let literals = texts(literals.iter().map(String::as_str));
        let kinds = texts(recognise.resource.iter().flat_map(CustomResource::kinds));
        let (is_of_pods, is_by_command) = (recognise.is_of_pods(), recognise.is_by_command());
        let instead_of = texts(recognise.instead_of.iter().map(String::as_str));
        let whole = serde_json::to_string(flavor)?;
        let recognise = serde_json::to_string(recognise)?;
        writeln!(
            text,
            "    super::flavor::FlavorEntry {{ id: {id:?}, literals: {literals}, kinds: {kinds}, is_of_pods: {is_of_pods}, is_by_command: {is_by_command}, instead_of: {instead_of}, recognise: {recognise:?}, text: {whole:?} }},"
        )?;
    }
    Ok(text + "];\n")
}

/// Texts as the constant that `super::Texts` borrows.
fn texts<'t>(all: impl Iterator<Item = &'t str>) -> String {
    let all: Vec<String> = all.map(|text| format!("std::borrow::Cow::Borrowed({text:?})")).collect();
    format!("&[{}]", all.join(", "))
}

/// The charts as Rust: id and name of each for those who search, its text for those who find it, and what it ships.
fn index(charts: &[Chart], checked: &str) -> Result<String, Box<dyn Error>> {
    let shipped = fs::read_to_string("rules/shipped.json")?;
    let mut shipped: BTreeMap<String, BTreeMap<String, serde_json::Value>> = serde_json::from_str(&shipped)?;
    let mut text = String::from("pub(super) const CHARTS: &[super::catalog::CompiledChart] = &[\n");
    for chart in charts {
        let (Chart { id, .. }, json) = (chart, serde_json::to_string(chart)?);
        let names = texts(chart.names());
        let flavors: Vec<&str> = flavors_of(chart, charts, 0).into_iter().collect();
        let rows = shipped.remove(id).unwrap_or_default();
        let rows: Vec<(String, String)> = rows.into_iter().map(|(range, rows)| (range, rows.to_string())).collect();
        writeln!(
            text,
            "    super::catalog::CompiledChart {{ id: {id:?}, names: {names}, flavors: &{flavors:?}, text: {json:?}, shipped: &{rows:?} }},"
        )?;
    }
    writeln!(text, "];\npub(super) const CHECKED: &str = {checked:?};")?;
    Ok(text)
}

/// The flavors of the servers of a chart and of all charts below it.
fn flavors_of<'c>(chart: &'c Chart, charts: &'c [Chart], depth: usize) -> BTreeSet<&'c str> {
    let servers = chart.versions.iter().flat_map(|versions| &versions.servers);
    let mut flavors: BTreeSet<&str> = servers.map(|server| server.flavor.as_str()).collect();
    for dependency in chart.versions.iter().flat_map(|versions| &versions.dependencies).filter(|_| depth < 8) {
        for below in charts.iter().filter(|below| below.id == dependency.chart) {
            flavors.extend(flavors_of(below, charts, depth + 1));
        }
    }
    flavors
}

/// Every rule of a folder, by file name; the first problem ends the build.
fn read<T: DeserializeOwned>(folder: &Path, problems: fn(&T, &str) -> Vec<Problem>) -> Result<Vec<T>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let mut rules = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path)?;
        let rule: T = serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if let Some(problem) = problems(&rule, &stem).first() {
            return Err(format!("{}: {}: {}", path.display(), problem.pointer, problem.message).into());
        }
        rules.push(rule);
    }
    Ok(rules)
}
