//! Every value of a release knows the file or flag that it comes from.

use std::fs;

use autopurge::helm::{Chart, HelmVersion, Instance, Off, Sources, Value, ValuesPath, coalesce};

use super::coalesce::options;
use super::fixture::Fixture;

/// Works a fixture out with some arguments and hands it on.
fn with(name: &str, arguments: &[&str], look: impl Fn(&Instance<'_>, &dyn Fn(&Value) -> String)) {
    let fixture = Fixture::named(name);
    let arguments: Vec<_> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let mut sources = Sources::default();
    let chart = Chart::load(&fixture.chart(), HelmVersion::V3, &mut sources).unwrap();
    let options = options(&fixture.chart(), &arguments);
    let user = options.values.values(HelmVersion::V3, &mut sources, &mut |path| fs::read(path)).unwrap();
    let release = coalesce(&chart, &user, HelmVersion::V3, &sources).unwrap();
    let root = format!("{}/", fixture.chart().display());
    look(&release, &|value| {
        let Some(place) = value.place else { return "-".to_owned() };
        let source = sources.get(place.source).unwrap();
        let line = sources.position(place).unwrap().line;
        format!("{}:{line}", source.origin).replace(&root, "")
    });
}

#[test]
fn values_come_from_the_user_the_parent_or_the_chart_itself() {
    with("nulls", &["-f", "user.yaml", "--set", "zookeeper.heap.max=2"], |release, written| {
        let zookeeper = release.all().find(|instance| instance.name == "zookeeper").unwrap();
        let at = |path: &str| {
            let path: ValuesPath = path.parse().unwrap();
            zookeeper.values.at(&path.keys()).map_or("nothing".to_owned(), written)
        };
        assert_eq!(at("autopurge.purgeInterval"), "nothing");
        assert_eq!(at("autopurge.snapRetainCount"), "charts/zookeeper/values.yaml:1");
        assert_eq!(at("heap.max"), "--set:1");
        assert_eq!(at("nothing.here"), "user.yaml:4");
        assert_eq!(written(&release.values), "user.yaml:1");
        assert_eq!(zookeeper.prefix, ["zookeeper"]);
        assert_eq!(zookeeper.version(), "7.0.5");
    });
}

#[test]
fn a_chart_that_is_off_says_what_switched_it_off() {
    with("aliases", &["--set", "left.enabled=false"], |release, written| {
        let off = |name: &str| release.all().find(|instance| instance.name == name).unwrap().off.clone();
        let Some(Off::Condition { path, place }) = off("left") else { panic!("{:?}", off("left")) };
        assert_eq!(path, "left.enabled");
        let value = Value { place, ..Value::default() };
        assert_eq!(written(&value), "--set:1");
        assert_eq!(off("right"), None);
    });
    with("tags", &[], |release, written| {
        let a = release.all().find(|instance| instance.name == "a").unwrap();
        let Some(Off::Tag { tag, place }) = a.off.clone() else { panic!("{:?}", a.off) };
        assert_eq!(tag, "two");
        assert_eq!(written(&Value { place, ..Value::default() }), "values.yaml:1");
    });
}

#[test]
fn what_is_below_a_chart_that_is_off_is_off() {
    with("packages", &["--set", "a.b.data=2"], |release, _| {
        let names: Vec<_> = release.all().map(|instance| instance.prefix.join(".")).collect();
        assert_eq!(names, ["", "a", "a.b"]);
    });
    with("conditions", &["--set", "a.enabled=false"], |release, _| {
        let is_on: Vec<_> = release.all().map(|instance| (instance.name.as_str(), instance.is_enabled())).collect();
        assert_eq!(is_on, [("top", true), ("a", false), ("b", false)]);
    });
}

#[test]
fn helm_3_renders_what_two_aliases_share_once() {
    with("alias-with-charts-below", &[], |release, _| {
        let plain: Vec<_> = release.all().filter(|instance| instance.name == "plain").collect();
        let [left, right] = plain.as_slice() else { panic!("{plain:?}") };
        assert_eq!(left.off, Some(Off::Replaced { by: right.prefix.clone() }));
        assert!(right.is_enabled());
    });
}

#[test]
fn dependencies_that_are_not_at_hand_are_listed() {
    with("versions-that-do-not-fit", &["--set", "x.on=false"], |release, _| {
        let missing: Vec<_> = release
            .missing
            .iter()
            .map(|missing| (missing.dependency.name.as_str(), missing.prefix.join("."), missing.off.is_some()))
            .collect();
        let expected = [("a", "x".to_owned(), true), ("b", "b".to_owned(), true), ("c", "c".to_owned(), true)];
        assert_eq!(missing, expected);
        let lost = release.missing[0].values.get("data").unwrap();
        assert_eq!(lost.as_text(), Some("alias"));
    });
}
