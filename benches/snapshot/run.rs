//! One run of a program: how long it takes, how much memory, and what it prints.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often a program's memory is looked at.
const INTERVAL: Duration = Duration::from_millis(1);

/// What a run took.
pub(crate) struct Run {
    pub(crate) seconds: f64,
    /// The most anonymous memory that was seen; 0 where there is no `/proc`.
    pub(crate) megabytes: f64,
}

/// Runs a program to its end; what it prints goes to a file, which may be `/dev/null`.
pub(crate) fn run(command: &mut Command, printed: &Path) -> Run {
    let output = File::create(printed).expect("a writable file");
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null()).spawn().expect("a program");
    let (id, is_done) = (child.id(), AtomicBool::new(false));
    thread::scope(|scope| {
        let watch = scope.spawn(|| watch(id, &is_done));
        let status = child.wait().expect("an end");
        let seconds = start.elapsed().as_secs_f64();
        is_done.store(true, Ordering::Relaxed);
        assert!(status.success(), "{command:?} failed");
        Run { seconds, megabytes: watch.join().expect("no panic") }
    })
}

/// What was printed, without the lines that say how long it took.
pub(crate) fn without_times(printed: &Path) -> Vec<u8> {
    let text = fs::read(printed).expect("what was printed");
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !line.ends_with(b" seconds\n")).flatten().copied().collect()
}

fn watch(id: u32, is_done: &AtomicBool) -> f64 {
    let mut most: f64 = 0.0;
    while !is_done.load(Ordering::Relaxed) {
        most = most.max(anonymous_megabytes(id).unwrap_or(0.0));
        thread::sleep(INTERVAL);
    }
    most
}

/// Memory that is not that of files: what a container is charged for and cannot give back.
fn anonymous_megabytes(id: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}
