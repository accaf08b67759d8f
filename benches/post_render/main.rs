//! How fast and how lean `autopurge post-render` is, beside programs that everybody has.
//!
//! `cargo bench` prints one row per goal. Two programs always run in turn (A B A B ...) and are compared by the ratio of
//! their medians, so that a slow or busy machine changes both alike. It prints and never fails: what a missed goal
//! means is for people to say. `cargo bench -- FILE` takes another rendered stream.

#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot run has nothing better to do than to stop")]

mod kustomize;
mod pipe;
#[path = "../shared/released.rs"]
mod released;
#[path = "../shared/row.rs"]
mod row;
mod stream;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use released::autopurge;
use row::{Goal, Medians, Row};

fn main() {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    released::install(scratch.path());
    let rendered = stream::rendered();
    println!("The rendered stream is {}.\n", rendered.origin);
    let file = scratch.path().join("stream.yaml");
    fs::write(&file, rendered.text).expect("a writable temporary folder");

    kustomize_row(&file, scratch.path()).print();
    start_up_row(&file, scratch.path()).print();
    for row in large_stream_rows() {
        row.print();
    }
}

fn kustomize_row(stream: &Path, scratch: &Path) -> Row {
    let what = "kubectl kustomize with the same JSON6902 patch : autopurge post-render, wall time";
    let goal = Goal::AtLeast(40.0, "x");
    match kustomize::with_the_same_patch(stream, scratch) {
        Ok(mut kustomize) => {
            // A run of ours is short, so each turn takes the median of several.
            let ours = || median((0..9).map(|_| wall_time(&mut post_render(stream))).collect());
            let medians = in_turn(15, || wall_time(&mut kustomize), ours);
            Row::ratio(what, goal, &medians)
        }
        Err(reason) => Row::not_measured(what, goal, reason),
    }
}

fn start_up_row(stream: &Path, scratch: &Path) -> Row {
    let what = "autopurge post-render on the rendered stream : an empty Rust program, wall time";
    let goal = Goal::AtMost(2.5, "x");
    let Some(empty) = compile_empty_program(scratch) else {
        return Row::not_measured(what, goal, "rustc did not compile an empty program".to_owned());
    };
    let medians =
        in_turn(300, || wall_time(&mut post_render(stream)), || wall_time(&mut reading(Command::new(&empty), stream)));
    Row::ratio(what, goal, &medians)
}

/// Throughput and memory come from the same runs.
fn large_stream_rows() -> [Row; 2] {
    let stream = stream::without_zookeeper(100_000_000);
    let mut peaks = Vec::new();
    let cat = || pipe::through(&mut Command::new("cat"), &stream).seconds;
    let autopurge = || {
        let run = pipe::through(autopurge().arg("post-render"), &stream);
        peaks.push(run.peak_megabytes);
        run.seconds
    };
    let medians = in_turn(9, cat, autopurge);
    let throughput = "100 MB without ZooKeeper, pipe to pipe, cat : autopurge post-render, wall time";
    let memory = "the same runs, highest peak memory minus the size of the stream";
    let memory_goal = Goal::AtMost(32.0, " MB");
    [
        Row::ratio(throughput, Goal::AtLeast(0.45, "x"), &medians),
        match peaks.into_iter().collect::<Option<Vec<_>>>() {
            Some(peaks) => Row::figure(memory, memory_goal, peaks.into_iter().fold(0.0, f64::max) - 100.0),
            None => Row::not_measured(memory, memory_goal, "there is no /proc/<pid>/status".to_owned()),
        },
    ]
}

fn in_turn(pairs: usize, mut first: impl FnMut() -> f64, mut second: impl FnMut() -> f64) -> Medians {
    // The first pair warms the caches.
    let (first, second): (Vec<_>, Vec<_>) = (0..=pairs).map(|_| (first(), second())).skip(1).unzip();
    Medians { first: median(first), second: median(second) }
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().expect("at least one run")
}

/// From the start of a program until its output has been read and it has ended.
fn wall_time(command: &mut Command) -> f64 {
    let start = Instant::now();
    let output = command.stderr(Stdio::null()).output().expect("the program starts");
    let seconds = start.elapsed().as_secs_f64();
    assert!(output.status.success(), "{command:?} failed");
    seconds
}

fn post_render(stream: &Path) -> Command {
    let mut command = autopurge();
    command.arg("post-render");
    reading(command, stream)
}

fn reading(mut command: Command, stream: &Path) -> Command {
    command.stdin(File::open(stream).expect("the stream"));
    command
}

fn compile_empty_program(scratch: &Path) -> Option<PathBuf> {
    let (source, program) = (scratch.join("empty.rs"), scratch.join("empty"));
    fs::write(&source, "fn main() {}\n").expect("a writable temporary folder");
    let status = Command::new("rustc").arg("-O").arg(&source).arg("-o").arg(&program).status();
    let installed = scratch.join("empty-installed");
    let is_there = status.is_ok_and(|status| status.success()) && fs::copy(&program, &installed).is_ok();
    is_there.then_some(installed)
}
