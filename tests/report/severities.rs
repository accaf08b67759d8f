//! What the text of a check says of its severity is true of its findings.

use std::collections::BTreeSet;
use std::fs;

use autopurge::detect::{Trigger, read_stream};
use autopurge::report::Finding;
use autopurge::rules::{self, CheckText, check_texts};

use super::part;
use crate::tool::repository;

#[test]
fn the_text_of_a_check_names_every_severity_of_its_findings() {
    let texts = check_texts(Vec::new()).expect("texts");
    let folders = fs::read_dir(repository().join("fixtures/post-render")).expect("cases");
    let streams = folders.filter_map(|folder| fs::read(folder.expect("a folder").path().join("input.yaml")).ok());
    let rules = rules::built_in();
    let trigger = Trigger::new(&rules).expect("literals");
    let readable = streams.filter(|stream| read_stream(stream, &trigger, &rules).is_ok());
    let findings = readable.flat_map(|stream| part("-", &stream).findings);
    let wrong: BTreeSet<String> = findings.filter_map(|finding| told_otherwise(&finding, &texts)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn told_otherwise(finding: &Finding, texts: &[CheckText]) -> Option<String> {
    let (id, severity) = (finding.check.id(), finding.severity.as_str());
    let text = texts.iter().find(|text| text.id == id)?;
    let is_told = text.severity_in_words().split([' ', ';']).any(|word| word == severity);
    (!is_told).then(|| format!("{id} is also {severity}"))
}
