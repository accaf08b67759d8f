//! The rules as lists: for a terminal, and as the tables of the documentation.

use std::ops::Deref;

use super::RuleSet;
use super::model::{CheckText, Flavor, Store};

/// A line for each rule.
#[must_use]
pub fn plain(rules: &RuleSet, texts: &[CheckText]) -> String {
    let flavors = rules.flavors.iter().map(|flavor| (&*flavor.id, flavor.title.as_str()));
    let charts = rules.charts.all().map(|chart| (chart.id.as_str(), chart.title.as_str()));
    let checks = texts.iter().map(|text| (text.id.as_str(), text.title.as_str()));
    section("Flavors", flavors.collect()) + &section("Charts", charts.collect()) + &section("Checks", checks.collect())
}

fn section(title: &str, rows: Vec<(&str, &str)>) -> String {
    let width = rows.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    let lines: Vec<String> = rows.into_iter().map(|(id, title)| format!("  {id:width$}  {title}\n")).collect();
    format!("{title}\n{}", lines.concat())
}

/// The table of flavors.
#[must_use]
pub fn markdown(rules: &RuleSet) -> String {
    let mut flavors: Vec<&Flavor> = rules.flavors.iter().map(Deref::deref).collect();
    flavors.sort_by_key(|flavor| &flavor.id);
    let rows = flavors.into_iter().map(row).collect::<Vec<_>>().concat();
    format!(
        "# Ways to run ZooKeeper that are known\n\n\
         Made by `autopurge rules --markdown` from [rules/flavors](../rules/flavors), where the sources stand. \
         The first place that is written decides; *adds* is where a patch writes when nothing is.\n\n\
         | flavor | what it is | settings are read from, strongest first | without any | checked |\n\
         | --- | --- | --- | --- | --- |\n{rows}"
    )
}

fn row(flavor: &Flavor) -> String {
    let places: Vec<String> = flavor.settings.iter().filter_map(place).collect();
    let places = if places.is_empty() { "nothing".to_owned() } else { places.join("; ") };
    let default = match flavor.default.interval {
        None => "unknown".to_owned(),
        Some(hours) if hours <= 0 => "never purges".to_owned(),
        Some(hours) => format!("every {hours} h"),
    };
    let default = if flavor.verified { default } else { "unknown (not verified)".to_owned() };
    format!("| `{}` | {} | {places} | {default} | {} |\n", flavor.id, flavor.title, flavor.checked)
}

/// A place in a few words; those that do not work are left out.
fn place(store: &Store) -> Option<String> {
    let adds = |adds: bool| if adds { " *adds*" } else { "" };
    Some(match store {
        Store::Env(store) if !store.works => return None,
        Store::Env(store) => {
            format!("`{}`{}", store.interval.as_ref().or(store.retain.as_ref())?, adds(store.patch))
        }
        Store::EnvFile(store) => format!("file named by `{}`", store.interval),
        Store::EnvText(store) => format!("words of `{}`", store.variable),
        Store::File(store) => match (&store.path, &store.behind) {
            (_, Some(word)) => format!("file behind `{word}`"),
            (Some(path), None) => format!("file `{path}`"),
            (None, None) => return None,
        },
        Store::Script(store) => format!("`{}` written by the command", store.file),
        Store::Flag(store) => format!("option `{}`", store.interval.as_ref().or(store.retain.as_ref())?),
        Store::Field(store) => format!("field `{}`{}", store.interval, adds(store.patch)),
        Store::FieldText(store) => format!("text of field `{}`{}", store.field, adds(store.patch)),
    })
}
