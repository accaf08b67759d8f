//! `docs/checks/`: a page per check, generated from its text in `rules/checks/`. `./x fix` writes them.

use std::collections::BTreeMap;
use std::fs;

use autopurge::rules::{CheckText, check_texts};

use crate::tool::repository;

fn page(check: &CheckText) -> String {
    let CheckText { id, title, means, why, fix, .. } = check;
    let severity = check.severity_in_words();
    format!(
        "<!-- Generated from rules/checks/{id}.yaml by ./x fix -->\n# {id}\n\n{title}. Severity: {severity}.\n\n\
         ## What it means\n\n{means}\n## Why it matters\n\n{why}\n## How to fix it\n\n{fix}\n\
         The same in a terminal: `autopurge explain {id}`. [All checks](README.md)\n"
    )
}

fn index(checks: &[CheckText]) -> String {
    let rows: String = checks
        .iter()
        .map(|check| format!("| [{0}]({0}.md) | {1} | {2} |\n", check.id, check.title, check.severity_in_words()))
        .collect();
    format!(
        "<!-- Generated from rules/checks/ by ./x fix -->\n# Checks\n\n| check | what it finds | severity |\n| --- | --- | --- |\n{rows}"
    )
}

#[test]
fn pages_of_checks_are_those_of_their_texts() {
    let checks = check_texts(Vec::new()).expect("texts");
    let mut pages: BTreeMap<String, String> =
        checks.iter().map(|check| (format!("{}.md", check.id), page(check))).collect();
    pages.insert("README.md".to_owned(), index(&checks));
    let folder = repository().join("docs/checks");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        for (name, text) in &pages {
            fs::write(folder.join(name), text).expect("a page");
        }
    }
    let files = fs::read_dir(&folder).expect("docs/checks").map(|entry| entry.expect("a file").path());
    let found: BTreeMap<String, String> = files
        .map(|path| {
            (
                path.file_name().expect("a name").to_string_lossy().into_owned(),
                fs::read_to_string(&path).expect("a page"),
            )
        })
        .collect();
    assert!(found == pages, "docs/checks is not up to date: run ./x fix");
}
