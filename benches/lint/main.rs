//! How fast and how lean `autopurge lint` is, beside programs that render or read the same charts.
//!
//! `cargo bench --bench lint` makes a tree of charts, lints it, and prints charts per second beside those of
//! `helm template`, and of kubeconform and kube-linter where they are in PATH (they read what Helm rendered before).
//! It prints and never fails: what a missed goal means is for people to say.

#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot run has nothing better to do than to stop")]

mod charts;
#[path = "../shared/released.rs"]
mod released;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Charts in the tree.
const CHARTS: u32 = 1_000;
/// Charts that the others are given: they are slower, and charts per second do not depend on it.
const SAMPLE: u32 = 25;
/// Runs of each, of which the median counts.
const RUNS: usize = 5;

fn main() {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    released::install(scratch.path());
    let tree = charts::tree(scratch.path(), CHARTS);
    println!("{CHARTS} charts, each with a packaged sub-chart that runs ZooKeeper; the sample has {SAMPLE} of them.\n");
    let lint = rate(CHARTS, || time(&mut autopurge(&tree)));
    println!("autopurge lint            {lint:8.0} charts/s");
    println!("  one thread              {:8.0} charts/s", rate(CHARTS, || time(autopurge(&tree).arg("-j1"))));
    let rendered = scratch.path().join("rendered");
    match helm() {
        None => println!("helm template             nothing: run `bash tests/tools.sh` first"),
        Some(helm) => {
            let template = rate(SAMPLE, || render(&helm, &tree, &rendered));
            println!(
                "helm template             {template:8.0} charts/s   autopurge is {:.0} times as fast",
                lint / template
            );
            for (name, args) in
                [("kubeconform", ["-summary", "-ignore-missing-schemas"].as_slice()), ("kube-linter", &["lint"])]
            {
                peer((name, args), &rendered, lint);
            }
        }
    }
    for count in [CHARTS / 10, CHARTS] {
        let tree = charts::tree(&scratch.path().join(format!("memory-{count}")), count);
        match peak_megabytes(&tree) {
            Some(peak) => println!("peak memory, {count:5} charts  {peak:8.1} MB"),
            None => println!("peak memory               nothing: /usr/bin/time is not there"),
        }
    }
}

fn autopurge(tree: &Path) -> Command {
    let mut command = released::autopurge();
    command.args(["lint", "--format", "json", "--fail-on", "never"]).arg(tree);
    command
}

/// Things per second, by the median of several runs.
fn rate(things: u32, mut run: impl FnMut() -> f64) -> f64 {
    let mut seconds: Vec<f64> = (0..=RUNS).map(|_| run()).skip(1).collect();
    seconds.sort_by(f64::total_cmp);
    f64::from(things) / seconds.get(seconds.len() / 2).copied().expect("a run")
}

/// From the start of a program until its output has been read and it has ended.
fn time(command: &mut Command) -> f64 {
    let start = Instant::now();
    let output = command.stderr(Stdio::null()).output().expect("the program starts");
    assert!(output.status.success(), "{command:?} failed");
    start.elapsed().as_secs_f64()
}

/// Renders the sample, each chart into a file of its own.
fn render(helm: &Path, tree: &Path, rendered: &Path) -> f64 {
    std::fs::create_dir_all(rendered).expect("a folder");
    let start = Instant::now();
    for number in 0..SAMPLE {
        let chart = tree.join(charts::name(number));
        let output = Command::new(helm).arg("template").arg(chart).output().expect("Helm starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::write(rendered.join(format!("{number}.yaml")), output.stdout).expect("a writable folder");
    }
    start.elapsed().as_secs_f64()
}

/// A linter of rendered manifests; what it finds does not matter here.
fn peer((name, args): (&str, &[&str]), rendered: &Path, lint: f64) {
    let run = || {
        let start = Instant::now();
        let output = Command::new(name).args(args).arg(rendered).output().ok()?;
        output.status.code().map(|_| start.elapsed().as_secs_f64())
    };
    match (0..RUNS).map(|_| run()).collect::<Option<Vec<f64>>>() {
        None => println!("{name:25} nothing: it is not in PATH"),
        Some(mut seconds) => {
            seconds.sort_by(f64::total_cmp);
            let rate = f64::from(SAMPLE) / seconds.get(RUNS / 2).copied().expect("a run");
            println!(
                "{name:25} {rate:8.0} charts/s   autopurge is {:.1} times as fast (without rendering)",
                lint / rate
            );
        }
    }
}

/// The most memory that a lint of a tree takes, as the operating system counts it.
fn peak_megabytes(tree: &Path) -> Option<f64> {
    let lint = autopurge(tree);
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(lint.get_program()).args(lint.get_args());
    let output = timed.stdout(Stdio::null()).output().ok()?;
    let kilobytes: f64 = String::from_utf8_lossy(&output.stderr).lines().last()?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn helm() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/helm3/helm");
    path.is_file().then_some(path)
}
