//! What was typed goes before the configuration, and that before the default.

use std::path::{Path, PathBuf};

use autopurge::checks::Check;
use autopurge::config::{Asked, Config, FailOn, Settings};

use super::load;

#[test]
fn what_was_typed_wins_and_lists_of_what_is_left_out_are_added() {
    let text = "exclude: [a]\nselect: [purge-disabled]\nignore: [purge-unknown, purge-invalid]\nfail-on: never\ninterval: 6\nrules: rules\nsuppressions: [{path: a/**, checks: [purge-unknown], until: 2027-01-31}]\ncharts: [{path: c, set: [a=1]}]\n";
    let config = load(text).expect("a configuration");
    let asked = Asked {
        exclude: vec!["b".to_owned()],
        select: vec![Check::PurgeInvalid],
        ignore: vec![Check::SettingNotRead],
        interval: Some(12),
        baseline: Some(PathBuf::from("b.json")),
        ..Asked::default()
    };
    let settings = Settings::new(&config, asked);
    assert_eq!(settings.select.value, [Check::PurgeInvalid]);
    assert_eq!(settings.ignore.value, [Check::PurgeUnknown, Check::SettingNotRead]);
    assert_eq!((settings.fail_on.value, settings.interval.value), (FailOn::Never, 12));
    assert_eq!(settings.rules.value.as_deref(), Some(Path::new("rules")));
    let selection = settings.selection();
    assert!(selection.contains(Check::PurgeInvalid) && !selection.contains(Check::PurgeDisabled));
    assert_eq!(
        settings.to_string(),
        "exclude: [\"a\",\"b\"] # configuration, command line or environment
select: [\"purge-invalid\"] # command line or environment
ignore: [\"purge-unknown\",\"setting-not-read\"] # configuration, command line or environment
fail-on: \"never\" # configuration
interval: 12 # command line or environment
retain: null # default
rules: \"rules\" # configuration
baseline: \"b.json\" # command line or environment
helm: null # default
suppressions: [{\"path\":\"a/**\",\"checks\":[\"purge-unknown\"],\"until\":\"2027-01-31\"}] # configuration
charts: [{\"path\":\"c\",\"set\":[\"a=1\"]}] # configuration
"
    );
}

#[test]
fn what_is_shown_can_be_read_again() {
    let shown = Settings::new(&Config::default(), Asked::default()).to_string();
    let settings = Settings::new(&load(&shown).expect("a configuration"), Asked::default());
    assert_eq!(settings.interval.value, 1);
    assert_eq!(settings.fail_on.value, FailOn::Error);
    assert_eq!(settings.exclude.value, Vec::<String>::new());
}
