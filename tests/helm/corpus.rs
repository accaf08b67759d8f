//! Which servers of the corpus' charts are on, and where their interval is set.

use std::fs;
use std::path::Path;

use autopurge::helm::{Chart, HelmVersion, Sources, ValuesPath, coalesce};

use super::coalesce::options;
use crate::corpus::{self, Case, ZooKeeper};

#[test]
fn real_charts_have_the_zookeepers_that_helm_renders() {
    let Some((folder, charts)) = corpus::charts() else { return };
    let mut looked_at = 0;
    for labelled in &charts {
        for case in &labelled.cases {
            for helm in HelmVersion::ALL {
                looked_at += check(&folder.join(&labelled.path), case, helm);
            }
        }
    }
    assert!(looked_at > 150, "{looked_at}");
}

fn check(chart: &Path, case: &Case, helm: HelmVersion) -> usize {
    let arguments = case.flags();
    let zookeepers = case.zookeepers.iter().filter(|zookeeper| zookeeper.from_metadata);
    zookeepers.map(|zookeeper| look(chart, (&case.id, &arguments), zookeeper, helm)).count()
}

fn look(path: &Path, (id, arguments): (&str, &[String]), zookeeper: &ZooKeeper, helm: HelmVersion) {
    let mut arguments = arguments.to_vec();
    let fix = zookeeper.fix_path.as_ref();
    arguments.extend(fix.into_iter().flat_map(|path| ["--set".to_owned(), format!("{path}=1")]));
    let mut sources = Sources::default();
    let chart = Chart::load(path, helm, &mut sources).unwrap();
    let user = options(path, &arguments).values.values(helm, &mut sources, &mut |path| fs::read(path)).unwrap();
    let release = coalesce(&chart, &user, helm, &sources).unwrap();
    let prefix = zookeeper.prefix();
    let name = format!("{} {id} {prefix} {helm:?}", path.display());
    let found = release.all().find(|instance| instance.prefix.join(".") == prefix);
    let found = found.unwrap_or_else(|| panic!("{name} is not there"));
    assert_eq!(found.is_enabled(), zookeeper.enabled, "{name}");
    if let Some(subchart) = &zookeeper.subchart {
        assert_eq!(format!("{}-{}", found.chart.name(), found.version()), *subchart, "{name}");
    }
    if let Some(fix) = fix.filter(|_| zookeeper.enabled) {
        let whole = fix.parse::<ValuesPath>().unwrap().keys();
        let set = release.values.at(&whole).unwrap_or_else(|| panic!("{name} has no {fix}"));
        assert_eq!(set.to_json(), 1, "{name}");
        let own = found.values.at(&whole[found.prefix.len()..]);
        assert_eq!(own, Some(set), "{name}");
    }
}
