//! How fast and how lean `autopurge snapshot` is, beside `ZooKeeper`'s own tools and `md5sum`, on the same files.
//!
//! `cargo bench --bench snapshot` prints one row per goal; `-- small` takes a hundred thousand nodes and not a million.
//! Two programs always run in turn (A B A B ...) and are compared by the ratio of their medians. What they print is
//! compared too. It prints and never fails because of a missed goal: what that means is for people to say.

#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot run has nothing better to do than to stop")]

mod generate;
mod java;
#[path = "../shared/released.rs"]
mod released;
#[path = "../shared/row.rs"]
mod row;
mod run;

use std::path::{Path, PathBuf};
use std::process::Command;

use generate::Shape;
use row::{Goal, Medians, Row};
use run::{Run, run, without_times};

/// How often each pair runs, after one run that warms the caches.
const PAIRS: usize = 3;

/// What everything runs on.
struct Bench {
    folder: PathBuf,
    left: PathBuf,
    right: PathBuf,
}

fn main() {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let is_small = std::env::args().any(|arg| arg == "small");
    let shape = if is_small { Shape::SMALL } else { Shape::LARGE };
    let folder = scratch.path();
    released::install(folder);
    let sizes = [("snapshot.100000", shape), ("snapshot.200000", shape.grown())]
        .map(|(name, shape)| generate::snapshot(folder, name, shape));
    println!("Two snapshots of {} and {} bytes.\n", sizes[0], sizes[1]);
    let (left, right) = (folder.join("snapshot.100000"), folder.join("snapshot.200000"));
    let bench = Bench { folder: folder.to_owned(), left, right };
    for row in bench.compare().into_iter().chain([bench.format(), bench.json(), bench.summary(), bench.verify()]) {
        row.print();
    }
}

impl Bench {
    fn compare(&self) -> [Row; 2] {
        let time = "SnapshotComparer : autopurge snapshot compare, wall time";
        let memory = "the same runs, the most anonymous memory";
        let goals = (Goal::AtLeast(40.0, "x"), Goal::AtLeast(10.0, "x"));
        let mut java = match java::tool("SnapshotComparer") {
            Ok(java) => java,
            Err(reason) => {
                return [Row::not_measured(time, goals.0, reason.clone()), Row::not_measured(memory, goals.1, reason)];
            }
        };
        let mut ours = autopurge("compare");
        for command in [&mut java, &mut ours] {
            command.arg("-l").arg(&self.left).arg("-r").arg(&self.right).args(["-b", "2", "-n", "1"]);
        }
        let (seconds, megabytes) = self.in_turn(&mut java, &mut ours);
        println!("Anonymous memory of compare: {:.0} MB : {:.0} MB", megabytes.first, megabytes.second);
        [Row::ratio(time, goals.0, &seconds), Row::figure(memory, goals.1, megabytes.first / megabytes.second)]
    }

    fn format(&self) -> Row {
        let what = "SnapshotFormatter : autopurge snapshot format, wall time";
        self.against(java::tool("SnapshotFormatter"), autopurge("format"), what, &[])
    }

    fn json(&self) -> Row {
        let what = "SnapshotFormatter -json : autopurge snapshot format --json, wall time";
        let goal = Goal::AtLeast(20.0, "x");
        let mut java = match java::tool("SnapshotFormatter") {
            Ok(java) => java,
            Err(reason) => return Row::not_measured(what, goal, reason),
        };
        java.arg("-json").arg(&self.right);
        let mut ours = autopurge("format");
        ours.arg("--json").arg(&self.right);
        // There is a timestamp in the first bytes, so what they print is compared by the tests alone.
        let null = Path::new("/dev/null");
        let seconds = medians(|| run(&mut java, null).seconds, || run(&mut ours, null).seconds);
        Row::ratio(what, goal, &seconds)
    }

    fn summary(&self) -> Row {
        let what = "SnapshotRecursiveSummary / 2 : autopurge snapshot summary / 2, wall time";
        self.against(java::tool_of_3_9("SnapshotRecursiveSummary"), autopurge("summary"), what, &["/", "2"])
    }

    fn verify(&self) -> Row {
        let what = "autopurge snapshot verify : md5sum of the same file, wall time";
        let (mut ours, mut md5sum) = (autopurge("verify"), Command::new("md5sum"));
        ours.arg(&self.right);
        md5sum.arg(&self.right);
        let null = Path::new("/dev/null");
        let seconds = medians_of(9, || run(&mut ours, null).seconds, || run(&mut md5sum, null).seconds);
        Row::ratio(what, Goal::AtMost(0.4, "x"), &seconds)
    }

    fn against(&self, java: Result<Command, String>, mut ours: Command, what: &'static str, args: &[&str]) -> Row {
        let goal = Goal::AtLeast(20.0, "x");
        let mut java = match java {
            Ok(java) => java,
            Err(reason) => return Row::not_measured(what, goal, reason),
        };
        for command in [&mut java, &mut ours] {
            command.arg(&self.right).args(args);
        }
        Row::ratio(what, goal, &self.in_turn(&mut java, &mut ours).0)
    }

    /// Seconds and megabytes. What is printed goes into the void, but once into files, which have to be the same.
    fn in_turn(&self, java: &mut Command, ours: &mut Command) -> (Medians, Medians) {
        let (theirs_printed, ours_printed) = (self.folder.join("theirs"), self.folder.join("ours"));
        run(java, &theirs_printed);
        run(ours, &ours_printed);
        assert!(without_times(&theirs_printed) == without_times(&ours_printed), "{ours:?} prints something else");
        let null = Path::new("/dev/null");
        let (theirs, ours): (Vec<Run>, Vec<Run>) = (0..PAIRS).map(|_| (run(java, null), run(ours, null))).unzip();
        let seconds = |runs: &[Run]| median(runs.iter().map(|run| run.seconds).collect());
        let megabytes = |runs: &[Run]| median(runs.iter().map(|run| run.megabytes).collect());
        let of = |first: f64, second: f64| Medians { first, second };
        (of(seconds(&theirs), seconds(&ours)), of(megabytes(&theirs), megabytes(&ours)))
    }
}

fn autopurge(command: &str) -> Command {
    let mut autopurge = released::autopurge();
    autopurge.args(["snapshot", command]);
    autopurge
}

fn medians(first: impl FnMut() -> f64, second: impl FnMut() -> f64) -> Medians {
    medians_of(PAIRS, first, second)
}

fn medians_of(pairs: usize, mut first: impl FnMut() -> f64, mut second: impl FnMut() -> f64) -> Medians {
    // The first pair warms the caches.
    let (first, second): (Vec<_>, Vec<_>) = (0..=pairs).map(|_| (first(), second())).skip(1).unzip();
    Medians { first: median(first), second: median(second) }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().expect("at least one run")
}
