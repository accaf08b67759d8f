//! Every format, letter by letter. `UPDATE_FIXTURES=1 cargo test` writes what comes out; read the difference.

use std::fs;

use autopurge::report::Format;
use serde_json::Value;

use super::{fixture, rendered, sample};

#[test]
fn formats_say_what_they_have_to() {
    for (name, report) in [("many", sample::report()), ("clean", sample::clean())] {
        for format in Format::ALL {
            let path = fixture(&format!("{name}.{}", format.name()));
            let text = rendered(format, &report);
            if std::env::var_os("UPDATE_FIXTURES").is_some() {
                fs::write(&path, &text).expect("a writable fixture");
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            assert!(text == expected, "{} is not\n{text}", path.display());
        }
    }
}

#[test]
fn no_format_writes_a_control_character() {
    for format in Format::ALL {
        let text = rendered(format, &sample::report());
        let controls: Vec<char> = text.chars().filter(|one| one.is_control() && *one != '\n').collect();
        assert!(controls.is_empty(), "{}: {controls:?}", format.name());
    }
}

#[test]
fn lines_of_formats_with_one_finding_per_line_stay_one() {
    let concise = rendered(Format::Concise, &sample::report());
    assert_eq!(concise.lines().count(), 5, "{concise}");
    let github = rendered(Format::Github, &sample::report());
    assert!(github.lines().all(|line| line.starts_with("::")), "{github}");
    assert_eq!(github.lines().count(), 4, "{github}");
}

#[test]
fn gitlab_gets_every_field_and_no_fingerprint_twice() {
    let entries: Vec<Value> = serde_json::from_str(&rendered(Format::Gitlab, &sample::report())).expect("JSON");
    let mut fingerprints: Vec<&str> = Vec::new();
    for entry in &entries {
        for field in ["description", "check_name"] {
            assert!(entry[field].as_str().is_some_and(|text| !text.is_empty()), "{entry}");
        }
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&entry["severity"].as_str().expect("a severity")), "{entry}");
        assert!(entry["location"]["path"].is_string() && entry["location"]["lines"]["begin"].is_u64(), "{entry}");
        fingerprints.push(entry["fingerprint"].as_str().expect("a fingerprint"));
    }
    assert_eq!(entries.len(), 4);
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 4);
    assert_eq!(rendered(Format::Gitlab, &sample::clean()), "[]\n");
}
