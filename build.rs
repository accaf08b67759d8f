//! Compiles `rules/` into the program: YAML is read and validated here, once, and not at start-up.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use rules::model::{CheckText, RuleSet};
use rules::validate::{self, Problem};
use serde::de::DeserializeOwned;

/// The same types and questions that a user's rules are read with.
#[expect(dead_code, unreachable_pub, reason = "shared with the library, which uses all of it")]
mod rules {
    #[path = "../src/rules/model.rs"]
    pub mod model;
    #[path = "../src/rules/range.rs"]
    pub mod range;
    #[path = "../src/rules/validate.rs"]
    pub mod validate;
}

fn main() -> Result<(), Box<dyn Error>> {
    let rules = Path::new("rules");
    for folder in ["flavors", "charts", "checks"] {
        println!("cargo::rerun-if-changed={}", rules.join(folder).display());
    }
    let mut rule_set = RuleSet {
        flavors: read(&rules.join("flavors"), validate::flavor)?,
        charts: read(&rules.join("charts"), validate::chart)?,
    };
    // Sources have done their duty once they are validated; the program starts faster without them.
    rule_set.flavors.iter_mut().for_each(|flavor| flavor.sources.clear());
    rule_set.charts.iter_mut().for_each(|chart| chart.sources.clear());
    let texts: Vec<CheckText> = read(&rules.join("checks"), validate::check)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("rules.json"), serde_json::to_vec(&rule_set)?)?;
    fs::write(out.join("checks.json"), serde_json::to_vec(&texts)?)?;
    Ok(())
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
