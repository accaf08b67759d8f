//! What a check means, as SARIF calls it: a rule.

use serde_json::{Value, json};

use crate::rules::CheckText;

pub(super) fn of(text: &CheckText) -> Value {
    let CheckText { id, title, severity, means, why, fix, severity_varies: _ } = text;
    let help = format!("{}\n\n{}\n\n{}", paragraph(means), paragraph(why), paragraph(fix));
    let markdown = format!(
        "{}\n\n**Why it matters.** {}\n\n**How to fix it.** {}",
        paragraph(means),
        paragraph(why),
        paragraph(fix)
    );
    json!({
        "id": id,
        "name": name(id),
        "shortDescription": {"text": format!("{title}.")},
        "fullDescription": {"text": paragraph(means)},
        "help": {"text": help, "markdown": markdown},
        "helpUri": format!("{}/blob/main/docs/checks/{id}.md", env!("CARGO_PKG_REPOSITORY")),
        "defaultConfiguration": {"level": severity.as_str()},
        "properties": {"tags": ["reliability", "zookeeper"]},
    })
}

/// `purge-disabled` -> `PurgeDisabled`.
fn name(id: &str) -> String {
    id.split('-').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The lines of a text joined into one.
fn paragraph(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}
