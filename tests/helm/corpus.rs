//! Real charts with labels, where the corpus is there (`../shared/corpus`): which servers are on, and where their interval
//! is set.

use std::fs;
use std::path::{Path, PathBuf};

use autopurge::helm::{Chart, Line, Sources, ValuesPath, coalesce};
use serde::Deserialize;

use super::coalesce::options;
use super::program::{repository, skip};

#[derive(Deserialize)]
struct Truth {
    charts: Vec<Labelled>,
}

#[derive(Deserialize)]
struct Labelled {
    chart: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    command: String,
    zookeepers: Vec<ZooKeeper>,
}

#[derive(Deserialize)]
struct ZooKeeper {
    values_prefix: String,
    subchart: Option<String>,
    enabled: bool,
    fix_path: Option<String>,
    #[serde(default = "is_true")]
    from_metadata: bool,
}

const fn is_true() -> bool {
    true
}

fn corpus() -> Option<(PathBuf, Truth)> {
    let folder = repository().join("../shared/corpus");
    let Ok(text) = fs::read_to_string(folder.join("truth-charts.yaml")) else {
        skip("../shared/corpus is not there");
        return None;
    };
    Some((folder, serde_yaml::from_str(&text).unwrap()))
}

#[test]
fn real_charts_have_the_zookeepers_that_helm_renders() {
    let Some((folder, truth)) = corpus() else { return };
    let mut looked_at = 0;
    for labelled in &truth.charts {
        for case in &labelled.cases {
            for line in Line::ALL {
                looked_at += check(&folder.join(&labelled.chart), case, line);
            }
        }
    }
    assert!(looked_at > 150, "{looked_at}");
}

fn check(chart: &Path, case: &Case, line: Line) -> usize {
    let words = case.command.split_whitespace().skip(4);
    let arguments: Vec<_> = words.map(str::to_owned).collect();
    let zookeepers = case.zookeepers.iter().filter(|zookeeper| zookeeper.from_metadata);
    zookeepers.map(|zookeeper| look(chart, (&case.id, &arguments), zookeeper, line)).count()
}

fn look(path: &Path, (id, arguments): (&str, &[String]), zookeeper: &ZooKeeper, line: Line) {
    let mut arguments = arguments.to_vec();
    let fix = zookeeper.fix_path.as_ref();
    arguments.extend(fix.into_iter().flat_map(|path| ["--set".to_owned(), format!("{path}=1")]));
    let mut sources = Sources::default();
    let chart = Chart::load(path, line, &mut sources).unwrap();
    let user = options(path, &arguments).values.values(line, &mut sources, &mut |path| fs::read(path)).unwrap();
    let release = coalesce(&chart, &user, line, &sources).unwrap();
    let prefix = if zookeeper.values_prefix == "(root)" { "" } else { &zookeeper.values_prefix };
    let name = format!("{} {id} {prefix} {line:?}", path.display());
    let found = release.top.all().find(|instance| instance.prefix.join(".") == prefix);
    let found = found.unwrap_or_else(|| panic!("{name} is not there"));
    assert_eq!(found.is_enabled(), zookeeper.enabled, "{name}");
    if let Some(subchart) = &zookeeper.subchart {
        assert_eq!(format!("{}-{}", found.chart.name(), found.version()), *subchart, "{name}");
    }
    if let Some(fix) = fix.filter(|_| zookeeper.enabled) {
        let whole = fix.parse::<ValuesPath>().unwrap().keys();
        let set = release.top.values.at(&whole).unwrap_or_else(|| panic!("{name} has no {fix}"));
        assert_eq!(set.to_json(), 1, "{name}");
        let own = found.values.at(&whole[found.prefix.len()..]);
        assert_eq!(own, Some(set), "{name}");
    }
}
