//! Charts of our own, written like the real ones: what real Helm 3 and 4 render from some values and what is judged
//! from the same values without Helm are the same. Skipped aloud where Helm is not there (`tests/tools.sh`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use autopurge::charts::{Judged, judge_chart, plain};
use autopurge::checks::{Kept, Wanted, examine};
use autopurge::detect::{Compression, ReleaseLine, Trigger, read_stream};
use autopurge::helm::{Chart, HelmVersion, Sources, ValuesOptions, coalesce};
use autopurge::rules::{RuleSet, built_in};
use autopurge::zookeeper::Verdict;
use tempfile::TempDir;

use crate::tool::tool;

/// What counts of a server.
#[derive(Debug, PartialEq)]
struct Essence {
    flavor: String,
    verdict: Verdict,
    hours: Option<i32>,
    snapshots: Option<i32>,
    has_dead_settings: bool,
    zookeeper: Option<ReleaseLine>,
    compression: Option<Compression>,
}

#[test]
fn values_are_judged_as_their_render_is() {
    let (rules, home) = (built_in(), TempDir::new().unwrap());
    for (version, program) in helms() {
        let helm = Helm { version, program, home: home.path() };
        for chart in folders(&fixtures()) {
            for values in cases(&chart) {
                helm.compare(&chart, values.as_deref(), &rules);
            }
        }
    }
}

#[test]
fn fixes_cure_in_helm_too() {
    let (rules, home) = (built_in(), TempDir::new().unwrap());
    let mut tried = 0;
    for (version, program) in helms() {
        let helm = Helm { version, program, home: home.path() };
        for chart in folders(&fixtures()).into_iter().filter(|chart| !chart.ends_with("umbrella")) {
            for values in cases(&chart) {
                for judged in judged(&chart, (values.as_deref(), version), &rules) {
                    let Some(set) = judged.fix.and_then(|fix| fix.as_set()) else { continue };
                    let set = set.to_string();
                    let (flag, value) = set.split_once(' ').unwrap();
                    let after = helm.seen(&chart, values.as_deref(), &[flag, value], &rules);
                    assert_eq!(after[0].verdict, Verdict::Purges, "{} with {values:?} and {set}", chart.display());
                    tried += 1;
                }
            }
        }
        assert!(tried > 20, "only {tried} fixes were tried");
    }
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/charts")
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// No values file, and each of those beside the chart.
fn cases(chart: &Path) -> Vec<Option<PathBuf>> {
    [None].into_iter().chain(folders(&chart.join("cases")).into_iter().map(Some)).collect()
}

fn helms() -> Vec<(HelmVersion, PathBuf)> {
    let both = [(HelmVersion::V3, "helm3/helm"), (HelmVersion::V4, "helm4/helm")];
    both.into_iter().filter_map(|(helm, name)| Some((helm, tool(name)?))).collect()
}

/// A real Helm, with folders of its own.
struct Helm<'h> {
    version: HelmVersion,
    program: PathBuf,
    home: &'h Path,
}

impl Helm<'_> {
    fn compare(&self, chart: &Path, values: Option<&Path>, rules: &RuleSet) {
        let judged = judged(chart, (values, self.version), rules);
        let judged: Vec<Essence> = judged.iter().map(essence).collect();
        let seen = self.seen(chart, values, &[], rules);
        assert_eq!(judged, seen, "{} with {values:?}, {:?}", chart.display(), self.version);
    }

    /// The servers of what Helm renders.
    fn seen(&self, chart: &Path, values: Option<&Path>, args: &[&str], rules: &RuleSet) -> Vec<Essence> {
        let mut command = Command::new(&self.program);
        command.env("HELM_CACHE_HOME", self.home).env("HELM_CONFIG_HOME", self.home).env("HELM_DATA_HOME", self.home);
        command.args(["template", "rel"]).arg(chart).args(values.iter().flat_map(|path| [Path::new("-f"), path]));
        let output = command.args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        servers_in(&output.stdout, rules)
    }
}

fn servers_in(stream: &[u8], rules: &RuleSet) -> Vec<Essence> {
    let manifests = read_stream(stream, &Trigger::new(rules).unwrap(), rules).unwrap();
    let examination = examine(&manifests, rules, Wanted { interval: 1, retain: None }, Kept::Elsewhere);
    let essence = |subject: &autopurge::checks::Subject<'_, '_>| {
        let server = &subject.server;
        Essence {
            flavor: server.flavor.id.clone(),
            verdict: server.verdict,
            hours: server.interval.reading.number(),
            snapshots: server.retain.reading.number(),
            has_dead_settings: !server.ignored.is_empty(),
            zookeeper: server.zookeeper,
            compression: server.compression,
        }
    };
    examination.subjects.iter().map(essence).collect()
}

/// The servers of a chart with some values, without Helm.
fn judged(chart: &Path, (values, helm): (Option<&Path>, HelmVersion), rules: &RuleSet) -> Vec<Judged> {
    let mut sources = Sources::default();
    let loaded = Chart::load(chart, helm, &mut sources).unwrap();
    let files = values.iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    let options = ValuesOptions { files, ..ValuesOptions::default() };
    let user = options.values(helm, &mut sources, &mut |path| fs::read(path)).unwrap();
    let top = coalesce(&loaded, &user, helm, &sources).unwrap();
    let enabled = top.all().filter(|instance| instance.is_enabled());
    let judged = enabled.flat_map(|instance| judge_chart(instance.chart, &plain(&instance.values), rules));
    judged.collect()
}

fn essence(judged: &Judged) -> Essence {
    Essence {
        flavor: judged.flavor.clone(),
        verdict: judged.verdict,
        hours: judged.interval.reading.number(),
        snapshots: judged.retain.reading.number(),
        has_dead_settings: !judged.ignored.is_empty(),
        zookeeper: judged.zookeeper,
        compression: judged.compression,
    }
}
